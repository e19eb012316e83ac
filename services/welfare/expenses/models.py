"""An expense (报销单): entered, checked, approved, paid, by four different hands; then it stands in the ledger.

Whoever checks it (会计) is not who pays it (出纳); an auditor (经审) has no part in it at all.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.problems import Conflict

SUBMITTED, CHECKED, APPROVED, PAID = "submitted", "checked", "approved", "paid"
REFUSED, WITHDRAWN = "refused", "withdrawn"
STATES: dict[str, Any] = {
    SUBMITTED: _l("To be checked"),
    CHECKED: _l("To be approved"),
    APPROVED: _l("To be paid"),
    PAID: _l("Paid and booked"),
    REFUSED: _l("Refused"),
    WITHDRAWN: _l("Withdrawn"),
}
WAITING = (SUBMITTED, CHECKED, APPROVED)
SOURCE = "expense"  # how the ledger and the receipts call it


class Expense(Base):
    """Money that somebody spent for the union. `entry_id` is made where it was typed: sent again it changes nothing."""

    __tablename__ = "expense"
    __table_args__ = (
        UniqueConstraint("school_id", "entry_id"),
        Index("ix_expense_list", "school_id", "spent_on", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    entry_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(30))
    code: Mapped[str] = mapped_column(String(30))
    fund: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    spent_on: Mapped[date]
    words: Mapped[str] = mapped_column(String(200))
    heads: Mapped[int | None] = mapped_column(Integer)
    winners: Mapped[int | None] = mapped_column(Integer)
    each_fen: Mapped[int | None] = mapped_column(Integer)  # the dearest single prize
    festival: Mapped[str | None] = mapped_column(String(30))
    activity_id: Mapped[str | None] = mapped_column(Id)
    pack_code: Mapped[str | None] = mapped_column(String(50))
    pack_version: Mapped[int | None] = mapped_column(Integer)
    breaches: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    reason: Mapped[str | None] = mapped_column(String(200))  # why a rule was broken
    confirmed: Mapped[list[str]] = mapped_column(Json, default=list)  # the warnings that were read
    state: Mapped[str] = mapped_column(String(10), default=SUBMITTED)
    submitted_by: Mapped[str] = mapped_column(Id)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    checked_by: Mapped[str | None] = mapped_column(Id)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_by: Mapped[str | None] = mapped_column(Id)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paid_by: Mapped[str | None] = mapped_column(Id)
    paid_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    refused_by: Mapped[str | None] = mapped_column(Id)
    refused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    refusal: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def hands(self) -> set[str]:
        """Everybody who had a part in it so far."""
        return {one for one in (self.submitted_by, self.checked_by, self.approved_by, self.paid_by) if one}

    def check(self, by: str) -> None:
        self._must_be(SUBMITTED)
        self.state, self.checked_by, self.checked_at = CHECKED, by, clock.now()

    def approve(self, by: str) -> None:
        self._must_be(CHECKED)
        self.state, self.approved_by, self.approved_at = APPROVED, by, clock.now()

    def pay(self, by: str) -> None:
        self._must_be(APPROVED)
        self.state, self.paid_by, self.paid_at = PAID, by, clock.now()

    def refuse(self, by: str, reason: str) -> None:
        self._must_be(*WAITING)
        self.state, self.refused_by, self.refusal, self.refused_at = REFUSED, by, reason, clock.now()

    def withdraw(self) -> None:
        self._must_be(SUBMITTED, CHECKED)
        self.state = WITHDRAWN

    def _must_be(self, *states: str) -> None:
        if self.state not in states:
            raise Conflict(str(STATES[self.state]), state=self.state)
