"""Adding the ledger up: by heading, by fund, and what is left of what was planned."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare.funds.codes import CODES, DUES, HARDSHIP, INCOME, OUTINGS, SPENDING, WELFARE
from services.welfare.funds.models import (
    CARE,
    DUES_FUND,
    FUNDS,
    AidAllotment,
    Budget,
    Commitment,
    Entry,
)
from services.welfare.funds.models.plans import APPROVED, OPEN, REPORTED
from services.welfare.periods import bounds

GIVEN_TO_ONE = ("visit", "aid")  # sources that look after one person; every other gift is to all
# What an outing may cost beside the dues.
BESIDE_DUES = tuple(code for code, fund in FUNDS.items() if fund.is_union_money and code != DUES_FUND)


def by_code(session: Session, school_id: str, begins: date, ends: date, **where: Any) -> dict[str, int]:
    """The sum of every heading in [begins, ends), in fen."""
    rows = session.execute(
        select(Entry.code, func.sum(Entry.amount_fen))
        .where(
            Entry.school_id == school_id,
            Entry.counted_on >= begins,
            Entry.counted_on < ends,
            *(getattr(Entry, name) == value for name, value in where.items()),
        )
        .group_by(Entry.code)
    )
    return {code: int(total) for code, total in rows}


def how_many(session: Session, school_id: str, *where: Any) -> int:
    """How many entries of a union meet some conditions."""
    return (
        session.scalar(select(func.count()).select_from(Entry).where(Entry.school_id == school_id, *where))
        or 0
    )


def balances(session: Session, school_id: str) -> dict[str, int]:
    """What is in every fund now: what came in less what went out, in fen."""
    rows = session.execute(
        select(Entry.fund, Entry.code, func.sum(Entry.amount_fen))
        .where(Entry.school_id == school_id)
        .group_by(Entry.fund, Entry.code)
    )
    found: dict[str, int] = {}
    for fund, code, total in rows:
        found[fund] = found.get(fund, 0) + (int(total) if code in INCOME else -int(total))
    return found


def budget_in_force(session: Session, school_id: str, year: int) -> Budget | None:
    """The latest budget of a year that the committee approved."""
    return session.scalars(
        select(Budget)
        .where(Budget.school_id == school_id, Budget.year == year, Budget.state.in_((APPROVED, REPORTED)))
        .order_by(Budget.number.desc())
        .limit(1)
    ).first()


def latest_budget(session: Session, school_id: str, year: int) -> Budget | None:
    """The newest budget of a year, a draft or not."""
    return session.scalars(
        select(Budget)
        .where(Budget.school_id == school_id, Budget.year == year)
        .order_by(Budget.number.desc())
        .limit(1)
    ).first()


def committed(
    session: Session,
    school_id: str,
    year: int,
    *,
    but_for: str | None = None,
    funds: Collection[str] = tuple(FUNDS),
) -> dict[str, int]:
    """What is bespoken in a year, by heading (fen); `but_for` leaves one source out, `funds` counts these alone."""
    begins, ends = bounds(str(year))
    rows = session.execute(
        select(Commitment.code, func.sum(Commitment.amount_fen))
        .where(
            Commitment.school_id == school_id,
            Commitment.state == OPEN,
            Commitment.day >= begins,
            Commitment.day < ends,
            Commitment.source_id != (but_for or ""),
            Commitment.fund.in_(list(funds)),
        )
        .group_by(Commitment.code)
    )
    return {code: int(total) for code, total in rows}


def open_activities(session: Session, school_id: str) -> list[Commitment]:
    """What activities have bespoken and not spent yet, by day."""
    return list(
        session.scalars(
            select(Commitment)
            .where(Commitment.school_id == school_id, Commitment.state == OPEN)
            .order_by(Commitment.day, Commitment.id)
        )
    )


@dataclass(frozen=True)
class Line:
    """One heading of a year: planned, bespoken, spent (or received), in fen."""

    code: str
    planned_fen: int
    committed_fen: int
    actual_fen: int

    @property
    def name(self) -> str:
        return str(CODES[self.code].name)

    @property
    def left_fen(self) -> int:
        """What may still be planned; below zero where more was spent than planned."""
        return self.planned_fen - self.committed_fen - self.actual_fen


@dataclass(frozen=True)
class Year:
    """A year of a union's money, heading by heading."""

    year: int
    budget: Budget | None
    income: list[Line]
    spending: list[Line]

    @property
    def planned_fen(self) -> int:
        return sum(line.planned_fen for line in self.spending)

    @property
    def committed_fen(self) -> int:
        return sum(line.committed_fen for line in self.spending)

    @property
    def spent_fen(self) -> int:
        return sum(line.actual_fen for line in self.spending)

    @property
    def received_fen(self) -> int:
        return sum(line.actual_fen for line in self.income)


def year_of(session: Session, school_id: str, year: int) -> Year:
    """Budget, commitments and accounts of a year side by side."""
    budget = budget_in_force(session, school_id, year)
    lines = budget.lines if budget else {}
    bespoken, actual = committed(session, school_id, year), by_code(session, school_id, *bounds(str(year)))

    def side(codes: Collection[str]) -> list[Line]:
        return [
            Line(code, lines.get(code, 0), bespoken.get(code, 0), actual.get(code, 0))
            for code in codes
            if code in lines or code in bespoken or code in actual
        ]

    return Year(year, budget, side(INCOME), side(SPENDING))


# --- what the yearly rules need to know


def gifts_to_all(session: Session, school_id: str, year: int) -> int:
    """Spent in a year on gifts to everybody (fen), visits and aid left out."""
    begins, ends = bounds(str(year))
    total = session.scalar(
        select(func.sum(Entry.amount_fen)).where(
            Entry.school_id == school_id,
            Entry.code == WELFARE,
            Entry.source.not_in(GIVEN_TO_ONE),
            Entry.counted_on >= begins,
            Entry.counted_on < ends,
        )
    )
    return int(total or 0)


def care_planned(budget: Budget) -> int:
    """What a budget holds for looking after people."""
    return sum(budget.lines.get(code, 0) for code in CARE)


def outings(session: Session, school_id: str, year: int) -> tuple[int, int]:
    """Dues received in a year, and what outings cost the union's other funds (fen)."""
    begins, ends = bounds(str(year))
    dues = by_code(session, school_id, begins, ends).get(DUES, 0)
    beside = session.scalar(
        select(func.sum(Entry.amount_fen)).where(
            Entry.school_id == school_id,
            Entry.code == OUTINGS,
            Entry.fund.in_(BESIDE_DUES),
            Entry.counted_on >= begins,
            Entry.counted_on < ends,
        )
    )
    return dues, int(beside or 0)


def aid_fund(session: Session, school_id: str) -> dict[str, tuple[int, int]]:
    """Of every fund that aid is set apart from: set apart, and paid out for hardship (fen)."""
    allotted = dict(
        session.execute(
            select(AidAllotment.fund, func.sum(AidAllotment.amount_fen))
            .where(AidAllotment.school_id == school_id)
            .group_by(AidAllotment.fund)
        ).all()
    )
    paid = dict(
        session.execute(
            select(Entry.fund, func.sum(Entry.amount_fen))
            .where(Entry.school_id == school_id, Entry.code == HARDSHIP, Entry.fund.in_(list(allotted)))
            .group_by(Entry.fund)
        ).all()
    )
    return {fund: (int(allotted[fund]), int(paid.get(fund, 0))) for fund in FUNDS if fund in allotted}
