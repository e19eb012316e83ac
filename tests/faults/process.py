"""The processes that a fault test starts and kills: the house's own, as `run` and `./dev run` start them.

What differs: they handle the scenario's two events alone, some speak without being asked, and each may kill itself
where a crash is most awkward: inside a handler; after a batch is confirmed and before it is marked; after it is
stored and before it is acknowledged.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from deploy.local import House
from shared.contracts.registry import SERVICES
from shared.kit import clock, encryption, migrate, run, telemetry, transport, worker
from shared.kit.config import Config
from shared.kit.database import in_transaction, serving
from shared.kit.messages import Received
from shared.kit.service import Service, discover
from tests.faults import scenario

FRESH = timedelta(seconds=3)

for _name in SERVICES:  # imported once, in the process from which the others are forked
    discover(_name)


@dataclass(frozen=True)
class Settings:
    """What a process is told; `peril` is its chance to die at an awkward moment, `flaw` that of an event to fail at first."""

    seed: int
    folder: str
    databases: dict[str, str]
    broker: str
    keys: str
    peril: float = 0.0
    flaw: float = 0.0
    pause: float = 0.01
    rate: float = (
        0.0  # events per second that a service says in the long run, however often it dies; 0: no limit
    )
    began: float = 0.0  # the moment from which the rate counts
    near: dict[str, str] = field(
        default_factory=dict
    )  # the databases for those who speak, past a network that fails


def main(role: str, service: str, settings: Settings, ready: Any) -> None:
    """A process from its birth to its end; it says so to `ready` when it is about to work."""
    threading.Thread(target=_follow_parent, daemon=True).start()
    telemetry.configure(os.environ.get("FAULTS_LOG", "critical"))
    encryption.use_keys(settings.keys)
    chance = random.Random(f"{settings.seed} {role} {service} {os.getpid()}")
    scenario.take_part(lambda event: _mishap(chance, settings, event))
    for owner, name in ((transport.Rabbit, "send"), (worker, "receive")):
        _endanger(owner, name, lambda: _perhaps_die(chance, settings.peril))
    if role in ENDS_WHEN_ASKED:
        _endanger(run, "stop_on_signals", lambda: ready.send(True))
    else:
        ready.send(True)
    ROLES[role](service, settings)


def _follow_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _mishap(chance: random.Random, settings: Settings, event: Received) -> None:
    """A flawed event fails while it is fresh: on arrival and when it is first worked, so that its subject must wait."""
    _perhaps_die(chance, settings.peril / 5)
    if random.Random(event.id).random() < settings.flaw and clock.now() - event.time < FRESH:
        raise RuntimeError("a handler that fails now and then")


def _perhaps_die(chance: random.Random, peril: float) -> None:
    if chance.random() < peril:
        os.kill(os.getpid(), signal.SIGKILL)


def _endanger(owner: Any, name: str, then: Callable[[], None]) -> None:
    """After this function has done its work, and before its caller knows."""
    function = getattr(owner, name)

    def endangered(*arguments: Any) -> Any:
        result = function(*arguments)
        then()
        return result

    setattr(owner, name, endangered)


def open_service(name: str, settings: Settings) -> Service:
    given = {
        "database_url": settings.databases[name],
        "broker_url": settings.broker,
        "field_keys": settings.keys,
    }
    return Service(Config.read(name, {}, **given))


def _prepare(_service: str, settings: Settings) -> None:
    """Databases at their newest form; exchanges, queues and bindings."""
    for name in settings.databases:
        service = open_service(name, settings)
        migrate.upgrade(service)
        if name in scenario.HEARERS:
            with service.database.transaction() as session:
                scenario.prepare(session, name)
    if settings.broker != "local:":
        transport.declare_topology(settings.broker)


def _command(command: str) -> Callable[[str, Settings], None]:
    """A process as `python -m shared.kit.run <service> <command>` is one."""

    def start(service: str, settings: Settings) -> None:
        run.commands_of(open_service(service, settings)).main([command], standalone_mode=False)

    return start


def _speaker(name: str, settings: Settings) -> None:
    settings = replace(settings, databases=settings.near or settings.databases)
    _speak(open_service(name, settings), settings, run.stop_on_signals())


def _speak(service: Service, settings: Settings, stop: threading.Event) -> None:
    """Say something about one or a few subjects, commit, again; as the web would, if the database is there."""
    chance = random.Random(f"{settings.seed} {service.name} {os.getpid()}")
    ahead = 0.0
    while not stop.wait(max(settings.pause, min(ahead, 1))):
        about = sorted(chance.sample(range(scenario.SUBJECTS), chance.choice((1, 1, 1, 2, 5))))
        times = chance.choice((1, 1, 5, 10) if ahead > -1 else (5, 10, 20)) if settings.rate else 1

        def speak(session: Any, about: list[int] = about * times) -> int:
            for number in about:
                scenario.say(session, service.name, scenario.subject(service.name, number))
            return scenario.count_said(session) if settings.rate else 0

        try:
            with serving(service):
                said = in_transaction(speak)
        except DBAPIError:
            ahead = 0.2
        else:
            ahead = said / settings.rate - (time.time() - settings.began) if settings.rate else 0.0


def _house(_service: str, settings: Settings) -> None:
    """Everything in one process, as `./dev run` has it."""
    stop = run.stop_on_signals()
    house = House(Path(settings.folder), "http://localhost")
    house.begin()
    speakers = [
        threading.Thread(target=_speak, args=(house.services[name], settings, stop), daemon=True)
        for name in scenario.HEARERS
    ]
    for speaker in speakers if settings.pause else ():
        speaker.start()
    stop.wait()
    house.end()


ROLES = {
    "prepare": _prepare,
    "relay": _command("relay"),
    "worker": _command("worker"),
    "speaker": _speaker,
    "house": _house,
}
ENDS_WHEN_ASKED = {"relay", "worker", "speaker"}  # at work from the moment in which they can be asked
