"""The database server, the broker and the browser that tests use, found in one order wherever the tests run.

First what the environment names, then containers, then this machine's own binaries, then (root on Debian) what
apt installs. `python -m shared.kit.testing.servers` installs what is missing and prints what would be used.

    database = start_postgres(durable=False)    # stopped at the end of the process, or by stop()
    url = database.create_database("welfare")   # postgresql+psycopg://…; also drop_database, url(name)
    broker = start_rabbit()
    url = broker.add_vhost("one-test")          # amqp://…; also delete_vhost, url(vhost, user, password)
    broker.add_user("welfare", "secret"); broker.set_permissions(…); broker.set_topic_permissions(…)
    database.kill(); database.start()           # a crash and its recovery; the same for the broker

Tests that crash a server take one of their own, so that nobody else feels it, and stop it themselves.

Environment: TEST_DATABASE_URL (may create databases), TEST_BROKER_URL (an administrator), TEST_MANAGEMENT_URL (its
HTTP API; default: port 15672 of the broker's host), CHROMIUM (path), TEST_SERVERS=own (do not ask for an engine).
"""

import atexit
import os
import shutil
import subprocess
import sys
from functools import cache
from urllib.parse import quote, urlsplit

import httpx
import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from shared.kit.testing import containers, nodes


class Given:
    """A server that the environment names: it is used, never started, killed or stopped by us."""

    def __init__(self, url: str, management: str = "") -> None:
        self.url = url
        self.management = management
        self.description = f"given by the environment, {make_url(url).host}"

    def start(self) -> None:
        return None

    def stop(self) -> None:
        return None

    def kill(self) -> None:
        raise nodes.NodeError("a server named by the environment is not ours to kill")

    def ctl(self, *arguments: str) -> str:
        raise nodes.NodeError(f"no rabbitmqctl for a given broker: {' '.join(arguments)}")


class PostgresServer:
    """A database server; what differs between a process, a container and a given one is in `node`."""

    def __init__(self, node: Given | containers.ContainerPostgres | nodes.LocalPostgres) -> None:
        self.node = node
        # Two runs on one given server must not meet.
        self._prefix = f"unionhall_{os.getpid()}_" if isinstance(node, Given) else ""
        self._made: set[str] = set()
        self.start, self.kill = node.start, node.kill
        self.administer(sql.SQL("SELECT 1"))

    def url(self, name: str) -> str:
        """The address of a database of this server, in SQLAlchemy's form."""
        return self._address(self._prefix + name).render_as_string(hide_password=False)

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make an empty database, or a copy of `template` (to which nobody may be connected); its address."""
        self.drop_database(name)
        copied = sql.Identifier(self._prefix + template) if template else sql.Identifier("template0")
        self.administer(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(self._prefix + name), copied)
        )
        self._made.add(name)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        database = sql.Identifier(self._prefix + name)
        self.administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        self._made.discard(name)

    def stop(self) -> None:
        atexit.unregister(self.stop)
        if isinstance(self.node, Given):
            for name in list(self._made):
                self.drop_database(name)
        self.node.stop()

    def administer(self, statement: sql.SQL | sql.Composed) -> None:
        """Run one statement as the administrator, outside any transaction."""
        address = self._address(None).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement)

    def _address(self, name: str | None) -> URL:
        address = make_url(self.node.url).set(drivername="postgresql+psycopg")
        return address.set(database=name) if name else address


class RabbitServer:
    """A broker, administered over its HTTP API."""

    def __init__(self, node: Given | containers.ContainerRabbit | nodes.LocalRabbit) -> None:
        self.node = node
        self.kill, self.ctl = node.kill, node.ctl
        parts = urlsplit(node.url)
        self._user, self._password = parts.username or "guest", parts.password or "guest"
        self._where = f"{parts.hostname}:{parts.port or 5672}"
        self._api = httpx.Client(
            base_url=node.management + "/api", auth=(self._user, self._password), timeout=20
        )
        self._made: set[str] = set()
        self._wait()

    def url(self, vhost: str = "/", user: str | None = None, password: str | None = None) -> str:
        """The AMQP address of a virtual host, for the administrator or for `user`."""
        who = f"{quote(user or self._user)}:{quote((password if user else self._password) or '', safe='')}"
        return f"amqp://{who}@{self._where}/{quote(vhost, safe='')}"

    def add_vhost(self, name: str) -> str:
        """A virtual host in which the administrator may do everything; its address."""
        self.api("PUT", f"/vhosts/{quote(name, safe='')}")
        self._made.add(name)
        self.set_permissions(self._user, name)
        return self.url(name)

    def delete_vhost(self, name: str) -> None:
        self.api("DELETE", f"/vhosts/{quote(name, safe='')}")
        self._made.discard(name)

    def add_user(self, name: str, password: str, tags: str = "") -> None:
        self.api("PUT", f"/users/{quote(name)}", {"password": password, "tags": tags})

    def delete_user(self, name: str) -> None:
        self.api("DELETE", f"/users/{quote(name)}")

    def set_permissions(
        self, user: str, vhost: str, configure: str = ".*", write: str = ".*", read: str = ".*"
    ) -> None:
        rights = {"configure": configure, "write": write, "read": read}
        self.api("PUT", f"/permissions/{quote(vhost, safe='')}/{quote(user)}", rights)

    def set_topic_permissions(self, user: str, vhost: str, exchange: str, write: str, read: str) -> None:
        rights = {"exchange": exchange, "write": write, "read": read}
        self.api("PUT", f"/topic-permissions/{quote(vhost, safe='')}/{quote(user)}", rights)

    def api(self, method: str, path: str, body: object = None) -> httpx.Response:
        """One call of the management API; an error is raised with the broker's own words."""
        answer = self._api.request(method, path, json=body)
        if answer.is_error:
            raise nodes.NodeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer

    def start(self) -> None:
        self.node.start()
        self._wait()

    def stop(self) -> None:
        atexit.unregister(self.stop)
        if isinstance(self.node, Given):
            for name in list(self._made):
                self.delete_vhost(name)
        self._api.close()
        self.node.stop()

    def _wait(self) -> None:
        def ready() -> bool:
            try:
                return self._api.get("/health/checks/virtual-hosts").is_success
            except httpx.TransportError:
                return False

        nodes.until(ready, "RabbitMQ's management API")


def start_postgres(durable: bool = True) -> PostgresServer:
    """A database server of one's own; `durable=False` where nothing is cut off (twice as fast)."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        server = PostgresServer(Given(given))
    elif _engine():
        server = PostgresServer(containers.ContainerPostgres(durable))
    else:
        if not nodes.postgres_binaries():
            install("postgresql")
        server = PostgresServer(nodes.LocalPostgres(durable))
    atexit.register(server.stop)
    return server


def start_rabbit() -> RabbitServer:
    """A broker of one's own."""
    if given := os.environ.get("TEST_BROKER_URL"):
        default = f"http://{urlsplit(given).hostname}:15672"
        server = RabbitServer(Given(given, os.environ.get("TEST_MANAGEMENT_URL", default)))
    elif _engine():
        server = RabbitServer(containers.ContainerRabbit())
    else:
        if not nodes.rabbit_binaries():
            install("rabbitmq-server")
        server = RabbitServer(nodes.LocalRabbit())
    atexit.register(server.stop)
    return server


@cache
def chromium_path() -> str:
    """The browser: CHROMIUM, else the machine's, else Debian's with a Chinese font."""
    if given := os.environ.get("CHROMIUM"):
        return given
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        install("chromium", "fonts-noto-cjk")
        found = shutil.which("chromium")
    if not found:
        raise nodes.NodeError("no Chromium: name one in CHROMIUM")
    return found


def install(*packages: str) -> None:
    """Install Debian packages without starting what they bring; only as root, else say what is missing."""
    words = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise nodes.NodeError(
            f"missing here: {words}. Install it, start a Docker engine, or name a server (see README)"
        )
    sys.stderr.write(f"installing {words} with apt-get\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run([*apt, *step], env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            raise nodes.NodeError(f"apt-get {step[0]} failed:\n{done.stderr}")


def _engine() -> bool:
    return os.environ.get("TEST_SERVERS") != "own" and containers.engine_answers()


def main() -> None:
    """Make sure that everything is there and say what the tests will use."""
    for start in (start_postgres, start_rabbit):
        server = start()
        sys.stdout.write(f"{server.node.description}\n")
        server.stop()
    sys.stdout.write(f"browser: {chromium_path()}\n")


if __name__ == "__main__":
    main()
