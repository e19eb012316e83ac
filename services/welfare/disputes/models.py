"""Labour disputes (劳动人事争议): who mediates, the case with its fifteen days, and the log of what was tried.

What the dispute is about stands sealed, one column for each thing. In clear are a state, days and how many claim.
"""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.encryption import encrypted
from shared.kit.problems import Conflict

MATTERS: dict[str, Any] = {
    "pay": _l("Wages"),
    "contract": _l("Contract of employment"),
    "insurance": _l("Social insurance"),
    "hours": _l("Hours and leave"),
    "post": _l("Post and appraisal"),
    "other": _l("Another matter"),
}
REGIMES: dict[str, Any] = {
    "personnel": _l("On the establishment"),
    "labour": _l("By labour contract"),
}
SIDES: dict[str, Any] = {"employees": _l("For the employees"), "employer": _l("For the school")}

APPLIED, ACCEPTED, HEARING = "applied", "accepted", "hearing"
AGREEMENT, FAILED, DECLINED, WITHDRAWN = "agreement", "failed", "declined", "withdrawn"
OPEN = (APPLIED, ACCEPTED, HEARING)
STATES: dict[str, Any] = {
    APPLIED: _l("Applied for"),
    ACCEPTED: _l("Accepted"),
    HEARING: _l("Hearing fixed"),
    AGREEMENT: _l("Agreement reached"),
    FAILED: _l("No agreement"),
    DECLINED: _l("Not accepted"),
    WITHDRAWN: _l("Taken back"),
}
# 劳动争议调解仲裁法 (2007) art. 14: no agreement within fifteen days of the application opens the way to arbitration
WITHIN, WARNED_AFTER = timedelta(days=15), timedelta(days=12)


class Mediator(Base):
    """A seat in the mediation committee (调解委员会), from a day through another."""

    __tablename__ = "mediator"
    __table_args__ = (UniqueConstraint("school_id", "person_id", "term_from"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id, index=True)
    side: Mapped[str] = mapped_column(String(10))
    leads: Mapped[bool]
    term_from: Mapped[date]
    term_to: Mapped[date | None]


class Dispute(Base):
    """One dispute. `claimants` is how many stand behind it; `person_id` speaks for them (None: erased)."""

    __tablename__ = "dispute"
    __table_args__ = (Index("ix_dispute_list", "school_id", "state", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str | None] = mapped_column(Id, index=True)
    state: Mapped[str] = mapped_column(String(12))
    regime: Mapped[str] = mapped_column(String(10))
    claimants: Mapped[int] = mapped_column(Integer)
    applied_on: Mapped[date]
    due_on: Mapped[date]
    wanted_by: Mapped[date | None]
    accepted_on: Mapped[date | None]
    hearing_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    matter_sealed: Mapped[str | None] = mapped_column(Text)
    matter = encrypted("matter_sealed")  # one of MATTERS
    statement_sealed: Mapped[str | None] = mapped_column(Text)
    statement = encrypted("statement_sealed")  # what happened and what is wanted
    known_sealed: Mapped[str | None] = mapped_column(Text)
    known = encrypted("known_sealed")  # the day on which it became known, as 2026-05-31
    amount_sealed: Mapped[str | None] = mapped_column(Text)
    amount_fen = encrypted("amount_sealed")
    result_sealed: Mapped[str | None] = mapped_column(Text)
    result = encrypted("result_sealed")  # what was agreed, or why there is no agreement
    won_sealed: Mapped[str | None] = mapped_column(Text)
    won_fen = encrypted("won_sealed")  # what the agreement brings all claimants together

    version: Mapped[int] = mapped_column(Integer)
    aside: Mapped[list["SteppedAside"]] = relationship(cascade="all, delete-orphan")
    notes: Mapped[list["DisputeNote"]] = relationship(order_by="DisputeNote.id", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def require(self, *states: str) -> None:
        """Raise Conflict unless it stands in one of these states."""
        if self.state not in states:
            raise Conflict(str(STATES[self.state]), state=self.state)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def days_left(self) -> int:
        """Days until the fifteen are over; negative when they are."""
        return (self.due_on - clock.today()).days

    @property
    def arbitrate_by(self) -> date | None:
        """A year from the day on which it became known (art. 27), as a hint: much stops or restarts that year."""
        if self.known is None:
            return None
        day = date.fromisoformat(self.known)
        try:
            return day.replace(year=day.year + 1)
        except ValueError:  # 29 February
            return date(day.year + 1, 2, 28)


class DisputeNote(Base):
    """One line of the log: a talk, a letter, an answer of the school."""

    __tablename__ = "dispute_note"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    dispute_id: Mapped[str] = mapped_column(Id, ForeignKey("dispute.id"), index=True)
    by_id: Mapped[str] = mapped_column(Id)
    noted_on: Mapped[date]
    words_sealed: Mapped[str | None] = mapped_column(Text)
    words = encrypted("words_sealed")


class SteppedAside(Base):
    """A mediator who does not mediate in one dispute (回避): kin, a friend, the one who decided. Why is not asked."""

    __tablename__ = "dispute_stepped_aside"
    __table_args__ = (UniqueConstraint("dispute_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    dispute_id: Mapped[str] = mapped_column(Id, ForeignKey("dispute.id"))
    person_id: Mapped[str] = mapped_column(Id, index=True)
    on: Mapped[date] = mapped_column("stepped_aside_on", default=clock.today)
