"""The pages of what is told to the women's officer: one's own and the form, her list, one thing with what the rules ask."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.confidences import actions, queries
from services.welfare.confidences.models import KINDS
from services.welfare.confidences.schemas import ConfidenceFilter, ConfidenceIn
from services.welfare.visits.queries import names
from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.people import officers
from shared.kit.problems import Conflict, Invalid
from shared.kit.web.forms import WHOLE, Form

pages = Pages("confidences")
HOME = "/welfare/confidences/"


@pages.context_processor
def _words() -> dict[str, object]:
    return {"KINDS": KINDS}


@pages.get("/confidences/mine", allow=queries.TELL)
def mine() -> str:
    with reading() as session:
        return render("confidences/mine.html", told=queries.own(session), officers=_officers(session))


@pages.get("/confidences/tell", allow=queries.TELL)
def tell() -> str:
    return _form(Form())


@pages.post("/confidences/tell", allow=queries.TELL)
def send() -> Any:
    form = Form()
    data = form.load(ConfidenceIn, request.form)
    if data is not None:
        who = actor()
        try:
            with transaction() as session:
                actions.confide(session, school_id=str(who.school_id), person_id=str(who.person_id), **data)
            flash(_("Told. You can take it back at any time; then it is deleted."))
            return seen_other(f"{HOME}mine")
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_form(form), 422)


def _form(form: Form) -> str:
    with reading() as session:
        return render("confidences/tell.html", form=form, officers=_officers(session))


def _officers(session: Any) -> list[str]:
    return [card.name for card in officers(session, str(actor().school_id), actions.OFFICE)]


@pages.get("/confidences/", allow=queries.READ)
def confidences() -> str:
    filters = Form().load(ConfidenceFilter, request.args) or {}
    with transaction() as session:
        found = queries.confidences(session, filters)
        return render("confidences/list.html", found=found, filters=filters, today=clock.today())


@pages.get("/confidences/<uuid:confidence_id>", allow=ANYONE_SIGNED_IN)
def confidence(confidence_id: str) -> str:
    with transaction() as session:
        found = queries.visible(session, confidence_id)
        queries.record_read(session, found)
        own = found.person_id == actor().person_id
        name = names(session, {found.person_id}).get(found.person_id, "")
        return render("confidences/show.html", found=found, own=own, name=name, today=clock.today())


@pages.post("/confidences/<uuid:confidence_id>/take-back", allow=ANYONE_SIGNED_IN)
def take_back(confidence_id: str) -> Any:
    with transaction() as session:
        actions.take_back(session, queries.to_take_back(session, confidence_id))
    flash(_("Taken back; it is deleted."))
    return seen_other(f"{HOME}mine")
