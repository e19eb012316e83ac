"""Planning the year's money: the budget, what is bespoken of it, and what is set apart for aid."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare import standards
from services.welfare.funds.actions.breaches import check_outings, say_breach
from services.welfare.funds.actions.ledger import book_income, book_spending, standing, take_back
from services.welfare.funds.codes import (
    ADMINISTRATION_GRANT,
    CODES,
    EDUCATION,
    OTHER_ACTIVITY,
    OUTINGS,
    SPORTS,
)
from services.welfare.funds.models import (
    ADMINISTRATION,
    FUNDS,
    ONE_BY_ONE,
    PERSONAL,
    UNION,
    ActivityCost,
    AidAllotment,
    Budget,
    Commitment,
    Entry,
)
from services.welfare.funds.models.plans import DRAFT, OPEN, RELEASED, SETTLED
from services.welfare.funds.queries import sums
from services.welfare.standards import Breach
from shared.kit import audit
from shared.kit.database import locked, locked_where
from shared.kit.problems import Forbidden, Invalid

ACTIVITY = "activity"
CODE_OF_ACTIVITY = {
    "contest": SPORTS,
    "sports": SPORTS,
    "culture": SPORTS,
    "study": EDUCATION,
    "outing": OUTINGS,
}


# --- the budget


def draft_budget(
    session: Session, *, school_id: str, year: int, lines: dict[str, int], reserve_percent: int, by: str
) -> Budget:
    """Write down the draft of a year's budget; over an approved one it becomes the next version. Raises Invalid."""
    faults: dict[str, list[str]] = {}
    for code, fen in lines.items():
        if code not in CODES:
            faults[f"lines.{code}"] = [_("There is no such heading.")]
        elif isinstance(fen, bool) or not isinstance(fen, int) or fen < 0:
            faults[f"lines.{code}"] = [_("An amount cannot be negative.")]
    if not 0 <= reserve_percent <= 100:
        faults["reserve_percent"] = [_("Between 0 and 100.")]
    if faults:
        raise Invalid(fields=faults)
    kept = {code: lines[code] for code in CODES if lines.get(code)}
    latest = sums.latest_budget(session, school_id, year)
    if latest is not None and latest.state == DRAFT:
        budget = locked(session, Budget, latest.id)
        assert budget is not None
        budget.lines, budget.reserve_percent, budget.drafted_by = kept, reserve_percent, by
        return budget
    budget = Budget(
        school_id=school_id,
        year=year,
        number=latest.number + 1 if latest else 1,
        lines=kept,
        reserve_percent=reserve_percent,
        drafted_by=by,
    )
    session.add(budget)
    session.flush()
    return budget


def approve_budget(session: Session, budget: Budget, *, resolution: str, by: str) -> Budget:
    """The committee's decision, noted by somebody else than who drafted it. Raises Conflict, Forbidden."""
    if budget.drafted_by == by:
        raise Forbidden(_("Somebody else notes the committee's approval: two people for one budget."))
    budget.approve(by, resolution)
    audit.record(session, "budget.approved", object_id=budget.id)
    return budget


def report_budget(session: Session, budget: Budget) -> Budget:
    """It was sent to the district, which sees that it was. Raises Conflict."""
    budget.report()
    audit.record(session, "budget.reported", object_id=budget.id)
    return budget


# --- what activities cost


def commit_activity(
    session: Session,
    *,
    school_id: str,
    activity_id: str,
    kind: str,
    fund: str | None,
    amount_fen: int | None,
    day: date,
) -> Commitment | None:
    """Bespeak an activity's budget, anew where it changed; says where that would break a rule of the year."""
    if session.get(ActivityCost, activity_id) is not None:
        return None  # it was closed: what is said late of its plan bespeaks nothing
    commitment = _commitment(session, school_id, activity_id)
    if not amount_fen or fund not in FUNDS or fund == PERSONAL:
        if commitment is not None and commitment.state == OPEN:
            commitment.state = RELEASED
        return None
    code = CODE_OF_ACTIVITY.get(kind, OTHER_ACTIVITY)
    if commitment is None:
        commitment = Commitment(school_id=school_id, source=ACTIVITY, source_id=activity_id, state=OPEN)
        session.add(commitment)
    known = (commitment.code, commitment.fund, commitment.amount_fen, commitment.state)
    commitment.code, commitment.fund, commitment.amount_fen, commitment.day = code, fund, amount_fen, day
    commitment.state = OPEN
    session.flush()
    if known != (code, fund, amount_fen, OPEN) or known[0] is None:
        _say_breaches(session, commitment)
    return commitment


def move_activity(session: Session, school_id: str, activity_id: str, day: date) -> None:
    """Another day. Into another year it comes under that year's budget, and is looked at anew."""
    commitment = _commitment(session, school_id, activity_id)
    if commitment is None:
        return
    year_before, commitment.day = commitment.day.year, day
    session.flush()
    if commitment.state == OPEN and day.year != year_before:
        _say_breaches(session, commitment)


def release_activity(session: Session, school_id: str, activity_id: str) -> None:
    """It was called off: its money is free again."""
    commitment = _commitment(session, school_id, activity_id)
    if commitment is not None and commitment.state == OPEN:
        commitment.state = RELEASED


def settle_activity(session: Session, *, school_id: str, day: date, cost: dict[str, Any]) -> ActivityCost:
    """An activity was closed with its figures: keep them, and book what its expenses have not booked yet.

    `cost` holds the fields of the event. Over its budget is said; closed twice, the figures are those of the
    first time.
    """
    if (known := session.get(ActivityCost, cost["activity_id"])) is not None:
        return known
    commitment = _commitment(session, school_id, cost["activity_id"])
    budget_fen = commitment.amount_fen if commitment else None
    kept = ActivityCost(
        id=cost["activity_id"],
        school_id=school_id,
        kind=cost["kind"],
        completed_on=day,
        attended=cost["attended"],
        winners=cost["winners"],
        spend_fen=cost["spend_fen"],
        budget_fen=budget_fen,
        satisfaction_hundredths=cost.get("satisfaction_hundredths"),
    )
    session.add(kept)
    session.flush()
    if commitment is not None:
        commitment.state = SETTLED
    book_activity(session, kept)
    if budget_fen is not None and kept.spend_fen > budget_fen:
        say_breach(
            session,
            Breach(standards.BUDGET, budget_fen, kept.spend_fen),
            of=kept,
            school_id=school_id,
            source_type=ACTIVITY,
            source_id=kept.id,
        )
    return kept


def book_activity(session: Session, cost: ActivityCost) -> None:
    """Let the ledger hold what an activity cost beside its own expenses, which were booked one by one."""
    apart = session.scalars(
        select(Entry).where(
            Entry.school_id == cost.school_id, Entry.activity_id == cost.id, Entry.source != ACTIVITY
        )
    )
    rest = cost.spend_fen - sum(entry.amount_fen for entry in apart)
    booked = standing(session, cost.school_id, ACTIVITY, cost.id)
    if booked is not None and booked.amount_fen != rest:
        take_back(session, booked, reason=ONE_BY_ONE)
    commitment = _commitment(session, cost.school_id, cost.id)
    if rest > 0 and (commitment is None or commitment.fund != PERSONAL):
        book_spending(
            session,
            school_id=cost.school_id,
            code=CODE_OF_ACTIVITY.get(cost.kind, OTHER_ACTIVITY),
            fund=commitment.fund if commitment else UNION,
            amount_fen=rest,
            spent_on=cost.completed_on,
            source=ACTIVITY,
            source_id=cost.id,
            activity_id=cost.id,
        )


def _commitment(session: Session, school_id: str, activity_id: str) -> Commitment | None:
    found = locked_where(
        session,
        Commitment,
        Commitment.school_id == school_id,
        Commitment.source == ACTIVITY,
        Commitment.source_id == activity_id,
    )
    return found[0] if found else None


def _say_breaches(session: Session, commitment: Commitment) -> None:
    for breach in _breaches_of(session, commitment):
        say_breach(
            session,
            breach,
            of=commitment,
            school_id=commitment.school_id,
            source_type=ACTIVITY,
            source_id=commitment.source_id,
        )


def _breaches_of(session: Session, commitment: Commitment) -> list[Breach]:
    """What an activity's budget would break: the heading's plan, or the yearly limit of outings."""
    found = []
    school_id, year = commitment.school_id, commitment.day.year
    budget = sums.budget_in_force(session, school_id, year)
    bespoken = sums.committed(session, school_id, year, but_for=commitment.source_id).get(commitment.code, 0)
    if budget is not None:
        line = next(
            (
                line
                for line in sums.year_of(session, school_id, year).spending
                if line.code == commitment.code
            ),
            None,
        )
        left = (line.planned_fen - line.actual_fen if line else 0) - bespoken
        if commitment.amount_fen > left:
            found.append(Breach(standards.BUDGET_LINE, max(left, 0), commitment.amount_fen))
    if commitment.code == OUTINGS:
        beside = sums.committed(
            session, school_id, year, but_for=commitment.source_id, funds=sums.BESIDE_DUES
        ).get(OUTINGS, 0)
        breach = check_outings(
            session,
            school_id,
            commitment.day,
            commitment.fund,
            beside + commitment.amount_fen,
            is_planned=True,
        )
        if breach is not None:
            found.append(breach)
    return found


# --- the aid fund


def allot_aid(
    session: Session, *, school_id: str, fund: str, amount_fen: int, allotted_on: date, words: str, by: str
) -> AidAllotment:
    """Set a sum apart for colleagues in hardship. Office money of the school comes into the books as a grant.

    Raises Invalid.
    """
    if fund not in FUNDS or fund == PERSONAL:
        raise Invalid(fields={"fund": [_("Say which fund pays.")]})
    if amount_fen <= 0:
        raise Invalid(fields={"amount_fen": [_("The amount must be more than zero.")]})
    allotment = AidAllotment(
        school_id=school_id,
        fund=fund,
        amount_fen=amount_fen,
        allotted_on=allotted_on,
        words=words,
        allotted_by=by,
    )
    session.add(allotment)
    session.flush()
    if fund == ADMINISTRATION:
        book_income(
            session,
            school_id=school_id,
            code=ADMINISTRATION_GRANT,
            fund=fund,
            amount_fen=amount_fen,
            received_on=allotted_on,
            source="aid-allotment",
            source_id=allotment.id,
            words=words,
            by=by,
        )
    audit.record(session, "aid.allotted", object_id=allotment.id)
    return allotment
