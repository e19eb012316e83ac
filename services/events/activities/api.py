"""Activities over HTTP: draft, publish, change, cancel, complete, and the list."""

from typing import Any

from services.events.activities import actions, queries
from services.events.activities.models import Activity
from services.events.activities.schemas import (
    ActivityChange,
    ActivityFilter,
    ActivityIn,
    ActivityOut,
    Cancellation,
    Completion,
)
from services.events.asking import visible_activity
from services.events.stops.actions import refusal
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.errors import answer
from shared.kit.paging import Keyset

api = Api("activities", description="What is on, for whom, and how it went.")


@api.get("/activities", allow="activities.see")
@api.paged(ActivityOut, ActivityFilter)
def activities(filters: dict[str, Any]) -> Keyset:
    """The activities of the asker's school; drafts for organisers only."""
    return queries.listing(actor().school_id, with_drafts=actor().may("activities.organise"), **filters)


@api.post("/activities", allow="activities.organise")
@api.arguments(ActivityIn)
@api.response(201, ActivityOut)
def draft_activity(body: dict[str, Any]) -> Activity:
    """Draft an activity."""
    with transaction() as session:
        activity = actions.draft(session, str(actor().school_id), actor().person_id, **body)
        return _shown(session, activity)


@api.get("/activities/<uuid:activity_id>", allow="activities.see")
@api.response(200, ActivityOut)
def one_activity(activity_id: str) -> Activity:
    """One activity; its ETag is for edits."""
    with reading() as session:
        return _shown(session, visible_activity(session, activity_id))


@api.patch("/activities/<uuid:activity_id>", allow="activities.organise")
@api.arguments(ActivityChange)
@api.response(200, ActivityOut)
def change_activity(body: dict[str, Any], activity_id: str) -> Activity:
    """Change it (If-Match). Another time is a move, and everybody on the list is told."""
    with transaction() as session:
        activity = get_within(session, Activity, activity_id, lock=True)
        api.check_etag(activity.version)
        actions.change(session, activity, **body)
        return _shown(session, activity)


@api.post("/activities/<uuid:activity_id>/publish", allow="activities.organise")
@api.response(200, ActivityOut)
def publish_activity(activity_id: str) -> Activity:
    """Announce a draft."""
    with transaction() as session:
        activity = get_within(session, Activity, activity_id, lock=True)
        actions.publish(session, activity)
        return _shown(session, activity)


@api.post("/activities/<uuid:activity_id>/close-sign-up", allow="activities.organise")
@api.response(200, ActivityOut)
def close_sign_up(activity_id: str) -> Activity:
    """End sign-up before its time; those who wait can still move up."""
    with transaction() as session:
        activity = get_within(session, Activity, activity_id, lock=True)
        activity.close_signup()
        return _shown(session, activity)


@api.post("/activities/<uuid:activity_id>/cancel", allow="activities.organise")
@api.arguments(Cancellation)
@api.response(200, ActivityOut)
def cancel_activity(body: dict[str, Any], activity_id: str) -> Activity:
    """Call it off."""
    with transaction() as session:
        activity = get_within(session, Activity, activity_id, lock=True)
        actions.cancel(session, activity, **body)
        return _shown(session, activity)


@api.post("/activities/<uuid:activity_id>/complete", allow="activities.organise")
@api.arguments(Completion)
@api.response(200, ActivityOut)
def complete_activity(body: dict[str, Any], activity_id: str) -> Any:
    """Close the books of one that was held; over its budget the chair is asked first (409)."""
    with transaction() as session:
        activity = get_within(session, Activity, activity_id, lock=True)
        if actions.complete(session, activity, **body):
            return _shown(session, activity)
        return answer(refusal(session, activity))  # returned, so that the stop is kept


def _shown(session: Any, activity: Activity) -> Activity:
    shown = queries.shown(session, activity.id)
    api.etag(shown.version)
    return shown
