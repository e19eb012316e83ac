"""A year of care in a school's own figures, its coverage meter, and what the district was told."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare.district import queries as district
from services.welfare.figures import counting
from services.welfare.figures.models import CareMonth, CareTarget
from services.welfare.hardship.models import HardshipCase, HardshipSurvey
from services.welfare.occasions import GROUPS
from services.welfare.requests.models import ANSWERED, WITHDRAWN, MemberRequest
from services.welfare.visits.models import COMPLETED, VisitTask
from shared.kit import clock
from shared.kit.people import IS_THERE, MEMBERS, Organisation, Person, schools_under

TIMES = "times"  # the medians among the district's kept figures
ROLLING = timedelta(days=365)


@dataclass(frozen=True)
class MonthOfCare:
    """Visits made in a month by group, and all together."""

    month: str
    by_group: dict[str, int]
    made: int


@dataclass(frozen=True)
class YearOfCare:
    """A school's own year. Sums in fen; `targets` is None where none were set."""

    year: int
    months: list[MonthOfCare]
    made: int
    on_time: int
    people: int
    aid: int
    aid_people: int
    aid_fen: int
    times: counting.Times
    targets: CareTarget | None


@dataclass(frozen=True)
class Coverage:
    """Of the members of a school, how many were visited or answered within the last 365 days (进百家门), and what was
    raised and is solved (解百家难)."""

    members: int
    visited: int
    reached: int
    raised: int
    solved: int


def target_of(session: Session, school_id: str, year: int) -> CareTarget | None:
    return session.scalar(
        select(CareTarget).where(CareTarget.school_id == school_id, CareTarget.year == year)
    )


def find_month(session: Session, school_id: str, period: str) -> CareMonth | None:
    return session.scalar(
        select(CareMonth).where(CareMonth.school_id == school_id, CareMonth.period == period)
    )


def year_of_care(session: Session, school_id: str, year: int) -> YearOfCare:
    begins, ends = date(year, 1, 1), date(year + 1, 1, 1)
    rows = session.execute(
        select(VisitTask.group, VisitTask.visited_on, VisitTask.due_on, VisitTask.person_id).where(
            VisitTask.school_id == school_id,
            VisitTask.state == COMPLETED,
            VisitTask.visited_on >= begins,
            VisitTask.visited_on < ends,
        )
    ).all()
    by_month = Counter((row.visited_on.month, row.group) for row in rows)
    aid = counting.aid_paid(session, school_id, begins, ends)
    months = [
        MonthOfCare(
            f"{year}-{month:02}",
            {group: by_month[month, group] for group in GROUPS},
            sum(by_month[month, group] for group in GROUPS),
        )
        for month in range(1, 13)
    ]
    return YearOfCare(
        year=year,
        months=months,
        made=len(rows),
        on_time=sum(row.visited_on <= row.due_on for row in rows),
        people=len({row.person_id for row in rows}),
        aid=len(aid),
        aid_people=len({one.person_id or one.pupil_ref for one in aid}),
        aid_fen=sum(one.granted_fen or 0 for one in aid),
        times=counting.times(session, school_id, begins, ends),
        targets=target_of(session, school_id, year),
    )


def coverage(session: Session, school_id: str) -> Coverage:
    """The meter as of today."""
    since = clock.today() - ROLLING
    members = set(
        session.scalars(
            select(Person.id).where(Person.school_id == school_id, Person.standing.in_(MEMBERS), IS_THERE)
        )
    )
    visited = set(
        session.scalars(
            select(VisitTask.person_id).where(
                VisitTask.school_id == school_id, VisitTask.state == COMPLETED, VisitTask.visited_on > since
            )
        )
    )
    surveyed = session.scalars(
        select(HardshipCase.person_id)
        .join(HardshipSurvey, HardshipSurvey.case_id == HardshipCase.id)
        .where(HardshipCase.school_id == school_id, HardshipSurvey.surveyed_on > since)
    )
    visited |= {person_id for person_id in surveyed if person_id}
    requests = session.execute(
        select(MemberRequest.person_id, MemberRequest.state, func.count())
        .where(
            MemberRequest.school_id == school_id,
            MemberRequest.asked_on > since,
            MemberRequest.state != WITHDRAWN,
        )
        .group_by(MemberRequest.person_id, MemberRequest.state)
    ).all()
    answered = {person_id for person_id, state, _n in requests if state == ANSWERED and person_id}
    return Coverage(
        members=len(members),
        visited=len(members & visited),
        reached=len(members & (visited | answered)),
        raised=sum(n for _person, _state, n in requests),
        solved=sum(n for _person, state, n in requests if state == ANSWERED),
    )


# --- what the district sees


@dataclass(frozen=True)
class ToldMonth:
    """What one school told of a month; None: not told (yet)."""

    school: Organisation
    figures: dict[str, int | None] | None


@dataclass(frozen=True)
class ToldTimes:
    """Medians of one school in whole days; None where too few cases stand behind one, or nothing is told yet."""

    school: Organisation
    known: int | None
    read: int | None
    helped: int | None


def months_told(session: Session, district_id: str, period: str) -> list[ToldMonth]:
    schools = schools_under(session, district_id)
    rows = session.scalars(
        select(CareMonth).where(
            CareMonth.school_id.in_([school.id for school in schools]), CareMonth.period == period
        )
    )
    figures = {row.school_id: row.figures for row in rows}
    return [ToldMonth(school, figures.get(school.id)) for school in schools]


def times_told(session: Session, district_id: str, period: str) -> list[ToldTimes]:
    kept = district.told(session, district_id, TIMES, period)
    figures = kept.figures if kept else {}
    none = dict.fromkeys(("known", "read", "helped"))
    return [
        ToldTimes(school, **figures.get(school.id, none)) for school in schools_under(session, district_id)
    ]


def latest_month() -> str:
    """The last month that is told by today."""
    return counting.month_before(counting.month_of(clock.today() - district.SETTLES_WITHIN))
