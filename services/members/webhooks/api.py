"""JSON API of webhooks."""

from types import SimpleNamespace
from typing import Any

from services.members.asking import me, my_union
from services.members.webhooks import actions, queries, schemas
from services.members.webhooks.models import Webhook, WebhookDelivery
from shared.kit.access import get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound

api = Api("webhooks", description="Outside systems that are told of public events")
MANAGE = "webhooks.manage"


@api.get("/webhooks", allow=MANAGE)
@api.paged(schemas.WebhookOut, schemas.WebhookFilter)
def webhooks(asked: dict[str, Any]) -> Keyset:
    """The webhooks of one's own union or district."""
    return queries.webhooks(my_union(), asked.get("q", ""), asked.get("state"))


@api.post("/webhooks", allow=MANAGE)
@api.arguments(schemas.WebhookIn)
@api.response(201, schemas.WebhookWithSecret)
def subscribe(body: dict[str, Any]) -> Any:
    """Tell an address of public events, once it has confirmed. Its secret is in this answer and nowhere else."""
    with transaction() as session:
        webhook, secret = actions.subscribe(session, body, school_id=my_union(), by=me())
        return _with_secret(webhook, secret)


@api.get("/webhooks/<uuid:webhook_id>", allow=MANAGE)
@api.response(200, schemas.WebhookOut)
def webhook(webhook_id: str) -> Webhook:
    """One webhook, and how it fares."""
    with reading() as session:
        return get_within(session, Webhook, webhook_id)


@api.put("/webhooks/<uuid:webhook_id>", allow=MANAGE)
@api.arguments(schemas.WebhookIn)
@api.response(200, schemas.WebhookOut)
def change(body: dict[str, Any], webhook_id: str) -> Webhook:
    """Other values; a new address must confirm anew."""
    with transaction() as session:
        found = get_within(session, Webhook, webhook_id, lock=True)
        actions.change(session, found, body)
        return found


@api.delete("/webhooks/<uuid:webhook_id>", allow=MANAGE)
@api.response(204)
def remove(webhook_id: str) -> None:
    """With its log."""
    with transaction() as session:
        actions.remove(session, get_within(session, Webhook, webhook_id, lock=True))


@api.post("/webhooks/<uuid:webhook_id>/secret", allow=MANAGE)
@api.response(200, schemas.WebhookWithSecret)
def renew_secret(webhook_id: str) -> Any:
    """Another secret; for a day both sign."""
    with transaction() as session:
        found = get_within(session, Webhook, webhook_id, lock=True)
        return _with_secret(found, actions.rotate(session, found))


@api.post("/webhooks/<uuid:webhook_id>/check", allow=MANAGE)
@api.response(200, schemas.WebhookOut)
def check_again(webhook_id: str) -> Webhook:
    """Ask the receiver for its confirmation again; so a paused or switched-off one begins anew."""
    with transaction() as session:
        found = get_within(session, Webhook, webhook_id, lock=True)
        actions.check_again(session, found)
        return found


@api.post("/webhooks/<uuid:webhook_id>/pause", allow=MANAGE)
@api.response(200, schemas.WebhookOut)
def pause(webhook_id: str) -> Webhook:
    """Send nothing, and keep nothing new for it."""
    with transaction() as session:
        found = get_within(session, Webhook, webhook_id, lock=True)
        actions.pause(session, found)
        return found


@api.get("/webhooks/<uuid:webhook_id>/deliveries", allow=MANAGE)
@api.paged(schemas.WebhookDeliveryOut, schemas.DeliveryFilter)
def deliveries(asked: dict[str, Any], webhook_id: str) -> Keyset:
    """What it was told, latest first; thirty days of it."""
    with reading() as session:
        get_within(session, Webhook, webhook_id)
    return queries.deliveries(webhook_id, asked)


@api.post("/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay", allow=MANAGE)
@api.response(204)
def replay(webhook_id: str, delivery_id: str) -> None:
    """Send one again, with the same id."""
    with transaction() as session:
        found = get_within(session, Webhook, webhook_id, lock=True)
        delivery = get_within(session, WebhookDelivery, delivery_id, lock=True)
        if delivery.webhook_id != found.id:
            raise NotFound()
        actions.replay(session, found, delivery)


@api.post("/webhooks/<uuid:webhook_id>/replay", allow=MANAGE)
@api.arguments(schemas.WebhookReplay)
@api.response(200, schemas.WebhookReplayed)
def replay_many(body: dict[str, Any], webhook_id: str) -> dict[str, int]:
    """Send again what it was told since a moment, or only what was given up."""
    with transaction() as session:
        found = get_within(session, Webhook, webhook_id, lock=True)
        return {"amount": actions.replay_many(session, found, **body)}


def _with_secret(found: Webhook, secret: str) -> SimpleNamespace:
    shown = {name: getattr(found, name) for name in schemas.WebhookOut().fields if name != "why"}
    return SimpleNamespace(**shown, secret=secret)
