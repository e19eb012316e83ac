"""Pages of expenses: the list, what for, the form of that kind, and one expense with the step that waits."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare import standards
from services.welfare.expenses import actions, queries
from services.welfare.expenses.kinds import FESTIVAL, FESTIVALS, KINDS, PROHIBITED
from services.welfare.expenses.models import CHECKED, STATES, SUBMITTED, WAITING, Expense
from services.welfare.expenses.schemas import MOST_RECEIPTS, ExpenseFilter, ExpenseForm, Refusal
from services.welfare.funds.actions import keep_receipt, use_receipts
from services.welfare.funds.codes import CODES
from services.welfare.funds.models import FUNDS, PERSONAL, Receipt
from services.welfare.funds.queries import receipts_of, sums, used_elsewhere
from services.welfare.visits.queries import names
from services.welfare.wording import in_yuan, rule_words
from shared.kit import clock
from shared.kit.access import Actor, actor
from shared.kit.database import new_id, reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.people import rule_pack, rule_pack_used
from shared.kit.problems import Invalid, NotFound, Problem
from shared.kit.web.formats import day, money
from shared.kit.web.forms import WHOLE, Form

pages = Pages("expenses")
LIST = "/welfare/expenses/"
CONTROLS = {"amount_fen": "amount", "each_fen": "each", "receipt_ids": "photos"}


@pages.get("/expenses/", allow="expenses.mine")
def expenses() -> Any:
    """The expenses that one may see; with filters and as a file."""
    filters = Form().load(ExpenseFilter, request.args) or {}
    with reading() as session:
        keyset = queries.listing(session, filters)
    header = [_("Day"), _("What for"), _("Kind"), _("Fund"), _("Amount in yuan"), _("State")]
    if (file := export(keyset, header, _exported, "expenses")) is not None:
        return file
    listing = Listing(keyset)
    with reading() as session:
        waiting = queries.waiting_for(session, actor())
    return render(
        "expenses/list.html",
        listing=listing,
        filters=filters,
        waiting=waiting,
        kinds=KINDS,
        funds=FUNDS,
        states=STATES,
    )


@pages.get("/expenses/new", allow="expenses.submit")
def choose_kind() -> str:
    """What was the money for? The eight prohibitions stand at the end."""
    return render(
        "expenses/kinds.html",
        kinds=KINDS,
        prohibited=PROHIBITED,
        activity=request.args.get("activity", ""),
    )


@pages.get("/expenses/new/<kind>", allow="expenses.submit")
def new_expense(kind: str) -> str:
    if kind not in KINDS:
        raise NotFound()
    start = {
        "spent_on": clock.today(),
        "fund": "union",
        "entry_id": new_id(),
        "activity_id": request.args.get("activity"),
    }
    return _form(kind, Form(start))


@pages.post("/expenses/new/<kind>", allow="expenses.submit")
def send_expense(kind: str) -> Any:
    """Keep the photos first, then try; after a refusal everything is still there."""
    if kind not in KINDS:
        raise NotFound()
    form = Form()
    data = form.load(ExpenseForm, request.form)
    form.values["receipt"] = _keep_photos(form)
    if data is not None and not form.errors:
        who = actor()
        spending = actions.Spending(kind=kind, **data | {"receipt_ids": form.values["receipt"]})
        try:
            with transaction() as session:
                made = actions.submit(session, spending, school_id=str(who.school_id), by=str(who.person_id))
            flash(_("Entered. It now waits for the accountant."))
            return seen_other(f"{LIST}{made.id}")
        except actions.BreaksRule as refusal:
            form.refuse({CONTROLS.get(name, name): said for name, said in refusal.fields.items()})
            form.values["broken"] = refusal.extra
        except actions.NeedsConfirmation as question:
            form.add("confirmed", _("Please read and confirm."))
            form.values["warnings"] = [(one["code"], one["text"]) for one in question.extra["warnings"]]
        except Problem as refusal:
            form.refuse(
                {CONTROLS.get(name, name): said for name, said in refusal.fields.items()}
                or {WHOLE: [str(refusal.detail or refusal.title)]}
            )
    return Response(_form(kind, form), 422)


@pages.get("/expenses/<uuid:expense_id>", allow="expenses.mine")
def one_expense(expense_id: str) -> str:
    return _show(expense_id)


@pages.post("/expenses/<uuid:expense_id>/receipts", allow="expenses.mine")
def add_receipts(expense_id: str) -> Any:
    """Add photos to an expense that has been entered."""
    form = Form()
    kept = _keep_photos(form)
    if form.errors or not kept:
        flash(" ".join(form.errors.get("photos", [])) or _("Choose a photo first."), "late")
        return seen_other(f"{LIST}{expense_id}")
    with transaction() as session:
        expense = queries.visible(session, expense_id, lock=True)
        use_receipts(session, kept, school_id=expense.school_id, source=actions.SOURCE, source_id=expense.id)
    flash(_("Kept."))
    return seen_other(f"{LIST}{expense_id}")


@pages.post("/expenses/<uuid:expense_id>/check", allow="expenses.mine")
def check_expense(expense_id: str) -> Any:
    return _step(expense_id, actions.check, _("Checked. It now waits for the chair."))


@pages.post("/expenses/<uuid:expense_id>/approve", allow="expenses.mine")
def approve_expense(expense_id: str) -> Any:
    return _step(expense_id, actions.approve, _("Approved. The cashier may pay it."))


@pages.post("/expenses/<uuid:expense_id>/pay", allow="expenses.mine")
def pay_expense(expense_id: str) -> Any:
    return _step(expense_id, actions.pay, _("Paid. It stands in the ledger."))


@pages.post("/expenses/<uuid:expense_id>/withdraw", allow="expenses.mine")
def withdraw_expense(expense_id: str) -> Any:
    return _step(expense_id, actions.withdraw, _("Taken back."))


@pages.get("/expenses/<uuid:expense_id>/refuse", allow="expenses.mine")
def ask_why(expense_id: str) -> str:
    with reading() as session:
        return render("expenses/refuse.html", expense=queries.visible(session, expense_id), form=Form())


@pages.post("/expenses/<uuid:expense_id>/refuse", allow="expenses.mine")
def refuse_expense(expense_id: str) -> Any:
    form = Form()
    given = form.load(Refusal, request.form)
    if given is None:
        with reading() as session:
            shown = queries.visible(session, expense_id)
        return render("expenses/refuse.html", expense=shown, form=form), 422
    return _step(
        expense_id, lambda session, found, who: actions.refuse(session, found, who, **given), _("Refused.")
    )


def _step(expense_id: str, step: Callable[[Session, Expense, Actor], Expense], said: str) -> Any:
    """Take a step, or say on the expense's page why not."""
    try:
        with transaction() as session:
            step(session, queries.visible(session, expense_id, lock=True), actor())
        flash(said)
    except NotFound:
        raise
    except Problem as refusal:
        return Response(_show(expense_id, refusal), refusal.status)
    return seen_other(f"{LIST}{expense_id}")


def _show(expense_id: str, refusal: Problem | None = None) -> str:
    who = actor()
    with reading() as session:
        expense = queries.visible(session, expense_id)
        receipts = receipts_of(session, actions.SOURCE, expense.id)
        doubled = used_elsewhere(session, receipts, actions.SOURCE, expense.id)
        ids = {*expense.hands, expense.refused_by, *(receipt.kept_by for receipt in receipts)}
        step = next((one.state for one in queries.waiting_for(session, who) if one.id == expense.id), None)
        return render(
            "expenses/show.html",
            expense=expense,
            receipts=receipts,
            doubled={receipt.sha256 for receipt in doubled},
            names=names(session, ids),
            kind=KINDS[expense.kind],
            pack=rule_pack_used(session, expense.pack_code, expense.pack_version),
            states=STATES,
            funds=FUNDS,
            festivals=FESTIVALS,
            rule_words=rule_words,
            step=step,
            may_refuse=step in (SUBMITTED, CHECKED),
            is_mine=expense.submitted_by == who.person_id,
            is_open=expense.state in WAITING,
            refusal=refusal,
        )


def _form(kind: str, form: Form) -> str:
    who = actor()
    with reading() as session:
        pack = rule_pack(session, str(who.school_id), _day(form.values.get("spent_on")))
        receipts = [session.get(Receipt, receipt_id) for receipt_id in form.values.get("receipt") or []]
        activities = [
            (one.source_id, f"{CODES[one.code].name} · {day(one.day)} · {money(one.amount_fen)}")
            for one in sums.open_activities(session, str(who.school_id))
        ]
    known = KINDS[kind]
    festivals = standards.figure(pack, "festivals")
    return render(
        "expenses/form.html",
        form=form,
        kind=kind,
        known=known,
        pack=pack,
        ceiling=standards.ceiling(pack, known.ceiling) if known.ceiling else None,
        share=standards.figure(pack, known.share) if known.share else None,
        each=standards.ceiling(pack, known.each) if known.each else None,
        festivals=[(code, str(FESTIVALS.get(code, code))) for code in festivals]
        if FESTIVAL in known.asks
        else [],
        funds=[(code, str(fund.name)) for code, fund in FUNDS.items() if code != PERSONAL],
        activities=activities,
        receipts=[one for one in receipts if one is not None and one.school_id == who.school_id],
        rule_words=rule_words,
    )


def _keep_photos(form: Form) -> list[str]:
    """Ids of the receipts handed in before and with this form. A bad photo is an error at its control."""
    who = actor()
    kept = [text for text in request.form.getlist("receipt") if text]
    for upload in request.files.getlist("photos"):
        if not upload.filename:
            continue
        try:
            with transaction() as session:
                receipt = keep_receipt(
                    session,
                    upload.stream,
                    upload.filename,
                    school_id=str(who.school_id),
                    kept_by=str(who.person_id),
                )
                kept.append(receipt.id)
        except Invalid as refusal:
            form.refuse({"photos": refusal.fields.get("file", [str(refusal.detail)])})
    return list(dict.fromkeys(kept))[:MOST_RECEIPTS]


def _day(typed: Any) -> date:
    if isinstance(typed, date):
        return typed
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        return clock.today()


def _exported(expense: Expense) -> list[Any]:
    return [
        expense.spent_on,
        expense.words,
        str(KINDS[expense.kind].name),
        str(FUNDS[expense.fund].name),
        in_yuan(expense.amount_fen),
        str(STATES[expense.state]),
    ]
