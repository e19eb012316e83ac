"""Receipts over HTTP, for those who answer for the money."""

from typing import Any

from services.welfare.funds import queries
from services.welfare.funds.schemas import ReceiptRow
from shared.kit.api import Api
from shared.kit.paging import Keyset

api = Api("funds", description="Receipts of gifts, found again by their hash.")


@api.get("/receipts", allow="funds.receipts")
@api.paged(ReceiptRow)
def receipts(_filters: dict[str, Any]) -> Keyset:
    """Every receipt that proves a gift, the newest first. Two with one hash are the same picture."""
    return queries.all_receipts()
