"""What stops an activity, over HTTP."""

from collections.abc import Sequence
from typing import Any

from services.events.activities.models import Activity
from services.events.stops import actions, queries
from services.events.stops.models import Stop
from services.events.stops.schemas import Allowance, StopOut
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction

api = Api("stops", description="Rules on money that an activity waits for.")


@api.get("/activities/<uuid:activity_id>/stops", allow="activities.organise")
@api.response(200, StopOut(many=True))
def stops(activity_id: str) -> Sequence[Stop]:
    """Every broken rule of an activity, and how it was answered."""
    with reading() as session:
        return queries.of_activity(session, get_within(session, Activity, activity_id).id)


@api.post("/activities/<uuid:activity_id>/stops/allow", allow="stops.allow")
@api.arguments(Allowance)
@api.response(200, StopOut(many=True))
def allow(body: dict[str, Any], activity_id: str) -> list[Stop]:
    """The chair answers for all that is open, and the activity goes on."""
    with transaction() as session:
        activity = get_within(session, Activity, activity_id, lock=True)
        return actions.allow(session, activity, reason=body["reason"], by=str(actor().person_id))
