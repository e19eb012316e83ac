"""What is done with an expense."""

from services.welfare.expenses.actions.approving import (
    NoReceipt,
    SameHand,
    approve,
    check,
    may_approve,
    may_check,
    may_pay,
    pay,
    refuse,
    withdraw,
)
from services.welfare.expenses.actions.submitting import (
    SOURCE,
    WARNINGS,
    BreaksRule,
    NeedsConfirmation,
    Prohibited,
    Spending,
    submit,
)

__all__ = [
    "SOURCE",
    "WARNINGS",
    "BreaksRule",
    "NeedsConfirmation",
    "NoReceipt",
    "Prohibited",
    "SameHand",
    "Spending",
    "approve",
    "check",
    "may_approve",
    "may_check",
    "may_pay",
    "pay",
    "refuse",
    "submit",
    "withdraw",
]
