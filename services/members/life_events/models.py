"""A life event and who reported it: as little as is needed for somebody to come.

What happened (`kind`) is encrypted and known to the person and to those who come; everybody else sees
that there is something, at most. It is blanked when the person withdraws it.
"""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Boolean, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.encryption import encrypted

REPORTED, CONFIRMED, CLOSED, WITHDRAWN = "reported", "confirmed", "closed", "withdrawn"
OPEN: Final = (REPORTED, CONFIRMED)
NORMAL, RESTRICTED = "normal", "restricted"
SECOND_THOUGHTS: Final = timedelta(minutes=10)  # in which a reporter may take a report back


class LifeEvent(Base):
    """First known, first reported, first helped (第一知情人、第一报告人、第一帮扶人): three times make it measurable."""

    __tablename__ = "life_event"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)  # the union the person belonged to on that day
    person_id: Mapped[str] = mapped_column(Id, index=True)
    group_id: Mapped[str | None] = mapped_column(Id)
    kind_sealed: Mapped[str | None] = mapped_column(Text)
    occurred_on: Mapped[date]
    known_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    first_help_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    privacy: Mapped[str] = mapped_column(String(10), default=NORMAL)
    state: Mapped[str] = mapped_column(String(10), default=REPORTED)
    announced: Mapped[bool] = mapped_column(Boolean, default=False)  # welfare has been told
    outcome: Mapped[str | None] = mapped_column(String(10))
    ended_on: Mapped[date | None]
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    kind = encrypted("kind_sealed")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def confirm(self) -> None:
        self.state = CONFIRMED

    def close(self, outcome: str, on: date) -> None:
        """It is over; after a withdrawal nothing is left that says what it was."""
        self.state = WITHDRAWN if outcome == "withdrawn" else CLOSED
        self.outcome, self.ended_on, self.closed_at = outcome, on, clock.now()
        if outcome != "ended":
            self.kind = None


class LifeEventReport(Base):
    """One person's report. Several may concern one event, and no reporter learns of another."""

    __tablename__ = "life_event_report"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    life_event_id: Mapped[str | None] = mapped_column(Id, index=True)  # cut when the event is withdrawn
    reporter_id: Mapped[str] = mapped_column(Id, index=True)
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    taken_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def may_be_taken_back_until(self) -> datetime:
        return self.reported_at + SECOND_THOUGHTS
