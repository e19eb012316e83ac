"""The lists of the console. What an event says is never fetched for them, so that no list can show it.

None is ordered by type: the order among sensitive types would tell them apart.
"""

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, defer

from shared.kit import clock
from shared.kit.audit import AuditEntry
from shared.kit.console.queries import ACTS, MOST, is_id
from shared.kit.messages import DEAD, WAITING, Inbox, Outbox, public_name, types_called
from shared.kit.paging import Keyset

DUE, DELAYED, REMINDERS = "due", "delayed", "reminders"
KINDS = (DUE, DELAYED, REMINDERS)
SORTS = ("since", "-since", "attempts", "-attempts")


def dead(type_: str | None = None, words: str = "", sort: str = "since") -> Keyset:
    """Dead messages, those that died first at the top; of one public type, or with words of their error or an id."""
    return _inbox(Inbox.state == DEAD, type_, words, sort)


def waiting(
    kind: str | None = None, type_: str | None = None, words: str = "", sort: str = "since"
) -> Keyset:
    """What waits to be handled: due, delayed after a failure, or a reminder for later; what is due first at the top."""
    now, is_own = clock.now(), Inbox.type.startswith("self.")
    later = Inbox.due_at > now
    when: dict[str | None, list[Any]] = {
        DUE: [Inbox.due_at <= now],
        DELAYED: [later, or_(~is_own, Inbox.attempts > 0)],
        REMINDERS: [later, is_own, Inbox.attempts == 0],
    }
    keyset = _inbox(Inbox.state == WAITING, type_, words, sort)
    return Keyset(keyset.query.where(*when.get(kind, [])), keyset.order, keyset.descending)


def unsent(type_: str | None = None) -> Keyset:
    """What was said and not sent yet, in the order in which it will be."""
    query = select(Outbox).options(_SEALED_OUTBOX).where(Outbox.published_at.is_(None))
    if type_:
        query = query.where(Outbox.type.in_(types_called(type_)))
    return Keyset(query, order=[Outbox.position])


def acts(act: str | None = None, words: str = "") -> Keyset:
    """What operators did, latest first; of one kind, or with words of the reason or what it was done to."""
    query = select(AuditEntry).where(AuditEntry.action.in_([act] if act else ACTS))
    if words:
        places = (AuditEntry.reason, AuditEntry.object_id, AuditEntry.by)
        query = query.where(or_(*(place.contains(words, autoescape=True) for place in places)))
    return Keyset(query, order=[AuditEntry.at, AuditEntry.id], descending=True)


def types_in(session: Session, keyset: Keyset) -> list[str]:
    """The public types among the first rows of a list: what one may filter by."""
    rows = keyset.query.limit(MOST).subquery()
    return sorted({public_name(type_) for type_ in session.scalars(select(rows.c.type).distinct())})


_SEALED_INBOX = defer(Inbox.event, raiseload=True)
_SEALED_OUTBOX = defer(Outbox.event, raiseload=True)


def _inbox(state: Any, type_: str | None, words: str, sort: str) -> Keyset:
    query: Select[*tuple[Any, ...]] = select(Inbox).options(_SEALED_INBOX).where(state)
    if type_:
        query = query.where(Inbox.type.in_(types_called(type_)))
    if words:
        of_this_id = [Inbox.id == words] if is_id(words) else []
        query = query.where(or_(Inbox.error.contains(words, autoescape=True), *of_this_id))
    by = Inbox.attempts if sort.endswith("attempts") else Inbox.due_at
    return Keyset(query, order=[by, Inbox.position], descending=sort.startswith("-"))
