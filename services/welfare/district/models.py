"""What the district was told of a half-year, kept as it was told."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime


class DistrictFigures(Base):
    """The figures of one topic and half-year. Never reckoned again: a later entry would show as a difference of one.

    `figures` is, for each column, {"schools": {id: count or null}, "total": …, "months": {"2026-01": …} or null}.
    """

    __tablename__ = "district_figures"
    __table_args__ = (UniqueConstraint("school_id", "topic", "period"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)  # the district, whose table it is
    topic: Mapped[str] = mapped_column(String(20))
    period: Mapped[str] = mapped_column(String(10))
    figures: Mapped[dict[str, Any]] = mapped_column(Json)
    told_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
