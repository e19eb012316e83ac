"""The district's table of polls and rolls over HTTP: counts of things, never people."""

from typing import Any

from services.voting.district import queries
from services.voting.district.schemas import SchoolOut, YearQuery
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import Api
from shared.kit.database import reading

api = Api("voting_district", description="How the unions of a district deliberate, without anybody in it.")


@api.get("/district/polls", allow="district.see")
@api.arguments(YearQuery, location="query")
@api.response(200, SchoolOut(many=True))
def district_polls(query: dict[str, Any]) -> list[queries.SchoolRow]:
    """Polls and rolls of a calendar year by union. Idempotent."""
    with reading() as session:
        return queries.table(session, str(actor().school_id), query.get("year") or clock.today().year)
