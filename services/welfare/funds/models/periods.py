"""The half-years of a union's books, each on its way from the running accounts to the members' eyes."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit.database import Id, Json, UTCDateTime

RUNNING, EXAMINED, PUBLISHED = "running", "examined", "published"
PERIOD_STATES: dict[str, Any] = {
    RUNNING: _l("Not yet examined"),
    EXAMINED: _l("Examined by the auditors"),
    PUBLISHED: _l("Published"),
}


class FinancePeriod(Base):
    """One half-year (2026-H1). From the auditors' opinion on it is closed: later sums count after it."""

    __tablename__ = "finance_period"
    __table_args__ = (UniqueConstraint("school_id", "period"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    period: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=RUNNING)
    audit_id: Mapped[str | None] = mapped_column(Id)
    content: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what the members see
    sha256: Mapped[str | None] = mapped_column(String(64))
    published_by: Mapped[str | None] = mapped_column(Id)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_closed(self) -> bool:
        return self.state != RUNNING
