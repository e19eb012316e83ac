"""A round of visits: the round, its list, the routes by area, and the voices of the committee.

Why somebody is on a list, and where that person lives, stand only in sealed columns.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.encryption import encrypted
from shared.kit.problems import Conflict

DRAFT, IN_REVIEW, APPROVED = "draft", "in-review", "approved"
OPENING, OPEN, CLOSING, CLOSED, CALLED_OFF = "opening", "open", "closing", "closed", "called-off"
STATES: dict[str, Any] = {
    DRAFT: _l("List in the making"),
    IN_REVIEW: _l("With the committee"),
    APPROVED: _l("Approved"),
    OPENING: _l("Tasks are being opened"),
    OPEN: _l("Under way"),
    CLOSING: _l("Being closed"),
    CLOSED: _l("Closed"),
    CALLED_OFF: _l("Called off"),
}

DONE, AWAY, DECLINED = "done", "away", "declined"
RESULTS: dict[str, Any] = {
    DONE: _l("Visited"),
    AWAY: _l("Not at home"),
    DECLINED: _l("Declined with thanks"),
}


class VisitRound(Base):
    """One round of one year. Money in fen; `fund` pays for those at work, `retiree_fund` for the retired."""

    __tablename__ = "visit_round"
    __table_args__ = (UniqueConstraint("school_id", "kind", "year"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(20))
    year: Mapped[int] = mapped_column(Integer)
    festival_on: Mapped[date]
    as_of: Mapped[date]  # the day on which ages and cases are looked at
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    criteria: Mapped[dict[str, Any]] = mapped_column(Json)
    gift_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    fund: Mapped[str] = mapped_column(String(20), default="union")
    retiree_fund: Mapped[str] = mapped_column(String(20), default="administration")
    pack_code: Mapped[str | None] = mapped_column(String(50))
    pack_version: Mapped[int | None] = mapped_column(Integer)
    proposal: Mapped[int] = mapped_column(Integer, default=0)  # how often the list lay before the committee
    proposed_by: Mapped[str | None] = mapped_column(Id)
    reviewers: Mapped[list[str]] = mapped_column(Json, default=list)
    job_id: Mapped[str | None] = mapped_column(Id)
    figures: Mapped[dict[str, Any] | None] = mapped_column(Json)  # how it ended, in numbers
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    votes: Mapped[list["RoundVote"]] = relationship(order_by="RoundVote.id", lazy="selectin")
    routes: Mapped[list["RoundRoute"]] = relationship(order_by="RoundRoute.area", lazy="selectin")

    def require(self, *states: str) -> None:
        """Raise Conflict unless the round stands in one of these states."""
        if self.state not in states:
            raise Conflict(str(STATES[self.state]), state=self.state)

    def vote_of(self, person_id: str | None) -> "RoundVote | None":
        """What somebody said of the list that lies before the committee."""
        voices = (vote for vote in self.votes if vote.proposal == self.proposal)
        return next((vote for vote in voices if vote.person_id == person_id), None)

    def route(self, area: str) -> "RoundRoute | None":
        return next((route for route in self.routes if route.area == area), None)


class RoundRoute(Base):
    """The visits of one area and the team of up to three that makes them."""

    __tablename__ = "visit_round_route"
    __table_args__ = (UniqueConstraint("round_id", "area"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    round_id: Mapped[str] = mapped_column(ForeignKey("visit_round.id"))
    area: Mapped[str] = mapped_column(String(60))
    team: Mapped[list[str]] = mapped_column(Json, default=list)  # the one responsible first


class RoundRow(Base):
    """One person on the list. What became of the visit stands in its task; `result` is what was typed last."""

    __tablename__ = "visit_round_row"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        Index("ix_visit_round_row_list", "round_id", "area", "number"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    round_id: Mapped[str] = mapped_column(ForeignKey("visit_round.id"))
    person_id: Mapped[str] = mapped_column(Id, index=True)
    number: Mapped[int] = mapped_column(Integer)  # in the round; what stands on the sheet
    group: Mapped[str] = mapped_column("occasion_group", String(10))
    area: Mapped[str] = mapped_column(String(60))
    gift_fen: Mapped[int] = mapped_column(BigInteger)
    fund: Mapped[str] = mapped_column(String(20))
    taken_off: Mapped[bool] = mapped_column(default=False)
    task_id: Mapped[str | None] = mapped_column(Id, unique=True)
    result: Mapped[str | None] = mapped_column(String(10))
    result_on: Mapped[date | None]
    code: Mapped[str | None] = mapped_column(Text)  # the QR code of its line, drawn once
    why_sealed: Mapped[str] = mapped_column(Text)
    why = encrypted("why_sealed")  # {"criteria": […], "reason": why it was added or taken off}
    place_sealed: Mapped[str | None] = mapped_column(Text)
    place = encrypted("place_sealed")  # where to go, as those who go need it


class RoundVote(Base):
    """One voice on one proposal of the list."""

    __tablename__ = "visit_round_vote"
    __table_args__ = (UniqueConstraint("round_id", "proposal", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    round_id: Mapped[str] = mapped_column(ForeignKey("visit_round.id"))
    proposal: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[str] = mapped_column(Id)
    approves: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
