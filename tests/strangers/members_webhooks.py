"""Cases of webhooks: whom a union tells is its own affair."""

from services.members.webhooks import actions
from services.members.webhooks.models import WebhookDelivery
from shared.kit.database import new_id
from tests.strangers.cases import Case, Ours, Route

URL = "https://93.184.215.14/hook"
API, PAGES = "/api/members/v1/webhooks", "/members/webhooks"


def cases(ours: Ours) -> dict[Route, Case]:
    """Each act is tried on a webhook of its own."""
    chair = ours.officers["chair"]
    entered = {"name": "官网", "url": URL}

    def one() -> tuple[str, str]:
        """A webhook and one delivery of it that was given up."""
        with ours.house.members.transaction() as session:
            webhook, _secret = actions.subscribe(session, entered, school_id=ours.school.id, by=chair.id)
            delivery = WebhookDelivery(
                id=new_id(),
                webhook_id=webhook.id,
                school_id=ours.school.id,
                event_id=new_id(),
                type="voting.ballot.certified.v1",
                event_school=ours.school.id,
                event="{}",
                state="failed",
            )
            session.add(delivery)
            return ours.mark(webhook.id, delivery.id), delivery.id

    seen, told = one()
    at, replayed = "<uuid:webhook_id>", "deliveries/<uuid:delivery_id>/replay"
    since = {"since": "2020-01-01T00:00:00+08:00"}
    removed, removed_by_page = one()[0], one()[0]
    return {
        ("GET", API): Case(chair, API, shared=True, shows=seen),
        ("POST", API): Case(chair, API, json=entered, shared=True),
        ("GET", f"{API}/{at}"): Case(chair, f"{API}/{seen}"),
        ("PUT", f"{API}/{at}"): Case(chair, f"{API}/{seen}", json=entered),
        ("DELETE", f"{API}/{at}"): Case(chair, f"{API}/{removed}"),
        ("POST", f"{API}/{at}/secret"): Case(chair, f"{API}/{seen}/secret"),
        ("POST", f"{API}/{at}/check"): Case(chair, f"{API}/{seen}/check"),
        ("POST", f"{API}/{at}/pause"): Case(chair, f"{API}/{seen}/pause"),
        ("GET", f"{API}/{at}/deliveries"): Case(chair, f"{API}/{seen}/deliveries", shows=told),
        ("POST", f"{API}/{at}/{replayed}"): Case(chair, f"{API}/{seen}/deliveries/{told}/replay"),
        ("POST", f"{API}/{at}/replay"): Case(chair, f"{API}/{one()[0]}/replay", json=since),
        ("GET", f"{PAGES}/"): Case(chair, f"{PAGES}/", shared=True, shows=seen),
        ("GET", f"{PAGES}/new"): Case(chair, f"{PAGES}/new", shared=True, district=True),
        ("POST", f"{PAGES}/new"): Case(chair, f"{PAGES}/new", form=entered, shared=True),
        ("GET", f"{PAGES}/{at}"): Case(chair, f"{PAGES}/{seen}", shows=seen),
        ("GET", f"{PAGES}/{at}/edit"): Case(chair, f"{PAGES}/{seen}/edit"),
        ("POST", f"{PAGES}/{at}/edit"): Case(chair, f"{PAGES}/{seen}/edit", form=entered),
        ("POST", f"{PAGES}/{at}/secret"): Case(chair, f"{PAGES}/{seen}/secret", form={}),
        ("POST", f"{PAGES}/{at}/check"): Case(chair, f"{PAGES}/{seen}/check", form={}),
        ("POST", f"{PAGES}/{at}/pause"): Case(chair, f"{PAGES}/{seen}/pause", form={}),
        ("POST", f"{PAGES}/{at}/remove"): Case(chair, f"{PAGES}/{removed_by_page}/remove", form={}),
        ("POST", f"{PAGES}/{at}/{replayed}"): Case(
            chair, f"{PAGES}/{seen}/deliveries/{told}/replay", form={}
        ),
        ("POST", f"{PAGES}/{at}/replay"): Case(
            chair, f"{PAGES}/{seen}/replay", form={"since": "2020-01-01T00:00"}
        ),
    }
