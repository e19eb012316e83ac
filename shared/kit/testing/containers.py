"""Throwaway PostgreSQL and RabbitMQ in containers, where a Docker engine answers.

Host ports are chosen by us, because an engine would hand out new ones when a killed container starts again.
"""

from functools import cache

from shared.kit.testing.nodes import NodeError, answers, free_port, until

POSTGRES_IMAGE = "postgres:17"
RABBIT_IMAGE = "rabbitmq:4-management"


@cache
def engine_answers() -> bool:
    """True if a Docker engine (or one that speaks its API) answers here."""
    try:
        import docker

        docker.from_env(timeout=5).ping()
    except Exception:  # no package, no socket, no right to use it: all mean "no engine"
        return False
    return True


class ContainerPostgres:
    """The official image; `durable=False` turns off what only a power cut would miss."""

    def __init__(self, durable: bool) -> None:
        from testcontainers.community.postgres import PostgresContainer

        self.port = free_port()
        container = PostgresContainer(
            POSTGRES_IMAGE, username="postgres", password="postgres", dbname="postgres"
        )
        container.with_bind_ports(5432, self.port)
        settings = ["max_connections=300"]
        if not durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        container.with_command(["postgres", *(part for setting in settings for part in ("-c", setting))])
        self._container = container.start()
        host = container.get_container_host_ip()
        self.url = f"postgresql+psycopg://postgres:postgres@{host}:{self.port}/postgres"
        self.description = f"PostgreSQL in a container ({POSTGRES_IMAGE}) on {host}:{self.port}"

    def start(self) -> None:
        self._container.get_wrapped_container().start()
        until(self._ready, "PostgreSQL")

    def _ready(self) -> bool:
        code, _ = self._container.exec(["pg_isready", "-q", "-h", "127.0.0.1"])
        return code == 0 and answers(self.port, self._container.get_container_host_ip())

    def kill(self) -> None:
        self._container.get_wrapped_container().kill()

    def stop(self) -> None:
        self._container.stop()


class ContainerRabbit:
    """The official image with its management plugin."""

    def __init__(self) -> None:
        from testcontainers.community.rabbitmq import RabbitMqContainer

        self.port, self.management_port = free_port(), free_port()
        container = RabbitMqContainer(RABBIT_IMAGE)
        container.with_bind_ports(5672, self.port).with_bind_ports(15672, self.management_port)
        # The node's data lies under its name, and that name under the host name: both must outlive a restart.
        container.with_kwargs(hostname="unionhall")
        self._container = container.start()
        self.host = container.get_container_host_ip()
        self.url = f"amqp://guest:guest@{self.host}:{self.port}/"
        self.management = f"http://{self.host}:{self.management_port}"
        self.description = f"RabbitMQ in a container ({RABBIT_IMAGE}) on {self.host}:{self.port}"

    def start(self) -> None:
        self._container.get_wrapped_container().start()
        until(lambda: answers(self.port, self.host) and answers(self.management_port, self.host), "RabbitMQ")

    def ctl(self, *arguments: str) -> str:
        code, output = self._container.exec(["env", "HOME=/var/lib/rabbitmq", "rabbitmqctl", *arguments])
        if code:
            raise NodeError(f"rabbitmqctl {' '.join(arguments)}:\n{output.decode()}")
        return str(output.decode())

    def kill(self) -> None:
        self._container.get_wrapped_container().kill()

    def stop(self) -> None:
        self._container.stop()
