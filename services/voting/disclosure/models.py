"""Items of school affairs that are public (校务公开): what was heard from others, as it stood that day.

An item is never changed. Of people there are totals alone, and none under five.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.voting.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime

FINANCE, AID, CAMPAIGN = "finance", "aid", "campaign"
CATEGORIES: dict[str, Any] = {
    FINANCE: _l("Accounts of the union"),
    AID: _l("Help to colleagues"),
    CAMPAIGN: _l("Insurance, donations, benefits"),
}


class DisclosureItem(Base):
    """One public item; `reference` is what it is about (a half-year, a campaign), and there is one for each."""

    __tablename__ = "disclosure_item"
    __table_args__ = (
        UniqueConstraint("school_id", "category", "reference"),
        Index("ix_disclosure_item_list", "school_id", "published_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    category: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    valid_until: Mapped[date | None]


class AidPaid(Base):
    """A payment of aid, to be added up; to whom it went nobody said."""

    __tablename__ = "aid_paid"
    __table_args__ = (Index("ix_aid_paid_day", "school_id", "paid_on"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)  # the payment's own id
    school_id: Mapped[str] = mapped_column(Id)
    paid_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
