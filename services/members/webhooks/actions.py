"""What officers do with webhooks, and what becomes of an event that one of them is to hear."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.members.webhooks import sending
from services.members.webhooks.addresses import Refused, look
from services.members.webhooks.models import (
    ACTIVE,
    DISABLED,
    FAILED,
    PAUSED,
    PENDING,
    UNPROVED,
    Webhook,
    WebhookDelivery,
)
from services.members.webhooks.queries import wanting
from services.members.webhooks.wording import ERRORS
from shared.kit import audit, clock, people
from shared.kit.database import current, new_id
from shared.kit.notices import notify
from shared.kit.problems import Conflict, Invalid, NotFound

MOST = 10  # webhooks of a union or district
MOST_WAITING = 10_000  # deliveries that may wait for a receiver in trouble
MOST_REPLAYED = 10_000
# After the first try, some twenty-seven hours in all: a receiver may be away for a day.
DELAYS = tuple(timedelta(seconds=s) for s in (5, 30, 300, 1800, 7200, 21600, 64800))
PROOFS = DELAYS[:4]
QUIET_MOST = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=3)
LONGEST_DELAY = timedelta(days=1)


class TooManyWebhooks(Conflict):
    slug = "too-many-webhooks"


class NothingToReplay(Conflict):
    slug = "nothing-to-replay"


def subscribe(session: Session, values: dict[str, Any], *, school_id: str, by: str) -> tuple[Webhook, str]:
    """A webhook and its secret, which is shown this once. Raises Invalid, TooManyWebhooks, NotFound."""
    if _number(session, school_id) >= MOST:
        raise TooManyWebhooks(_("There are %(most)s already. Remove one first.", most=MOST))
    webhook = Webhook(id=new_id(), school_id=school_id, created_by=by)  # what is sealed is sealed for its id
    _set(session, webhook, values)
    webhook.url, secret = values["url"], sending.new_secret()
    webhook.secret = secret
    webhook.prove_again()
    session.add(webhook)
    session.flush()
    audit.record(session, "webhook.made", object_id=webhook.id)
    _wake(session)
    return webhook, secret


def change(session: Session, webhook: Webhook, values: dict[str, Any]) -> None:
    """Other values; a new address must confirm anew."""
    moved = values["url"] != webhook.url
    _set(session, webhook, values)
    if moved:
        webhook.url = values["url"]
        webhook.prove_again()
        _wake(session)
    audit.record(session, "webhook.changed", object_id=webhook.id)


def rotate(session: Session, webhook: Webhook) -> str:
    """Another secret; for a day the old one signs too."""
    secret = sending.new_secret()
    webhook.rotate(secret)
    audit.record(session, "webhook.secret-renewed", object_id=webhook.id)
    return secret


def pause(session: Session, webhook: Webhook) -> None:
    """Nothing is sent and nothing is kept for it until it is checked again."""
    webhook.state = PAUSED
    audit.record(session, "webhook.paused", object_id=webhook.id)


def check_again(session: Session, webhook: Webhook) -> None:
    """Ask the receiver for its confirmation; what still waits follows."""
    webhook.prove_again()
    audit.record(session, "webhook.checked", object_id=webhook.id)
    _wake(session)


def remove(session: Session, webhook: Webhook) -> None:
    """With all that was kept of it."""
    session.execute(WebhookDelivery.__table__.delete().where(WebhookDelivery.webhook_id == webhook.id))  # type: ignore[attr-defined]
    session.delete(webhook)
    audit.record(session, "webhook.removed", object_id=webhook.id)


def replay(session: Session, webhook: Webhook, delivery: WebhookDelivery) -> None:
    """Send one again."""
    delivery.again()
    audit.record(session, "webhook.replayed", object_id=webhook.id, amount=1)
    _wake(session)


def replay_many(session: Session, webhook: Webhook, *, since: datetime, failed_only: bool = False) -> int:
    """Send again what was first due since a moment. Returns how many. Raises NothingToReplay."""
    states = [FAILED] if failed_only else ["delivered", FAILED]
    chosen = (
        select(WebhookDelivery.id)
        .where(
            WebhookDelivery.webhook_id == webhook.id,
            WebhookDelivery.created_at >= since,
            WebhookDelivery.state.in_(states),
        )
        .order_by(WebhookDelivery.created_at)
        .limit(MOST_REPLAYED)
    )
    again = (
        update(WebhookDelivery)
        .where(WebhookDelivery.id.in_(chosen))
        .values(state=PENDING, attempts=0, due_at=clock.now(), replays=WebhookDelivery.replays + 1)
    )
    number: int = session.execute(again).rowcount  # type: ignore[attr-defined]
    if not number:
        raise NothingToReplay(_("Nothing was delivered or given up since then."))
    audit.record(session, "webhook.replayed", object_id=webhook.id, amount=number)
    _wake(session)
    return number


# --- what the system does


def enqueue(session: Session, *, event_id: str, type_: str, school_id: str, event: str) -> int:
    """Put an event into the queue of each webhook that is to hear it. Returns of how many."""
    number = 0
    for webhook in wanting(session, type_, school_id):
        if webhook.failing_since is not None and _waiting(session, webhook.id) >= MOST_WAITING:
            disable(session, webhook, "too-much-waits")
            continue
        session.add(
            WebhookDelivery(
                webhook_id=webhook.id,
                school_id=webhook.school_id,
                event_id=event_id,
                type=type_,
                event_school=school_id,
                event=event,
            )
        )
        number += 1
    if number:
        _wake(session)
    return number


def proved(webhook: Webhook, outcome: sending.Outcome, is_right: bool) -> None:
    """The receiver was asked whether it wants to hear."""
    if webhook.state != UNPROVED:
        return
    webhook.proof_due_at = None
    if is_right:
        webhook.state = ACTIVE
        webhook.reached()
        return
    webhook.proof_attempts += 1
    webhook.error = outcome.error or ("no-confirmation" if outcome.is_good else f"status-{outcome.status}")
    if webhook.proof_attempts <= len(PROOFS):
        webhook.proof_due_at = clock.now() + PROOFS[webhook.proof_attempts - 1]


def tried(session: Session, webhook: Webhook, delivery: WebhookDelivery, outcome: sending.Outcome) -> None:
    """A delivery was tried: done, later again, or given up; and the webhook is switched off after three days of that."""
    now = clock.now()
    delivery.tried_at, delivery.status, delivery.error = now, outcome.status, outcome.error
    delivery.attempts += 1
    if outcome.is_good:
        delivery.state = "delivered"
        webhook.reached()
        return
    if outcome.error is None:
        delivery.error = f"status-{outcome.status}"
    webhook.error, webhook.failures = delivery.error, webhook.failures + 1
    webhook.failing_since = webhook.failing_since or now
    if delivery.attempts > len(DELAYS):
        delivery.state = FAILED
    else:
        asked = timedelta(seconds=outcome.retry_after or 0)
        delivery.due_at = now + min(max(DELAYS[delivery.attempts - 1], asked), LONGEST_DELAY)
    if outcome.status is None or outcome.status >= 500 or outcome.status == 429:
        # The receiver, not this event: its other ones wait a little, too.
        webhook.quiet_until = now + min(timedelta(seconds=2 ** min(webhook.failures, 12)), QUIET_MOST)
    if outcome.status == 410:
        disable(session, webhook, "gone")
    elif now - webhook.failing_since > GIVE_UP_AFTER:
        disable(session, webhook, webhook.error or "no-answer")


def disable(session: Session, webhook: Webhook, why: str) -> None:
    """Switch it off, and tell whoever made it and whoever holds the office now."""
    webhook.state, webhook.error = DISABLED, why
    audit.record(session, "webhook.disabled", object_id=webhook.id, school_id=webhook.school_id, reason=why)
    told = {webhook.created_by}
    for office in ("chair", "district_officer"):
        told |= {officer.id for officer in people.officers(session, webhook.school_id, office)}
    for person_id in sorted(told):
        notify(
            session,
            to=person_id,
            template="webhook-disabled",
            school=webhook.school_id,
            link=f"/members/webhooks/{webhook.id}",
        )


def _set(session: Session, webhook: Webhook, values: dict[str, Any]) -> None:
    try:
        target = look(values["url"], current().config.webhooks_inside)
    except Refused as refusal:
        raise Invalid(fields={"url": [str(ERRORS[refusal.code])]}) from None
    only = values.get("only_school")
    if only is not None:
        union = people.organisation(session, only)
        if union is None or webhook.school_id not in (union.id, union.parent_id):
            raise NotFound()
    webhook.name, webhook.host = values["name"], target.host
    webhook.types, webhook.only_school = sorted(set(values.get("types") or [])), only


def _number(session: Session, school_id: str) -> int:
    return session.scalar(select(func.count()).where(Webhook.school_id == school_id)) or 0


def _waiting(session: Session, webhook_id: str) -> int:
    return (
        session.scalar(
            select(func.count()).where(
                WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.state == PENDING
            )
        )
        or 0
    )


def _wake(session: Session) -> None:
    session.info["wake"] = session.info.get("wake", set()) | {"outside"}
