"""The district's counts over HTTP."""

from typing import Any

from services.events.district import queries
from services.events.district.schemas import SchoolCountsOut, YearQuery
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import Api
from shared.kit.database import reading

api = Api("district", description="Counts of activities by school.")


@api.get("/district/activities", allow="district.see")
@api.arguments(YearQuery, location="query")
@api.response(200, SchoolCountsOut(many=True))
def district_activities(query: dict[str, Any]) -> list[queries.SchoolCounts]:
    """How many activities each school announced, held and called off in a year."""
    with reading() as session:
        return queries.counts(session, str(actor().school_id), query.get("year") or clock.today().year)
