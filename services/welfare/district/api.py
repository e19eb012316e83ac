"""The district's tables over HTTP: counts, never people."""

from typing import Any

from services.welfare.district import actions, queries
from services.welfare.district.schemas import TableOut, TableQuery
from services.welfare.district.topics import TOPICS
from shared.kit.access import actor
from shared.kit.api import Api
from shared.kit.database import transaction
from shared.kit.problems import NotFound

api = Api("welfare_district", description="How the schools of a district stand, without anybody in it.")


@api.get("/district/<topic>", allow="district.see")
@api.arguments(TableQuery, location="query")
@api.response(200, TableOut)
def district_table(query: dict[str, Any], topic: str) -> queries.DistrictTable:
    """Counts of a half-year by school and kind, and by month; null where one would point to somebody."""
    if topic not in TOPICS:
        raise NotFound()
    period = query.pop("period", None) or queries.latest_told()
    with transaction() as session:
        actions.tell(session, str(actor().school_id), topic, period)
        return queries.table(session, str(actor().school_id), topic, period, **query)
