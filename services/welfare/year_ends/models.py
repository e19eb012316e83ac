"""What a union hands up at the end of a year (账务上交): budget, final account, the auditors' opinions, and the ledger's hash."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime


class YearPackage(Base):
    """A year as it was handed up; never changed. `received_by` is the district's officer who confirmed it."""

    __tablename__ = "year_package"
    __table_args__ = (UniqueConstraint("school_id", "year"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    year: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(String(64))
    submitted_by: Mapped[str] = mapped_column(Id)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    received_by: Mapped[str | None] = mapped_column(Id)
    received_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
