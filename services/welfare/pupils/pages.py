"""The pages of the help for pupils: the list, a new programme, one programme, a payment."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.aid.pages.keeping import kept_receipts
from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.pupils import actions, queries
from services.welfare.pupils.models import STATES, PupilProgramme
from services.welfare.pupils.schemas import ProgrammeFilter, ProgrammeForm, PupilPaymentForm
from services.welfare.wording import in_yuan
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.problems import Problem
from shared.kit.web.forms import WHOLE, Form

pages = Pages("pupils")
HOME = "/welfare/pupils/"
CONTROLS = {"amount_fen": "amount", "each_fen": "each", "receipt_ids": "receipts"}


@pages.context_processor
def _words() -> dict[str, object]:
    return {"STATES": STATES, "FUNDS": FUNDS}


@pages.get("/pupils/", allow=queries.SEE)
def programmes() -> Any:
    filters = Form().load(ProgrammeFilter, request.args) or {}
    keyset = queries.programmes(filters)

    def row(found: PupilProgramme) -> list[Any]:
        sum_ = in_yuan(found.amount_fen)
        return [found.title, found.donor, found.pupils, sum_, str(STATES[found.state]), found.proposed_on]

    header = [
        _("Title"),
        _("Who gives"),
        _("How many pupils"),
        _("Sum in yuan"),
        _("State"),
        _("Proposed on"),
    ]
    if (file := export(keyset, header, row, "pupils")) is not None:
        return file
    return render("pupils/list.html", listing=Listing(keyset), filters=filters)


@pages.get("/pupils/new", allow=queries.KEEP)
def new() -> str:
    return _new(Form({"fund": "union"}))


@pages.post("/pupils/new", allow=queries.KEEP)
def send_new() -> Any:
    form = Form()
    data = form.load(ProgrammeForm, request.form)
    if data is not None:
        who = actor()
        try:
            with transaction() as session:
                found = actions.propose(session, school_id=str(who.school_id), by=str(who.person_id), **data)
            flash(_("The request is with the chair."))
            return seen_other(HOME + found.id)
        except Problem as refusal:
            _refuse(form, refusal)
    return Response(_new(form), 422)


def _new(form: Form) -> str:
    funds = [(code, str(fund.name)) for code, fund in FUNDS.items() if code != PERSONAL]
    return render("pupils/new.html", form=form, funds=funds)


@pages.get("/pupils/<uuid:programme_id>", allow=queries.SEE)
def programme(programme_id: str) -> str:
    with reading() as session:
        found = get_within(session, PupilProgramme, programme_id)
        payments = queries.payments(session, found.id)
        return render("pupils/show.html", found=found, payments=payments, paid=queries.Paid.of(payments))


@pages.post("/pupils/<uuid:programme_id>/agree", allow="pupils.decide")
def agree(programme_id: str) -> Any:
    with transaction() as session:
        found = get_within(session, PupilProgramme, programme_id, lock=True)
        actions.agree(session, found, by=str(actor().person_id))
    flash(_("Agreed. The treasurer can pay."))
    return seen_other(HOME + programme_id)


@pages.post("/pupils/<uuid:programme_id>/close", allow=queries.KEEP)
def close(programme_id: str) -> Any:
    with transaction() as session:
        actions.close(session, get_within(session, PupilProgramme, programme_id, lock=True))
    return seen_other(HOME + programme_id)


@pages.get("/pupils/<uuid:programme_id>/pay", allow="pupils.pay")
def pay(programme_id: str) -> str:
    return _payment(programme_id, Form({"paid_on": clock.today()}))


@pages.post("/pupils/<uuid:programme_id>/pay", allow="pupils.pay")
def send_payment(programme_id: str) -> Any:
    form = Form()
    data = form.load(PupilPaymentForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                found = get_within(session, PupilProgramme, programme_id, lock=True)
                by, receipts = str(actor().person_id), kept_receipts(session)
                actions.pay(session, found, by=by, receipt_ids=receipts, **data)
            flash(_("Paid. It stands in the ledger, without a name."))
            return seen_other(HOME + programme_id)
        except Problem as refusal:
            _refuse(form, refusal)
    return Response(_payment(programme_id, form), 422)


def _payment(programme_id: str, form: Form) -> str:
    with reading() as session:
        found = get_within(session, PupilProgramme, programme_id)
        paid = queries.Paid.of(queries.payments(session, found.id))
        return render("pupils/pay.html", found=found, paid=paid, form=form)


def _refuse(form: Form, refusal: Problem) -> None:
    faults = {CONTROLS.get(name, name): text for name, text in (refusal.fields or {}).items()}
    form.refuse(faults or {WHOLE: [str(refusal.detail or refusal.title)]})
