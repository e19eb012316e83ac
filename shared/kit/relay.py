"""From the outbox to the transport, in order, by one relay at a time; a second one stands by.

Oldest unpublished rows → send, holding no lock on the tables → mark those confirmed. What is said next is sent before
what was confirmed is marked, and while there is more, before the confirms of what was sent. A crash in between sends it
again; the inbox of the receiver knows its ids.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Integer, bindparam, cast, func, select, text, update
from sqlalchemy.orm import Session

from shared.kit import clock, telemetry
from shared.kit.bells import bell
from shared.kit.database import Database, UTCDateTime, listed
from shared.kit.messages import Outbox, Position, blank
from shared.kit.telemetry import log
from shared.kit.transport import Transport, TransportDown

BATCH = 500
LINGER = 0.02  # seconds that what was confirmed may wait to be marked: so that it is in nobody's way
_RELAY_LOCK = 0x756E696F  # "unio": the advisory lock's number in each service's database

Oldest = Callable[[int, Sequence[int]], Sequence[Any]]  # so many, but not those at these positions


class Relay:
    """Empties the outbox of one service."""

    def __init__(self, service: Any, transport: Transport, oldest: Oldest) -> None:
        self._service = service
        self._transport = transport
        self._oldest = oldest
        self._on_their_way: list[Any] = []
        self._confirmed: list[Any] = []  # rows that have arrived and are not marked yet

    def send(self, limit: int = BATCH) -> int:
        """Send the oldest unpublished rows; returns how many there were, and raises TransportDown.

        If there may be more, it returns before all are confirmed.
        """
        known = [row.position for row in (*self._confirmed, *self._on_their_way)]
        rows = self._oldest(limit, known)
        if rows or self._on_their_way:
            self._give(rows, more=len(rows) == limit)
        return len(rows)

    def settle(self) -> int:
        """Wait until all that was sent is confirmed. Returns how many are to be marked; raises TransportDown."""
        if self._on_their_way:
            self._give([], more=False)
        return len(self._confirmed)

    def _give(self, rows: Sequence[Any], more: bool) -> None:
        sent, self._on_their_way = [*self._on_their_way, *rows], []
        try:
            arrived = self._transport.send(rows, more)
        except TransportDown as down:
            self._confirmed += sent[: down.confirmed]
            raise
        self._confirmed += sent[:arrived]
        self._on_their_way = sent[arrived:]

    @property
    def lingers(self) -> bool:
        """Whether something was confirmed and not marked."""
        return bool(self._confirmed)

    @property
    def is_full(self) -> bool:
        return len(self._confirmed) >= BATCH

    def mark(self) -> None:
        """Published; and given its place in the feed, above all earlier ones, so that a reader never misses a late
        commit. What is sent again keeps the place that it had."""
        rows, self._confirmed = self._confirmed, []
        if not rows:
            return
        positions = [row.position for row in rows]
        new = [row.position for row in rows if row.feed_position is None]
        given = {"given": orjson.dumps(positions).decode(), "now": clock.now(), "first": min(new, default=0)}
        emptied = [{"emptied": row.position, **less} for row in rows if (less := blank(row.type))]
        with self._service.database.transaction() as session:
            session.connection().execute(_marked(self._service.database.is_sqlite), given)
            if emptied:
                session.connection().execute(_EMPTIED, emptied)
        telemetry.published.labels(self._service.name).inc(len(rows))


_OLDEST = (
    select(
        *(
            Outbox.__table__.c[name]
            for name in ("position", "id", "type", "subject", "event", "feed_position")
        )
    )
    .where(Outbox.__table__.c.published_at.is_(None))
    .order_by(Outbox.__table__.c.position)
    .limit(bindparam("limit", type_=Integer))
)


@cache
def _oldest_but(is_sqlite: bool) -> Any:
    known = select(cast(listed("known", is_sqlite).c.value, Position))
    return _OLDEST.where(Outbox.__table__.c.position.not_in(known))


_EMPTIED = (
    update(Outbox.__table__)
    .where(Outbox.__table__.c.position == bindparam("emptied", type_=Position))
    .values(type=bindparam("type"), event=bindparam("event"))
)


@cache
def _marked(is_sqlite: bool) -> Any:
    outbox = Outbox.__table__
    given = select(cast(listed("given", is_sqlite).c.value, Position))
    last = select(func.coalesce(func.max(outbox.c.feed_position), 0)).scalar_subquery()
    first = bindparam("first", type_=Position)
    larger = func.max if is_sqlite else func.greatest
    place = outbox.c.position + larger(last + 1 - first, 0)
    marked = update(outbox).where(outbox.c.position.in_(given), outbox.c.published_at.is_(None))
    return marked.values(
        published_at=bindparam("now", type_=UTCDateTime),
        feed_position=func.coalesce(outbox.c.feed_position, place),
    )


def _asking(connection: Connection) -> Oldest:
    def oldest(limit: int, known: Sequence[int]) -> Sequence[Any]:
        if not known:
            return connection.execute(_OLDEST, {"limit": limit}).all()
        asked = _oldest_but(connection.dialect.name == "sqlite")
        return connection.execute(asked, {"limit": limit, "known": orjson.dumps(known).decode()}).all()

    return oldest


def relay_once(service: Any, transport: Transport, limit: int = BATCH) -> int:
    """Send the oldest unpublished rows and mark what was confirmed. Returns how many were.

    Raises TransportDown after marking what was confirmed before the fault.
    """
    relay = Relay(service, transport, _asking_anew(service.database))
    try:
        relay.send(limit)
        return relay.settle()
    finally:
        relay.mark()


def _asking_anew(database: Database) -> Oldest:
    def oldest(limit: int, known: Sequence[int]) -> Sequence[Any]:
        with database.engine.connect() as connection:
            return _asking(connection)(limit, known)

    return oldest


def run(service: Any, transport: Transport, stop: threading.Event) -> None:
    """Relay until told to stop; bears a broker and a database that are not there, and says so."""
    waiting = bell(service.database, "relay")
    while not stop.is_set():
        try:
            with _only_one(service.database) as oldest:
                if oldest is None:
                    stop.wait(1)
                    continue
                log.info("relay.active", service=service.name)
                relay = Relay(service, transport, oldest)
                try:
                    _follow(relay, transport, waiting, stop)
                finally:
                    relay.mark()
        except Exception as error:
            log.warning("relay.trouble", service=service.name, error=type(error).__name__)
            transport.reset()
            stop.wait(1)
    waiting.close()
    transport.close()


def _follow(relay: Relay, transport: Transport, waiting: Any, stop: threading.Event) -> None:
    """Send what there is, mark when there is nothing to send for a moment, then wait for the bell."""
    while not stop.is_set():
        if sent := relay.send():
            if relay.is_full:
                relay.mark()
            elif sent < BATCH:
                waiting.wait(LINGER)
        elif relay.lingers:
            relay.mark()
        else:
            transport.idle()
            waiting.wait(1)
    relay.settle()


def _lock_file(database: Database) -> str:
    return database.url.removeprefix("sqlite:///") + ".relay"


@contextmanager
def _only_one(database: Database) -> Iterator[Oldest | None]:
    """Hold the lock of the one active relay; None if another has it. The lock goes with the process, however it ends.

    What is yielded asks for the oldest unpublished rows, and raises when the lock was lost with its connection.
    """
    if database.is_sqlite:
        with open(_lock_file(database), "w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield _asking_anew(database)
        return
    with database.engine.connect() as connection, connection.begin():
        taken = connection.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": _RELAY_LOCK})
        yield _asking(connection) if taken else None


def is_active(session: Session) -> bool:
    """Whether some relay of this service holds the lock now."""
    database: Database = session.info["database"]
    if database.is_sqlite:
        with open(_lock_file(database), "a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False
    held = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = :number "
        "AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return bool(session.scalar(held, {"number": _RELAY_LOCK}))
