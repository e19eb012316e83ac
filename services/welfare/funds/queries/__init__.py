"""Reading the union's money: receipts, sums, lists."""

from services.welfare.funds.queries.receipts import all_receipts, hashes, receipts_of, used_elsewhere

__all__ = ["all_receipts", "hashes", "receipts_of", "used_elsewhere"]
