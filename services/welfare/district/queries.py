"""What the district sees of visits: how each school stands, in a word, and counts that point to nobody.

Counts are of whole half-years that do not overlap, by school and group of occasions, with a total for each
column and none for the rows, so that no two figures can be subtracted from one another.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare.district.withholding import withhold
from services.welfare.occasions import GROUPS
from services.welfare.visits.models import COMPLETED, LATE, OPEN, VisitTask
from shared.kit.people import Organisation, schools_under

OVERDUE, UNDER_WAY, CLEAR = "overdue", "under-way", "clear"


@dataclass(frozen=True)
class SchoolRow:
    """One school: how it stands now, and its visits of the period by group (None: withheld)."""

    school: Organisation
    standing: str
    counts: dict[str, int | None]


@dataclass(frozen=True)
class DistrictTable:
    """All schools of a district for one period."""

    period: str
    rows: list[SchoolRow]
    totals: dict[str, int | None]


def half_year_of(day: date) -> str:
    return f"{day.year}-H{1 if day.month < 7 else 2}"


def table(session: Session, district_id: str, period: str) -> DistrictTable:
    """Completed visits of a half-year (2026-H1) in a district."""
    schools = schools_under(session, district_id)
    ids = [school.id for school in schools]
    begins, ends = _bounds(period)
    done = {
        (school_id, group): count
        for school_id, group, count in session.execute(
            select(VisitTask.school_id, VisitTask.group, func.count())
            .where(
                VisitTask.school_id.in_(ids),
                VisitTask.state == COMPLETED,
                VisitTask.visited_on >= begins,
                VisitTask.visited_on < ends,
            )
            .group_by(VisitTask.school_id, VisitTask.group)
        )
    }
    columns = {group: withhold([done.get((school_id, group), 0) for school_id in ids]) for group in GROUPS}
    standings = _standings(session, ids)
    rows = [
        SchoolRow(
            school,
            standings.get(school.id, CLEAR),
            {group: column.counts[place] for group, column in columns.items()},
        )
        for place, school in enumerate(schools)
    ]
    return DistrictTable(period, rows, {group: column.total for group, column in columns.items()})


def _bounds(period: str) -> tuple[date, date]:
    year = int(period[:4])
    return (
        (date(year, 1, 1), date(year, 7, 1))
        if period.endswith("H1")
        else (date(year, 7, 1), date(year + 1, 1, 1))
    )


def _standings(session: Session, ids: list[str]) -> dict[str, str]:
    """A word for each school with open tasks, not a number: whether a duty is late says nothing of how many people."""
    found: dict[str, str] = {}
    for school_id, state in session.execute(
        select(VisitTask.school_id, VisitTask.state)
        .where(VisitTask.school_id.in_(ids), VisitTask.state.in_(OPEN))
        .distinct()
    ):
        if state in LATE or school_id not in found:
            found[school_id] = OVERDUE if state in LATE else UNDER_WAY
    return found
