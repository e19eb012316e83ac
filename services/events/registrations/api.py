"""Places over HTTP: sign up, withdraw, my places; the organiser's list."""

from typing import Any

from services.events.activities.models import Activity
from services.events.asking import colleague, myself, visible_activity
from services.events.registrations import actions, queries
from services.events.registrations.schemas import (
    Added,
    MyRegistrationOut,
    NameFilter,
    PlaceOut,
    RegistrationOut,
    WhenFilter,
)
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api("registrations", description="Who has a place in an activity, and who waits for one.")


@api.post("/activities/<uuid:activity_id>/sign-up", allow="registrations.sign-up")
@api.response(200, PlaceOut)
def sign_up(activity_id: str) -> queries.Place:
    """Take a place, or the next turn on the waiting list. Idempotent."""
    with transaction() as session:
        activity = visible_activity(session, activity_id, lock=True)
        return queries.place_of(session, actions.sign_up(session, activity, myself(session)))


@api.post("/activities/<uuid:activity_id>/withdraw", allow="registrations.sign-up")
@api.response(204)
def withdraw(activity_id: str) -> None:
    """Give one's place or turn back; the next in line moves up."""
    with transaction() as session:
        activity = visible_activity(session, activity_id, lock=True)
        actions.withdraw(session, activity, myself(session).id)


@api.get("/me/registrations", allow="registrations.sign-up")
@api.paged(MyRegistrationOut, WhenFilter)
def my_registrations(filters: dict[str, Any]) -> Keyset:
    """What I signed up for, the latest first."""
    return queries.listing_of_person(str(actor().person_id), **filters)


@api.get("/activities/<uuid:activity_id>/registrations", allow="registrations.manage")
@api.paged(RegistrationOut, NameFilter)
def registrations(filters: dict[str, Any], activity_id: str) -> Keyset:
    """Who is on the list: places first, then the waiting line."""
    with reading() as session:
        return queries.listing(get_within(session, Activity, activity_id).id, **filters)


@api.post("/activities/<uuid:activity_id>/registrations", allow="registrations.manage")
@api.arguments(Added)
@api.response(201, PlaceOut)
def add_registration(body: dict[str, Any], activity_id: str) -> queries.Place:
    """Sign a colleague up; they are told."""
    with transaction() as session:
        activity = get_within(session, Activity, activity_id, lock=True)
        person = colleague(session, body["person_id"])
        return queries.place_of(session, actions.add(session, activity, person, str(actor().person_id)))


@api.delete("/activities/<uuid:activity_id>/registrations/<uuid:person_id>", allow="registrations.manage")
@api.response(204)
def remove_registration(activity_id: str, person_id: str) -> None:
    """Take a colleague off the list; they are told, and the next in line moves up."""
    with transaction() as session:
        activity = get_within(session, Activity, activity_id, lock=True)
        actions.remove(session, activity, person_id)
