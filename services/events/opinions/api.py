"""Opinions over HTTP."""

from typing import Any

from services.events.asking import myself, visible_activity
from services.events.opinions import actions
from services.events.opinions.schemas import Opinion
from shared.kit.api import Api
from shared.kit.database import transaction

api = Api("opinions", description="How those who came liked it; nobody's answer is kept with a name.")


@api.put("/activities/<uuid:activity_id>/opinion", allow="registrations.sign-up")
@api.arguments(Opinion)
@api.response(204)
def give(body: dict[str, Any], activity_id: str) -> None:
    """Say how one liked it, once. A PUT: a POST with an Idempotency-Key would leave a hash of the mark."""
    with transaction() as session:
        activity = visible_activity(session, activity_id, lock=True)
        actions.give(session, activity, myself(session), body["mark"])
