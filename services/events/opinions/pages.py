"""The one question after an activity."""

from flask import Response, request
from flask_babel import gettext as _

from services.events.asking import myself, visible_activity
from services.events.opinions import actions
from services.events.opinions.models import NotAsked
from services.events.opinions.schemas import OpinionForm
from shared.kit.database import transaction
from shared.kit.pages import Pages, flash, seen_other
from shared.kit.web.forms import Form

pages = Pages("opinions")


@pages.post("/activities/<uuid:activity_id>/opinion", allow="registrations.sign-up")
def give(activity_id: str) -> Response:
    """Count the mark and say thank you, or why it is not asked for."""
    given = Form().load(OpinionForm, request.form)
    with transaction() as session:
        activity = visible_activity(session, activity_id, lock=True)
        if given is None:
            flash(_("Choose one of the five."), "error")
        else:
            try:
                actions.give(session, activity, myself(session), given["mark"])
                flash(_("Thank you. Nobody sees who gave which mark."))
            except NotAsked as refusal:
                flash(str(refusal.title), "error")
    return seen_other(f"/events/activities/{activity_id}")
