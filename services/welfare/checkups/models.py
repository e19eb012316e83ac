"""Check-ups (体检): a campaign, its half-days, and who has been. There is no column for what was found, and none may come.

What a doctor said is between the doctor and the person; the union knows that somebody went, and on which day. What a
person keeps of it here is sealed, and opens to that person alone: `OwnRecord`.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.encryption import encrypted
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
    every_years: Mapped[int] = mapped_column(
        Integer, default=1, server_default="1"
    )  # when the next one is due
    opened_by: Mapped[str] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def again_on(self) -> date:
        """When the next one like it is due."""
        year = self.starts_on.year + self.every_years
        return date(year, self.starts_on.month, min(self.starts_on.day, 28))

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


class OwnRecord(Base):
    """What a person notes of an own check-up: that a doctor advised to come again, and a copy of the paper.

    No officer reads, counts or exports it; it goes when the person leaves, or says so.
    """

    __tablename__ = "checkup_own_record"
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        Index("ix_checkup_own_person", "person_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    campaign_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)
    follow_up_sealed: Mapped[str | None] = mapped_column(Text)
    follow_up = encrypted("follow_up_sealed")  # True where one was advised
    file_id: Mapped[str | None] = mapped_column(Id)
