"""Reading what is public in the asker's own school."""

from typing import Any

from sqlalchemy import select

from services.voting.disclosure.models import DisclosureItem
from shared.kit.access import within
from shared.kit.paging import Keyset


def listing(filters: dict[str, Any]) -> Keyset:
    """Public items, the newest first."""
    query = select(DisclosureItem).where(within(DisclosureItem))
    if filters.get("category"):
        query = query.where(DisclosureItem.category == filters["category"])
    if filters.get("q"):
        query = query.where(DisclosureItem.reference.icontains(filters["q"], autoescape=True))
    return Keyset(
        query,
        [DisclosureItem.published_at, DisclosureItem.id],
        descending=filters.get("sort") != "published_at",
    )
