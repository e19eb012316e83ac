"""`./dev bench walk`: from the commit of a life event to the commit of its visit task, beside the same hops by hand.

Real: the action of members, its relay, welfare's worker and handler; every promise kept. By hand: a row, a message with
confirm (or a queue in the process), a row. The two take turns in one run, and every sample is kept.
"""

import argparse
import queue
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pika
from sqlalchemy import event
from sqlalchemy.orm import Session

from bench.bus.stage import FORK, HAND_QUEUE, HAND_TABLES, Place, _begin, channel
from bench.ground import Record, conditions, percentile, table
from services.members.life_events.actions import report_life_event
from services.welfare.visits.models import VisitTask
from shared.kit import clock, encryption, migrate, relay, run, telemetry, worker
from shared.kit.config import Config
from shared.kit.database import new_id
from shared.kit.service import Service, discover_handlers
from shared.kit.testing import servers
from shared.kit.testing.builders import a_person, a_rule_pack, a_school
from shared.kit.testing.services import House, TestService
from shared.kit.transport import Local, declare_topology, inbox_arguments

Arrived = Callable[[str, float], None]
GOAL = 2.0
HAND_INSERT = (
    "INSERT INTO hand_inbox (id, type, subject, event) VALUES ({0}, 'x', 'x', 'x')",
    "INSERT INTO hand_task (id, person_id) VALUES ({0}, 'x')",
)


def main() -> None:
    options = argparse.ArgumentParser(prog="./dev bench walk", description=__doc__)
    options.add_argument("--events", type=int, default=1000)
    options.add_argument("--rate", type=float, default=20.0, help="of each kind in a second")
    options.add_argument("--warm-up", type=int, default=50)
    options.add_argument("--mode", choices=MODES, nargs="*", default=list(MODES))
    options.add_argument("--throw-away", action="store_true", help="do not keep the samples")
    asked = options.parse_args()
    telemetry.configure("error")
    encryption.use_keys(encryption.new_key())
    record = Record("walk", keep=not asked.throw_away)
    rows = []
    for mode in asked.mode:
        conditions(record)
        with MODES[mode](asked.events + asked.warm_up) as walk:
            samples = _measure(walk, asked.events, asked.rate, asked.warm_up)
        record.add(mode=mode, rate=asked.rate, **samples)
        found = {who: [percentile(samples[who], percent) for percent in (50, 99)] for who in ("real", "hand")}
        ratios = [real / hand for real, hand in zip(found["real"], found["hand"], strict=True)]
        figures = [f"{found[who][n]:.1f}" for n in (0, 1) for who in ("real", "hand")]
        verdict = "met" if ratios[1] <= GOAL else "not met"
        rows.append((mode, *figures, f"{ratios[0]:.2f}", f"{ratios[1]:.2f}", verdict))
    head = ("mode", "p50 ms", "by hand", "p99 ms", "by hand", "p50 ratio", "p99 ratio", f"≤ {GOAL}")
    table(head, rows)
    record.close()


class Walk:
    """Begins walks of both kinds, and hears when they have ended."""

    def __init__(self) -> None:
        self.ends: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()

    def real(self, number: int) -> tuple[str, float]:
        """Report a life event; its id and the moment after its commit."""
        with self.house.members.transaction() as session:
            report = report_life_event(
                session, reporter_id=self.reporter.id, school_id=self.school.id,
                person_id=self.people[number].id, kind="hospitalized", occurred_on=clock.today(),
            )  # fmt: skip
        assert report.life_event_id is not None
        return report.life_event_id, time.monotonic()

    by_hand: Callable[[], tuple[str, float]]

    def furnish(self, services: dict[str, Service], people: int) -> None:
        """A school with its officers, and somebody for each event."""
        self.house = House({name: TestService(service) for name, service in services.items()}, "embedded")
        district = a_school(self.house, "明德区教育工会", kind="district", rule_pack_code="guizhou")
        self.school = a_school(self.house, "五马中学", district=district)
        a_rule_pack(self.house)
        a_person(self.house, self.school, "赵立新", offices=["chair"])
        a_person(self.house, self.school, "何莉", offices=["carer"])
        self.reporter = a_person(self.house, self.school, "高远")
        self.people = [a_person(self.house, self.school, "林晓雨") for _ in range(people)]
        self.house.settle()


def _measure(walk: Walk, events: int, rate: float, warm_up: int) -> dict[str, list[float]]:
    """One of each kind in turn, at a steady pace, whether or not the last has arrived."""
    begun: dict[str, tuple[str, float]] = {}
    start = time.monotonic()
    for number in range(events + warm_up):
        for who, begin, shift in (("real", partial(walk.real, number), 0.0), ("hand", walk.by_hand, 0.5)):
            time.sleep(max(0.0, start + (number + shift) / rate - time.monotonic()))
            key, moment = begin()
            begun[key] = (who if number >= warm_up else "warm-up", moment)
    samples: dict[str, list[float]] = {"real": [], "hand": [], "warm-up": []}
    for _ in range(len(begun)):
        key, moment = walk.ends.get(timeout=60)
        who, began = begun[key]
        samples[who].append(round((moment - began) * 1000, 3))
    return samples


def tell_of_tasks(arrived: Arrived) -> None:
    """Say of every visit task when it is committed."""

    @event.listens_for(Session, "after_flush")
    def note(session: Session, _context: Any) -> None:
        made = [one.life_event_id for one in session.new if isinstance(one, VisitTask)]
        session.info.setdefault("tasks", []).extend(made)

    @event.listens_for(Session, "after_commit")
    def tell(session: Session) -> None:
        moment = time.monotonic()
        for life_event_id in session.info.pop("tasks", ()):
            arrived(life_event_id, moment)


# --- embedded: SQLite, threads of one process


@contextmanager
def _embedded(people: int) -> Iterator[Walk]:
    folder = Path(tempfile.mkdtemp(prefix="unionhall-walk-"))
    services = {
        name: Service(Config.read(name, {}, database_url=f"sqlite:///{folder}/{name}.db"))
        for name in ("members", "welfare")
    }
    for service in services.values():
        migrate.upgrade(service)
    walk, stop = Walk(), threading.Event()
    walk.furnish(services, people)
    tell_of_tasks(lambda key, moment: walk.ends.put((key, moment)))
    local = Local({name: partial(worker.receive, service) for name, service in services.items()})
    ways: list[Any] = [partial(relay.run, service, local) for service in services.values()]
    ways += [partial(worker.run, service) for service in services.values()]
    ways.append(_hand_over(walk, folder))
    threads = [threading.Thread(target=way, args=(stop,), daemon=True) for way in ways]
    for thread in threads:
        thread.start()
    yield walk
    stop.set()
    for thread in threads:
        thread.join(timeout=5)
    shutil.rmtree(folder)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS hand_event (id TEXT PRIMARY KEY);"
        "CREATE TABLE IF NOT EXISTS hand_inbox (id TEXT PRIMARY KEY, type TEXT, subject TEXT, event TEXT);"
        "CREATE TABLE IF NOT EXISTS hand_task (id TEXT PRIMARY KEY, person_id TEXT);"
    )
    return connection


def _hand_over(walk: Walk, folder: Path) -> Callable[[threading.Event], None]:
    """Sets how to begin; returns what ends, for a thread of its own."""
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    first, second = _open(folder / "hand-members.db"), _open(folder / "hand-welfare.db")

    def by_hand() -> tuple[str, float]:
        key = new_id()
        first.execute("INSERT INTO hand_event VALUES (?)", [key])
        moment = time.monotonic()
        said.put(key)
        return key, moment

    def hear(stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                key = said.get(timeout=0.2)
            except queue.Empty:
                continue
            second.execute("BEGIN IMMEDIATE")
            for statement in HAND_INSERT:
                second.execute(statement.format("?"), [key])
            second.execute("COMMIT")
            walk.ends.put((key, time.monotonic()))

    walk.by_hand = by_hand
    return hear


# --- distributed: PostgreSQL, RabbitMQ, processes


@contextmanager
def _distributed(people: int) -> Iterator[Walk]:
    database, broker = servers.start_postgres(durable=True), servers.start_rabbit()
    place = Place(
        database.create_database("members"), database.create_database("welfare"),
        broker.add_vhost("walk"), encryption.new_key(),
    )  # fmt: skip
    walk = Walk()
    try:
        encryption.use_keys(place.keys)
        discover_handlers()
        declare_topology(place.broker)
        services = {name: place.service(name) for name in ("members", "welfare")}
        for service in services.values():
            migrate.upgrade(service)
        walk.furnish(services, people)
        with (
            place.connect("members") as members,
            place.connect("welfare") as welfare,
            channel(place.broker) as sender,
        ):
            members.execute("CREATE TABLE hand_event (id uuid PRIMARY KEY)")
            welfare.execute(HAND_TABLES)
            welfare.execute("CREATE TABLE hand_task (id uuid PRIMARY KEY, person_id text)")
            sender.queue_declare(HAND_QUEUE, durable=True, arguments=inbox_arguments())
            sender.confirm_delivery()

            def by_hand() -> tuple[str, float]:
                key = new_id()
                members.execute("INSERT INTO hand_event VALUES (%s)", [key])
                moment = time.monotonic()
                sender.basic_publish("", HAND_QUEUE, key.encode(), pika.BasicProperties(delivery_mode=2))
                return key, moment

            walk.by_hand = by_hand
            with _telling(walk, place):
                yield walk
    finally:
        broker.stop()
        database.stop()


@contextmanager
def _telling(walk: Walk, place: Place) -> Iterator[None]:
    """Relays and workers of both services, and a consumer by hand, as processes that say what has arrived."""
    ears, mouth = FORK.Pipe(duplex=False)
    children = []
    roles = [
        (_process, (role, name, place, mouth))
        for name in ("members", "welfare")
        for role in ("relay", "worker")
    ]
    for target, arguments in [*roles, (_hand_consumer, (place, mouth))]:
        ready, told = FORK.Pipe(duplex=False)
        child = FORK.Process(target=_begin, args=(target, arguments, told), daemon=True)
        child.start()
        children.append(child)
        ready.recv()
    mouth.close()
    threading.Thread(target=_listen, args=(ears, walk), daemon=True).start()
    try:
        yield
    finally:
        for child in children:
            child.kill()
            child.join()


def _listen(ears: Any, walk: Walk) -> None:
    while True:
        try:
            walk.ends.put(ears.recv())
        except EOFError:
            return


def _process(role: str, name: str, place: Place, mouth: Any) -> None:
    encryption.use_keys(place.keys)
    tell_of_tasks(lambda key, moment: mouth.send((key, moment)))
    run.commands_of(place.service(name)).main([role], standalone_mode=False)


def _hand_consumer(place: Place, mouth: Any) -> None:
    with place.connect("welfare", autocommit=False) as database, channel(place.broker) as taker:
        taker.basic_qos(prefetch_count=200)
        for method, _properties, body in taker.consume(HAND_QUEUE):
            key = body.decode()
            for statement in HAND_INSERT:
                database.execute(statement.format("%s"), [key])
            database.commit()
            mouth.send((key, time.monotonic()))
            taker.basic_ack(method.delivery_tag)


MODES: dict[str, Any] = {"embedded": _embedded, "distributed": _distributed}


if __name__ == "__main__":
    main()
