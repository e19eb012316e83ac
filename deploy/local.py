"""`./dev run`: the whole house in one process, with SQLite and without a broker.

Nothing in a service knows of this: each has its own database, relay and worker, here as threads; the events go
from one to the other by a function call. A kill at any moment loses nothing.
"""

import argparse
import os
import sys
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from deploy import demo
from deploy.routes import service_of
from services.members.demo import ACCOUNTS, PASSWORD
from shared.kit import encryption, migrate, relay, server, telemetry, worker
from shared.kit.config import SERVICES, Config
from shared.kit.service import Service, create_app, outside_work
from shared.kit.transport import Local, Receive

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class House:
    """The four services and the threads that carry events between them."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.is_new = not (folder / "members.db").exists()
        folder.mkdir(parents=True, exist_ok=True)
        keys = _kept(folder / "field-keys", encryption.new_key)
        given: dict[str, Any] = {
            "data_dir": str(folder),
            "public_url": url,
            "field_keys": keys,
            "database_url": "",
            "broker_url": "local:",
        }
        self.services = {name: Service(Config.read(name, **given)) for name in SERVICES}
        encryption.use_keys(keys)
        receivers: dict[str, Receive] = {
            name: partial(worker.receive, service) for name, service in self.services.items()
        }
        self.transport = Local(receivers)
        self.stop = threading.Event()
        self.threads: list[threading.Thread] = []

    def prepare(self, with_demo: bool) -> None:
        """Bring the databases to their newest form; on the first start bring in the demo district."""
        if self.is_new and with_demo:
            (self.folder / "demo-unfinished").touch()
        for service in self.services.values():
            migrate.upgrade(service)
        if (self.folder / "demo-unfinished").exists():  # also if an earlier start was cut off
            sys.stderr.write("Bringing in the demo district\n")
            demo.load(self.services, self.settle)
            (self.folder / "demo-unfinished").rename(self.folder / "demo-loaded")
        for service in self.services.values():
            service.database.dispose()  # the server's process opens its own

    def settle(self) -> None:
        """Carry events about until nothing moves."""
        while sum(
            [relay.relay_once(one, self.transport) + worker.work(one) for one in self.services.values()]
        ):
            pass

    def begin(self) -> None:
        """Start the relays and workers."""
        for service in self.services.values():
            for name, work in (
                ("relay", partial(relay.run, service, self.transport, self.stop)),
                ("worker", partial(worker.run, service, self.stop)),
                *(("outside", partial(run, service, self.stop)) for run in outside_work(service)),
            ):
                thread = threading.Thread(target=work, name=f"{service.name} {name}", daemon=True)
                thread.start()
                self.threads.append(thread)

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=5)

    def app(self) -> Wsgi:
        """All four web apps behind one door."""
        apps = {name: create_app(service) for name, service in self.services.items()}

        def door(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            return apps[service_of(environ["PATH_INFO"])](environ, start_response)

        return door


def greeting(house: House) -> str:
    """Where it is, and who can sign in."""
    lines = [house.url]
    if (house.folder / "demo-loaded").exists():
        lines += ["", f"Sign in as one of these; the password of all is {PASSWORD}"]
        lines += [f"  {login:14} {who}" for login, _, who in ACCOUNTS]
    return "\n" + "\n".join(lines) + "\n\n"


def _kept(path: Path, make: Callable[[], str]) -> str:
    """A secret that is made once."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(make())
    return path.read_text(encoding="utf-8")


def main() -> None:
    options = argparse.ArgumentParser(prog="./dev run", description=__doc__)
    options.add_argument("--empty", action="store_true", help="no demo district on the first start")
    asked = options.parse_args()
    os.umask(0o077)  # what lies in the databases concerns nobody else on this machine
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    telemetry.configure(os.environ.get("LOG_LEVEL", "warning"))
    url = os.environ.get("PUBLIC_URL", f"http://localhost:{port}")
    house = House(Path(os.environ.get("DATA_DIR", "var")).absolute(), url)
    house.prepare(with_demo=not asked.empty)

    def open_doors() -> None:
        house.begin()
        sys.stdout.write(greeting(house))
        sys.stdout.flush()

    server.run(
        house.app,
        bind=f"{host}:{port}",
        workers=1,
        worker_class="gthread",
        threads=16,
        graceful_timeout=5,
        loglevel="warning",
        post_worker_init=lambda _worker: open_doors(),
        worker_exit=lambda _arbiter, _worker: house.end(),
    )


if __name__ == "__main__":
    main()
