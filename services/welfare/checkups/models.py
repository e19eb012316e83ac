"""Check-ups (体检): a campaign, its half-days, and who has been. There is no column for what was found, and none may come.

What a doctor said is between the doctor and the person; the union knows that somebody went, and on which day.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.problems import Conflict

OPEN, CLOSED = "open", "closed"
STATES: dict[str, Any] = {OPEN: _l("Under way"), CLOSED: _l("Closed")}
EVERYONE, WOMEN = "everyone", "women"
AUDIENCES: dict[str, Any] = {EVERYONE: _l("All in post"), WOMEN: _l("Women in post")}
MORNING, AFTERNOON = "morning", "afternoon"
HALVES: dict[str, Any] = {MORNING: _l("Morning"), AFTERNOON: _l("Afternoon")}


class CheckupCampaign(Base):
    """Who may go, to whom, and between which days."""

    __tablename__ = "checkup_campaign"
    __table_args__ = (Index("ix_checkup_campaign_school", "school_id", "starts_on", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    title: Mapped[str] = mapped_column(String(60))
    audience: Mapped[str] = mapped_column(String(10))
    provider: Mapped[str] = mapped_column(String(80))
    package: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    opened_by: Mapped[str] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def require_open(self) -> None:
        """Raise Conflict where it is over."""
        if self.state != OPEN:
            raise Conflict(str(STATES[self.state]), state=self.state)


class CheckupSlot(Base):
    """A half-day; its id is that of the activity which events makes of it, and there the places are taken."""

    __tablename__ = "checkup_slot"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    campaign_id: Mapped[str] = mapped_column(Id, index=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    capacity: Mapped[int] = mapped_column(Integer)
    called_off: Mapped[bool] = mapped_column(default=False)


class CheckupAttendance(Base):
    """Somebody has been (已检). Nothing else is kept."""

    __tablename__ = "checkup_attendance"
    __table_args__ = (UniqueConstraint("campaign_id", "person_id"), Index("ix_checkup_person", "person_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    campaign_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)
    attended_on: Mapped[date] = mapped_column(default=clock.today)
    slot_id: Mapped[str | None] = mapped_column(Id)  # at whose door it was ticked; None: by hand
