"""What a district sees of its schools' activities: counts of things done, never a person or a list."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.activities.models import CANCELLED, COMPLETED, DRAFT, HELD, Activity
from services.events.school_calendars.models import YearCalendar
from shared.kit import clock
from shared.kit.people import schools_under


@dataclass(frozen=True)
class SchoolCounts:
    """A school's year so far."""

    school_id: str
    name: str
    announced: int
    held: int
    cancelled: int
    has_calendar: bool


def counts(session: Session, district_id: str, year: int) -> list[SchoolCounts]:
    """Every school below a district, with how many activities of a year it announced, held and called off."""
    schools = schools_under(session, district_id)
    ids = [school.id for school in schools]
    start, end = (datetime(y, 1, 1, tzinfo=clock.SHANGHAI) for y in (year, year + 1))
    states: dict[str, Counter[str]] = {school_id: Counter() for school_id in ids}
    for school_id, state, number in session.execute(
        select(Activity.school_id, Activity.state, func.count())
        .where(Activity.school_id.in_(ids), Activity.starts_at >= start, Activity.starts_at < end)
        .group_by(Activity.school_id, Activity.state)
    ):
        states[school_id][state] = number
    published = set(
        session.scalars(
            select(YearCalendar.school_id).where(
                YearCalendar.school_id.in_([*ids, district_id]),
                YearCalendar.year == year,
                YearCalendar.published_version > 0,
            )
        )
    )
    return [
        SchoolCounts(
            school.id,
            school.name,
            announced=states[school.id].total() - states[school.id][DRAFT],
            held=states[school.id][HELD] + states[school.id][COMPLETED],
            cancelled=states[school.id][CANCELLED],
            has_calendar=bool(published & {school.id, district_id}),
        )
        for school in schools
    ]
