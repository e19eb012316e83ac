"""Public items of school affairs over HTTP."""

from typing import Any

from services.voting.disclosure import queries
from services.voting.disclosure.models import DisclosureItem
from services.voting.disclosure.schemas import DisclosureFilter, DisclosureOut
from shared.kit.access import get_within
from shared.kit.api import Api
from shared.kit.database import reading
from shared.kit.paging import Keyset

api = Api("disclosure", description="What the school makes public to its staff.")


@api.get("/disclosures", allow="disclosure.see")
@api.paged(DisclosureOut, DisclosureFilter)
def disclosures(filters: dict[str, Any]) -> Keyset:
    """Public items, the newest first."""
    return queries.listing(filters)


@api.get("/disclosures/<uuid:item_id>", allow="disclosure.see")
@api.response(200, DisclosureOut)
def disclosure(item_id: str) -> DisclosureItem:
    with reading() as session:
        return get_within(session, DisclosureItem, item_id)
