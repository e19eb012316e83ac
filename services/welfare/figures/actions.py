"""Setting the year's targets, and telling the district each month: once, when what is entered late is in."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.district.models import DistrictFigures
from services.welfare.district.queries import SETTLES_WITHIN
from services.welfare.district.queries import bounds as half_year_bounds
from services.welfare.district.queries import told as told_before
from services.welfare.district.queries import told_on as times_told_on
from services.welfare.figures import counting
from services.welfare.figures.models import CareMonth, CareTarget
from services.welfare.figures.queries import TIMES, find_month, target_of
from services.welfare.telling import tell_office
from shared.contracts.welfare import CareCounted
from shared.kit import audit, clock
from shared.kit.database import locked
from shared.kit.messages import emit, remind, reminder
from shared.kit.people import Organisation, schools_under

MonthSettles = reminder("care-month-settles")
# In mid-March, once February is told, the chair is reminded to ask the members what they need this year (维权需求).
ASKED_AFTER, SURVEY = "-02", "/voting/polls/new?ready=needs"


def aim(
    session: Session,
    *,
    school_id: str,
    year: int,
    visits: int | None,
    people: int | None,
    aid: int | None,
    by: str,
) -> CareTarget:
    """Set what a year is to reach; set again, it replaces what stood there."""
    locked(session, Organisation, school_id)  # two that set it at once set one
    found = target_of(session, school_id, year)
    if found is None:
        found = CareTarget(school_id=school_id, year=year)
        session.add(found)
    found.visits, found.people, found.aid, found.set_by = visits, people, aid, by
    session.flush()
    audit.record(session, "care-target.set", object_id=found.id)
    return found


def watch(session: Session, school_id: str) -> None:
    """See to it that the present month of a union will be told; doing it again changes nothing."""
    _plan(session, school_id, counting.month_of(clock.today()))


def tell_month(session: Session, month_id: str) -> None:
    """A month has settled: count it, say it, keep what was said, and plan the next. Once."""
    month = locked(session, CareMonth, month_id)
    if month is None or month.told_at is not None:
        return
    counts = counting.care_of(session, month.school_id, *counting.month_bounds(month.period))
    month.figures, month.told_at = counting.as_told(counts), clock.now()
    # No sum of money: beside the half-year's public accounts it would tell what single people were given.
    emit(
        session,
        CareCounted,
        of=month,
        subject=month.school_id,
        school=month.school_id,
        period=month.period,
        **month.figures,
    )
    if month.period.endswith(ASKED_AFTER):
        tell_office(session, "chair", "needs-survey", school_id=month.school_id, link=SURVEY)
    _plan(session, month.school_id, counting.month_after(month.period))


def tell_times(session: Session, district_id: str, period: str) -> None:
    """Reckon the medians of a half-year that has settled, unless they were told before. The first look does it."""
    if clock.today() < times_told_on(period) or told_before(session, district_id, TIMES, period):
        return
    locked(session, Organisation, district_id)
    if told_before(session, district_id, TIMES, period):
        return
    figures: dict[str, Any] = {}
    for school in schools_under(session, district_id):
        found = counting.times(
            session, school.id, *half_year_bounds(period), least=counting.ENOUGH_FOR_MEDIANS
        )
        figures[school.id] = {"known": found.known, "read": found.read, "helped": found.helped}
    session.add(DistrictFigures(school_id=district_id, topic=TIMES, period=period, figures=figures))
    session.flush()


def _plan(session: Session, school_id: str, period: str) -> None:
    if find_month(session, school_id, period) is not None:
        return
    if session.scalar(
        select(CareMonth.id).where(CareMonth.school_id == school_id, CareMonth.told_at.is_(None))
    ):
        return  # one waits already, and plans the next when its time comes
    month = CareMonth(school_id=school_id, period=period)
    session.add(month)
    session.flush()
    settles = counting.month_bounds(period)[1] + SETTLES_WITHIN
    remind(session, MonthSettles, at=settles, key=month.id, data={"month_id": month.id})
