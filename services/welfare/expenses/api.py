"""Expenses over HTTP: entered, checked, approved, paid; refused or taken back."""

from collections.abc import Callable
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from services.welfare.expenses import actions, queries
from services.welfare.expenses.models import Expense
from services.welfare.expenses.schemas import (
    ExpenseBody,
    ExpenseFilter,
    ExpenseOut,
    ReceiptHandedIn,
    Refusal,
)
from services.welfare.funds.actions import keep_receipt, use_receipts
from services.welfare.funds.queries import used_elsewhere
from shared.kit.access import Actor, actor
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid

api = Api(
    "expenses", description="What was spent for the union: two people look at every sum, a third pays it."
)


@api.get("/expenses", allow="expenses.mine")
@api.paged(ExpenseOut, ExpenseFilter)
def expenses(filters: dict[str, Any]) -> Keyset:
    """One's own, and for those who answer for the money everybody's; the latest first."""
    with reading() as session:
        return queries.listing(session, filters)


@api.post("/expenses", allow="expenses.submit")
@api.arguments(ExpenseBody)
@api.response(201, ExpenseOut)
def submit_expense(spending: actions.Spending) -> Expense:
    """Enter an expense. 409 `rule-broken` names the rules and the pack until a `reason` is given; 409
    `prohibited-spending` whatever the reason; 409 `confirmation-needed` the warnings. Idempotent by `entry_id`."""
    with transaction() as session:
        who = actor()
        return actions.submit(session, spending, school_id=str(who.school_id), by=str(who.person_id))


@api.post("/expenses/receipts", allow="expenses.submit")
@api.response(201, ReceiptHandedIn)
def hand_in_receipt() -> dict[str, Any]:
    """Hand in the picture of a receipt (multipart, `file`); its id goes into the expense."""
    with transaction() as session:
        return _keep(session)


@api.get("/expenses/<uuid:expense_id>", allow="expenses.mine")
@api.response(200, ExpenseOut)
def one_expense(expense_id: str) -> Expense:
    with reading() as session:
        found = queries.visible(session, expense_id)
        api.etag(found.version)
        return found


@api.post("/expenses/<uuid:expense_id>/receipts", allow="expenses.mine")
@api.response(201, ReceiptHandedIn)
def add_receipt(expense_id: str) -> dict[str, Any]:
    """Add a receipt to an expense that has been entered (multipart, `file`)."""
    with transaction() as session:
        expense = queries.visible(session, expense_id, lock=True)
        kept = _keep(session)
        use_receipts(
            session, [kept["id"]], school_id=expense.school_id, source=actions.SOURCE, source_id=expense.id
        )
        return kept


@api.post("/expenses/<uuid:expense_id>/check", allow="expenses.mine")
@api.response(200, ExpenseOut)
def check_expense(expense_id: str) -> Expense:
    """The accountant has compared it with its receipts. 409 `same-hand` for whoever had a part in it already."""
    return _step(expense_id, actions.check)


@api.post("/expenses/<uuid:expense_id>/approve", allow="expenses.mine")
@api.response(200, ExpenseOut)
def approve_expense(expense_id: str) -> Expense:
    """The chair answers for it."""
    return _step(expense_id, actions.approve)


@api.post("/expenses/<uuid:expense_id>/pay", allow="expenses.mine")
@api.response(200, ExpenseOut)
def pay_expense(expense_id: str) -> Expense:
    """The cashier paid it; it stands in the ledger from now on. 409 `receipt-missing` without a receipt."""
    return _step(expense_id, actions.pay)


@api.post("/expenses/<uuid:expense_id>/refuse", allow="expenses.mine")
@api.arguments(Refusal)
@api.response(200, ExpenseOut)
def refuse_expense(body: dict[str, Any], expense_id: str) -> Expense:
    """Whoever would have to take the next step says no."""
    return _step(expense_id, lambda session, expense, who: actions.refuse(session, expense, who, **body))


@api.post("/expenses/<uuid:expense_id>/withdraw", allow="expenses.mine")
@api.response(200, ExpenseOut)
def withdraw_expense(expense_id: str) -> Expense:
    """Whoever entered it takes it back."""
    return _step(expense_id, actions.withdraw)


def _step(expense_id: str, step: Callable[[Session, Expense, Actor], Expense]) -> Expense:
    with transaction() as session:
        expense = step(session, queries.visible(session, expense_id, lock=True), actor())
        session.flush()
        api.etag(expense.version)
        return expense


def _keep(session: Session) -> dict[str, Any]:
    if (upload := request.files.get("file")) is None:
        raise Invalid(fields={"file": ["missing"]})
    who = actor()
    receipt = keep_receipt(
        session,
        upload.stream,
        upload.filename or "",
        school_id=str(who.school_id),
        kept_by=str(who.person_id),
    )
    session.flush()
    used = used_elsewhere(session, [receipt], actions.SOURCE, "")
    return {"id": receipt.id, "file_id": receipt.file_id, "sha256": receipt.sha256, "used_before": bool(used)}
