"""The page on which the chair answers for a broken rule."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.events.activities.models import Activity
from services.events.stops import actions, queries
from services.events.stops.schemas import Allowance
from services.events.stops.wording import rule_words
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.problems import Problem
from shared.kit.web.forms import WHOLE, Form

pages = Pages("stops")


@pages.get("/activities/<uuid:activity_id>/allow", allow="stops.allow")
def answer(activity_id: str) -> str:
    """What is broken, and the field for the reason."""
    return _page(activity_id, Form())


@pages.post("/activities/<uuid:activity_id>/allow", allow="stops.allow")
def allow(activity_id: str) -> Any:
    form = Form()
    if (given := form.load(Allowance, request.form)) is not None:
        try:
            with transaction() as session:
                activity = get_within(session, Activity, activity_id, lock=True)
                actions.allow(session, activity, reason=given["reason"], by=str(actor().person_id))
            flash(_("Allowed. The activity goes on."))
            return seen_other(f"/events/activities/{activity_id}")
        except Problem as refusal:
            form.add(WHOLE, refusal.detail or str(refusal.title))
            return _page(activity_id, form), refusal.status
    return _page(activity_id, form), 422


def _page(activity_id: str, form: Form) -> str:
    with reading() as session:
        activity = get_within(session, Activity, activity_id)
        stops = queries.open_of(session, activity.id)
        return render("stops/allow.html", activity=activity, stops=stops, form=form, rule_words=rule_words)
