"""Reads of webhooks and of what they were told."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from services.members.webhooks.models import ACTIVE, PENDING, UNPROVED, Webhook, WebhookDelivery
from shared.kit import clock
from shared.kit.paging import Keyset
from shared.kit.people import Organisation


def webhooks(school_id: str, words: str = "", state: str | None = None) -> Keyset:
    """The webhooks of a union or district, latest first."""
    query = select(Webhook).where(Webhook.school_id == school_id)
    if words:
        query = query.where(
            or_(*(place.contains(words, autoescape=True) for place in (Webhook.name, Webhook.host)))
        )
    if state:
        query = query.where(Webhook.state == state)
    return Keyset(query, order=[Webhook.created_at, Webhook.id], descending=True)


def deliveries(webhook_id: str, asked: dict[str, Any]) -> Keyset:
    """The log of one webhook, latest first; `q` is an event's id or part of its type."""
    query: Select[Any] = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    if words := asked.get("q"):
        query = query.where(
            or_(WebhookDelivery.type.contains(words, autoescape=True), WebhookDelivery.event_id == words)
            if len(words) == 36 and words.count("-") == 4 and words.replace("-", "").isalnum()
            else WebhookDelivery.type.contains(words, autoescape=True)
        )
    if state := asked.get("state"):
        query = query.where(WebhookDelivery.state == state)
    return Keyset(
        query,
        order=[WebhookDelivery.created_at, WebhookDelivery.id],
        descending=asked.get("sort") != "created_at",
    )


def wanting(session: Session, type_: str, school_id: str) -> Sequence[Webhook]:
    """The active webhooks that are to hear of an event: those of its union and of its union's district."""
    district = session.scalar(select(Organisation.parent_id).where(Organisation.id == school_id))
    owners = [school_id, *([district] if district else [])]
    found = session.scalars(select(Webhook).where(Webhook.school_id.in_(owners), Webhook.state == ACTIVE))
    return [webhook for webhook in found if webhook.wants(type_, school_id)]


def due(limit: int) -> Select[Any]:
    """Webhooks for which there is something to do now, and which nobody else is calling."""
    now = clock.now()
    waits = exists().where(
        WebhookDelivery.webhook_id == Webhook.id,
        WebhookDelivery.state == PENDING,
        WebhookDelivery.due_at <= now,
    )
    return (
        select(Webhook)
        .where(
            or_(Webhook.leased_until.is_(None), Webhook.leased_until <= now),
            or_(
                (Webhook.state == UNPROVED) & (Webhook.proof_due_at <= now),
                (Webhook.state == ACTIVE)
                & or_(Webhook.quiet_until.is_(None), Webhook.quiet_until <= now)
                & waits,
            ),
        )
        .order_by(Webhook.leased_until, Webhook.id)
        .limit(limit)
    )


def next_delivery(webhook_id: str) -> Select[Any]:
    """The one of a webhook's that has been due longest."""
    return (
        select(WebhookDelivery)
        .where(
            WebhookDelivery.webhook_id == webhook_id,
            WebhookDelivery.state == PENDING,
            WebhookDelivery.due_at <= clock.now(),
        )
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(1)
    )
