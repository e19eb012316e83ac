"""Pages of activities: the list, one activity, and what its organiser does with it."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.events.activities import actions, queries
from services.events.activities.audience import POST_KINDS, STANDINGS
from services.events.activities.models import COMPLETED, FUND_SOURCES, KINDS, STATES, UPCOMING, Activity
from services.events.activities.schemas import (
    ActivityFilter,
    ActivityForm,
    Cancellation,
    CompletionForm,
)
from services.events.activities.wording import audience_words
from services.events.asking import myself, visible_activity
from services.events.attendance import queries as attendance
from services.events.opinions import queries as opinions
from services.events.opinions.models import MARKS
from services.events.registrations import queries as registrations
from services.events.registrations.models import STATES as PLACE_STATES
from services.events.stops import queries as stops
from services.events.stops.models import STATES as STOP_STATES
from services.events.stops.wording import rule_words
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.people import person
from shared.kit.problems import Problem
from shared.kit.web.forms import WHOLE, Form

pages = Pages("activities")
WORDS = {
    "KINDS": KINDS,
    "STATES": STATES,
    "FUND_SOURCES": FUND_SOURCES,
    "STANDINGS": STANDINGS,
    "POST_KINDS": POST_KINDS,
    "PLACE_STATES": PLACE_STATES,
}


@pages.get("/", allow="activities.see")
def activities() -> Any:
    """What is on, for everybody; drafts too for organisers. The tab leads the district to its table."""
    if actor().may("district.see") and not request.args:
        return seen_other("/events/district")
    asked = Form().load(ActivityFilter, request.args) or {}
    asked.setdefault("when", UPCOMING)
    keyset = queries.listing(actor().school_id, with_drafts=actor().may("activities.organise"), **asked)
    header = [_("Activity"), _("Kind"), _("Begins"), _("Place"), _("Signed up"), _("Places"), _("State")]
    if file := export(keyset, header, _exported, "activities"):
        return file
    listing = Listing(keyset)
    with reading() as session:
        mine = registrations.mine_among(session, str(actor().person_id), listing.rows)
    return render("activities/list.html", listing=listing, mine=mine, asked=asked, **WORDS)


@pages.get("/activities/<uuid:activity_id>", allow="activities.see")
def activity(activity_id: str) -> Any:
    """One activity: when, where, for whom, and the one thing to do about it."""
    with reading() as session:
        found = visible_activity(session, activity_id)
        me = myself(session)
        registration = registrations.of_person(session, found.id, me.id)
        place = (
            registrations.place_of(session, registration) if registration and registration.is_open else None
        )
        organiser = person(session, found.organiser_id) if found.organiser_id else None
        return render(
            "activities/show.html",
            activity=found,
            place=place,
            tally=registrations.tally(session, found),
            admitted=found.audience.admits(me, found.day),
            rule=audience_words(session, found),
            organiser=organiser,
            stops=stops.of_activity(session, found.id) if actor().may("activities.organise") else [],
            rule_words=rule_words,
            asks_opinion=opinions.is_asked(session, found, me.id),
            liked=opinions.mean_hundredths(session, found.id) if found.state == COMPLETED else None,
            MARKS=MARKS,
            opinion_form=Form(),
            STOP_STATES=STOP_STATES,
            attended=attendance.attended(session, me.id, [found.id]),
            present=attendance.count(session, found.id),
            **WORDS,
        )


@pages.get("/activities/new", allow="activities.organise")
def new_activity() -> Any:
    """The empty form."""
    return _form_page(Form({"kind": "contest"}))


@pages.post("/activities/new", allow="activities.organise")
def draft_activity() -> Any:
    """Keep a new draft."""
    form = Form()
    fields = form.load(ActivityForm, request.form)
    if fields is not None:
        try:
            with transaction() as session:
                made = actions.draft(session, str(actor().school_id), actor().person_id, **fields)
            flash(_("The draft is kept. Check it, then publish it."))
            return seen_other(f"/events/activities/{made.id}")
        except Problem as refusal:
            _refuse(form, refusal)
    return _form_page(form), 422


@pages.get("/activities/<uuid:activity_id>/edit", allow="activities.organise")
def edit_activity(activity_id: str) -> Any:
    """The form with what was entered."""
    with reading() as session:
        found = get_within(session, Activity, activity_id)
    return _form_page(Form(_as_typed(found)), found)


@pages.post("/activities/<uuid:activity_id>/edit", allow="activities.organise")
def change_activity(activity_id: str) -> Any:
    """Keep the changes; another time is a move."""
    form = Form()
    fields = form.load(ActivityForm, request.form)
    if fields is not None:
        try:
            with transaction() as session:
                actions.change(session, get_within(session, Activity, activity_id, lock=True), **fields)
            flash(_("Kept."))
            return seen_other(f"/events/activities/{activity_id}")
        except Problem as refusal:
            _refuse(form, refusal)
    with reading() as session:
        return _form_page(form, get_within(session, Activity, activity_id)), 422


@pages.post("/activities/<uuid:activity_id>/publish", allow="activities.organise")
def publish_activity(activity_id: str) -> Any:
    """Announce it."""
    return _do(activity_id, actions.publish, _("Published. Colleagues can see it now."))


@pages.post("/activities/<uuid:activity_id>/close-sign-up", allow="activities.organise")
def close_sign_up(activity_id: str) -> Any:
    """End sign-up now."""
    return _do(activity_id, lambda _session, found: found.close_signup(), _("Sign-up is closed."))


@pages.get("/activities/<uuid:activity_id>/cancel", allow="activities.organise")
def confirm_cancellation(activity_id: str) -> Any:
    """Ask for the reason first."""
    return _page_of(activity_id, "activities/cancel.html", Form())


@pages.post("/activities/<uuid:activity_id>/cancel", allow="activities.organise")
def cancel_activity(activity_id: str) -> Any:
    """Call it off."""
    form = Form()
    if (given := form.load(Cancellation, request.form)) is None:
        return _page_of(activity_id, "activities/cancel.html", form), 422
    return _do(
        activity_id,
        lambda session, found: actions.cancel(session, found, **given),
        _("Called off. Everybody on the list is told."),
    )


@pages.get("/activities/<uuid:activity_id>/complete", allow="activities.organise")
def completion(activity_id: str) -> Any:
    """What it cost, and how many prizes."""
    return _page_of(activity_id, "activities/complete.html", Form())


@pages.post("/activities/<uuid:activity_id>/complete", allow="activities.organise")
def complete_activity(activity_id: str) -> Any:
    """Close its books."""
    form = Form()
    given = form.load(CompletionForm, request.form)
    if given is not None:
        try:
            with transaction() as session:
                found = get_within(session, Activity, activity_id, lock=True)
                is_completed = actions.complete(session, found, **given)
            if is_completed:
                flash(_("Completed. Thank you."))
            else:
                flash(
                    _("It cost more than was planned. The chair was asked; then you can complete it."),
                    "error",
                )
            return seen_other(f"/events/activities/{activity_id}")
        except Problem as refusal:
            _refuse(form, refusal)
    return _page_of(activity_id, "activities/complete.html", form), 422


def _do(activity_id: str, change: Callable[[Session, Activity], None], said: str) -> Response:
    """Change a locked activity and say so, or why not, on its page."""
    with transaction() as session:
        found = get_within(session, Activity, activity_id, lock=True)
        try:
            change(session, found)
            flash(said)
        except Problem as refusal:
            session.rollback()
            flash(
                " ".join([str(refusal.title), *(str(t) for ts in refusal.fields.values() for t in ts)]),
                "error",
            )
    return seen_other(f"/events/activities/{activity_id}")


def _form_page(form: Form, found: Activity | None = None) -> str:
    with reading() as session:
        groups = queries.groups_of(session, str(actor().school_id))
        rule = audience_words(session, found) if found else ""
    return render("activities/form.html", form=form, activity=found, groups=groups, rule=rule, **WORDS)


def _page_of(activity_id: str, template: str, form: Form) -> str:
    with reading() as session:
        found = get_within(session, Activity, activity_id)
        tally, present = registrations.tally(session, found), attendance.count(session, found.id)
        return render(template, activity=found, form=form, tally=tally, present=present)


def _refuse(form: Form, refusal: Problem) -> None:
    form.refuse(refusal.fields or {WHOLE: [refusal.detail or str(refusal.title)]})


def _as_typed(found: Activity) -> dict[str, Any]:
    names = [name for name in ActivityForm().fields if name not in ActivityForm.RULE]
    values = {name: getattr(found, name) for name in names}
    rule = found.audience.as_rule()
    return (
        values
        | rule
        | {
            "budget": found.budget_fen,
            "age_on": None if rule["age_on"] == "activity day" else rule["age_on"],
        }
    )


def _exported(found: Activity) -> list[Any]:
    return [
        found.title,
        str(KINDS[found.kind]),
        found.starts_at,
        found.place,
        found.placed,
        found.capacity,
        str(STATES[found.state]),
    ]
