"""Into the inbox, and from the inbox to the handlers.

`receive` stores events once, by their id, and handles them on arrival in the same transaction, as many as fit into a
moment; `work` claims what waits: only a subject's oldest row, only when due. What fails is tried again with growing
delay, holding up its own subject alone, and is set aside as dead after the last attempt.
"""

import random
import threading
import time
import traceback
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
from sqlalchemy import JSON, Integer, String, bindparam, cast, column, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session, aliased

from shared.contracts.envelope import Envelope
from shared.kit import clock, retention, telemetry
from shared.kit.bells import bell
from shared.kit.database import Id, UTCDateTime, is_conflict, listed, serving, transaction
from shared.kit.messages import DEAD, HANDLED, SKIPPED, WAITING, Inbox, Row, blank, dispatch, public_name
from shared.kit.telemetry import log

MOMENT = 0.1  # seconds that the handlers of one transaction may take: the rest waits, and all workers claim
CLAIM = 50
LAST = 2**63 - 1  # above every position
WINDOW = 200  # due rows among which to look for subjects: enough for four workers that claim at once
ATTEMPTS = 7
_COLUMNS = (Inbox.position, Inbox.id, Inbox.type, Inbox.subject, Inbox.event, Inbox.attempts, Inbox.due_at)


# --- receiving


def receive(service: Any, events: Sequence[Envelope]) -> None:
    """Take events from the transport; when this returns, each is stored once and may be acknowledged.

    Raises what the database raises when it cannot store them.
    """
    telemetry.received.labels(service.name).inc(len(events))
    with serving(service):
        try:
            with transaction() as session:
                left = _arrive(session, service, events, moment=MOMENT)
        except Exception as error:
            if _is_away(error):
                raise
            log.info("worker.arrival-failed", service=service.name, error=_why(error))
            with transaction() as session:
                left = _arrive(session, service, events, moment=0)
        if left:
            service.database.wake("worker")


def _arrive(session: Session, service: Any, events: Sequence[Envelope], moment: float) -> int:
    """Store what is new and handle it while the moment lasts; behind a waiting row of its subject it waits too.

    Returns how many were left waiting.
    """
    now = clock.now()
    said = {event.id: event for event in events}  # the same one twice in a batch is one
    delays = _delays(session, {event.subject for event in events})
    rows = [
        _waiting(event, max(now, delays.get(event.subject, now)))
        if not moment or event.subject in delays
        else _handled(event, now)
        for event in said.values()
    ]
    stored = _insert_new(session, rows)
    new = [
        Row(event.id, event.type, event.subject, row["event"], event)
        for event, row in zip(said.values(), rows, strict=True)
        if event.id in stored and row["state"] == HANDLED
    ]
    behind = _overtaken(session, new) if len(stored) < len(rows) else set()
    ready = [row for row in new if row.subject not in behind]
    done = _dispatch(session, service, ready, moment)
    late = [*ready[done:], *(row for row in new if row.subject in behind)]
    if late:
        session.connection().execute(_LATE, [_waiting(row.said, now) | {"late": row.id} for row in late])
    return len(stored) - done


def _overtaken(session: Session, new: Sequence[Row]) -> set[str]:
    """Subjects of which something waits by now. Where part of a batch was known already, a receiver whose connection
    broke may still be storing what came before it: our insert has waited for that, our first look has not."""
    return set(_delays(session, {row.subject for row in new})) if new else set()


def _waiting(event: Envelope, due_at: datetime) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "subject": event.subject,
        "event": event.raw.decode(),
        "due_at": due_at,
        "attempts": 0,
        "error": None,
        "state": WAITING,
        "handled_at": None,
    }


def _handled(event: Envelope, now: datetime) -> dict[str, Any]:
    """As it will be when its handlers have run: what is sensitive in it is never stored."""
    return _waiting(event, now) | {"state": HANDLED, "handled_at": now, **blank(event.type)}


_LATE = (
    update(Inbox.__table__)
    .where(Inbox.__table__.c.id == bindparam("late", type_=Id))
    .values({name: bindparam(name) for name in ("state", "handled_at", "type", "event")})
)


def _insert_new(session: Session, rows: list[dict[str, Any]]) -> set[str]:
    """Insert those whose id is not known yet; returns their ids."""
    connection = session.connection()
    if session.info["database"].is_sqlite:
        return set(connection.scalars(_NEW, rows))
    # As one parameter: a statement with thousands of them takes longer to write and read than the rows to store.
    return set(connection.scalars(_NEW_TOGETHER, {"given": orjson.dumps(rows).decode()}))


def _inserting_together() -> Any:
    names = [one.name for one in Inbox.__table__.columns if one.name != "position"]
    columns = [column(name, Inbox.__table__.c[name].type) for name in names]
    table = func.json_to_recordset(cast(bindparam("given", type_=String), JSON)).table_valued(*columns)
    given = select(table.render_derived(name="given", with_types=True))
    insert = postgresql.insert(Inbox.__table__).from_select(names, given, include_defaults=False)
    return insert.on_conflict_do_nothing(index_elements=["id"]).returning(Inbox.__table__.c.id)


_NEW = (
    sqlite.insert(Inbox.__table__)
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(Inbox.__table__.c.id)
)
_NEW_TOGETHER = _inserting_together()


def _delays(session: Session, subjects: Collection[str]) -> dict[str, datetime]:
    """Those of the subjects of which something waits, and until when the first of it does."""
    given = {"subjects": orjson.dumps(list(subjects)).decode(), "n": 0}
    return dict(session.connection().execute(_statements(session)["delays"], given).all())


def _dispatch(session: Session, service: Any, rows: Iterable[Any], moment: float, least: int = 0) -> int:
    """Run handlers one row after the other until the moment is over, for `least` rows at least. Returns for how many."""
    now, done = time.monotonic(), 0
    end = now + moment
    for row in rows:
        if done >= least and now >= end:
            break
        dispatch(session, service.name, row)
        began, now = now, time.monotonic()
        telemetry.handling.labels(service.name, public_name(row.type)).observe(now - began)
        if not row.type.startswith("self."):
            telemetry.arriving.labels(service.name).observe(_seconds_since(row.id))
        done += 1
    session.flush()
    return done


def _seconds_since(message_id: str) -> float:
    """Since an id was made: a UUIDv7 begins with the milliseconds of its making."""
    return max(0.0, time.time() - int(message_id[:8] + message_id[9:13], 16) / 1000)


# --- working


def work(service: Any, limit: int = CLAIM) -> int:
    """Handle what is due, in one transaction; if anything fails, one by one. Returns how many rows it dealt with."""
    with serving(service):
        rows: list[Any] = []
        try:
            with transaction() as session:
                rows = _claim(session, limit)
                return _handle(session, service, rows)
        except Exception as error:
            if _is_away(error):
                raise
            log.info("worker.batch-failed", service=service.name, error=_why(error))
        return sum(_work_one(service, row) for row in rows)


def _claim(session: Session, limit: int) -> list[Any]:
    """The oldest row of each due subject, locked, then those behind it; other workers pass over locked subjects.

    It looks at the rows that are due longest; beyond them only if others hold all their subjects.
    """
    given = {"now": clock.now()}
    first = session.connection().scalars(_DUE, given).all()
    heads = _heads(session, set(first), limit) if first else []
    if not heads and len(first) == WINDOW:
        beyond = _DUE.where(Inbox.subject.not_in(set(first)))
        others = session.connection().scalars(beyond, given).all()
        heads = _heads(session, set(others), limit)
    if not heads or len(heads) == limit:
        return heads
    return sorted([*heads, *_followers(session, heads, limit)], key=lambda row: row.position)


_DUE = (
    select(Inbox.subject)
    .where(Inbox.state == WAITING, Inbox.due_at <= bindparam("now", type_=UTCDateTime))
    .order_by(Inbox.due_at, Inbox.position)
    .limit(WINDOW)
)


def _heads(session: Session, subjects: Collection[str], limit: int) -> list[Any]:
    """The oldest waiting row of each of the subjects, locked, if it is due and nobody else holds it."""
    given = {"subjects": orjson.dumps(list(subjects)).decode(), "n": 0, "now": clock.now(), "limit": limit}
    return list(session.connection().execute(_statements(session)["heads"], given).all())


def _followers(session: Session, heads: Sequence[Any], limit: int) -> Iterator[Any]:
    """The next rows of the subjects at hand, as far as they are due, no more than `limit` with their heads."""
    share = (limit - len(heads)) // len(heads)
    if not share:
        return
    given = {"subjects": orjson.dumps([row.subject for row in heads]).decode(), "n": share}
    locked, now, stopped = {row.position for row in heads}, clock.now(), set()
    for row in session.connection().execute(_statements(session)["followers"], given):
        if row.due_at > now:
            stopped.add(row.subject)
        if row.subject not in stopped and row.position not in locked:
            yield row


def _statements(session: Session) -> dict[str, Any]:
    return _statements_of(session.info["database"].is_sqlite)


@cache
def _statements_of(is_sqlite: bool) -> dict[str, Any]:
    """What is asked of the rows that wait, for some subjects: built once, since that takes as long as the asking.

    Each subject's n-th waiting row is found by one look into the index, however many there are behind it.
    """
    subjects, row = listed("subjects", is_sqlite), aliased(Inbox)
    waiting = select(row.position).where(row.subject == subjects.c.value, row.state == WAITING)
    one = waiting.order_by(row.position).offset(bindparam("n", type_=Integer)).limit(1)
    position = one.scalar_subquery()
    nth = select(subjects.c.value.label("subject"), position.label("position")).subquery()
    oldest = Inbox.position.in_(select(nth.c.position))

    heads = select(*_COLUMNS).where(oldest, Inbox.state == WAITING, Inbox.due_at <= bindparam("now"))
    heads = heads.order_by(Inbox.due_at, Inbox.position).limit(bindparam("limit", type_=Integer))
    upto = (nth.c.subject == Inbox.subject) & (Inbox.position <= func.coalesce(nth.c.position, LAST))
    return {
        "delays": select(Inbox.subject, Inbox.due_at).where(oldest),
        "heads": heads if is_sqlite else heads.with_for_update(skip_locked=True, of=Inbox),
        "followers": select(*_COLUMNS).join(nth, upto).where(Inbox.state == WAITING).order_by(Inbox.position),
    }


def _handle(session: Session, service: Any, rows: Sequence[Any]) -> int:
    """Run the handlers of claimed rows while the moment lasts, and mark them. Returns how many."""
    if not rows:
        return 0
    done = rows[: _dispatch(session, service, rows, MOMENT, least=1)]
    positions = [row.position for row in done]
    marked = update(Inbox).where(Inbox.position.in_(positions))
    session.execute(marked.values(state=HANDLED, handled_at=clock.now()))
    for row in done:
        if emptied := blank(row.type):
            session.execute(update(Inbox).where(Inbox.position == row.position).values(**emptied))
    return len(done)


def _work_one(service: Any, row: Any) -> int:
    """Handle one row by itself, if it is still its turn; a failure counts against it alone."""
    try:
        with transaction() as session:
            heads = _heads(session, [row.subject], 1)
            return _handle(session, service, [head for head in heads if head.position == row.position])
    except Exception as error:
        if _is_away(error):
            raise
        if isinstance(error, DBAPIError) and is_conflict(error):
            return 0  # another transaction was in the way: nobody's fault, and it stays due
        with transaction() as session:
            _put_off(session, service, row.position, error)
        return 1


def _is_away(error: Exception) -> bool:
    """Whether it is the database that cannot be reached, or cannot write, rather than the handler that fails."""
    return isinstance(error, OperationalError | InterfaceError) and not is_conflict(error)


def _put_off(session: Session, service: Any, position: int, error: Exception) -> None:
    """Count the attempt: later again with its followers, or set aside."""
    row = session.get(Inbox, position, with_for_update=True)
    if row is None or row.state != WAITING:
        return
    row.attempts += 1
    row.error = _why(error)
    row.failed_at = row.failed_at or clock.now()
    name = public_name(row.type)
    if row.attempts >= ATTEMPTS:
        row.state, row.due_at = DEAD, clock.now()  # since when it has been dead
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


def redrive(session: Session, ids: Sequence[str] | None = None, types: Sequence[str] | None = None) -> int:
    """Let dead rows (all, or those with these ids, or of these types) be tried again from now. Returns how many."""
    chosen = update(Inbox).where(Inbox.state == DEAD)
    if ids is not None:
        chosen = chosen.where(Inbox.id.in_(ids))
    if types is not None:
        chosen = chosen.where(Inbox.type.in_(types))
    result = session.execute(chosen.values(state=WAITING, attempts=0, due_at=clock.now(), error=None))
    session.info.setdefault("wake", set()).add("worker")
    return result.rowcount  # type: ignore[attr-defined]


def skip(session: Session, message_id: str) -> bool:
    """Give a dead row up for good; a sensitive one is blanked, as it would have been. Whether there was one."""
    dead = select(Inbox.type).where(Inbox.state == DEAD, Inbox.id == message_id).with_for_update()
    type_ = session.scalar(dead)
    if type_ is None:
        return False
    values = {"state": SKIPPED, "handled_at": clock.now(), **blank(type_)}
    session.execute(update(Inbox).where(Inbox.id == message_id).values(**values))
    return True


# --- the process


def run(service: Any, stop: threading.Event) -> None:
    """Work until told to stop; bears a database that is not there."""
    waiting, planted = bell(service.database, "worker"), False
    while not stop.is_set():
        try:
            if not planted:
                retention.plant(service)
                planted = True
            if not work(service):
                waiting.wait(1)
        except Exception as error:
            log.warning("worker.trouble", service=service.name, error=type(error).__name__)
            stop.wait(1)
    waiting.close()
