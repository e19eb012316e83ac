"""The figures of care over HTTP: a school's own, exactly; the district's, in steps and medians."""

from dataclasses import replace
from typing import Any

from services.welfare.district.queries import latest_told
from services.welfare.figures import actions, queries
from services.welfare.figures.schemas import (
    CoverageOut,
    HalfYearQuery,
    MonthQuery,
    Targets,
    ToldMonthOut,
    ToldTimesOut,
    YearOfCareOut,
)
from shared.kit.access import actor
from shared.kit.api import Api
from shared.kit.database import reading, transaction

api = Api(
    "figures",
    description="Care in figures: the year against its targets, the months as the district hears them.",
)


@api.get("/figures/<int(min=2000,max=2099):year>", allow="figures.see")
@api.response(200, YearOfCareOut)
def year_of_care(year: str) -> Any:
    """Visits, people and aid of a year, by month, with the targets."""
    with reading() as session:
        found = queries.year_of_care(session, str(actor().school_id), int(year))
    if not actor().may("aid.keep"):
        return replace(found, aid=None, aid_people=None, aid_fen=None)  # type: ignore[arg-type]
    return found


@api.put("/figures/<int(min=2000,max=2099):year>/targets", allow="figures.aim")
@api.arguments(Targets)
@api.response(200, Targets)
def set_targets(body: dict[str, Any], year: str) -> Any:
    """Set what a year is to reach."""
    with transaction() as session:
        who = actor()
        return actions.aim(
            session, school_id=str(who.school_id), year=int(year), by=str(who.person_id), **body
        )


@api.get("/figures/coverage", allow="figures.see")
@api.response(200, CoverageOut)
def coverage() -> Any:
    """Which part of the members was visited or answered in the last 365 days."""
    with reading() as session:
        return queries.coverage(session, str(actor().school_id))


@api.get("/district/months", allow="district.see")
@api.arguments(MonthQuery, location="query")
@api.response(200, ToldMonthOut(many=True))
def months_told(query: dict[str, Any]) -> Any:
    """What each school told of a month."""
    with reading() as session:
        return queries.months_told(
            session, str(actor().school_id), query.get("period") or queries.latest_month()
        )


@api.get("/district/times", allow="district.see")
@api.arguments(HalfYearQuery, location="query")
@api.response(200, ToldTimesOut(many=True))
def times_told(query: dict[str, Any]) -> Any:
    """Medians of a half-year: until it was known, until who goes had read it, until the visit."""
    period = query.get("period") or latest_told()
    with transaction() as session:
        actions.tell_times(session, str(actor().school_id), period)
        return queries.times_told(session, str(actor().school_id), period)
