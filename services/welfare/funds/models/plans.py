"""What is meant to be spent: the year's budget, what activities have bespoken of it, and what is set apart for aid."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from services.welfare.funds.codes import HARDSHIP, INCOME, SPENDING, WARMTH, WELFARE
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.problems import Conflict

DRAFT, APPROVED, REPORTED = "draft", "approved", "reported"
BUDGET_STATES: dict[str, Any] = {
    DRAFT: _l("Draft"),
    APPROVED: _l("Approved by the committee"),
    REPORTED: _l("Reported to the district"),
}
CARE = (WELFARE, HARDSHIP, WARMTH)  # the headings out of which people are looked after


class Budget(Base):
    """A year's budget (年度预算), in numbered versions; one that the committee approved is never changed.

    `lines` maps headings to fen. `reserve_percent` of what is meant for care is held back for the sick, the
    disabled and the retired (留一部分资金), so that gifts to everybody do not eat it.
    """

    __tablename__ = "budget"
    __table_args__ = (UniqueConstraint("school_id", "year", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer, default=1)
    lines: Mapped[dict[str, int]] = mapped_column(Json)
    reserve_percent: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    drafted_by: Mapped[str] = mapped_column(Id)
    resolution: Mapped[str | None] = mapped_column(String(200))  # which meeting of the committee approved it
    approved_by: Mapped[str | None] = mapped_column(Id)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def income_fen(self) -> int:
        return sum(fen for code, fen in self.lines.items() if code in INCOME)

    @property
    def spending_fen(self) -> int:
        return sum(fen for code, fen in self.lines.items() if code in SPENDING)

    @property
    def reserve_fen(self) -> int:
        """What gifts to everybody may not touch, a part of a fen counted as a whole one."""
        return -(-sum(self.lines.get(code, 0) for code in CARE) * self.reserve_percent // 100)

    @property
    def is_in_force(self) -> bool:
        return self.state in (APPROVED, REPORTED)

    def approve(self, by: str, resolution: str) -> None:
        self._must_be(DRAFT)
        self.state, self.approved_by, self.resolution, self.approved_at = (
            APPROVED,
            by,
            resolution,
            clock.now(),
        )

    def report(self) -> None:
        self._must_be(APPROVED)
        self.state, self.reported_at = REPORTED, clock.now()

    def _must_be(self, state: str) -> None:
        if self.state != state:
            raise Conflict(str(BUDGET_STATES[self.state]), state=self.state)


OPEN, SETTLED, RELEASED = "open", "settled", "released"


class Commitment(Base):
    """Money that something planned has bespoken (an activity with a budget), until it is spent or called off."""

    __tablename__ = "commitment"
    __table_args__ = (
        UniqueConstraint("school_id", "source", "source_id"),
        Index("ix_commitment_day", "school_id", "state", "day"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    source: Mapped[str] = mapped_column(String(30))
    source_id: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(30))
    fund: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=OPEN)


class AidAllotment(Base):
    """A sum set apart for colleagues in hardship (帮扶专项), from the school's office money or the union's own."""

    __tablename__ = "aid_allotment"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    fund: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    allotted_on: Mapped[date]
    words: Mapped[str] = mapped_column(String(200))
    allotted_by: Mapped[str] = mapped_column(Id)
    allotted_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class ActivityCost(Base):
    """What an activity cost and how it was liked, as events told it when it was closed."""

    __tablename__ = "activity_cost"

    id: Mapped[str] = mapped_column(Id, primary_key=True)  # the activity's own id
    school_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(20))
    completed_on: Mapped[date]
    attended: Mapped[int] = mapped_column(Integer)
    winners: Mapped[int] = mapped_column(Integer)
    spend_fen: Mapped[int] = mapped_column(BigInteger)
    budget_fen: Mapped[int | None] = mapped_column(BigInteger)
    satisfaction_hundredths: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (Index("ix_activity_cost_day", "school_id", "completed_on", "id"),)

    @property
    def each_fen(self) -> int | None:
        """The cost of each who came, rounded up to a fen; None where nobody came."""
        return -(-self.spend_fen // self.attended) if self.attended else None
