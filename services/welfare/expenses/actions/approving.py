"""Checking, approving, paying and refusing an expense: every step by another hand."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from services.welfare.expenses.actions.submitting import keep_apart
from services.welfare.expenses.models import SOURCE, SUBMITTED, Expense
from services.welfare.funds.actions import book_spending
from services.welfare.funds.actions.planning import book_activity
from services.welfare.funds.models import ACCOUNTANT, CASHIER, ActivityCost, PackUsed
from services.welfare.funds.queries import posts, receipts_of
from shared.kit import audit
from shared.kit.access import Actor
from shared.kit.notices import notify
from shared.kit.people import officers
from shared.kit.problems import Conflict, Forbidden

LIST = "/welfare/expenses/"


class SameHand(Conflict):
    """The same person may not do two steps of one expense (会计≠出纳, 两人审批)."""

    slug = "same-hand"
    title = _l("This needs another person")


class NoReceipt(Conflict):
    """Without a receipt nothing is closed (认真对待每一笔票据)."""

    slug = "receipt-missing"
    title = _l("The receipt is missing")


def may_check(session: Session, who: Actor) -> bool:
    """The accountant, or, where none is named, the treasurer."""
    keeper = posts.running(session, str(who.school_id)).get(ACCOUNTANT)
    return keeper.person_id == who.person_id if keeper else "treasurer" in who.offices


def may_approve(expense: Expense, who: Actor) -> bool:
    """The chair or vice-chair; where a rule was broken, the chair alone."""
    return bool(who.offices & ({"chair"} if expense.breaches else {"chair", "vice_chair"}))


def may_pay(session: Session, who: Actor) -> bool:
    """The cashier, or, where none is named, the treasurer."""
    keeper = posts.running(session, str(who.school_id)).get(CASHIER)
    return keeper.person_id == who.person_id if keeper else "treasurer" in who.offices


def check(session: Session, expense: Expense, who: Actor) -> Expense:
    """The accountant has compared it with its receipts. Raises Forbidden, SameHand, Conflict."""
    _require(may_check(session, who), _("The accountant checks it."))
    expense.check(_hand(session, expense, who))
    audit.record(session, "expense.checked", object_id=expense.id)
    _tell(
        session,
        expense,
        "expense-to-approve",
        [card.id for card in officers(session, expense.school_id, "chair")],
    )
    return expense


def approve(session: Session, expense: Expense, who: Actor) -> Expense:
    """The chair answers for it. Raises Forbidden, SameHand, Conflict."""
    _require(may_approve(expense, who), _("The chair approves it."))
    expense.approve(_hand(session, expense, who))
    audit.record(session, "expense.approved", object_id=expense.id)
    cashier = posts.running(session, expense.school_id).get(CASHIER)
    told = (
        [cashier.person_id] if cashier else [c.id for c in officers(session, expense.school_id, "treasurer")]
    )
    _tell(session, expense, "expense-to-pay", told)
    return expense


def pay(session: Session, expense: Expense, who: Actor) -> Expense:
    """The cashier paid it: it goes into the ledger. Raises Forbidden, SameHand, NoReceipt, Conflict."""
    _require(may_pay(session, who), _("The cashier pays it."))
    hand = who.person_id or ""
    keep_apart(session, hand)
    if hand in (expense.checked_by, expense.approved_by):
        raise SameHand(_("Whoever checked or approved it does not pay it."))
    if not receipts_of(session, SOURCE, expense.id):
        raise NoReceipt(_("Add the receipt first."))
    expense.pay(hand)
    book_spending(
        session,
        school_id=expense.school_id,
        code=expense.code,
        fund=expense.fund,
        amount_fen=expense.amount_fen,
        spent_on=expense.spent_on,
        source=SOURCE,
        source_id=expense.id,
        pack=PackUsed(expense.pack_code, expense.pack_version or 0) if expense.pack_code else None,
        breaches=[breach["rule"] for breach in expense.breaches],
        activity_id=expense.activity_id,
        words=expense.words,
        by=hand,
    )
    cost = session.get(ActivityCost, expense.activity_id) if expense.activity_id else None
    if cost is not None and cost.school_id == expense.school_id:
        book_activity(session, cost)
    audit.record(session, "expense.paid", object_id=expense.id)
    return expense


def refuse(session: Session, expense: Expense, who: Actor, *, reason: str) -> Expense:
    """Whoever would have to check or approve it says no. Raises Forbidden, Conflict."""
    mine = (expense.state == SUBMITTED and may_check(session, who)) or (
        expense.state != SUBMITTED and may_approve(expense, who)
    )
    _require(mine, _("Whoever would have to take the next step may refuse it."))
    keep_apart(session, who.person_id or "")
    expense.refuse(who.person_id or "", reason)
    audit.record(session, "expense.refused", object_id=expense.id)
    _tell(session, expense, "expense-refused", [expense.submitted_by])
    return expense


def withdraw(session: Session, expense: Expense, who: Actor) -> Expense:
    """Whoever entered it takes it back. Raises Forbidden, Conflict."""
    _require(expense.submitted_by == who.person_id, _("Whoever entered it may take it back."))
    expense.withdraw()
    audit.record(session, "expense.withdrawn", object_id=expense.id)
    return expense


def _hand(session: Session, expense: Expense, who: Actor) -> str:
    person_id = who.person_id or ""
    keep_apart(session, person_id)
    if person_id in expense.hands:
        raise SameHand(_("You had a part in this expense already: two people look at every sum."))
    return person_id


def _require(allowed: bool, why: str) -> None:
    if not allowed:
        raise Forbidden(why)


def _tell(session: Session, expense: Expense, template: str, people: list[str]) -> None:
    for person_id in people:
        notify(session, to=person_id, school=expense.school_id, template=template, link=f"{LIST}{expense.id}")
