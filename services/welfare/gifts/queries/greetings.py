"""Who is greeted when (特殊节日关心慰问): the festivals of a year and the groups, and how each stands; and the reserve.

What is usual is where a round of visits begins with that group by itself; the rest is what was really begun.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.funds.queries import sums
from services.welfare.gifts.kinds import EVERYONE, IN_POST, RETIRED, WOMEN
from services.welfare.gifts.models import CALLED_OFF, CLOSED, OPEN, GiftRound
from services.welfare.gifts.queries.years import planned_fen
from services.welfare.periods import bounds
from services.welfare.rounds import kinds as visits
from services.welfare.rounds.models import CLOSED as VISITED
from services.welfare.rounds.models import CLOSING, OPENING, VisitRound
from services.welfare.rounds.models import OPEN as VISITING
from shared.kit.access import within
from shared.kit.festivals import FESTIVALS

ALL, FOR_WOMEN = "all", "women"
COLUMNS: dict[str, Any] = {
    visits.HARDSHIP: _l("In hardship"),
    visits.ILL: _l("Ill"),
    visits.RETIRED: _l("Retired"),
    visits.HONOURED: _l("Honoured"),
    FOR_WOMEN: _l("Women"),
    ALL: _l("Everybody"),
}
AUDIENCE_COLUMN = {IN_POST: ALL, EVERYONE: ALL, WOMEN: FOR_WOMEN, RETIRED: visits.RETIRED}
USUAL, PREPARED, UNDER_WAY, DONE = "usual", "prepared", "under-way", "done"
ORDER = (USUAL, PREPARED, UNDER_WAY, DONE)


@dataclass(frozen=True)
class Greeting:
    """How one group stands at one festival, and where to read more (None: nothing was begun)."""

    standing: str
    link: str | None = None


@dataclass(frozen=True)
class Row:
    occasion: str
    day: date
    cells: dict[str, Greeting]


def of_year(session: Session, year: int) -> list[Row]:
    """The festivals of a year, and what else was given in it, by day."""
    rows = {
        (code, day): Row(code, day, _usual(code))
        for code, festival in FESTIVALS.items()
        if (day := festival.day_in(year))
    }
    for visit in session.scalars(select(VisitRound).where(within(VisitRound), VisitRound.year == year)):
        if visit.state != CALLED_OFF:
            row = rows.setdefault((visit.kind, visit.festival_on), Row(visit.kind, visit.festival_on, {}))
            for column in visit.criteria:
                _enter(row, column, _standing(visit), f"/welfare/rounds/{visit.id}")
    begins, ends = bounds(str(year))
    given = select(GiftRound).where(
        within(GiftRound),
        GiftRound.happens_on >= begins,
        GiftRound.happens_on < ends,
        GiftRound.state != CALLED_OFF,
    )
    for gift in session.scalars(given):
        row = rows.setdefault((gift.occasion, gift.happens_on), Row(gift.occasion, gift.happens_on, {}))
        standing = {CLOSED: DONE, OPEN: UNDER_WAY}.get(gift.state, PREPARED)
        _enter(row, AUDIENCE_COLUMN[gift.audience], standing, f"/welfare/gifts/{gift.id}")
    return sorted(rows.values(), key=lambda row: (row.day, row.occasion))


def _usual(code: str) -> dict[str, Greeting]:
    kind = visits.KINDS.get(code)
    return {column: Greeting(USUAL) for column in kind.criteria} if kind else {}


def _standing(visit: VisitRound) -> str:
    if visit.state == VISITED:
        return DONE
    return UNDER_WAY if visit.state in (OPENING, VISITING, CLOSING) else PREPARED


def _enter(row: Row, column: str, standing: str, link: str) -> None:
    """Of several the least advanced shows: what is still to be done."""
    known = row.cells.get(column)
    if known is None or known.standing == USUAL or ORDER.index(standing) < ORDER.index(known.standing):
        row.cells[column] = Greeting(standing, link)


@dataclass(frozen=True)
class Reserve:
    """What a year's budget holds back for the sick, the disabled and the retired (留一部分资金), in fen.

    `free` is what gifts to all may cost, `spent` what they cost so far, `planned` what rounds will cost that are
    not in the ledger yet.
    """

    held: int
    free: int
    spent: int
    planned: int

    @property
    def left(self) -> int:
        return self.free - self.spent - self.planned


def reserve(session: Session, school_id: str, year: int) -> Reserve | None:
    """None where the year has no approved budget, or it holds nothing back."""
    budget = sums.budget_in_force(session, school_id, year)
    if budget is None or not budget.reserve_fen:
        return None
    return Reserve(
        held=budget.reserve_fen,
        free=sums.care_planned(budget) - budget.reserve_fen,
        spent=sums.gifts_to_all(session, school_id, year),
        planned=planned_fen(session, school_id, year),
    )
