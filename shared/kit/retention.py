"""What was sent and handled long ago is purged, by a message to oneself once a night, a few rows at a time.

The outbox reaches back as far as the feed does; the inbox as far as a copy of an old event could still arrive.
What is dead is kept until an operator has looked at it.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Delete, delete, func, select
from sqlalchemy.orm import Session

from shared.contracts.registry import SERVICES
from shared.kit import clock, telemetry
from shared.kit.config import Config
from shared.kit.database import current, serving, transaction
from shared.kit.idempotency import IdempotencyKey
from shared.kit.messages import HANDLED, SKIPPED, WAITING, Inbox, Outbox, Received, handles, remind, reminder

BATCH = 500  # rows of one table in one transaction: some milliseconds
HOUR = 3  # in Shanghai
IDEMPOTENCY_DAYS = 30
KEY = "nightly"

Purge = reminder("purge")


def plant(service: Any) -> None:
    """See that the nightly message is on its way; called when work begins."""
    with serving(service), transaction() as session:
        if not _waits(session):
            remind(session, Purge, at=clock.now(), key=KEY)


@handles(Purge, services=SERVICES)
def on_purge(session: Session, event: Received) -> None:
    again = purge(session, current().config)
    if not _waits(session, after=event.id):  # a second chain, begun by two workers at once, ends here
        remind(session, Purge, at=clock.now() if again else _next_night(), key=KEY)


def purge(session: Session, config: Config) -> bool:
    """Delete a batch of what is past its time. Whether there may be more."""
    now = clock.now()
    last_in_feed = select(
        func.max(Outbox.feed_position)
    ).scalar_subquery()  # the next place is counted from it
    old = {
        "outbox": select(Outbox.position).where(
            Outbox.published_at < now - timedelta(days=config.outbox_days),
            Outbox.feed_position < last_in_feed,
        ),
        "inbox": select(Inbox.position).where(
            Inbox.state.in_((HANDLED, SKIPPED)), Inbox.handled_at < now - timedelta(days=config.inbox_days)
        ),
        "idempotency_key": select(IdempotencyKey.id).where(
            IdempotencyKey.created_at < now - timedelta(days=IDEMPOTENCY_DAYS)
        ),
    }
    tables: dict[str, Any] = {"outbox": Outbox, "inbox": Inbox, "idempotency_key": IdempotencyKey}
    full = False
    for name, query in old.items():
        key = query.selected_columns[0]
        chosen: Delete = delete(tables[name]).where(key.in_(session.scalars(query.limit(BATCH)).all()))
        number: int = session.execute(chosen).rowcount  # type: ignore[attr-defined]
        telemetry.purged.labels(current().name, name).inc(number)
        full = full or number == BATCH
    return full


def _waits(session: Session, after: str = "") -> bool:
    query = select(Inbox.id).where(Inbox.subject == f"purge:{KEY}", Inbox.state == WAITING)
    return any(found > after for found in session.scalars(query))


def _next_night() -> Any:
    night = clock.local(clock.now()).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return night + timedelta(days=1) if night <= clock.local(clock.now()) else night
