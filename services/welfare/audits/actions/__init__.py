"""What is done in an examination of the books, and with its result."""

from services.welfare.audits.actions.examining import (
    HandledMoney,
    answer,
    find,
    look,
    open_audit,
    settle,
    sign,
    write_opinion,
)
from services.welfare.audits.actions.publishing import OpinionMissing, publish

__all__ = [
    "HandledMoney",
    "OpinionMissing",
    "answer",
    "find",
    "look",
    "open_audit",
    "publish",
    "settle",
    "sign",
    "write_opinion",
]
