"""Both modes of the house with a school in it, and the two other ways to walk: by hand, and bare."""

import queue
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from bench.bus.stage import FORK, Place, _begin, channel
from bench.walk import bare, hand
from services.members.life_events.actions import report_life_event
from services.welfare.visits.models import VisitTask
from shared.kit import clock, encryption, migrate, relay, run, worker
from shared.kit.config import Config
from shared.kit.service import Service, discover_handlers
from shared.kit.testing import servers
from shared.kit.testing.builders import a_person, a_rule_pack, a_school
from shared.kit.testing.services import House, TestService
from shared.kit.transport import Local, declare_topology, inbox_arguments

Arrived = Callable[[str, float], None]
Ways = dict[str, Callable[[int], tuple[str, float]]]
WRITTEN = {  # what a walk leaves behind in welfare
    "events": "SELECT count(*) FROM inbox WHERE type LIKE 'members.life-event%'",
    "reminders": "SELECT count(*) FROM inbox WHERE type = 'self.visit-due'",
    "tasks": "SELECT count(*) FROM visit_task",
    "companions": "SELECT count(*) FROM visit_companion",
    "said": "SELECT count(*) FROM outbox",
}


class Walk:
    """Begins walks of each kind, and hears when they have ended."""

    def __init__(self) -> None:
        self.ends: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()
        self.ways: Ways = {}

    def furnish(self, services: dict[str, Service], people: int) -> "School":
        """A school with its officers, and somebody for each walk."""
        house = House({name: TestService(service) for name, service in services.items()}, "embedded")
        return School(house, people)


class School:
    """五马中学 in 明德区: a chair, a carer, and its people."""

    def __init__(self, house: House, people: int) -> None:
        self.house = house
        district = a_school(house, "明德区教育工会", kind="district", rule_pack_code="guizhou")
        self.id = a_school(house, "五马中学", district=district).id
        a_rule_pack(house)
        for name, office in (("赵立新", "chair"), ("何莉", "carer")):
            a_person(house, self, name, offices=[office])
        self.reporter = a_person(house, self, "高远").id
        self.people = [a_person(house, self, "林晓雨").id for _ in range(people)]
        house.settle()

    def report(self, number: int) -> tuple[str, float]:
        """Report a life event, as a view does; its id and the moment after its commit."""
        with self.house.members.transaction() as session:
            report = report_life_event(
                session, reporter_id=self.reporter, school_id=self.id,
                person_id=self.people[number], kind="hospitalized", occurred_on=clock.today(),
            )  # fmt: skip
        assert report.life_event_id is not None
        return report.life_event_id, time.monotonic()


def _counted(service: Service) -> dict[str, int]:
    with service.database.reading() as session:
        return {what: session.scalar(text(counted)) or 0 for what, counted in WRITTEN.items()}


def _by_hand(members: hand.Members, school: School, wake: Callable[[], object]) -> Callable[[int], Any]:
    def begin(number: int) -> tuple[str, float]:
        key = members.report(school.people[number])
        moment = time.monotonic()
        wake()
        return key, moment

    return begin


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
def embedded(people: int) -> Iterator[Walk]:
    folder = Path(tempfile.mkdtemp(prefix="unionhall-walk-"))
    ours, others = (
        {
            name: Service(Config.read(name, {}, database_url=f"sqlite:///{folder}/{who}{name}.db"))
            for name in ("members", "welfare")
        }
        for who in ("", "hand-")
    )
    walk, stop, woken = Walk(), threading.Event(), threading.Event()
    schools = [_furnished(walk, services, people) for services in (ours, others)]

    def arrived(key: str, moment: float) -> None:
        walk.ends.put((key, moment))

    tell_of_tasks(arrived)
    local = Local({name: partial(worker.receive, service) for name, service in ours.items()})
    roles: list[Any] = [partial(relay.run, service, local) for service in ours.values()]
    roles += [partial(worker.run, service) for service in ours.values()]
    members = hand.Members(hand.sqlite(folder / "hand-members.db"), schools[1].id)
    beside = hand.Members(hand.sqlite(folder / "hand-members.db"), schools[1].id)
    roles.append(hand.thread(beside, hand.Welfare(hand.sqlite(folder / "hand-welfare.db")), woken, arrived))
    begin, hear = bare.in_threads(folder, arrived)
    roles.append(hear)
    walk.ways = {
        "real": schools[0].report,
        "hand": _by_hand(members, schools[1], woken.set),
        "bare": lambda _number: begin(),
    }
    threads = [threading.Thread(target=role, args=(stop,), daemon=True) for role in roles]
    for thread in threads:
        thread.start()
    with _same_rows(ours["welfare"], others["welfare"]):
        yield walk
    stop.set()
    for thread in threads:
        thread.join(timeout=5)
    shutil.rmtree(folder)


def _furnished(walk: Walk, services: dict[str, Service], people: int) -> School:
    for service in services.values():
        migrate.upgrade(service)
    school = walk.furnish(services, people)
    for service in services.values():  # what was said so far is no part of the walk
        with service.database.transaction() as session:
            session.execute(
                text("UPDATE outbox SET published_at = :now WHERE published_at IS NULL"),
                {"now": "2026-01-01"},
            )
    return school


@contextmanager
def _same_rows(real: Service, by_hand: Service) -> Iterator[None]:
    """Both ways have written as many rows into each table of welfare: so these are the same hops."""
    before = _counted(real), _counted(by_hand)
    yield
    after = _counted(real), _counted(by_hand)
    wrote = [
        {name: there[name] - then[name] for name in WRITTEN}
        for then, there in zip(before, after, strict=True)
    ]
    assert wrote[0] == wrote[1], f"not the same hops: ours wrote {wrote[0]}, by hand {wrote[1]}"


# --- distributed: PostgreSQL, RabbitMQ, processes


@contextmanager
def distributed(people: int) -> Iterator[Walk]:
    database, broker = servers.start_postgres(durable=True), servers.start_rabbit()
    ours, others = (
        Place(
            database.create_database(f"{who}members"),
            database.create_database(f"{who}welfare"),
            broker.add_vhost("walk"),
            encryption.new_key(),
        )  # fmt: skip
        for who in ("", "hand_")
    )
    walk = Walk()
    try:
        encryption.use_keys(ours.keys)
        discover_handlers()
        declare_topology(ours.broker)
        services = [
            {name: place.service(name) for name in ("members", "welfare")} for place in (ours, others)
        ]
        schools = [_furnished(walk, one, people) for one in services]
        with (
            ours.connect("members") as members,
            ours.connect("welfare") as welfare,
            others.connect("members") as bell,
            channel(ours.broker) as sender,
        ):
            for connection in (members, welfare):
                for table in bare.TABLES:
                    connection.execute(table)
            for name in (hand.QUEUE, bare.QUEUE):
                sender.queue_declare(name, durable=True, arguments=inbox_arguments())
            sender.confirm_delivery()
            begin = bare.sender(members, sender)
            by_hand = hand.Members(hand.postgres(others.members), schools[1].id)
            walk.ways = {
                "real": schools[0].report,
                "hand": _by_hand(by_hand, schools[1], partial(bell.execute, "NOTIFY bench_hand")),
                "bare": lambda _number: begin(),
            }
            with _telling(walk, ours, others), _same_rows(services[0]["welfare"], services[1]["welfare"]):
                yield walk
    finally:
        broker.stop()
        database.stop()


@contextmanager
def _telling(walk: Walk, ours: Place, others: Place) -> Iterator[None]:
    """Relays and workers of both services, and those by hand, as processes that say what has arrived."""
    ears, mouth = FORK.Pipe(duplex=False)
    children = []
    roles: list[Any] = [
        (_process, (role, name, ours, mouth))
        for name in ("members", "welfare")
        for role in ("relay", "worker")
    ]
    roles += [(hand.relay, (others.members, others.broker))]
    roles += [(_hand_consumer, (others, mouth)), (_bare_consumer, (ours, mouth))]
    for target, arguments in roles:
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
    hand.consumer(place.welfare, place.broker, lambda key, moment: mouth.send((key, moment)))


def _bare_consumer(place: Place, mouth: Any) -> None:
    bare.consumer(place, lambda key, moment: mouth.send((key, moment)))
