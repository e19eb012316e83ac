"""The union's money: where it comes from, the ledger of every sum, the receipts that prove them, what is planned.

Sums are whole fen everywhere.
"""

from services.welfare.funds.models.ledger import (
    BOOKED,
    CORRECTED,
    COUNTER,
    ONE_BY_ONE,
    REASONS,
    Entry,
    PackUsed,
)
from services.welfare.funds.models.periods import (
    EXAMINED,
    PERIOD_STATES,
    PUBLISHED,
    RUNNING,
    FinancePeriod,
)
from services.welfare.funds.models.plans import (
    BUDGET_STATES,
    CARE,
    ActivityCost,
    AidAllotment,
    Budget,
    Commitment,
)
from services.welfare.funds.models.posts import ACCOUNTANT, CASHIER, POLICIES, POSTS, MoneyPost, Policy
from services.welfare.funds.models.receipts import Receipt
from services.welfare.funds.models.sources import ADMINISTRATION, DUES_FUND, FUNDS, PERSONAL, UNION, Fund

__all__ = [
    "ACCOUNTANT",
    "ADMINISTRATION",
    "BOOKED",
    "BUDGET_STATES",
    "CARE",
    "CASHIER",
    "CORRECTED",
    "COUNTER",
    "DUES_FUND",
    "EXAMINED",
    "FUNDS",
    "ONE_BY_ONE",
    "PERIOD_STATES",
    "PERSONAL",
    "POLICIES",
    "POSTS",
    "PUBLISHED",
    "REASONS",
    "RUNNING",
    "UNION",
    "ActivityCost",
    "AidAllotment",
    "Budget",
    "Commitment",
    "Entry",
    "FinancePeriod",
    "Fund",
    "MoneyPost",
    "PackUsed",
    "Policy",
    "Receipt",
]
