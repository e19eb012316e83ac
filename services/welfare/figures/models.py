"""What a year of care aims at, and what the district was told of each month."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit.database import Id, Json, UTCDateTime


class CareTarget(Base):
    """What a union wants to reach in a year of 送温暖: visits made, people visited, payments of aid. None: no aim."""

    __tablename__ = "care_target"
    __table_args__ = (UniqueConstraint("school_id", "year"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    year: Mapped[int] = mapped_column(Integer)
    visits: Mapped[int | None] = mapped_column(Integer)
    people: Mapped[int | None] = mapped_column(Integer)
    aid: Mapped[int | None] = mapped_column(Integer)
    set_by: Mapped[str] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CareMonth(Base):
    """One month of a union's care, told once; until then `figures` is empty and a message to oneself waits.

    `figures` is what was said: {"visits_planned": 10, "visits_on_time": null, …}, each in steps of five.
    """

    __tablename__ = "care_month"
    __table_args__ = (UniqueConstraint("school_id", "period"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    period: Mapped[str] = mapped_column(String(7))
    figures: Mapped[dict[str, Any] | None] = mapped_column(Json)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
