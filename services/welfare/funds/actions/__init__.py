"""What is done with the union's money. Other features book through `book_spending` and `book_income`."""

from services.welfare.funds.actions.breaches import check_reserve, say_breach
from services.welfare.funds.actions.ledger import (
    AidFundExhausted,
    AlreadyBooked,
    book_income,
    book_spending,
    standing,
    take_back,
)
from services.welfare.funds.actions.receipts import keep_receipt, prove, receipts_for, use_receipts

__all__ = [
    "AidFundExhausted",
    "AlreadyBooked",
    "book_income",
    "book_spending",
    "check_reserve",
    "keep_receipt",
    "prove",
    "receipts_for",
    "say_breach",
    "standing",
    "take_back",
    "use_receipts",
]
