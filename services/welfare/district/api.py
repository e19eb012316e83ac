"""The district's table of visits over HTTP: counts, never people."""

from typing import Any

from services.welfare.district import queries
from services.welfare.district.schemas import PeriodQuery, TableOut
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import Api
from shared.kit.database import reading

api = Api("visits_district", description="How the schools of a district stand, without anybody in it.")


@api.get("/district/visits", allow="district.see")
@api.arguments(PeriodQuery, location="query")
@api.response(200, TableOut)
def district_visits(query: dict[str, Any]) -> queries.DistrictTable:
    """Visits of a half-year by school and group; null where a count would point to somebody."""
    with reading() as session:
        return queries.table(
            session, str(actor().school_id), query.get("period") or queries.half_year_of(clock.today())
        )
