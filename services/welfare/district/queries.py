"""What the district sees of its schools: how each stands now, in a word, and counts that point to nobody.

Counts are of whole half-years that do not overlap, told once, two weeks after the half-year's end, and never
changed: by school and column with a total for each column and none for the rows, and the same totals by
months. So no two figures can be subtracted from one another, of one table or of two days.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.district.models import DistrictFigures
from services.welfare.district.topics import CLEAR, TOPICS, Topic
from services.welfare.district.withholding import by_months, withhold
from shared.kit import clock
from shared.kit.people import Organisation, schools_under

SETTLES_WITHIN = timedelta(days=14)  # what is entered late still counts


@dataclass(frozen=True)
class SchoolRow:
    """One school: how it stands now, and its counts of the period by column (None: withheld, or not told yet)."""

    school: Organisation
    standing: str | None
    counts: dict[str, int | None]


@dataclass(frozen=True)
class MonthRow:
    """One month of all schools together."""

    month: str
    counts: dict[str, int | None]


@dataclass(frozen=True)
class DistrictTable:
    """All schools of a district for one topic and period."""

    topic: str
    period: str
    told_on: date  # from this day on there are figures
    is_told: bool
    rows: list[SchoolRow]
    totals: dict[str, int | None]
    months: list[MonthRow]


def half_year_of(day: date) -> str:
    return f"{day.year}-H{1 if day.month < 7 else 2}"


def before(period: str) -> str:
    """The half-year before one."""
    year = int(period[:4])
    return f"{year}-H1" if period.endswith("H2") else f"{year - 1}-H2"


def bounds(period: str) -> tuple[date, date]:
    """The first day of a half-year, and the first after it."""
    year = int(period[:4])
    return (
        (date(year, 1, 1), date(year, 7, 1))
        if period.endswith("H1")
        else (date(year, 7, 1), date(year + 1, 1, 1))
    )


def told_on(period: str) -> date:
    """The day from which on the figures of a half-year are told."""
    return bounds(period)[1] + SETTLES_WITHIN


def latest_told() -> str:
    """The last half-year whose figures are told by today."""
    period = before(half_year_of(clock.today()))
    return period if told_on(period) <= clock.today() else before(period)


def months_of(period: str) -> list[str]:
    year, first = int(period[:4]), 1 if period.endswith("H1") else 7
    return [f"{year}-{month:02}" for month in range(first, first + 6)]


def told(session: Session, district_id: str, topic: str, period: str) -> DistrictFigures | None:
    return session.scalar(
        select(DistrictFigures).where(
            DistrictFigures.school_id == district_id,
            DistrictFigures.topic == topic,
            DistrictFigures.period == period,
        )
    )


def reckon(session: Session, school_ids: Sequence[str], topic: Topic, period: str) -> dict[str, Any]:
    """The figures of a half-year as they may be told."""
    by_school: Counter[tuple[str, str]] = Counter()
    by_month: Counter[tuple[str, str]] = Counter()
    for school_id, column, day, count in topic.facts(session, school_ids, *bounds(period)):
        by_school[school_id, column] += count
        by_month[f"{day:%Y-%m}", column] += count
    figures = {}
    for column in topic.columns:
        shown = withhold([by_school[school_id, column] for school_id in school_ids])
        months = by_months(shown, [by_month[month, column] for month in months_of(period)])
        figures[column] = {
            "schools": dict(zip(school_ids, shown.counts, strict=True)),
            "total": shown.total,
            "months": None if months is None else dict(zip(months_of(period), months, strict=True)),
        }
    return figures


def table(
    session: Session,
    district_id: str,
    topic: str,
    period: str,
    *,
    school_id: str | None = None,
    kind: str | None = None,
    month: str | None = None,
) -> DistrictTable:
    """A topic's table, or the part of it that was asked for: filters choose among the figures and reckon none."""
    schools = schools_under(session, district_id)
    kept = told(session, district_id, topic, period)
    figures = kept.figures if kept else {}
    columns = [column for column in TOPICS[topic].columns if kind in (None, column)]
    find_standings = TOPICS[topic].standings
    standings = find_standings(session, [school.id for school in schools]) if find_standings else None
    return DistrictTable(
        topic,
        period,
        told_on(period),
        kept is not None,
        [
            SchoolRow(
                school,
                None if standings is None else standings.get(school.id, CLEAR),
                {column: figures[column]["schools"].get(school.id) if kept else None for column in columns},
            )
            for school in schools
            if school_id in (None, school.id)
        ],
        {column: figures[column]["total"] if kept else None for column in columns},
        [
            MonthRow(
                name,
                {column: (figures[column]["months"] or {}).get(name) if kept else None for column in columns},
            )
            for name in months_of(period)
            if month in (None, name)
        ],
    )
