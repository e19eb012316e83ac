"""Help for pupils (助学): who gives how much for how many, and what was paid. Sums are whole fen.

A pupil is a code of the school's own system. There is no column for a name, a class or a reason, and none may come.
"""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit.database import Id, Json
from shared.kit.problems import Conflict

PROPOSED, AGREED, CLOSED = "proposed", "agreed", "closed"
STATES: dict[str, Any] = {
    PROPOSED: _l("Waits for a decision"),
    AGREED: _l("Under way"),
    CLOSED: _l("Closed"),
}


class PupilProgramme(Base):
    """One programme: `amount_fen` is to help `pupils` of them. The donor is shown to those who keep it alone."""

    __tablename__ = "pupil_programme"
    __table_args__ = (Index("ix_pupil_programme_list", "school_id", "proposed_on", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    title: Mapped[str] = mapped_column(String(60))
    donor: Mapped[str] = mapped_column(String(80))
    fund: Mapped[str] = mapped_column(String(20))
    pupils: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10), default=PROPOSED)
    proposed_by: Mapped[str] = mapped_column(Id)
    proposed_on: Mapped[date]
    agreed_by: Mapped[str | None] = mapped_column(Id)
    agreed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def require(self, *states: str) -> None:
        """Raise Conflict unless it stands in one of these states."""
        if self.state not in states:
            raise Conflict(str(STATES[self.state]), state=self.state)


class PupilPayment(Base):
    """The same sum to each of some pupils on one day; one entry in the ledger."""

    __tablename__ = "pupil_payment"
    __table_args__ = (Index("ix_pupil_payment_year", "school_id", "paid_on"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    programme_id: Mapped[str] = mapped_column(Id, index=True)
    codes: Mapped[list[str]] = mapped_column(Json)
    each_fen: Mapped[int] = mapped_column(BigInteger)
    paid_on: Mapped[date]
    paid_by: Mapped[str] = mapped_column(Id)

    @property
    def amount_fen(self) -> int:
        return self.each_fen * len(self.codes)
