"""Pages of check-in (签到): the code and the list at the door, and what a participant's phone opens."""

from typing import Any

import segno
from flask import Response, request
from flask_babel import gettext as _

from services.events.activities.models import Activity
from services.events.asking import colleague, myself, visible_activity
from services.events.attendance import actions, codes, queries
from services.events.attendance.models import DoorClosed, NoPlace, StaleCode
from services.events.attendance.schemas import DoorFilter, Tick
from services.events.registrations import queries as registrations
from services.events.registrations.models import PLACED, OutsideAudience
from shared.kit.access import actor, get_within
from shared.kit.database import current, reading, transaction
from shared.kit.pages import Pages, render, seen_other
from shared.kit.people import Person, person, search
from shared.kit.problems import Problem
from shared.kit.web.forms import Form

pages = Pages("attendance")


@pages.get("/activities/<uuid:activity_id>/door", allow="attendance.door")
def door(activity_id: str) -> Any:
    """The code to show, who has come, who is still expected; ?q= finds a name, ?person= the row of a sheet."""
    return _door_page(activity_id, Form().load(DoorFilter, request.args) or {})


@pages.post("/activities/<uuid:activity_id>/door", allow="attendance.door")
def tick(activity_id: str) -> Any:
    """A colleague is here. A phone that had no network sends this later; ticking twice changes nothing."""
    given = Form().load(Tick, request.form) or {}
    try:
        with transaction() as session:
            activity = get_within(session, Activity, activity_id, lock=True)
            somebody = colleague(session, given.get("person_id"))
            actions.check_in_at_door(session, activity, somebody, str(actor().person_id))
    except (DoorClosed, NoPlace, OutsideAudience) as refusal:
        return _door_page(activity_id, {}, refusal), refusal.status
    return seen_other(f"/events/activities/{activity_id}/door?hit={somebody.id}")


@pages.post("/activities/<uuid:activity_id>/door/<uuid:person_id>/take-back", allow="attendance.door")
def take_back(activity_id: str, person_id: str) -> Response:
    """Undo a tick on the wrong line."""
    with transaction() as session:
        actions.take_back(session, get_within(session, Activity, activity_id, lock=True), person_id)
    return seen_other(f"/events/activities/{activity_id}/door")


@pages.get("/check-in/<token>", allow="attendance.check-in")
def read_code(token: str) -> Any:
    """What the code at the door opens on a phone: one button."""
    with reading() as session:
        activity = visible_activity(session, _activity_of(token))
        arrival = queries.present(session, activity.id).get(myself(session).id)
        fresh = codes.is_fresh(activity, token)
    return render("attendance/check_in.html", activity=activity, arrival=arrival, fresh=fresh, token=token)


@pages.post("/check-in/<token>", allow="attendance.check-in")
def check_in(token: str) -> Any:
    """I am here."""
    try:
        with transaction() as session:
            activity = visible_activity(session, _activity_of(token), lock=True)
            arrival = actions.check_in_by_code(session, activity, token, myself(session))
            return render(
                "attendance/check_in.html", activity=activity, arrival=arrival, fresh=True, token=token
            )
    except Problem as refusal:
        if refusal.status == 404:
            raise
        return render("attendance/refused.html", refusal=refusal), refusal.status


def _door_page(activity_id: str, asked: dict[str, Any], refusal: Problem | None = None) -> str:
    with reading() as session:
        activity = get_within(session, Activity, activity_id)
        present = queries.present(session, activity.id)
        listed = session.execute(registrations.listing(activity.id).query).all()
        expected = [row.Person for row in listed if row.Registration.state == PLACED]
        people = _wanted(session, activity, asked, expected)
        hit = person(session, asked["hit"]) if "hit" in asked else None
    url = f"{current().config.public_url}/events/check-in/{codes.code_now(activity)}"
    return render(
        "attendance/door.html",
        activity=activity,
        present=present,
        expected=expected,
        asked=asked,
        hit=hit,
        refusal=refusal,
        people=sorted(people, key=lambda p: (p.id in present, p.pinyin)),
        code=segno.make(url).svg_data_uri(scale=7, border=3, light="#fff"),
    )


def _activity_of(token: str) -> str:
    if (activity_id := codes.activity_of(token)) is None:
        raise StaleCode(_("Please read the code at the door again."))
    return activity_id


def _wanted(session: Any, activity: Activity, asked: dict[str, Any], expected: list[Person]) -> list[Person]:
    """Whom the list shows: the one of a sheet's row, those of a name, or all who are expected."""
    if "person" in asked:
        return [colleague(session, asked["person"])]
    if not asked.get("q"):
        return expected
    found = search(session, activity.school_id, asked["q"])
    if activity.walk_ins:
        return found
    placed = {p.id for p in expected}
    return [p for p in found if p.id in placed]
