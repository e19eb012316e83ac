"""The stage on which the bus is measured: one event type, a handler that stores one row, processes to run it."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import parent_process
from multiprocessing.context import ForkServerProcess
from typing import Any

import pika
import psycopg
from sqlalchemy import Integer, String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.contracts import envelope
from shared.contracts.members import GroupAdjusted
from shared.kit import encryption, messages, migrate, run, telemetry
from shared.kit.config import Config
from shared.kit.database import Id, new_id, service_base
from shared.kit.service import Service, discover_handlers
from shared.kit.testing import servers
from shared.kit.transport import declare_topology, inbox_arguments

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["bench.bus.stage"])
TYPE = GroupAdjusted.type
SUBJECTS = 1000
QUEUE = "welfare.inbox"
HAND_QUEUE = "bench.hand"

Base: Any = service_base("bench")


class Effect(Base):
    """What the handler stores; `at` is the database's own clock."""

    __tablename__ = "bench_effect"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    event_id: Mapped[str] = mapped_column(Id)
    subject: Mapped[str] = mapped_column(String(120))
    number: Mapped[int] = mapped_column(Integer)


HAND_TABLES = """
CREATE TABLE IF NOT EXISTS hand_outbox (
  position bigserial PRIMARY KEY, id uuid UNIQUE, type text, subject text, event text, published_at timestamptz);
CREATE TABLE IF NOT EXISTS hand_inbox (id uuid PRIMARY KEY, type text, subject text, event text, handled_at timestamptz);
"""


@dataclass(frozen=True)
class Place:
    """Where everything is; travels to the processes."""

    members: str
    welfare: str
    broker: str
    keys: str
    pause: float = 0.0  # what the handler takes beside its row, in seconds

    def service(self, name: str) -> Service:
        given = {"database_url": getattr(self, name), "broker_url": self.broker, "field_keys": self.keys}
        return Service(Config.read(name, {}, **given))

    def connect(self, name: str, autocommit: bool = True) -> psycopg.Connection:
        return psycopg.connect(dsn(getattr(self, name)), autocommit=autocommit)


def dsn(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def take_part(pause: float = 0.0) -> None:
    """In this process one handler alone handles the event: it stores one row through the ORM."""
    discover_handlers()

    def store(session: Session, event: messages.Received) -> None:
        session.add(Effect(event_id=event.id, subject=event.subject, number=event.data["member_count"]))
        if pause:
            threading.Event().wait(pause)

    for functions in messages._handlers.values():
        functions.pop(TYPE, None)
    messages.handles(GroupAdjusted, services=["welfare"])(store)


@contextmanager
def stage() -> Iterator[Place]:
    """Durable servers of our own, two migrated databases, exchanges and queues."""
    database, broker = servers.start_postgres(durable=True), servers.start_rabbit()
    try:
        vhost = f"bench-{os.getpid()}"
        place = Place(
            members=database.create_database("bench_members"),
            welfare=database.create_database("bench_welfare"),
            broker=broker.add_vhost(vhost),
            keys=encryption.new_key(),
        )
        telemetry.configure("error")
        encryption.use_keys(place.keys)
        take_part()
        for name in ("members", "welfare"):
            service = place.service(name)
            migrate.upgrade(service)
            with service.database.transaction() as session:
                Base.metadata.create_all(session.connection())
                session.execute(text(HAND_TABLES))
            service.database.dispose()
        declare_topology(place.broker)
        with channel(place.broker) as opened:
            opened.queue_declare(HAND_QUEUE, durable=True, arguments=inbox_arguments())
        yield place
    finally:
        broker.stop()
        database.stop()


@contextmanager
def channel(url: str) -> Iterator[Any]:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    yield connection.channel()
    connection.close()


def bodies(count: int) -> list[tuple[str, str, str]]:
    """Events of some 440 bytes: id, subject, text."""
    now, found = datetime.now(UTC), []
    for number in range(count):
        subject = f"00000000-0000-7000-8000-{number % SUBJECTS:012x}"
        event_id = new_id()
        data = GroupAdjusted.check({"group_id": subject, "member_count": number, "valid_from": now.date()})
        body = envelope.make(id=event_id, type=TYPE, subject=subject, time=now, data=data)
        found.append((event_id, subject, body.decode()))
    return found


def empty(place: Place) -> None:
    """Everything as at the beginning."""
    with place.connect("members") as members, place.connect("welfare") as welfare:
        members.execute("TRUNCATE outbox, hand_outbox, inbox")
        welfare.execute("TRUNCATE inbox, hand_inbox, bench_effect")
        for connection in (members, welfare):
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
    with channel(place.broker) as opened:
        opened.queue_purge(QUEUE)
        opened.queue_purge(HAND_QUEUE)


def fill_outbox(place: Place, events: list[tuple[str, str, str]], which: str = "outbox") -> None:
    """As if they had been committed just now, and the bell rung."""
    with place.connect("members", autocommit=False) as connection:
        with connection.cursor().copy(f"COPY {which} (id, type, subject, event) FROM STDIN") as copy:
            for event_id, subject, event in events:
                copy.write_row((event_id, TYPE, subject, event))
        connection.commit()
        connection.execute("NOTIFY unionhall_relay")
        connection.commit()


@contextmanager
def running(*starts: tuple[Callable[..., None], tuple[Any, ...]]) -> Iterator[None]:
    """These functions as processes of their own, ended at the end."""
    children: list[ForkServerProcess] = []
    try:
        for target, arguments in starts:
            ready, told = FORK.Pipe(duplex=False)
            child = FORK.Process(target=_begin, args=(target, arguments, told), daemon=True)
            child.start()
            children.append(child)
            ready.recv()
        yield
    finally:
        for child in children:
            child.kill()
            child.join()


def _begin(target: Callable[..., None], arguments: tuple[Any, ...], ready: Any) -> None:
    parent = parent_process()
    assert parent is not None
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
    telemetry.configure("error")
    ready.send(True)
    target(*arguments)


def ours(command: str, service: str, place: Place) -> None:
    """A process as `python -m shared.kit.run <service> <command>`."""
    encryption.use_keys(place.keys)
    take_part(place.pause)
    run.commands_of(place.service(service)).main([command], standalone_mode=False)


def until_effects(place: Place, count: int, seconds: float = 300) -> None:
    """Return when that many effects are there."""
    with place.connect("welfare") as connection:
        for _ in range(int(seconds / 0.02)):
            if connection.execute("SELECT count(*) FROM bench_effect").fetchone() >= (count,):  # type: ignore[operator]
                return
            threading.Event().wait(0.02)
    raise TimeoutError(f"{count} effects were not there after {seconds:.0f} s")
