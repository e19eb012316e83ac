"""Saying that a rule was broken, to whoever must know: the auditors, and the feature whose money it is."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from services.welfare import standards
from services.welfare.funds.codes import DUES, OUTINGS, WELFARE
from services.welfare.funds.models import Entry
from services.welfare.funds.queries import sums
from services.welfare.standards import Breach
from shared.contracts.welfare import FinanceRuleBreached
from shared.kit import clock
from shared.kit.messages import emit
from shared.kit.notices import notify
from shared.kit.people import officers, rule_pack

LEDGER = "ledger"


def say_breach(
    session: Session, breach: Breach, *, of: Any, school_id: str, source_type: str, source_id: str
) -> None:
    """Emit `welfare.finance.rule-breached` and tell the auditors. `of` is locked, or new in this transaction."""
    limit, actual = breach.limit, breach.actual
    money = (
        {"limit_fen": limit, "actual_fen": actual} if not breach.counts else {"limit_fen": 0, "actual_fen": 0}
    )
    emit(
        session,
        FinanceRuleBreached,
        of=of,
        subject=source_id,
        school=school_id,
        rule_id=breach.rule,
        source_type=source_type,
        source_id=source_id,
        **money,
        limit_count=limit if breach.counts else None,
        actual_count=actual if breach.counts else None,
    )
    for auditor in officers(session, school_id, "auditor"):
        notify(
            session,
            to=auditor.id,
            school=school_id,
            template="money-rule-broken",
            link="/welfare/money/ledger",
        )


def check_reserve(session: Session, school_id: str, on: date, amount_fen: int) -> Breach | None:
    """Would gifts to everybody, with this sum, eat what the budget holds back for the sick and the retired?

    None where the year has no approved budget, or holds nothing back. For whoever plans gifts, and asks before
    it books them.
    """
    budget = sums.budget_in_force(session, school_id, on.year)
    if budget is None or not budget.reserve_fen:
        return None
    limit = sums.care_planned(budget) - budget.reserve_fen
    actual = sums.gifts_to_all(session, school_id, on.year) + amount_fen
    return Breach(standards.RESERVE, limit, actual) if actual > limit else None


def check_outings(
    session: Session, school_id: str, on: date, fund: str, amount_fen: int, *, is_planned: bool = False
) -> Breach | None:
    """Would outings, with this sum, cost the other funds more than so many times the dues of the year?

    What is planned is weighed by the dues that the year's budget expects, where more than came in so far; of a year
    to come without a budget nobody knows the dues, and it is weighed when it is booked.
    """
    if fund not in sums.BESIDE_DUES:
        return None
    dues, beside = sums.outings(session, school_id, on.year)
    if is_planned:
        budget = sums.budget_in_force(session, school_id, on.year)
        if budget is None and on.year > clock.today().year:
            return None
        dues = max(dues, budget.lines.get(DUES, 0) if budget else 0)
    return standards.over_outings(rule_pack(session, school_id, on), dues, beside + amount_fen)


def watch_booking(session: Session, entry: Entry) -> None:
    """After a booking: has it broken a rule of the whole year?"""
    breach = None
    if entry.code == WELFARE and entry.source not in sums.GIVEN_TO_ONE:
        breach = check_reserve(session, entry.school_id, entry.counted_on, 0)
    elif entry.code == OUTINGS:
        breach = check_outings(session, entry.school_id, entry.counted_on, entry.fund, 0)
    if breach is None:
        return
    entry.breaches = [*dict.fromkeys([*entry.breaches, breach.rule])]
    say_breach(session, breach, of=entry, school_id=entry.school_id, source_type=LEDGER, source_id=entry.id)
