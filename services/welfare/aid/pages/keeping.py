"""What officers do with aid: the list, a request for a pupil, the decision, the payment."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.aid import actions, queries
from services.welfare.aid.limits import limit_of
from services.welfare.aid.models import KINDS, STATES, AidRequest
from services.welfare.aid.pages import pages
from services.welfare.aid.schemas import DecisionForm, PaymentForm, PupilForm, RequestFilter
from services.welfare.funds.actions import keep_receipt
from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.visits.queries import names
from services.welfare.wording import in_yuan
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, export, flash, render, seen_other
from shared.kit.paging import everything
from shared.kit.problems import Invalid, Problem
from shared.kit.web.forms import WHOLE, Form

HOME = "/welfare/aid/"
CONTROLS = {"asked_fen": "asked", "granted_fen": "granted", "receipt_ids": "receipts"}


@pages.get("/aid/", allow=queries.KEEP)
def requests() -> Any:
    filters = Form().load(RequestFilter, request.args) or {}
    keyset = queries.requests(filters)
    with reading() as session:
        everyone = everything(session, keyset) if request.args.get("format") else []
        people = names(session, {found.person_id for found in everyone})

    def row(found: AidRequest) -> list[Any]:
        granted = None if found.granted_fen is None else in_yuan(found.granted_fen)
        whose = people.get(found.person_id or "", found.pupil_ref or "")
        state, kind = str(STATES[found.state]), str(KINDS[found.kind])
        return [whose, kind, state, in_yuan(found.asked_fen), granted, found.requested_on, found.paid_on]

    header = [_("For whom"), _("Kind"), _("State"), _("Asked for in yuan"), _("Granted in yuan"),
              _("Asked on"), _("Paid on")]  # fmt: skip
    if (file := export(keyset, header, row, "aid")) is not None:
        return file
    listing = Listing(keyset)
    with reading() as session:
        people = names(session, {found.person_id for found in listing.rows})
    return render("aid/list.html", listing=listing, names=people, filters=filters)


@pages.get("/aid/pupil", allow=queries.KEEP)
def ask_for_pupil() -> str:
    return render("aid/pupil.html", form=Form())


@pages.post("/aid/pupil", allow=queries.KEEP)
def send_for_pupil() -> Any:
    form = Form()
    data = form.load(PupilForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                who = actor()
                found = actions.request_for_pupil(
                    session, school_id=str(who.school_id), by=str(who.person_id), **data
                )
            flash(_("The request is with the chair."))
            return seen_other(HOME + found.id)
        except Problem as refusal:
            _refuse(form, refusal)
    return Response(render("aid/pupil.html", form=form), 422)


@pages.get("/aid/<uuid:request_id>/decide", allow="aid.decide")
def decide(request_id: str) -> str:
    with transaction() as session:
        found = queries.visible(session, request_id)
        queries.record_read(session, found)
        return _decision(session, found, Form({"granted": found.asked_fen, "fund": "union"}))


@pages.post("/aid/<uuid:request_id>/decide", allow="aid.decide")
def send_decision(request_id: str) -> Any:
    form = Form()
    data = form.load(DecisionForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                found = get_within(session, AidRequest, request_id, lock=True)
                actions.decide(session, found, by=str(actor().person_id), **data)
            flash(_("Decided, and told."))
            return seen_other(HOME + request_id)
        except Problem as refusal:
            _refuse(form, refusal)
    with reading() as session:
        return Response(_decision(session, queries.visible(session, request_id), form), 422)


def _decision(session: Any, found: AidRequest, form: Form) -> str:
    return render(
        "aid/decide.html",
        aid=found,
        form=form,
        limit=limit_of(session, found, clock.today()),
        names=names(session, {found.person_id}),
        funds=[(code, str(fund.name)) for code, fund in FUNDS.items() if code != PERSONAL],
    )


@pages.get("/aid/payments", allow="aid.pay")
def payments() -> str:
    listing = Listing(queries.to_pay())
    with reading() as session:
        people = names(session, {found.person_id for found in listing.rows})
    return render("aid/payments.html", listing=listing, names=people, funds=FUNDS)


@pages.get("/aid/<uuid:request_id>/pay", allow="aid.pay")
def pay(request_id: str) -> str:
    with reading() as session:
        return _payment(session, request_id, Form({"paid_on": clock.today()}))


@pages.post("/aid/<uuid:request_id>/pay", allow="aid.pay")
def send_payment(request_id: str) -> Any:
    form = Form()
    data = form.load(PaymentForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                found = get_within(session, AidRequest, request_id, lock=True)
                actions.pay(
                    session, found, by=str(actor().person_id), receipt_ids=kept_receipts(session), **data
                )
            flash(_("Paid. It stands in the ledger, without a name."))
            return seen_other(f"{HOME}payments")
        except Problem as refusal:
            _refuse(form, refusal)
    with reading() as session:
        return Response(_payment(session, request_id, form), 422)


def kept_receipts(session: Any) -> list[str]:
    """The receipts that came with the form, kept; their ids. Raises Invalid."""
    who = actor()
    ids = []
    for upload in request.files.getlist("receipts"):
        if upload.filename:
            try:
                receipt = keep_receipt(
                    session,
                    upload.stream,
                    upload.filename,
                    school_id=str(who.school_id),
                    kept_by=str(who.person_id),
                )
            except Invalid as refusal:
                raise Invalid(fields={"receipt_ids": refusal.fields.get("file", [])}) from refusal
            session.flush()
            ids.append(receipt.id)
    return ids


def _payment(session: Any, request_id: str, form: Form) -> str:
    found = get_within(session, AidRequest, request_id)
    people = names(session, {found.person_id})
    return render("aid/pay.html", aid=found, form=form, names=people, funds=FUNDS)


def _refuse(form: Form, refusal: Problem) -> None:
    faults = {CONTROLS.get(name, name): text for name, text in (refusal.fields or {}).items()}
    form.refuse(faults or {WHOLE: [str(refusal.detail or refusal.title)]})
