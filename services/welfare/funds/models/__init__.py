"""The union's money: where it comes from, the ledger of every sum, and the receipts that prove them.

Sums are whole fen everywhere.
"""

from services.welfare.funds.models.ledger import BOOKED, COUNTER, Entry
from services.welfare.funds.models.receipts import Receipt
from services.welfare.funds.models.sources import ADMINISTRATION, DUES_FUND, FUNDS, PERSONAL, UNION, Fund

__all__ = [
    "ADMINISTRATION",
    "BOOKED",
    "COUNTER",
    "DUES_FUND",
    "FUNDS",
    "PERSONAL",
    "UNION",
    "Entry",
    "Fund",
    "Receipt",
]
