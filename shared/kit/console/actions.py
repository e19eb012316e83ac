"""What an operator may do: let dead messages be tried again, give one up, send again. Each act is audited."""

import os
import pwd
import socket
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from shared.kit import audit, worker
from shared.kit.console.queries import Count, bounded
from shared.kit.messages import Outbox, types_called
from shared.kit.problems import Conflict, Invalid

LONGEST_REASON = 500
MOST_RESENT = 1_000_000


class NotDead(Conflict):
    """It was handled, redriven or skipped meanwhile."""

    slug = "message-not-dead"
    title = _l("This message is not set aside any more")


def redrive(
    session: Session,
    *,
    ids: Sequence[str] | None = None,
    type_: str | None = None,
    reason: str = "",
    by: str | None = None,
) -> int:
    """Let dead messages be tried again from now: those with these ids, of a public type, or all. Returns how many."""
    number = worker.redrive(session, ids, types_called(type_) if type_ else None)
    if not number:
        raise NotDead()
    chosen: Sequence[str | None] = ids or [type_]
    for what in chosen:  # ids are few: somebody chose them one by one
        audit.record(
            session,
            "console.redriven",
            object_id=what,
            reason=_cut(reason) or None,
            by=by,
            amount=1 if ids else number,
        )
    return number


def skip(session: Session, message_id: str, *, reason: str, by: str | None = None) -> None:
    """Give a dead message up for good. Raises Invalid without a reason, NotDead when it is not dead."""
    if not _cut(reason):
        raise Invalid(fields={"reason": [_l("Please say why it may be given up.")]})
    if not worker.skip(session, message_id):
        raise NotDead()
    audit.record(session, "console.skipped", object_id=message_id, reason=_cut(reason), by=by, amount=1)


def to_resend(session: Session, *, position: int | None = None, since: datetime | None = None) -> Count:
    """How many events would be sent again."""
    return bounded(session, select(Outbox.position).where(*_sent_from(position, since)), MOST_RESENT)


def resend(
    session: Session,
    *,
    position: int | None = None,
    since: datetime | None = None,
    reason: str = "",
    by: str | None = None,
) -> int:
    """Send again what was said from an outbox position on, or sent since a moment. Returns how many.

    Each keeps its place in the feed; whoever has it already drops it. What was blanked cannot be sent again.
    """
    again: Update = update(Outbox).where(*_sent_from(position, since)).values(published_at=None)
    number: int = session.execute(again).rowcount  # type: ignore[attr-defined]
    session.info.setdefault("wake", set()).add("relay")
    audit.record(
        session,
        "console.resent",
        object_id=f"from {position}" if position is not None else f"since {since:%Y-%m-%dT%H:%M:%SZ}",
        reason=_cut(reason) or None,
        by=by,
        amount=number,
    )
    return number


def _sent_from(position: int | None, since: datetime | None) -> list[Any]:
    if (position is None) == (since is None):
        raise Invalid(fields={"since": [_l("Give either a position or a moment.")]})
    sent = [Outbox.published_at.is_not(None), Outbox.event != ""]
    return [*sent, Outbox.position >= position if since is None else Outbox.published_at >= since]


def _cut(reason: str) -> str:
    return " ".join(reason.split())[:LONGEST_REASON]


def at_the_keyboard() -> str:
    """The user of the operating system who types this command."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"user {os.getuid()}"
    return f"{os.environ.get('SUDO_USER') or name}@{socket.gethostname()}"[:100]
