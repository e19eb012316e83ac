"""Campaigns of money: a donation (慈善一日捐) or a group deal (团购优惠). What one gives or orders is nobody's business but
one's own and that of those who collect; told is the total, and of donors the names that wanted to be.
"""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id
from shared.kit.problems import Conflict

DONATION, BENEFIT = "donation", "benefit"  # as the contract calls them
KINDS: dict[str, Any] = {DONATION: _l("Donation"), BENEFIT: _l("Group deal")}
CAUSES: dict[str, Any] = {
    "one-day": _l("A day's pay for charity"),
    "poverty": _l("Help for the poor"),
    "warmth": _l("Warmth for somebody in need"),
    "other": _l("Something else"),
}
OPEN, CLOSED = "open", "closed"
STATES: dict[str, Any] = {OPEN: _l("Under way"), CLOSED: _l("Closed")}
RECEIPT = "campaign-receipt"  # the purpose of its file


class Campaign(Base):
    """`counterpart` gets the money: who is given to, or the partner of the deal. Closed, it bears what was handed over."""

    __tablename__ = "campaign"
    __table_args__ = (Index("ix_campaign_school", "school_id", "opens_on", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(10))
    cause: Mapped[str | None] = mapped_column(String(10))  # of a donation
    rebate_percent: Mapped[int | None] = mapped_column(Integer)  # of a deal
    title: Mapped[str] = mapped_column(String(60))
    counterpart: Mapped[str] = mapped_column(String(80))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    opened_by: Mapped[str] = mapped_column(Id)
    receipt_id: Mapped[str | None] = mapped_column(Id)
    handed_on: Mapped[date | None]
    total_fen: Mapped[int | None] = mapped_column(BigInteger)
    rebate_fen: Mapped[int | None] = mapped_column(BigInteger)
    participants: Mapped[int | None] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def takes_words(self) -> bool:
        """Whether one may say an amount today."""
        return self.state == OPEN and self.opens_on <= clock.today() <= self.closes_on

    def require_open(self) -> None:
        """Raise Conflict where it is closed."""
        if self.state != OPEN:
            raise Conflict(str(STATES[self.state]), state=self.state)


class Contribution(Base):
    """What one person said (pledged or ordered), what came in, and of a deal what comes back."""

    __tablename__ = "campaign_contribution"
    __table_args__ = (UniqueConstraint("campaign_id", "person_id"), Index("ix_campaign_person", "person_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    campaign_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str | None] = mapped_column(Id)  # None: erased; the sums stay
    said_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    collected_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    rebate_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    name_shown: Mapped[bool] = mapped_column(default=False)
