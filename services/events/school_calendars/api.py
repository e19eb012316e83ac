"""School years over HTTP: enter, publish, and the working days that follow."""

from typing import Any

from services.events.school_calendars import actions, queries
from services.events.school_calendars.models import YearCalendar
from services.events.school_calendars.schemas import FIRST_YEAR, LAST_YEAR, MonthEnd, YearIn, YearOut
from shared.kit.access import actor
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.problems import NotFound

api = Api("school-calendars", description="Terms, days off and make-up days.")


@api.get("/school-calendars/<int:year>", allow="school-calendars.see")
@api.response(200, YearOut)
def school_year(year: str) -> YearCalendar:
    """The year as the school (or district) entered it, else with the nation's days off alone."""
    with reading() as session:
        school_id, number = _own(year)
        return queries.of_year(session, school_id, number) or actions.blank(school_id, number)


@api.put("/school-calendars/<int:year>", allow="school-calendars.publish")
@api.arguments(YearIn)
@api.response(200, YearOut)
def enter_school_year(body: dict[str, Any], year: str) -> YearCalendar:
    """Enter the whole year; others see it once it is published."""
    with transaction() as session:
        calendar = actions.take(session, *_own(year))
        actions.enter(calendar, **body)
        return calendar


@api.post("/school-calendars/<int:year>/publish", allow="school-calendars.publish")
@api.response(200, YearOut)
def publish_school_year(year: str) -> YearCalendar:
    """Say it to everybody, as it stands."""
    with transaction() as session:
        calendar = actions.take(session, *_own(year))
        actions.publish(session, calendar)
        return calendar


@api.get("/school-calendars/<int:year>/month-ends", allow="school-calendars.see")
@api.response(200, MonthEnd)
def month_ends(year: str) -> dict[str, Any]:
    """The last working day of each month, by the calendar in force."""
    with reading() as session:
        school_id, number = _own(year)
        return {"days": queries.working_days(session, school_id, number).month_ends(number)}


def _own(year: str) -> tuple[str, int]:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise NotFound()
    return str(actor().school_id), int(year)
