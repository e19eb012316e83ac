"""One's own consents (我的授权): each purpose with its text, given and withdrawn with one button."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.members.asking import me
from services.members.consents import actions, queries
from shared.kit.access import ANYONE_SIGNED_IN
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.web.formats import day
from shared.kit.web.preferences import here

pages = Pages("consents")


@pages.get("/consents/", allow=ANYONE_SIGNED_IN)
def consents() -> Any:
    with reading() as session:
        standings = queries.standings(session, me())
    return render("consents/consents.html", standings=standings, back=_back(request.args.get("next")))


@pages.post("/consents/<purpose_code>/give", allow=ANYONE_SIGNED_IN)
def give(purpose_code: str) -> Any:
    with transaction() as session:
        actions.give(session, me(), purpose_code)
    flash(_("Thank you. You can withdraw it here on any day."))
    return seen_other(_back(request.form.get("next")) or "/members/consents/")


@pages.post("/consents/<uuid:consent_id>/withdraw", allow=ANYONE_SIGNED_IN)
def withdraw(consent_id: str) -> Any:
    with transaction() as session:
        consent = queries.own_consent(session, consent_id, me())
        actions.withdraw(session, consent)
        by = consent.erase_by
    flash(_("Withdrawn. What was kept for it is erased by %(day)s.", day=day(by)))
    return seen_other("/members/consents/")


def _back(target: str | None) -> str | None:
    """The page of this house that asked for a consent, if one did."""
    return here(target) if target else None
