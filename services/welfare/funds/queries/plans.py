"""Lists beside the ledger: sums set apart for aid, and what each activity cost."""

from typing import Any

from sqlalchemy import select

from services.welfare.funds.models import ActivityCost, AidAllotment
from shared.kit.access import within
from shared.kit.paging import Keyset


def allotments() -> Keyset:
    """What was set apart for aid, the latest first."""
    return Keyset(
        select(AidAllotment).where(within(AidAllotment)),
        [AidAllotment.allotted_on, AidAllotment.id],
        descending=True,
    )


def costs(filters: dict[str, Any]) -> Keyset:
    """What activities cost and how they were liked: cost and content side by side (用最少的钱，办满意的事)."""
    query = select(ActivityCost).where(within(ActivityCost))
    if filters.get("kind"):
        query = query.where(ActivityCost.kind == filters["kind"])
    column = {
        "spend": ActivityCost.spend_fen,
        "attended": ActivityCost.attended,
    }.get((filters.get("sort") or "").removeprefix("-"), ActivityCost.completed_on)
    return Keyset(query, [column, ActivityCost.id], descending=(filters.get("sort") or "-").startswith("-"))
