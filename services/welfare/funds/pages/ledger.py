"""Pages of the ledger: every sum with filters and as a file, one of them, and income that is entered by hand."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.welfare.funds import actions
from services.welfare.funds.codes import CODES, INCOME
from services.welfare.funds.models import FUNDS, PERSONAL, REASONS, Entry
from services.welfare.funds.pages import pages
from services.welfare.funds.pages.words import SOURCES
from services.welfare.funds.queries import ledger, receipts_of
from services.welfare.funds.schemas import IncomeForm, LedgerFilter, TakeBack
from services.welfare.visits.queries import names
from services.welfare.wording import in_yuan, rule_name
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.database import new_id, reading, transaction
from shared.kit.pages import Listing, export, flash, render, seen_other
from shared.kit.people import rule_pack_used
from shared.kit.problems import Invalid, Problem
from shared.kit.web.forms import WHOLE, Form

LIST = "/welfare/money/ledger"
WORDS = {"codes": CODES, "funds": FUNDS, "sources": SOURCES, "reasons": REASONS, "rule_name": rule_name}


@pages.get("/money/ledger", allow="money.see")
def entries() -> Any:
    filters = Form().load(LedgerFilter, request.args) or {}
    keyset = ledger.listing(filters)
    header = [
        _("Counted on"),
        _("Heading"),
        _("Account"),
        _("Fund"),
        _("Income in yuan"),
        _("Spending in yuan"),
        _("What for"),
        _("Rules"),
    ]
    if (file := export(keyset, header, _exported, "ledger")) is not None:
        return file
    listing = Listing(keyset)
    with reading() as session:
        proved = ledger.proved(session, listing.rows)
    return render("funds/ledger.html", listing=listing, filters=filters, proved=proved, **WORDS)


@pages.get("/money/ledger/<uuid:entry_id>", allow="money.see")
def entry(entry_id: str) -> str:
    return _show(entry_id)


@pages.get("/money/ledger/<uuid:entry_id>/take-back", allow="money.keep")
def ask_why_taken_back(entry_id: str) -> str:
    with reading() as session:
        found = get_within(session, Entry, entry_id)
    return render("funds/take_back.html", entry=found, form=Form(), **WORDS)


@pages.post("/money/ledger/<uuid:entry_id>/take-back", allow="money.keep")
def take_back(entry_id: str) -> Any:
    form = Form()
    given = form.load(TakeBack, request.form)
    if given is not None:
        try:
            with transaction() as session:
                found = get_within(session, Entry, entry_id, lock=True)
                actions.take_back(session, found, reason=given["reason"], by=str(actor().person_id))
            flash(_("Taken back. Both rows stay in the ledger."))
            return seen_other(f"{LIST}/{entry_id}")
        except Problem as refusal:
            form.add(WHOLE, str(refusal.detail or refusal.title))
    with reading() as session:
        found = get_within(session, Entry, entry_id)
    return render("funds/take_back.html", entry=found, form=form, **WORDS), 422


@pages.post("/money/ledger/<uuid:entry_id>/receipts", allow="money.keep")
def prove(entry_id: str) -> Any:
    """Add a photo to what an entry is for."""
    form = Form()
    upload = request.files.get("photo")
    if upload is None or not upload.filename:
        form.add("photo", _("Choose a photo first."))
        return _show(entry_id, form), 422
    try:
        with transaction() as session:
            found = get_within(session, Entry, entry_id, lock=True)
            _receipt, doubled = actions.prove(
                session, found, upload.stream, upload.filename, by=str(actor().person_id)
            )
    except Invalid as refusal:
        form.refuse({"photo": refusal.fields.get("file", [str(refusal.title)])})
        return _show(entry_id, form), 422
    if doubled:
        flash(_("Kept; but this picture was handed in before. The auditors will ask."), "soon")
    else:
        flash(_("Kept."))
    return seen_other(f"{LIST}/{entry_id}")


@pages.get("/money/income/new", allow="money.keep")
def new_income() -> str:
    start = {"received_on": clock.today(), "fund": "union", "code": "allocation", "entry_id": new_id()}
    return _income_form(Form(start))


@pages.post("/money/income/new", allow="money.keep")
def book_income() -> Any:
    """Money that came in: allocations, grants, interest."""
    form = Form()
    data = form.load(IncomeForm, request.form)
    if data is not None:
        source_id = data.pop("entry_id")
        try:
            with transaction() as session:
                booked = actions.book_income(
                    session,
                    school_id=str(actor().school_id),
                    source="income",
                    source_id=source_id,
                    by=str(actor().person_id),
                    **data,
                )
            flash(_("Booked."))
            return seen_other(f"{LIST}/{booked.id}")
        except Problem as refusal:
            form.refuse(refusal.fields or {WHOLE: [str(refusal.title)]})
    return _income_form(form), 422


def _income_form(form: Form) -> str:
    codes = [(code, str(one.name)) for code, one in INCOME.items()]
    funds = [(code, str(fund.name)) for code, fund in FUNDS.items() if code != PERSONAL]
    return render("funds/income.html", form=form, choices=codes, chosen=funds)


def _show(entry_id: str, form: Form | None = None) -> str:
    with reading() as session:
        found = get_within(session, Entry, entry_id)
        counter = ledger.counter_of(session, found)
        receipts = receipts_of(session, found.source, found.source_id)
        people = names(session, {found.booked_by, *(receipt.kept_by for receipt in receipts)})
        pack = rule_pack_used(session, found.pack_code, found.pack_version)
    return render(
        "funds/entry.html",
        entry=found,
        counter=counter,
        receipts=receipts,
        names=people,
        pack=pack,
        form=form,
        **WORDS,
    )


def _exported(found: Entry) -> list[Any]:
    income = found.is_income
    return [
        found.counted_on,
        str(CODES[found.code].name),
        CODES[found.code].account,
        str(FUNDS[found.fund].name),
        in_yuan(found.amount_fen) if income else None,
        None if income else in_yuan(found.amount_fen),
        found.words or str(SOURCES.get(found.source, found.source)),
        f"{found.pack_code} v{found.pack_version}" if found.pack_code else None,
    ]
