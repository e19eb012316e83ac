"""What is done with the union's money."""

from services.welfare.funds.actions.ledger import (
    AlreadyBooked,
    book_income,
    book_spending,
    standing,
    take_back,
)
from services.welfare.funds.actions.receipts import keep_receipt, receipts_for, use_receipts

__all__ = [
    "AlreadyBooked",
    "book_income",
    "book_spending",
    "keep_receipt",
    "receipts_for",
    "standing",
    "take_back",
    "use_receipts",
]
