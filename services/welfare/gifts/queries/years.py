"""What people get in a year at all rounds together, for the ceiling that a province sets on it (全年上限)."""

from collections import Counter
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.expenses.kinds import FESTIVAL_GIFTS
from services.welfare.expenses.models import REFUSED, WITHDRAWN, Expense
from services.welfare.funds.models import ADMINISTRATION
from services.welfare.gifts.kinds import AUDIENCES
from services.welfare.gifts.models import (
    APPROVED,
    CLOSED,
    IN_REVIEW,
    OPEN,
    PLANNED,
    RETURNED,
    TAKEN,
    GiftRound,
    GiftShare,
)
from services.welfare.periods import bounds
from shared.kit.people import IS_THERE, Person


def meant(school_id: str, audience: str) -> Any:
    """Those whom the rule of an audience finds now, by name."""
    rule = AUDIENCES[audience]
    query = select(Person).where(
        Person.school_id == school_id,
        Person.standing.in_(rule.standings),
        IS_THERE,
    )
    if rule.sex:
        query = query.where(Person.sex == rule.sex)
    return query.order_by(Person.pinyin, Person.id)


def meant_ids(session: Session, school_id: str, audience: str) -> list[str]:
    return list(session.scalars(meant(school_id, audience).with_only_columns(Person.id)))


def others_of_year(session: Session, school_id: str, year: int, but_for: str | None) -> list[GiftRound]:
    """The rounds of a year, but for one, that the committee has before it or has approved."""
    begins, ends = bounds(str(year))
    return list(
        session.scalars(
            select(GiftRound).where(
                GiftRound.school_id == school_id,
                GiftRound.state.in_((*PLANNED, OPEN, CLOSED)),
                GiftRound.happens_on >= begins,
                GiftRound.happens_on < ends,
                *([GiftRound.id != but_for] if but_for else []),
            )
        )
    )


def got_in_year(session: Session, school_id: str, year: int, but_for: str | None = None) -> Counter[str]:
    """Person → fen out of union funds at the year's rounds: planned, waiting to be fetched, or fetched."""
    found: Counter[str] = Counter()
    for other in others_of_year(session, school_id, year, but_for):
        if other.fund == ADMINISTRATION:
            continue
        for person_id in _who_gets(session, other):
            found[person_id] += other.per_head_fen
    return found


def _who_gets(session: Session, made: GiftRound) -> list[str]:
    if made.state in (IN_REVIEW, APPROVED):
        return meant_ids(session, made.school_id, made.audience)
    query = select(GiftShare.person_id).where(GiftShare.round_id == made.id)
    wanted = GiftShare.state == TAKEN if made.state == CLOSED else GiftShare.state != RETURNED
    return list(session.scalars(query.where(wanted)))


def most_in_year(session: Session, school_id: str, year: int) -> int:
    """What the person gets who gets most (fen)."""
    return max(got_in_year(session, school_id, year).values(), default=0)


def expenses_each(session: Session, school_id: str, year: int) -> Fraction:
    """What each member got by expenses for gifts to all, entered by themselves; parts of fen stay exact."""
    begins, ends = bounds(str(year))
    entered = session.scalars(
        select(Expense).where(
            Expense.school_id == school_id,
            Expense.kind == FESTIVAL_GIFTS,
            Expense.state.not_in((REFUSED, WITHDRAWN)),
            Expense.spent_on >= begins,
            Expense.spent_on < ends,
        )
    )
    return sum((Fraction(one.amount_fen, one.heads or 1) for one in entered), Fraction(0))


def planned_fen(session: Session, school_id: str, year: int, but_for: str | None = None) -> int:
    """What the year's rounds will cost that are not in the ledger yet (fen)."""
    total = 0
    for other in others_of_year(session, school_id, year, but_for):
        if other.state != CLOSED:
            heads = other.eligible or len(meant_ids(session, school_id, other.audience))
            total += other.per_head_fen * heads
    return total
