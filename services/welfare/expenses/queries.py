"""Lists of expenses: one's own, and for those who answer for the money everybody's; what waits for whom."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.welfare.expenses.actions import may_check, may_pay
from services.welfare.expenses.models import (
    APPROVED,
    CHECKED,
    SUBMITTED,
    WAITING,
    Expense,
)
from services.welfare.funds.queries import posts
from shared.kit.access import Actor, actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound


def sees_all(session: Session, who: Actor) -> bool:
    """Whether somebody answers for the union's money: by office, or as accountant or cashier."""
    if who.may("money.see"):
        return True
    return any(
        post.person_id == who.person_id for post in posts.running(session, str(who.school_id)).values()
    )


def listing(session: Session, filters: dict[str, Any]) -> Keyset:
    """The expenses that the asker may see, the latest first."""
    who = actor()
    query = select(Expense).where(within(Expense))
    if not sees_all(session, who):
        query = query.where(Expense.submitted_by == who.person_id)
    match filters.get("state"):
        case None | "" | "all":
            pass
        case "waiting":
            query = query.where(Expense.state.in_(WAITING))
        case state:
            query = query.where(Expense.state == state)
    for name in ("kind", "fund"):
        if filters.get(name):
            query = query.where(getattr(Expense, name) == filters[name])
    if filters.get("q"):
        query = query.where(Expense.words.icontains(filters["q"], autoescape=True))
    if filters.get("sort") in ("amount", "-amount"):
        return Keyset(query, [Expense.amount_fen, Expense.id], descending=filters["sort"] == "-amount")
    return Keyset(query, [Expense.spent_on, Expense.id], descending=filters.get("sort") != "spent_on")


def visible(session: Session, expense_id: str, *, lock: bool = False) -> Expense:
    """An expense that the asker entered, or answers for. Raises NotFound."""
    expense = get_within(session, Expense, expense_id, lock=lock)
    who = actor()
    if expense.submitted_by != who.person_id and not sees_all(session, who):
        raise NotFound()
    return expense


def waiting_for(session: Session, who: Actor) -> list[Expense]:
    """What waits for the next step by this person, the oldest first."""
    if who.is_anonymous or "auditor" in who.offices:
        return []
    steps = []
    if may_check(session, who):
        steps.append(Expense.state == SUBMITTED)
    if who.offices & {"chair", "vice_chair"}:
        steps.append(Expense.state == CHECKED)
    if may_pay(session, who):
        steps.append(Expense.state == APPROVED)
    if not steps:
        return []
    found = session.scalars(
        select(Expense)
        .where(Expense.school_id == who.school_id, or_(*steps))
        .order_by(Expense.submitted_at, Expense.id)
    )
    return [one for one in found if _may_take(one, str(who.person_id))]


def _may_take(expense: Expense, person_id: str) -> bool:
    if expense.state == APPROVED:
        return person_id not in (expense.checked_by, expense.approved_by)
    return person_id not in expense.hands
