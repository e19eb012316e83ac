"""Check-in over HTTP: the door's code, a person who read it, the organiser's tick."""

from typing import Any

from services.events.activities.models import Activity
from services.events.asking import colleague, myself, visible_activity
from services.events.attendance import actions, codes, queries
from services.events.attendance.models import Attendance, StaleCode
from services.events.attendance.schemas import ArrivalOut, AttendanceOut, CheckIn, CodeOut, Tick
from services.events.registrations.schemas import NameFilter
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import current, reading, transaction
from shared.kit.paging import Keyset

api = Api("attendance", description="Who was there.")


@api.get("/activities/<uuid:activity_id>/door-code", allow="attendance.door")
@api.response(200, CodeOut)
def door_code(activity_id: str) -> dict[str, str]:
    """The code to show at the door; ask again every half minute."""
    with reading() as session:
        token = codes.code_now(get_within(session, Activity, activity_id))
    return {"token": token, "url": f"{current().config.public_url}/events/check-in/{token}"}


@api.post("/check-ins", allow="attendance.check-in")
@api.arguments(CheckIn)
@api.response(200, ArrivalOut)
def check_in(body: dict[str, Any]) -> Attendance:
    """I am here, and read this code. Idempotent."""
    if (activity_id := codes.activity_of(body["token"])) is None:
        raise StaleCode()
    with transaction() as session:
        activity = visible_activity(session, activity_id, lock=True)
        return actions.check_in_by_code(session, activity, body["token"], myself(session))


@api.get("/activities/<uuid:activity_id>/attendance", allow="attendance.door")
@api.paged(AttendanceOut, NameFilter)
def attendance(filters: dict[str, Any], activity_id: str) -> Keyset:
    """Who was there, in the order in which they came."""
    with reading() as session:
        return queries.listing(get_within(session, Activity, activity_id).id, **filters)


@api.post("/activities/<uuid:activity_id>/attendance", allow="attendance.door")
@api.arguments(Tick)
@api.response(200, ArrivalOut)
def tick(body: dict[str, Any], activity_id: str) -> Attendance:
    """A colleague is here. Idempotent."""
    with transaction() as session:
        activity = get_within(session, Activity, activity_id, lock=True)
        person = colleague(session, body["person_id"])
        return actions.check_in_at_door(session, activity, person, str(actor().person_id), body.get("at"))


@api.delete("/activities/<uuid:activity_id>/attendance/<uuid:person_id>", allow="attendance.door")
@api.response(204)
def take_back_tick(activity_id: str, person_id: str) -> None:
    """Undo a tick on the wrong line."""
    with transaction() as session:
        actions.take_back(session, get_within(session, Activity, activity_id, lock=True), person_id)
