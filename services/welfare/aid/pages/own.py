"""Asking for aid and following it; what was paid to all, in numbers."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.aid import actions, queries
from services.welfare.aid.limits import limit_of
from services.welfare.aid.models import KINDS, OWN_KINDS
from services.welfare.aid.pages import pages
from services.welfare.aid.schemas import AskForm, YearQuery
from services.welfare.consents import queries as consents
from services.welfare.consents.models import FAMILY_FINANCE
from services.welfare.visits.queries import names
from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, flash, render, seen_other
from shared.kit.problems import Conflict, Invalid
from shared.kit.web.forms import WHOLE, Form

HOME = "/welfare/aid/"


@pages.get("/aid/mine", allow="aid.ask")
def mine() -> str:
    return render("aid/mine.html", listing=Listing(queries.own_requests()))


@pages.get("/aid/ask", allow="aid.ask")
def ask() -> str:
    return _ask_form(Form())


@pages.post("/aid/ask", allow="aid.ask")
def send_request() -> Any:
    form = Form()
    data = form.load(AskForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                who = actor()
                found = actions.request_aid(
                    session, school_id=str(who.school_id), person_id=str(who.person_id), **data
                )
            flash(_("Your request is with the chair."))
            return seen_other(HOME + found.id)
        except Invalid as refusal:
            form.refuse(
                {"asked" if name == "asked_fen" else name: text for name, text in refusal.fields.items()}
            )
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_ask_form(form), 422)


def _ask_form(form: Form) -> str:
    with reading() as session:
        consent = consents.in_force(session, str(actor().person_id), FAMILY_FINANCE)
    kinds = [(kind, str(KINDS[kind])) for kind in OWN_KINDS]
    return render("aid/ask.html", form=form, consent=consent, kinds=kinds)


@pages.get("/aid/<uuid:request_id>", allow=ANYONE_SIGNED_IN)
def show(request_id: str) -> str:
    """One request, with the rule's trace; a read by others is recorded."""
    with transaction() as session:
        found = queries.visible(session, request_id)
        queries.record_read(session, found)
        who = actor()
        own = found.person_id is not None and found.person_id == who.person_id
        return render(
            "aid/show.html",
            aid=found,
            own=own,
            decides=who.may("aid.decide") and who.person_id not in (found.person_id, found.requested_by),
            limit=limit_of(session, found, found.decided_on or clock.today()),
            names=names(session, {found.person_id, found.decided_by}),
        )


@pages.post("/aid/<uuid:request_id>/withdraw", allow=ANYONE_SIGNED_IN)
def withdraw(request_id: str) -> Response:
    with transaction() as session:
        actions.withdraw(session, queries.own(session, request_id))
    flash(_("Taken back; why you asked is erased."))
    return seen_other(f"{HOME}mine")


@pages.post("/aid/<uuid:request_id>/received", allow=ANYONE_SIGNED_IN)
def received(request_id: str) -> Response:
    with transaction() as session:
        actions.confirm_receipt(session, queries.own(session, request_id))
    flash(_("Noted. Thank you."))
    return seen_other(HOME + request_id)


@pages.get("/aid/totals", allow="aid.ask")
def totals() -> str:
    """What the union paid in aid in a year, for every member."""
    year = (Form().load(YearQuery, request.args) or {}).get("year") or clock.today().year
    with reading() as session:
        exact = actor().may(queries.KEEP)
        found = queries.totals(session, str(actor().school_id), year, exact=exact)
    return render("aid/totals.html", totals=found, year=year, now=clock.today().year)
