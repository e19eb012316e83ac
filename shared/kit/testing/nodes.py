"""Throwaway PostgreSQL and RabbitMQ nodes from this machine's own binaries, so that nobody needs a container engine.

Each node listens on free loopback ports and lives in a temporary folder with names, cookie and port mapper of its
own: the machine's own servers are neither used nor disturbed. A node dies with the process that started it, however
that process ends.
"""

import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PATIENCE = 60.0
"""Seconds a node may take to answer; a cold, busy two-core machine needs about fifteen."""

# The shell holds a pipe from us. A line on it is a signal to pass on; its end means that we are gone, even by
# kill -9, and then the whole group goes. When the command ends by itself, so does the group.
GUARD = """
exec 3<&0
"$@" </dev/null 3<&- & child=$!
{ while read -r signal; do kill -s "$signal" "$child"; done; kill -s KILL 0; } <&3 &
wait "$child"; kill -s KILL 0
"""


class NodeError(RuntimeError):
    """A node could not be started; the message ends with the last lines of its log."""


def free_port() -> int:
    """A port of the loopback interface that nobody uses now, below those that systems give to outgoing connections:
    one of these could take it before the server is up, or while it is killed."""
    while True:
        port = _chance.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


_chance = random.SystemRandom()  # not the seeded one: tests that run side by side would all draw the same


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """True if something accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def until(answer: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait for an effect, with a limit; the pause between two looks is short and only saves the processor."""
    limit = time.monotonic() + patience
    while not answer():
        if time.monotonic() > limit:
            raise NodeError(f"{what}: no answer within {patience:.0f} s")
        time.sleep(0.05)


class Guarded:
    """One process in a group of its own, bound to our life."""

    def __init__(self, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self.log = log
        with log.open("ab") as sink:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "guard", *command],
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=sink,
                env={**os.environ, **env} if env else None,
                start_new_session=True,
            )

    def wait_for(self, answer: Callable[[], object], what: str) -> None:
        def answered_or_dead() -> bool:
            if self.ended():
                raise NodeError(f"{what} ended at its start:\n{self.tail()}")
            return bool(answer())

        until(answered_or_dead, what)

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def ended(self) -> bool:
        return self.process.poll() is not None

    def terminate(self, patience: float) -> None:
        """Ask the command to end (SIGTERM); after `patience` seconds kill it."""
        if not self.ended() and self.process.stdin:
            self.process.stdin.write(b"TERM\n")
            self.process.stdin.flush()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        self.kill()

    def kill(self) -> None:
        """kill -9 of the whole group, by its id."""
        if not self.ended():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


class LocalPostgres:
    """`postgres` and `initdb` of this machine; run as an unprivileged user when we are root, as they demand."""

    def __init__(self, durable: bool) -> None:
        self.bin = _there(postgres_binaries(), "PostgreSQL")
        memory = "/dev/shm" if not durable and os.access("/dev/shm", os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="unionhall-pg-", dir=memory))
        self.port = free_port()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"
        self.description = f"PostgreSQL of this machine ({self.bin}) on 127.0.0.1:{self.port}"
        self._settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"]
        if not durable:
            self._settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        self._node: Guarded | None = None
        self._as: list[str] = []
        if os.geteuid() == 0:
            user = next(name for name in ("postgres", "nobody") if _exists(name))
            shutil.chown(self.folder, user)
            self._as = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--init-groups"]
        made = self._run(
            "initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"
        )
        if made.returncode:
            raise NodeError(f"initdb failed:\n{made.stderr}")
        self.start()

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*self._as, f"{self.bin}/{program}", "-D", f"{self.folder}/data", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)

    def start(self) -> None:
        if self._node:
            return
        options = [part for setting in self._settings for part in ("-c", setting)]
        command = [
            *self._as,
            f"{self.bin}/postgres",
            "-D",
            f"{self.folder}/data",
            "-p",
            str(self.port),
            *options,
        ]
        self._node = Guarded(command, self.folder / "log")
        self._node.wait_for(
            lambda: self._run("pg_ctl", "status").returncode == 0 and self._ready(), "PostgreSQL"
        )

    def _ready(self) -> bool:
        probe = [f"{self.bin}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(probe, check=False).returncode == 0

    def kill(self) -> None:
        """A crash: every process goes at once and nothing is flushed; the next start recovers from the log."""
        if self._node:
            self._run("pg_ctl", "stop", "-m", "immediate")
            self._node.kill()
            self._node = None

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class LocalRabbit:
    """`rabbitmq-server` of this machine, with the management plugin for its HTTP API."""

    def __init__(self) -> None:
        self.bin = _there(rabbit_binaries(), "RabbitMQ")
        self.folder = Path(tempfile.mkdtemp(prefix="unionhall-mq-"))
        self.port, self.management_port, distribution, mapper = (free_port() for _ in range(4))
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/"
        self.management = f"http://127.0.0.1:{self.management_port}"
        self.description = f"RabbitMQ of this machine ({self.bin}) on 127.0.0.1:{self.port}"
        cookie = self.folder / ".erlang.cookie"
        cookie.write_text(os.urandom(16).hex())
        cookie.chmod(0o400)
        (self.folder / "plugins").write_text("[rabbitmq_management].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {self.management_port}\n"
            "disk_free_limit.absolute = 50MB\nlog.console = true\nlog.file = false\nlog.console.level = warning\n"
        )
        self._env = {
            "HOME": str(self.folder),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_NODENAME": f"unionhall{self.port}@localhost",
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none",
        }
        self._node: Guarded | None = None
        # Left to itself the node would start a port mapper that outlives it.
        epmd = ["epmd", "-address", "127.0.0.1", "-port", str(mapper)]
        self._mapper = Guarded(epmd, self.folder / "epmd.log", self._env)
        self._mapper.wait_for(lambda: answers(mapper), "epmd")
        self.start()

    def start(self) -> None:
        if self._node:
            return
        self._node = Guarded([f"{self.bin}/rabbitmq-server"], self.folder / "node.log", self._env)
        self._node.wait_for(lambda: answers(self.port) and answers(self.management_port), "RabbitMQ")

    def ctl(self, *arguments: str) -> str:
        """Run `rabbitmqctl`, for what the HTTP API cannot do (a memory alarm, say); takes two seconds."""
        done = subprocess.run(
            [f"{self.bin}/rabbitmqctl", *arguments],
            env={**os.environ, **self._env},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NodeError(f"rabbitmqctl {' '.join(arguments)}:\n{done.stderr}")
        return done.stdout

    def kill(self) -> None:
        """kill -9 of the broker."""
        if self._node:
            self._node.kill()
            self._node = None

    def stop(self) -> None:
        self.kill()
        self._mapper.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def postgres_binaries() -> str | None:
    """The folder of the newest PostgreSQL server here, or None."""
    folders = [str(path.parent) for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders.sort(key=lambda folder: int(Path(folder).parent.name))
    found = shutil.which("initdb")
    return folders[-1] if folders else str(Path(found).resolve().parent) if found else None


def rabbit_binaries() -> str | None:
    """The folder of RabbitMQ's own scripts, or None. Debian's wrappers in /usr/sbin would switch users."""
    found = shutil.which("rabbitmq-server") if shutil.which("epmd") else None
    packaged = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    if shutil.which("epmd") and packaged.exists():
        return str(packaged.parent)
    return str(Path(found).resolve().parent) if found else None


def _there(folder: str | None, what: str) -> str:
    if folder is None:
        raise NodeError(f"{what} is not on this machine")
    return folder


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
