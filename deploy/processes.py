"""`./dev up` without a container engine: what docker-compose.yml lists, as processes of this machine.

The database server and the broker are thrown away with their data when it stops. The supervisor is one process in
the background; `down` ends it by the id that it wrote down.
"""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import yaml
from psycopg import sql

from deploy import make_secrets
from deploy.gateway import local as gateway
from shared.kit.config import SERVICES
from shared.kit.testing import nodes
from shared.kit.testing.servers import PostgresServer

ROOT = Path(__file__).parents[1]
HOME = Path(os.environ.get("DATA_DIR", ROOT / "var")).absolute() / "up"
IMAGE = "unionhall:local"
START_SECONDS = 400


class Supervisor:
    """Starts the one-shots in order, then every process, and starts again what ends."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.stopping = threading.Event()
        self.running: dict[str, nodes.Guarded] = {}
        compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
        self.listed = {name: spec for name, spec in compose["services"].items() if spec["image"] == IMAGE}
        self.ports = {name: nodes.free_port() for name in self.listed}

    def run(self) -> None:
        database, broker = nodes.LocalPostgres(durable=True), nodes.LocalRabbit()
        try:
            self._furnish(database, broker)
            once = [name for name, spec in self.listed.items() if spec["restart"] == "on-failure"]
            for name in once:
                self._once(name, broker)
            gateway.serve(self.port, {name: self.ports[f"{name}-web"] for name in SERVICES})
            asked = {name for name, spec in self.listed.items() if "profiles" in spec}
            while not self.stopping.wait(1):
                for name in self.listed.keys() - set(once) - asked:
                    if name not in self.running or self.running[name].ended():
                        self.running[name] = self._start(name)
        finally:
            ending = [threading.Thread(target=node.terminate, args=(40,)) for node in self.running.values()]
            for thread in ending:
                thread.start()
            for thread in ending:
                thread.join()
            broker.stop()
            database.stop()

    def _furnish(self, database: nodes.LocalPostgres, broker: nodes.LocalRabbit) -> None:
        secrets = HOME / "secrets"
        for old in secrets.glob("*"):
            old.unlink()
        make_secrets.make(secrets, f"127.0.0.1:{database.port}", f"127.0.0.1:{broker.port}")
        (secrets / "broker_admin_url").write_text(broker.url)
        server = PostgresServer(database)
        for name in SERVICES:
            server.create_database(name)
            server.administer(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
            server.administer(sql.SQL("ALTER DATABASE {0} OWNER TO {0}").format(sql.Identifier(name)))

    def _once(self, name: str, broker: nodes.LocalRabbit) -> None:
        env = self.environment(name) | {"BROKER_MANAGEMENT_URL": broker.management}
        with (HOME / f"{name}.log").open("ab") as log:
            subprocess.run(self.command(name), env=env, cwd=ROOT, stdout=log, stderr=log, check=True)

    def _start(self, name: str) -> nodes.Guarded:
        return nodes.Guarded(self.command(name), HOME / f"{name}.log", self.environment(name))

    def command(self, name: str) -> list[str]:
        spec = self.listed[name]
        entry = spec.get("entrypoint", ["python", "-m", "shared.kit.run"])
        return [_local(word) for word in [*entry, *spec["command"]]]

    def environment(self, name: str) -> dict[str, str]:
        own = {key: _local(str(value)) for key, value in self.listed[name].get("environment", {}).items()}
        ports = {key: str(self.ports[name]) for key in ("WEB_PORT", "HEALTH_PORT") if key in own}
        folder = HOME / "data"
        folder.mkdir(exist_ok=True)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        own |= {"PUBLIC_URL": f"http://localhost:{self.port}", "DATA_DIR": str(folder), "WEB_WORKERS": "1"}
        return {**os.environ, **own, **ports, "PATH": path, "PYTHONPATH": str(ROOT)}


def _local(text: str) -> str:
    """A word of the compose file as it is on this machine: secrets elsewhere, `${NAME:-default}` filled in."""
    text = text.replace("/run/secrets/", f"{HOME}/secrets/")
    text = re.sub(r"(?<!\$)\$\{(\w+):-([^}]*)\}", lambda m: os.environ.get(m[1]) or m[2], text)
    return text.replace("$$", "$")


def up(port: int) -> None:
    """Start the supervisor in the background and wait until every service answers."""
    HOME.mkdir(parents=True, exist_ok=True)
    if _supervisor():
        raise SystemExit("It is running already; ./dev down stops it.")
    if nodes.answers(port):
        raise SystemExit(f"Port {port} is taken; PORT names another.")
    for old in HOME.glob("*.log"):
        old.unlink()
    with (HOME / "supervisor.log").open("ab") as log:
        command = [sys.executable, "-m", "deploy.processes", "serve", str(port)]
        child = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
    (HOME / "pid").write_text(str(child.pid))

    def ready() -> bool:
        if child.poll() is not None:
            tail = (HOME / "supervisor.log").read_text(errors="replace")[-2000:]
            raise SystemExit(f"It did not start:\n{tail}")
        return all(_answers(f"http://127.0.0.1:{port}/api/{name}/v1/openapi.json") for name in SERVICES)

    nodes.until(ready, "the services", START_SECONDS)
    sys.stdout.write(f"http://localhost:{port}  (logs in var/up; ./dev down stops it)\n")


def down() -> None:
    """End the supervisor, and with it everything it started."""
    if pid := _supervisor():
        os.kill(pid, signal.SIGTERM)
        nodes.until(lambda: not _supervisor(), "the end of the processes", 90)
    (HOME / "pid").unlink(missing_ok=True)


def demo() -> None:
    """Run the compose file's `demo` against what is running."""
    if not _supervisor():
        raise SystemExit("Nothing is running; ./dev up starts it.")
    supervisor = Supervisor(port=0)
    subprocess.run(supervisor.command("demo"), env=supervisor.environment("demo"), cwd=ROOT, check=True)


def admin(words: list[str]) -> None:
    """One command of a service, with the settings of what `up` started if that runs, else with those given."""
    environment = dict(os.environ)
    if (pid := _supervisor()) and words[:1] and words[0] in SERVICES and "DATABASE_URL" not in os.environ:
        port = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[4]
        environment = Supervisor(int(port)).environment(f"{words[0]}-web")
    os.execve(sys.executable, [sys.executable, "-m", "shared.kit.run", *words], environment)  # noqa: S606


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def _supervisor() -> int | None:
    """Its process id, if the process of that id is still ours."""
    try:
        pid = int((HOME / "pid").read_text())
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, ValueError):
        return None
    return pid if b"deploy.processes" in words and state != "Z" else None


def main(arguments: list[str]) -> None:
    match arguments:
        case ["up", *_]:
            up(int(os.environ.get("PORT", "8000")))
        case ["down", *_]:
            down()
        case ["demo"]:
            demo()
        case ["admin", *words]:
            admin(words)
        case ["serve", port]:
            supervisor = Supervisor(int(port))
            signal.signal(signal.SIGTERM, lambda *_: supervisor.stopping.set())
            supervisor.run()
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
