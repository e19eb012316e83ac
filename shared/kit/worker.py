"""Into the inbox, and from the inbox to the handlers.

`receive` stores events once, by their id, and handles a short batch on arrival in the same transaction.
`work` claims what waits: only a subject's oldest row, only when due. What fails is tried again with growing
delay, holding up its own subject alone, and is set aside as dead after the last attempt.
"""

import random
import threading
import traceback
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, aliased

from shared.contracts.envelope import Envelope
from shared.kit import clock, telemetry
from shared.kit.bells import bell
from shared.kit.database import serving, transaction
from shared.kit.messages import DEAD, HANDLED, SKIPPED, WAITING, Inbox, blank, dispatch, public_name
from shared.kit.telemetry import log

SHORT = 50  # events handled on arrival at once; a longer batch is only stored, and all workers claim
CLAIM = 50
WINDOW = 500
ATTEMPTS = 7
_COLUMNS = (Inbox.position, Inbox.id, Inbox.type, Inbox.subject, Inbox.event, Inbox.attempts)


# --- receiving


def receive(service: Any, events: Sequence[Envelope]) -> None:
    """Take events from the transport; when this returns, each is stored once and may be acknowledged.

    Raises what the database raises when it cannot store them.
    """
    telemetry.received.labels(service.name).inc(len(events))
    with serving(service):
        if len(events) <= SHORT:
            try:
                with transaction() as session:
                    _arrive(session, service, events, on_arrival=True)
                return
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                log.info("worker.arrival-failed", service=service.name, error=_why(error))
        with transaction() as session:
            _arrive(session, service, events, on_arrival=False)
        service.database.wake("worker")


def _arrive(session: Session, service: Any, events: Sequence[Envelope], on_arrival: bool) -> None:
    now = clock.now()
    events = list({event.id: event for event in events}.values())  # the same one twice in a batch is one
    subjects = {event.subject for event in events}
    heads = dict(
        session.execute(
            select(Inbox.subject, func.max(Inbox.due_at))
            .where(Inbox.state == WAITING, Inbox.subject.in_(subjects))
            .group_by(Inbox.subject)
        ).all()
    )
    rows = []
    for event in events:
        at_once = on_arrival and event.subject not in heads
        row = {
            "id": event.id,
            "type": event.type,
            "subject": event.subject,
            "event": event.raw.decode(),
            "due_at": max(now, heads.get(event.subject, now)),
            "attempts": 0,
            "error": None,
            "state": HANDLED if at_once else WAITING,
            "handled_at": now if at_once else None,
        }
        rows.append(row)
    kind = sqlite if service.database.is_sqlite else postgresql
    stored = _insert_new(session, kind.insert(Inbox), rows)
    new = [row for row in rows if row["id"] in stored and row["state"] == HANDLED]
    for row in new:
        dispatch(session, service.name, _Row(row))
        telemetry.handled.labels(service.name, public_name(str(row["type"]))).inc()
    for row in new:
        if emptied := blank(str(row["type"])):
            session.execute(update(Inbox).where(Inbox.id == row["id"]).values(**emptied))


def _insert_new(session: Session, statement: Any, rows: list[dict[str, Any]]) -> set[str]:
    """Insert those whose id is not known yet; returns their ids."""
    result = session.execute(
        statement.on_conflict_do_nothing(index_elements=["id"]).returning(Inbox.id), rows
    )
    return set(result.scalars())


class _Row:
    """A row that was just inserted, as a handler's dispatch reads it."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


# --- working


def work(service: Any, limit: int = CLAIM) -> int:
    """Handle what is due, in one transaction; if anything fails, one by one. Returns how many rows it dealt with."""
    with serving(service):
        try:
            with transaction() as session:
                rows = _claim(session, service, limit)
                _handle(session, service, rows)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.info("worker.batch-failed", service=service.name, error=_why(error))
        else:
            return len(rows)
        return sum(_work_one(service, row) for row in rows)


def _claim(session: Session, service: Any, limit: int) -> list[Any]:
    """The oldest due row of each subject, locked, then those behind it; other workers pass over locked subjects.

    The oldest due rows are looked at first; the whole inbox only if others hold all of those.
    """
    now = clock.now()
    due = select(*_COLUMNS).where(Inbox.state == WAITING, Inbox.due_at <= now)
    oldest = due.with_only_columns(Inbox.position).order_by(Inbox.due_at, Inbox.position).limit(WINDOW)
    heads = _heads(session, service, due.where(Inbox.position.in_(oldest)), limit)
    if not heads and session.scalar(select(func.count()).select_from(oldest.subquery())) == WINDOW:
        heads = _heads(session, service, due, limit)
    if not heads or len(heads) >= limit:
        return heads
    behind = due.where(
        Inbox.subject.in_([row.subject for row in heads]),
        Inbox.position.not_in([row.position for row in heads]),
    )
    followers = session.execute(behind.order_by(Inbox.position).limit(limit - len(heads))).all()
    return sorted([*heads, *followers], key=lambda row: row.position)


def _heads(session: Session, service: Any, due: Any, limit: int) -> list[Any]:
    other = aliased(Inbox)
    earlier = exists().where(
        other.subject == Inbox.subject, other.state == WAITING, other.position < Inbox.position
    )
    statement = due.where(~earlier).order_by(Inbox.due_at, Inbox.position).limit(limit)
    if not service.database.is_sqlite:
        statement = statement.with_for_update(skip_locked=True, of=Inbox)
    return list(session.execute(statement).all())


def _handle(session: Session, service: Any, rows: Sequence[Any]) -> None:
    for row in rows:
        dispatch(session, service.name, row)
    if rows:
        positions = [row.position for row in rows]
        session.execute(
            update(Inbox).where(Inbox.position.in_(positions)).values(state=HANDLED, handled_at=clock.now())
        )
    for row in rows:
        telemetry.handled.labels(service.name, public_name(row.type)).inc()
        if emptied := blank(row.type):
            session.execute(update(Inbox).where(Inbox.position == row.position).values(**emptied))


def _work_one(service: Any, row: Any) -> int:
    """Handle one row by itself, if it is still its turn; a failure counts against it alone."""
    try:
        with transaction() as session:
            mine = _heads(
                session,
                service,
                select(*_COLUMNS).where(
                    Inbox.position == row.position, Inbox.state == WAITING, Inbox.due_at <= clock.now()
                ),
                1,
            )
            _handle(session, service, mine)
        return len(mine)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        with transaction() as session:
            _put_off(session, service, row.position, error)
        return 1


def _put_off(session: Session, service: Any, position: int, error: Exception) -> None:
    """Count the attempt: later again with its followers, or set aside."""
    row = session.get(Inbox, position, with_for_update=True)
    if row is None or row.state != WAITING:
        return
    row.attempts += 1
    row.error = _why(error)
    name = public_name(row.type)
    if row.attempts >= ATTEMPTS:
        row.state = DEAD
        telemetry.dead.labels(service.name, name).inc()
        log.error("worker.dead", service=service.name, id=row.id, type=name, error=row.error)
        return
    seconds = 5 * 4 ** (row.attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311
    row.due_at = clock.now() + timedelta(seconds=seconds)
    telemetry.failed.labels(service.name, name).inc()
    log.warning(
        "worker.failed", service=service.name, id=row.id, type=name, attempt=row.attempts, error=row.error
    )
    session.execute(
        update(Inbox)
        .where(Inbox.subject == row.subject, Inbox.state == WAITING, Inbox.due_at < row.due_at)
        .values(due_at=row.due_at)
    )


def _why(error: Exception) -> str:
    """Kind and place of an error, never its message: that could name a person."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((f for f in reversed(frames) if "/services/" in f.filename), frames[-1] if frames else None)
    where = f" at {'/'.join(place.filename.rsplit('/', 3)[1:])}:{place.lineno}" if place else ""
    return type(error).__name__ + where


# --- what an operator does with the dead


def redrive(session: Session, ids: Sequence[str] | None = None) -> int:
    """Let dead rows (all, or those with these ids) be tried again from now. Returns how many."""
    chosen = update(Inbox).where(Inbox.state == DEAD)
    if ids is not None:
        chosen = chosen.where(Inbox.id.in_(ids))
    result = session.execute(chosen.values(state=WAITING, attempts=0, due_at=clock.now(), error=None))
    session.info.setdefault("wake", set()).add("worker")
    return result.rowcount  # type: ignore[attr-defined]


def skip(session: Session, message_id: str, reason: str) -> bool:
    """Give a dead row up for good, with a reason. Whether there was one."""
    chosen = update(Inbox).where(Inbox.state == DEAD, Inbox.id == message_id)
    return session.execute(chosen.values(state=SKIPPED, error=reason[:500])).rowcount == 1  # type: ignore[attr-defined]


# --- the process


def run(service: Any, stop: threading.Event) -> None:
    """Work until told to stop; bears a database that is not there."""
    waiting = bell(service.database, "worker")
    while not stop.is_set():
        try:
            if not work(service):
                waiting.wait(1)
        except Exception as error:
            log.warning("worker.trouble", service=service.name, error=type(error).__name__)
            stop.wait(1)
    waiting.close()
