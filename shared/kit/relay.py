"""From the outbox to the transport, in order, by one relay at a time; a second one stands by.

Oldest unpublished rows → send, holding no lock on the tables → mark those confirmed. A crash in between sends
them again; the inbox of the receiver knows their ids.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Integer, bindparam, cast, func, select, text, update
from sqlalchemy.orm import Session

from shared.kit import clock, telemetry
from shared.kit.bells import bell
from shared.kit.database import Database, listed
from shared.kit.messages import Outbox, Position, blank
from shared.kit.telemetry import log
from shared.kit.transport import Transport, TransportDown

BATCH = 500
_RELAY_LOCK = 0x756E696F  # "unio": the advisory lock's number in each service's database
_OLDEST = (
    select(Outbox.position, Outbox.id, Outbox.type, Outbox.subject, Outbox.event, Outbox.feed_position)
    .where(Outbox.published_at.is_(None))
    .order_by(Outbox.position)
    .limit(bindparam("limit", type_=Integer))
)


def relay_once(service: Any, transport: Transport, limit: int = BATCH) -> int:
    """Send the oldest unpublished rows and mark what was confirmed. Returns how many were.

    Raises TransportDown after marking what was confirmed before the fault.
    """
    with service.database.reading() as session:
        rows = session.execute(_OLDEST, {"limit": limit}).all()
    if not rows:
        return 0
    confirmed, fault = 0, None
    try:
        confirmed = transport.send(rows)
    except TransportDown as down:
        confirmed, fault = down.confirmed, down
    if confirmed:
        _mark(service, rows[:confirmed])
        telemetry.published.labels(service.name).inc(confirmed)
    if fault:
        raise fault
    return confirmed


def _mark(service: Any, rows: Any) -> None:
    """Published; and given its place in the feed, above all earlier ones, so that a reader never misses a late commit.

    What is sent again keeps the place that it had.
    """
    positions = [row.position for row in rows]
    new = next((row.position for row in rows if row.feed_position is None), 0)
    with service.database.transaction() as session:
        last = session.scalar(select(func.max(Outbox.feed_position))) or 0
        shift = max(0, last + 1 - new)
        values = {"given": orjson.dumps(positions).decode(), "now": clock.now(), "shift": shift}
        session.connection().execute(_marked(service.database.is_sqlite), values)
        for row in rows:
            if emptied := blank(row.type):
                session.execute(update(Outbox).where(Outbox.position == row.position).values(**emptied))


@cache
def _marked(is_sqlite: bool) -> Any:
    given = select(cast(listed("given", is_sqlite).c.value, Position))
    place = func.coalesce(Outbox.feed_position, Outbox.position + bindparam("shift", type_=Position))
    marked = update(Outbox).where(Outbox.position.in_(given))
    return marked.values(published_at=bindparam("now"), feed_position=place)


def run(service: Any, transport: Transport, stop: threading.Event) -> None:
    """Relay until told to stop; bears a broker and a database that are not there, and says so."""
    waiting = bell(service.database, "relay")
    while not stop.is_set():
        try:
            with _only_one(service.database) as confirm_lock:
                if confirm_lock is None:
                    stop.wait(1)
                    continue
                log.info("relay.active", service=service.name)
                while not stop.is_set():
                    confirm_lock()
                    if not relay_once(service, transport):
                        transport.idle()
                        waiting.wait(1)
        except Exception as error:
            log.warning("relay.trouble", service=service.name, error=type(error).__name__)
            transport.reset()
            stop.wait(1)
    waiting.close()
    transport.close()


def _lock_file(database: Database) -> str:
    return database.url.removeprefix("sqlite:///") + ".relay"


@contextmanager
def _only_one(database: Database) -> Iterator[Callable[[], object] | None]:
    """Hold the lock of the one active relay; None if another has it. The lock goes with the process, however it ends.

    What is yielded raises when the lock was lost with its connection.
    """
    if database.is_sqlite:
        with open(_lock_file(database), "w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield lambda: None
        return
    with database.engine.connect() as connection, connection.begin():
        taken = connection.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": _RELAY_LOCK})
        yield (lambda: connection.execute(text("SELECT 1"))) if taken else None


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
