"""A trial of the bus: processes at work, somebody who kills them, and at the end the books are compared.

The processes are forked from a clean one that has imported everything, so that a killed one is back in a moment and
the killer, not the import of packages, sets the pace.
"""

import multiprocessing
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from signal import SIGKILL
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from shared.kit import clock, encryption
from shared.kit.database import Database
from shared.kit.messages import DEAD, HANDLED, WAITING, Inbox, Outbox
from tests.faults import process, scenario

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["tests.faults.process", "pytest"])
Role = tuple[str, str]

EMBEDDED: tuple[Role, ...] = (("house", "all"),)
DISTRIBUTED: tuple[Role, ...] = tuple(
    (role, service) for service in scenario.HEARERS for role in ("relay", "worker", "worker", "speaker")
)


@dataclass
class Books:
    """What was said by one service and what became of it in the other."""

    said: list[tuple[str, str]]  # event id, subject; in the order of the outbox
    handled: set[str]
    effects: list[tuple[str, str, int]]  # event id, subject, number; in the order of their making
    dead: int

    def faults(self) -> list[str]:
        """Every promise that was broken, in words; empty when all were kept."""
        said = {event_id for event_id, _ in self.said}
        effected = [event_id for event_id, _, _ in self.effects]
        numbers: dict[str, list[int]] = defaultdict(list)
        for _, subject, number in self.effects:
            numbers[subject].append(number)
        disordered = [subject for subject, found in numbers.items() if found != sorted(found)]
        found = {
            "lost": len(said - set(effected)),
            "doubled": len(effected) - len(set(effected)),
            "effects of nothing said": len(set(effected) - said),
            "effects without an inbox row, or the reverse": len(self.handled ^ set(effected)),
            "subjects out of order": len(disordered),
            "dead": self.dead,
        }
        return [f"{what}: {count}" for what, count in found.items() if count]


@dataclass
class Running:
    """A process at work; `ready` has something to read once it is."""

    role: Role
    child: ForkServerProcess
    ready: Any
    doomed: bool = False  # killed by us


@dataclass
class Trial:
    """Start, kill, start again; then wait until all is quiet, and read the books."""

    roles: tuple[Role, ...]
    settings: process.Settings
    urls: dict[str, str]
    kills: int = 0
    running: dict[int, "Running"] = field(default_factory=dict)
    note: Callable[[Role, bool], None] = lambda _role, _by_us: (
        None
    )  # told of each kill, and whether it was ours

    def __post_init__(self) -> None:
        self.chance = random.Random(self.settings.seed)
        self.databases = {name: Database(self.urls[name]) for name in scenario.HEARERS}

    def prepare(self) -> None:
        one = self._start(("prepare", "all"))
        one.child.join()
        assert one.child.exitcode == 0, "the databases could not be prepared"

    def _start(self, role: Role, **changed: Any) -> Running:
        settings = process.Settings(**{**vars(self.settings), **changed})
        ready, told = FORK.Pipe(duplex=False)
        child = FORK.Process(target=process.main, args=(*role, settings, told), daemon=True)
        child.start()
        told.close()
        return Running(role, child, ready)

    def tend(self, **changed: Any) -> None:
        """Every role is filled; who died of a SIGKILL, by our hand or by its own, is counted."""
        for number, role in enumerate(self.roles):
            one = self.running.get(number)
            if one is not None and one.child.exitcode is not None:
                assert one.child.exitcode == -SIGKILL, f"{role} ended by itself with {one.child.exitcode}"
                self.kills += 1
                self.note(role, one.doomed)
                one = None
            if one is None:
                self.running[number] = self._start(role, **changed)

    def rage(self, kills: int, events: int, pause: tuple[float, float]) -> None:
        """Kill -9 whoever is at work, until both counts are reached."""
        while self.kills < kills or sum(self.count_said().values()) < events:
            self.tend()
            time.sleep(self.chance.uniform(*pause))
            self.mislead()
            if self.kills < kills:
                self.kill_one()

    def kill_one(self) -> None:
        """Any process that is at work."""
        working = [one for one in self.running.values() if one.ready.poll()]
        if working:
            one = self.chance.choice(working)
            one.doomed = True
            one.child.kill()
            one.child.join()

    def relieve_one(self) -> Role | None:
        """Ask any process that is at work to end (SIGTERM), as a rolling restart does; it ends well and in time."""
        working = [number for number, one in self.running.items() if one.ready.poll()]
        if not working:
            return None
        one = self.running.pop(self.chance.choice(working))
        one.child.terminate()
        one.child.join(30)
        assert one.child.exitcode == 0, f"{one.role} was asked to end and ended with {one.child.exitcode}"
        return one.role

    def mislead(self) -> None:
        """Every waiting row that is not its subject's oldest claims to be due, as it would where clocks differ.

        When a row is due is a hint that keeps claims cheap. Which may run, its place in the subject decides alone.
        """
        earlier = aliased(Inbox)
        behind = select(earlier.position).where(
            earlier.subject == Inbox.subject, earlier.state == WAITING, earlier.position < Inbox.position
        )
        self._hurry(Inbox.state == WAITING, behind.exists())

    def _hurry(self, *which: Any) -> None:
        for hearer in scenario.HEARERS.values():
            with suppress(DBAPIError), self.databases[hearer].transaction() as session:
                session.execute(update(Inbox).where(*which).values(due_at=clock.now()))

    def end(self) -> None:
        """Kill all of them."""
        for one in self.running.values():
            one.child.kill()
        for one in self.running.values():
            one.child.join()
        self.running.clear()

    def settle(self, seconds: float = 60) -> None:
        """No more speaking, no more dying, until nothing moves; fails after that long."""
        self.end()
        self.roles = tuple(role for role in self.roles if role[0] != "speaker")
        limit = time.monotonic() + seconds
        while self.waiting():
            assert time.monotonic() < limit, f"still waiting after {seconds:.0f} s: {self.waiting()}"
            self.tend(peril=0.0, flaw=0.0, pause=0.0)
            self._hurry(Inbox.state == WAITING, Inbox.due_at > clock.now(), Inbox.type.not_like("self.%"))
            time.sleep(0.2)
        self.end()

    def waiting(self) -> dict[str, int]:
        """What has still to be stored or handled, by the service that should."""
        found = {}
        for speaker, hearer in scenario.HEARERS.items():
            with self.databases[speaker].reading() as session:
                said = select(func.count()).where(Outbox.type == scenario.event_of(speaker).type)
                unsent = select(func.count()).where(Outbox.published_at.is_(None))
                counted, not_sent = session.scalar(said) or 0, session.scalar(unsent) or 0
            with self.databases[hearer].reading() as session:
                ended = select(func.count()).where(
                    Inbox.type == scenario.event_of(speaker).type, Inbox.state.in_((HANDLED, DEAD))
                )
                found[hearer] = max(counted - (session.scalar(ended) or 0), not_sent)
        return {hearer: count for hearer, count in found.items() if count}

    def count_said(self) -> dict[str, int]:
        found = {}
        for name, database in self.databases.items():
            with database.reading() as session:
                found[name] = scenario.count_said(session)
        return found

    def books(self) -> dict[str, Books]:
        """By speaker."""
        found = {}
        for speaker, hearer in scenario.HEARERS.items():
            type_ = scenario.event_of(speaker).type
            with self.databases[speaker].reading() as session:
                said = select(Outbox.id, Outbox.subject).where(Outbox.type == type_)
                rows = [tuple(row) for row in session.execute(said.order_by(Outbox.position))]
            with self.databases[hearer].reading() as session:
                heard = select(Inbox.id).where(Inbox.type == type_)
                handled = set(session.scalars(heard.where(Inbox.state == HANDLED)))
                dead = len(session.scalars(heard.where(Inbox.state == DEAD)).all())
                columns = (scenario.Effect.event_id, scenario.Effect.subject, scenario.Effect.number)
                effects = [
                    tuple(row) for row in session.execute(select(*columns).order_by(scenario.Effect.position))
                ]
            found[speaker] = Books(rows, handled, effects, dead)
        return found


@contextmanager
def embedded(folder: Path, seed: int, **more: Any) -> Iterator[Trial]:
    """One process with SQLite."""
    names = ("members", "events", "welfare", "voting")
    databases = {name: f"sqlite:///{folder}/{name}.db" for name in names}
    yield from _trial(
        EMBEDDED, process.Settings(seed, str(folder), databases, "local:", encryption.new_key(), **more)
    )


@contextmanager
def distributed(
    create_database: Callable[[str], str], broker: str, seed: int, folder: Path, **more: Any
) -> Iterator[Trial]:
    """Relays, two workers each and speakers as processes of their own, on PostgreSQL and RabbitMQ."""
    databases = {name: create_database(name) for name in scenario.HEARERS}
    yield from _trial(
        DISTRIBUTED, process.Settings(seed, str(folder), databases, broker, encryption.new_key(), **more)
    )


@contextmanager
def begun(roles: tuple[Role, ...], settings: process.Settings, direct: dict[str, str]) -> Iterator[Trial]:
    """Any roles; we ourselves look into the databases at `direct`."""
    yield from _trial(roles, settings, direct)


def _trial(
    roles: tuple[Role, ...], settings: process.Settings, direct: dict[str, str] | None = None
) -> Iterator[Trial]:
    trial = Trial(roles, settings, direct or settings.databases)
    try:
        trial.prepare()
        yield trial
    finally:
        trial.end()
        for database in trial.databases.values():
            database.dispose()
