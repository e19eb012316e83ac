"""Pages of places: the one button, my activities, and the organiser's name list."""

from collections.abc import Callable
from typing import Any

import segno
from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.events.activities.models import STATES as ACTIVITY_STATES
from services.events.activities.models import UPCOMING, Activity
from services.events.activities.queries import groups_of
from services.events.asking import colleague, myself, visible_activity
from services.events.attendance import queries as attendance
from services.events.registrations import actions, queries
from services.events.registrations.models import PLACED, STATES
from services.events.registrations.schemas import Added, NameFilter, WhenFilter
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.database import current, reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.people import organisation, search
from shared.kit.problems import Problem
from shared.kit.web.forms import Form

pages = Pages("registrations")


@pages.post("/activities/<uuid:activity_id>/sign-up", allow="registrations.sign-up")
def sign_up(activity_id: str) -> Response:
    """The one button."""

    def take(session: Session, activity: Activity) -> str:
        registration = actions.sign_up(session, activity, myself(session))
        if registration.state == PLACED:
            return _("You are signed up.")
        position = queries.position_in_line(session, registration)
        return _("Number %(position)s on the waiting list", position=position)

    return _do(activity_id, take)


@pages.post("/activities/<uuid:activity_id>/withdraw", allow="registrations.sign-up")
def withdraw(activity_id: str) -> Response:
    """Give the place or turn back."""

    def give_back(session: Session, activity: Activity) -> str:
        actions.withdraw(session, activity, myself(session).id)
        return _("You have withdrawn.")

    return _do(activity_id, give_back)


@pages.get("/mine", allow="registrations.sign-up")
def my_activities() -> Any:
    """What I signed up for and what I came to."""
    asked = Form().load(WhenFilter, request.args) or {}
    when = asked.get("when", UPCOMING)
    me = str(actor().person_id)
    listing = Listing(queries.listing_of_person(me, when))
    with reading() as session:
        came = attendance.attended(session, me, [row.Activity.id for row in listing.rows])
    return render(
        "registrations/mine.html",
        listing=listing,
        when=when,
        came=came,
        STATES=STATES,
        ACTIVITY_STATES=ACTIVITY_STATES,
    )


@pages.get("/activities/<uuid:activity_id>/people", allow="registrations.manage")
def name_list(activity_id: str) -> Any:
    """Everybody on the list; search adds somebody."""
    asked = Form().load(NameFilter, request.args) or {}
    with reading() as session:
        activity = get_within(session, Activity, activity_id)
        groups = _group_names(session)
        present = attendance.present(session, activity.id)
        registered = {row.person_id for row in queries.open_of(session, activity.id)}
        found = (
            [p for p in search(session, activity.school_id, asked["q"]) if p.id not in registered]
            if asked.get("q")
            else []
        )
    keyset = queries.listing(activity.id, asked.get("q", ""))

    def as_row(row: Any) -> list[Any]:
        came = present.get(row.Person.id)
        return [
            row.Person.name,
            groups.get(row.Person.group_id, ""),
            str(STATES[row.Registration.state]),
            row.Registration.signed_up_at,
            _("Was there") if came else "",
        ]

    header = [_("Name"), _("Group"), _("Status"), _("Signed up at"), _("Attendance")]
    if file := export(keyset, header, as_row, "people"):
        return file
    return render(
        "registrations/people.html",
        activity=activity,
        listing=Listing(keyset),
        groups=groups,
        present=present,
        found=found,
        q=asked.get("q", ""),
        STATES=STATES,
    )


@pages.post("/activities/<uuid:activity_id>/people", allow="registrations.manage")
def add_person(activity_id: str) -> Response:
    """Sign a colleague up."""
    given = Form().load(Added, request.form)

    def put(session: Session, activity: Activity) -> str:
        person = colleague(session, given["person_id"] if given else None)
        actions.add(session, activity, person, str(actor().person_id))
        return _("%(name)s is on the list.", name=person.name)

    return _do(activity_id, put, "/people")


@pages.post("/activities/<uuid:activity_id>/people/<uuid:person_id>/remove", allow="registrations.manage")
def remove_person(activity_id: str, person_id: str) -> Response:
    """Take a colleague off the list."""

    def take_off(session: Session, activity: Activity) -> str:
        person = colleague(session, person_id)
        actions.remove(session, activity, person.id)
        return _("%(name)s is off the list.", name=person.name)

    return _do(activity_id, take_off, "/people")


@pages.get("/activities/<uuid:activity_id>/people/print", allow="registrations.manage")
def print_sheet(activity_id: str) -> Any:
    """A sheet for the door: a signature and a code for each row."""
    with reading() as session:
        activity = get_within(session, Activity, activity_id)
        school = organisation(session, activity.school_id)
        rows = session.execute(
            queries.listing(activity.id).query.where(queries.Registration.state == PLACED)
        ).all()
        return render(
            "registrations/sheet.html",
            activity=activity,
            school=school,
            groups=_group_names(session),
            rows=sorted(rows, key=lambda row: row.Person.pinyin),
            printed_at=clock.now(),
            code_of=lambda person: _code(f"/events/activities/{activity.id}/door?person={person.id}"),
        )


def _do(activity_id: str, change: Callable[[Session, Activity], str], then: str = "") -> Response:
    """Change places of a locked activity and say so, or why not."""
    with transaction() as session:
        activity = visible_activity(session, activity_id, lock=True)
        try:
            flash(change(session, activity))
        except Problem as refusal:
            if refusal.status == 404:
                raise
            session.rollback()
            flash(": ".join(filter(None, (str(refusal.title), str(refusal.detail)))), "error")
    return seen_other(f"/events/activities/{activity_id}{then}")


def _group_names(session: Session) -> dict[str | None, str]:
    return {group.id: group.name for group in groups_of(session, str(actor().school_id))}


def _code(path: str) -> str:
    """A QR code as a picture in the page."""
    return str(segno.make(f"{current().config.public_url}{path}").svg_data_uri(scale=3, border=1))
