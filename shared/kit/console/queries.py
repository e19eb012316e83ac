"""What an operator asks of a service's outbox and inbox. Counts are bounded, so that a full table is no slower."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Select, case, func, or_, select, text
from sqlalchemy.orm import Session

from shared.kit import clock, relay
from shared.kit.messages import DEAD, WAITING, Inbox, Outbox, public_name

MOST = 10_000  # rows that are counted; beyond them it says "at least"
MOST_MOVED = 100_000  # the same for what was sent or handled in an hour
HEADS = 20  # delayed messages that are shown
PROCESSES = ("web", "relay", "worker")
ACTS = ("console.redriven", "console.skipped", "console.resent")


@dataclass(frozen=True)
class Count:
    """How many there are, or (`more`) that many at least."""

    number: int
    more: bool = False

    def __bool__(self) -> bool:
        return self.number > 0


@dataclass(frozen=True)
class Kind:
    """Messages of one type, by its public name, and since when the oldest of them waits or is dead."""

    type: str
    count: Count
    oldest_at: datetime
    attempts: int = 0


@dataclass(frozen=True)
class Delayed:
    """A message that failed and will be tried again; those of its subject wait behind it."""

    id: str
    type: str
    attempts: int
    due_at: datetime
    error: str | None


@dataclass(frozen=True)
class Sending:
    """The outbox: what was not sent yet, and how sending goes."""

    waiting: Count
    oldest_at: datetime | None
    last_at: datetime | None
    last_hour: Count
    relay_active: bool


@dataclass(frozen=True)
class Handling:
    """The inbox: what is due, what waits for later, what is dead, and how handling goes."""

    due: Count
    oldest_at: datetime | None
    kinds: list[Kind]
    delayed: Count
    delayed_subjects: int
    heads: list[Delayed]
    reminders: Count
    next_reminder_at: datetime | None
    dead: Count
    dead_kinds: list[Kind]
    last_hour: Count
    last_minute: Count

    @property
    def seconds_left(self) -> int | None:
        """In how many seconds the due ones are done, at the pace of the last minute; None while nothing moves."""
        return self.due.number * 60 // self.last_minute.number if self.last_minute else None


@dataclass(frozen=True)
class State:
    """A service as its console shows it."""

    sending: Sending
    handling: Handling

    @property
    def mood(self) -> str:
        """`late`: somebody must look; `soon`: it is catching up, or about to; `done`: all is well."""
        sending, handling, now = self.sending, self.handling, clock.now()
        if handling.dead or not sending.relay_active:
            return "late"
        waits = [at for at in (sending.oldest_at, handling.oldest_at) if at]
        return "soon" if any(now - at > timedelta(seconds=10) for at in waits) else "done"


def state(session: Session) -> State:
    """Everything at once."""
    return State(sending(session), handling(session))


def sending(session: Session, most: int = MOST) -> Sending:
    unpublished = select(Outbox.position).where(Outbox.published_at.is_(None))
    first = select(Outbox.event).where(Outbox.published_at.is_(None)).order_by(Outbox.position).limit(1)
    last = select(Outbox.published_at).where(Outbox.feed_position.is_not(None))
    hour = clock.now() - timedelta(hours=1)
    return Sending(
        waiting=bounded(session, unpublished, most),
        oldest_at=_said_at(session.scalar(first)),
        last_at=session.scalar(last.order_by(Outbox.feed_position.desc()).limit(1)),
        last_hour=bounded(session, select(Outbox.position).where(Outbox.published_at >= hour), MOST_MOVED),
        relay_active=relay.is_active(session),
    )


def handling(session: Session, most: int = MOST) -> Handling:
    now = clock.now()
    due = _kinds(session, _waiting(Inbox.due_at <= now, most), most)
    later = _waiting(Inbox.due_at > now, most).subquery()
    is_own = later.c.type.startswith("self.")
    is_delayed = or_(~is_own, later.c.attempts > 0)
    reminders, next_at, delayed, subjects = session.execute(
        select(
            func.count(case((~is_delayed, 1))),
            func.min(case((~is_delayed, later.c.due_at))),
            func.count(case((is_delayed, 1))),
            func.count(case((is_delayed, later.c.subject)).distinct()),
        )
    ).one()
    full = reminders + delayed > most
    heads = select(later).where(later.c.attempts > 0).order_by(later.c.due_at, later.c.position).limit(HEADS)
    return Handling(
        due=_total(due),
        oldest_at=min((kind.oldest_at for kind in due), default=None),
        kinds=due,
        delayed=Count(delayed, full),
        delayed_subjects=subjects,
        heads=[
            Delayed(row.id, public_name(row.type), row.attempts, row.due_at, row.error)
            for row in session.execute(heads)
        ],
        reminders=Count(reminders, full),
        next_reminder_at=next_at,
        dead=_total(dead := _kinds(session, _dead(most), most)),
        dead_kinds=dead,
        last_hour=bounded(session, _handled_since(now - timedelta(hours=1)), MOST_MOVED),
        last_minute=bounded(session, _handled_since(now - timedelta(minutes=1)), MOST_MOVED),
    )


def bounded(session: Session, query: Select[*tuple[Any, ...]], most: int = MOST) -> Count:
    """How many rows a query has, looking at no more than `most`."""
    found = session.scalar(select(func.count()).select_from(query.limit(most + 1).subquery())) or 0
    return Count(min(found, most), found > most)


_COLUMNS = (
    Inbox.position,
    Inbox.id,
    Inbox.type,
    Inbox.subject,
    Inbox.due_at,
    Inbox.attempts,
    Inbox.error,
)


def _waiting(when: Any, most: int) -> Select[*tuple[Any, ...]]:
    """The waiting rows that are due first; one more than is counted."""
    query = select(*_COLUMNS).where(Inbox.state == WAITING, when)
    return query.order_by(Inbox.due_at, Inbox.position).limit(most + 1)


def _dead(most: int) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(Inbox.state == DEAD).order_by(Inbox.position).limit(most + 1)


def _handled_since(moment: datetime) -> Select[*tuple[Any, ...]]:
    return select(Inbox.position).where(Inbox.handled_at >= moment)


def _kinds(session: Session, rows: Select[*tuple[Any, ...]], most: int) -> list[Kind]:
    """Bounded rows by their public type, most of them first."""
    found = rows.subquery()
    grouped = select(found.c.type, func.count(), func.min(found.c.due_at), func.max(found.c.attempts))
    by_name: dict[str, list[Any]] = {}
    for type_, *figures in session.execute(grouped.group_by(found.c.type)):
        by_name.setdefault(public_name(type_), []).append(figures)
    full = sum(count for group in by_name.values() for count, _, _ in group) > most
    kinds = [
        Kind(
            name,
            Count(sum(count for count, _, _ in group), full),
            min(at for _, at, _ in group),
            max(attempts for _, _, attempts in group),
        )
        for name, group in by_name.items()
    ]
    return sorted(kinds, key=lambda kind: (-kind.count.number, kind.type))


def _total(kinds: Iterable[Kind], most: int = MOST) -> Count:
    number = sum(kind.count.number for kind in kinds)
    return Count(min(number, most), any(kind.count.more for kind in kinds))


def _said_at(event: str | None) -> datetime | None:
    """When an event was said."""
    return clock.parse(orjson.loads(event)["time"]) if event else None


def processes(session: Session) -> dict[str, int] | None:
    """How many processes of each kind hold the database open; None where all is one process."""
    if session.info["database"].is_sqlite:
        return None
    names = session.scalars(
        text("SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database()")
    )
    kinds = [(name or "").split(" ")[1:2] for name in names]
    return {kind: kinds.count([kind]) for kind in PROCESSES}


def is_id(words: str) -> bool:
    """Whether this could be the id of a message."""
    digits = words.replace("-", "")
    return len(words) == 36 and len(digits) == 32 and all(c in "0123456789abcdef" for c in digits)


# --- one message


@dataclass(frozen=True)
class Message:
    """One message without what it says: its envelope, and where it stands in this service's tables.

    `mark` stands for the subject: the same mark is the same subject, and no more can be learnt from it.
    """

    id: str
    type: str
    direction: str  # sent, received, own
    state: str
    position: int
    mark: str
    envelope: dict[str, str]
    attempts: int | None = None
    due_at: datetime | None = None
    failed_at: datetime | None = None
    handled_at: datetime | None = None
    error: str | None = None
    published_at: datetime | None = None
    feed_position: int | None = None


def messages(session: Session, message_id: str) -> list[Message]:
    """What there is of a message: the row in the inbox, the row in the outbox, or nothing."""
    found = []
    if row := session.scalars(select(Inbox).where(Inbox.id == message_id)).first():
        found.append(
            Message(
                id=row.id,
                type=public_name(row.type),
                direction="own" if row.type.startswith("self.") else "received",
                state=row.state,
                position=row.position,
                mark=mark_of(row.subject),
                envelope=_envelope(row.event),
                attempts=row.attempts,
                due_at=row.due_at,
                failed_at=row.failed_at,
                handled_at=row.handled_at,
                error=row.error,
            )
        )
    if said := session.scalars(select(Outbox).where(Outbox.id == message_id)).first():
        found.append(
            Message(
                id=said.id,
                type=public_name(said.type),
                direction="sent",
                state="published" if said.published_at else "waiting",
                position=said.position,
                mark=mark_of(said.subject),
                envelope=_envelope(said.event),
                published_at=said.published_at,
                feed_position=said.feed_position,
            )
        )
    return found


def mark_of(subject: str) -> str:
    """Eight letters that stand for a subject."""
    return hashlib.sha256(subject.encode()).hexdigest()[:8]


_SHOWN = ("specversion", "source", "time", "correlationid", "causationid", "traceparent")


def _envelope(event: str) -> dict[str, str]:
    """What an envelope says beside whom it concerns and what happened; nothing of one that was blanked."""
    said: dict[str, Any] = orjson.loads(event) if event else {}
    return {name: str(said[name]) for name in _SHOWN if said.get(name)}
