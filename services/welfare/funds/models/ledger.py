"""The ledger (台账): every sum that came in or went out, in whole fen, one row each and never changed.

A mistake is put right by a counter-entry (the same sum with the other sign) and, where something else was
meant, a new entry after it. So the sums of the rows are the accounts, whichever way they are added up.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from services.welfare.funds.codes import INCOME
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime

BOOKED, COUNTER = "booked", "counter"
ONE_BY_ONE, CORRECTED = "one-by-one", "corrected"
# Those that nobody typed: what was typed on a visit may say why somebody is visited, and stays with the visit.
REASONS: dict[str, Any] = {
    ONE_BY_ONE: _l("Its expenses were booked one by one"),
    CORRECTED: _l("What was recorded has been corrected"),
}


class PackUsed(NamedTuple):
    """Which version of which pack a sum was checked against, where that was noted earlier."""

    code: str
    version: int


class Entry(Base):
    """One sum under one heading, paid from (or into) one fund.

    `source` and `source_id` say what it is for (a visit, an aid payment); `number` counts the entries of one
    source: the first, its counter-entry, what was meant instead. `happened_on` is the day of the matter, by
    which the rules are chosen; `counted_on` is the day on which it counts: the same, or, where that half-year
    was closed already, the day of booking.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("school_id", "source", "source_id", "number"),
        Index("ix_ledger_entry_day", "school_id", "counted_on", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    code: Mapped[str] = mapped_column(String(30))
    fund: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int] = mapped_column(BigInteger)  # below zero in a counter-entry, and there alone
    happened_on: Mapped[date]
    counted_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(30))
    source_id: Mapped[str] = mapped_column(String(64))
    number: Mapped[int] = mapped_column(Integer, default=1)
    kind: Mapped[str] = mapped_column(String(10), default=BOOKED)
    counters_id: Mapped[str | None] = mapped_column(Id)  # the entry that a counter-entry takes back
    activity_id: Mapped[str | None] = mapped_column(Id, index=True)  # the activity that it is part of
    pack_code: Mapped[str | None] = mapped_column(String(50))
    pack_version: Mapped[int | None] = mapped_column(Integer)
    breaches: Mapped[list[str]] = mapped_column(Json, default=list)  # rules that were broken with a reason
    words: Mapped[str | None] = mapped_column(String(200))  # what for; names nobody
    reason: Mapped[str | None] = mapped_column(String(200))  # why it was taken back
    booked_by: Mapped[str | None] = mapped_column(Id)
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    @property
    def is_income(self) -> bool:
        return self.code in INCOME
