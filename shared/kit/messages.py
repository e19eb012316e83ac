"""Outbox and inbox: what happened, said in the transaction in which it happened, and handled once.

`emit` puts an event into the outbox; `@handles` names the function that does our part when others speak;
`remind` is a message to oneself for later. The promises are kept by relay.py and worker.py.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import BigInteger, Index, Integer, String, Text, insert
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.contracts import envelope
from shared.contracts.registry import SERVICES, Event, all_events, classes_of_data, find
from shared.kit import clock, telemetry
from shared.kit.database import Id, KitBase, UTCDateTime, is_locked, new_id

Position = BigInteger().with_variant(Integer, "sqlite")
MAX_EVENT_BYTES = 64_000
WAITING, HANDLED, DEAD, SKIPPED = "waiting", "handled", "dead", "skipped"


def by_time(column: Any) -> dict[str, Any]:
    """An index on a moment that only grows. PostgreSQL keeps it in a page or two, so that it costs no insert anything."""
    return {
        "postgresql_using": "brin",
        "postgresql_with": {"autosummarize": True},
        "sqlite_where": column.is_not(None),
    }


class Outbox(KitBase):
    """What this service has said. Oldest unpublished first is the order in which others hear it."""

    __tablename__ = "outbox"
    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    type: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(120))
    school: Mapped[str | None] = mapped_column(String(36))
    event: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    feed_position: Mapped[int | None] = mapped_column(Position)
    __table_args__ = (
        Index(
            "ix_outbox_unpublished",
            "position",
            postgresql_where=published_at.is_(None),
            sqlite_where=published_at.is_(None),
        ),
        Index("ix_outbox_feed", "feed_position"),
        Index("ix_outbox_published", "published_at", **by_time(published_at)),
        {"sqlite_autoincrement": True},
    )


class Inbox(KitBase):
    """What others said to this service, and its messages to itself: the queue from which handlers work."""

    __tablename__ = "inbox"
    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    type: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(120))
    event: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    error: Mapped[str | None] = mapped_column(Text)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when an attempt failed first
    handled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(
            "ix_inbox_order",
            "subject",
            "position",
            postgresql_where=state == WAITING,
            sqlite_where=state == WAITING,
        ),
        Index(
            "ix_inbox_due",
            "due_at",
            "position",
            postgresql_where=state == WAITING,
            sqlite_where=state == WAITING,
        ),
        Index("ix_inbox_dead", "position", postgresql_where=state == DEAD, sqlite_where=state == DEAD),
        Index("ix_inbox_handled", "handled_at", **by_time(handled_at)),
        {"sqlite_autoincrement": True},
    )


# --- saying


class NotLocked(Exception):
    """An event of something that this transaction has not locked: two changes at once could be told wrongly."""


class TooLarge(Exception):
    """An event over 64 kB: it should carry an id, not a document."""


def emit(
    session: Session,
    event_class: type[Event],
    *,
    of: Any,
    subject: str,
    school: str | None = None,
    **data: Any,
) -> str:
    """Say that something happened, in this transaction. Returns the event's id.

    `of` is the row it happened to, made or `locked()` in this transaction; `subject` is the thing whose events
    must stay in order (a person, an activity, a ballot); `data` are the contract's fields.
    Raises ContractError, NotLocked, TooLarge: all of them mistakes of ours, never of the person.
    """
    if not is_locked(session, of):
        raise NotLocked(f"{event_class.type}: {type(of).__name__} was not locked before it was changed")
    event_id = new_id()
    body = envelope.make(
        id=event_id,
        type=event_class.type,
        subject=subject,
        time=clock.now(),
        data=event_class.check(data),
        school=school,
        correlationid=telemetry.correlation_id.get() or event_id,
        causationid=telemetry.causation_id.get(),
    )
    if len(body) > MAX_EVENT_BYTES:
        raise TooLarge(f"{event_class.type}: {len(body)} bytes")
    session.info.setdefault("outbox", []).append(
        {
            "id": event_id,
            "type": event_class.type,
            "subject": subject,
            "school": school,
            "event": body.decode(),
        }
    )
    return event_id


_TO_OTHERS, _TO_ONESELF = insert(Outbox.__table__), insert(Inbox.__table__)


@sqlalchemy_event.listens_for(Session, "before_commit")
def _write_outbox(session: Session) -> None:
    """All that was said goes into the table in one statement, in the order in which it was said."""
    if rows := session.info.pop("outbox", None):
        session.flush()
        session.connection().execute(_TO_OTHERS, rows)
        session.info["wake"] = session.info.get("wake", set()) | {"relay"}


@sqlalchemy_event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    """After the commit, never inside it: a NOTIFY in the transaction would make commits wait for one another."""
    for who in session.info.pop("wake", ()):
        session.info["database"].wake(who)


@sqlalchemy_event.listens_for(Session, "after_rollback")
def _unsay(session: Session) -> None:
    session.info.pop("outbox", None)
    session.info.pop("wake", None)


# --- messages to oneself


@dataclass(frozen=True)
class Reminder:
    """The kind of a message to oneself; its name is the type in the inbox."""

    type: str


def reminder(name: str) -> Reminder:
    """`VisitDue = reminder("visit-due")`."""
    return Reminder(f"self.{name}")


def remind(
    session: Session, kind: Reminder, *, at: datetime | date, key: str, data: dict[str, Any] | None = None
) -> str:
    """Put a message to oneself into the inbox, due at a moment (a day means 08:00 in Shanghai).

    Its subject is its own (`visit-due:<key>`), so that it never blocks anything nor waits for anything but its
    own kind. Returns its id.
    """
    return remind_many(session, kind, at=at, each=[(key, data or {})])[0]


def remind_many(
    session: Session, kind: Reminder, *, at: datetime | date, each: Iterable[tuple[str, dict[str, Any]]]
) -> list[str]:
    """The same for many things (key, data) at one moment, in one statement. Returns their ids."""
    due_at = at if isinstance(at, datetime) else clock.morning_of(at)
    rows: list[dict[str, Any]] = []
    for key, data in each:
        message_id = new_id()
        body = {
            "id": message_id,
            "type": kind.type,
            "time": clock.now().isoformat(),
            "data": data,
            "correlationid": telemetry.correlation_id.get() or message_id,
        }
        rows.append(
            {
                "id": message_id,
                "type": kind.type,
                "subject": f"{kind.type.removeprefix('self.')}:{key}",
                "event": orjson.dumps(body).decode(),
                "due_at": due_at,
                "attempts": 0,
                "state": WAITING,
            }
        )
    if rows:
        session.connection().execute(_TO_ONESELF, rows)
        if due_at <= clock.now():
            session.info["wake"] = session.info.get("wake", set()) | {"worker"}
    return [row["id"] for row in rows]


# --- handling


@dataclass(frozen=True)
class Received:
    """What a handler gets: `data` holds loaded values (dates, moments), as the contract says; `raw` is the event
    as it came."""

    id: str
    type: str
    subject: str
    time: datetime
    school: str | None
    correlationid: str | None
    data: dict[str, Any]
    raw: str = field(default="", repr=False)


Handler = Callable[[Session, Received], None]
_handlers: dict[str, dict[str, list[Handler]]] = defaultdict(lambda: defaultdict(list))


def handles(
    *kinds: type[Event] | Reminder, services: Iterable[str] | None = None
) -> Callable[[Handler], Handler]:
    """Name the function that does our part when one of these is received.

    The service is known from the module's path; `services` names them for handlers of the kit.
    """

    def register(function: Handler) -> Handler:
        path = function.__module__.split(".")
        for service in services or [path[1]]:
            assert service in SERVICES, f"{function.__module__} is in no service"
            for kind in kinds:
                functions = _handlers[service][kind.type]
                functions[:] = [f for f in functions if _name(f) != _name(function)] + [function]
        return function

    return register


def _name(function: Handler) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def handled_types(service: str) -> set[str]:
    """The types of the contracts which a service handles: what its queue is bound to."""
    return {
        type_
        for type_, functions in _handlers[service].items()
        if functions and not type_.startswith("self.")
    }


@dataclass(frozen=True)
class Row:
    """An inbox row that was just stored: what it says need not be read a second time."""

    id: str
    type: str
    subject: str
    event: str
    said: envelope.Envelope


def dispatch(session: Session, service: str, row: Any) -> None:
    """Run the handlers of one inbox row (an Inbox, the columns of one, or a Row); the caller flushes.

    A type nobody knows (any more) is nothing to do.
    """
    functions = _handlers[service].get(row.type)
    if not functions:
        return
    received = _received(row)
    correlation = telemetry.correlation_id.set(received.correlationid)
    causation = telemetry.causation_id.set(received.id)
    try:
        for function in functions:
            function(session, received)
    finally:
        telemetry.causation_id.reset(causation)
        telemetry.correlation_id.reset(correlation)


def _received(row: Any) -> Received:
    if row.type.startswith("self."):
        body = orjson.loads(row.event)
        return Received(
            row.id,
            row.type,
            row.subject,
            clock.parse(body["time"]),
            None,
            body["correlationid"],
            body["data"],
        )
    said = row.said if isinstance(row, Row) else envelope.read(row.event.encode())
    event_class = find(row.type)
    data = event_class.read(said.data) if event_class else said.data
    return Received(
        said.id, said.type, said.subject, said.time, said.school, said.correlationid, data, row.event
    )


# --- sensitive types


@cache
def is_sensitive(type_: str) -> bool:
    """Whether events of this type carry a sensitive field (L3): their rows are blanked, their name shortened."""
    event_class = find(type_)
    return event_class is not None and any(class_ == "L3" for _, class_ in classes_of_data(event_class()))


def public_name(type_: str) -> str:
    """The type as logs and figures may say it: without what happened, where that is sensitive."""
    return ".".join(type_.split(".")[:2]) if is_sensitive(type_) else type_


def types_called(name: str) -> list[str]:
    """The types that have this public name: one, but for sensitive ones, which share theirs."""
    return [name, *(e.type for e in all_events() if e.type != name and public_name(e.type) == name)]


def blank(type_: str) -> dict[str, str]:
    """What is left of a sensitive row once it has done its work; empty for the others."""
    return {"event": "", "type": public_name(type_)} if is_sensitive(type_) else {}
