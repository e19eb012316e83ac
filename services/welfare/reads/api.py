"""Who read one's data, over HTTP."""

from typing import Any

from services.welfare.reads import queries
from services.welfare.reads.schemas import ReadOut
from shared.kit.access import ANYONE_SIGNED_IN
from shared.kit.api import Api
from shared.kit.paging import Keyset

api = Api("reads", description="Who looked at one's own sensitive data in welfare.")


@api.get("/reads", allow=ANYONE_SIGNED_IN)
@api.paged(ReadOut)
def reads(_filters: dict[str, Any]) -> Keyset:
    """Who looked at what of one's own, or wanted to and was refused; the latest first."""
    return queries.own_reads()
