"""A hardship case (困难职工档案), its surveys, the committee's proposals and votes, and the yearly re-check.

What somebody told of income, illness and family stands only in sealed columns, one for each thing. In clear are
a state, a level and days: what counts, reminders and the seasonal rounds need.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.encryption import encrypted
from shared.kit.problems import Conflict

SEVERE, HARDSHIP, TEMPORARY, NONE = "severe", "hardship", "temporary", "none"
LEVELS: dict[str, Any] = {
    SEVERE: _l("Severe hardship"),
    HARDSHIP: _l("In hardship"),
    TEMPORARY: _l("Temporary hardship"),
    NONE: _l("No hardship case"),
}

NOMINATED, APPLIED, SURVEYED, IN_REVIEW = "nominated", "applied", "surveyed", "in-review"
ACTIVE, LIFTED, DECLINED, WITHDRAWN = "active", "lifted", "declined", "withdrawn"
OPEN = (NOMINATED, APPLIED, SURVEYED, IN_REVIEW, ACTIVE)
STATES: dict[str, Any] = {
    NOMINATED: _l("Nominated"),
    APPLIED: _l("To be surveyed"),
    SURVEYED: _l("Surveyed"),
    IN_REVIEW: _l("With the committee"),
    ACTIVE: _l("On file"),
    LIFTED: _l("Lifted"),
    DECLINED: _l("Not taken on file"),
    WITHDRAWN: _l("Withdrawn"),
}


class HardshipCase(Base):
    """One person's case from the nomination or application to its end. `consent_version` is the text agreed to."""

    __tablename__ = "hardship_case"
    __table_args__ = (Index("ix_hardship_case_list", "school_id", "state", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str | None] = mapped_column(Id, index=True)  # None: erased
    nominated_by: Mapped[str | None] = mapped_column(Id)
    consent_version: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(12), default=NONE)
    begun_on: Mapped[date]
    applied_on: Mapped[date | None]
    survey_due_on: Mapped[date | None]
    active_from: Mapped[date | None]
    active_to: Mapped[date | None]  # the first day on which it is no longer on file
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))  # why it ended
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    size_sealed: Mapped[str | None] = mapped_column(Text)
    size = encrypted("size_sealed")  # people in the household
    income_sealed: Mapped[str | None] = mapped_column(Text)
    income_fen = encrypted("income_sealed")  # of the household, a month
    medical_sealed: Mapped[str | None] = mapped_column(Text)
    medical_fen = encrypted("medical_sealed")  # paid by themselves, in the last twelve months
    schooling_sealed: Mapped[str | None] = mapped_column(Text)
    schooling_fen = encrypted("schooling_sealed")
    accident_sealed: Mapped[str | None] = mapped_column(Text)
    accident = encrypted("accident_sealed")
    story_sealed: Mapped[str | None] = mapped_column(Text)
    story = encrypted("story_sealed")

    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    surveys: Mapped[list["HardshipSurvey"]] = relationship(order_by="HardshipSurvey.number", lazy="selectin")
    proposals: Mapped[list["HardshipProposal"]] = relationship(
        order_by="HardshipProposal.number", lazy="selectin"
    )
    evidence: Mapped[list["HardshipEvidence"]] = relationship(order_by="HardshipEvidence.id", lazy="selectin")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def survey(self) -> "HardshipSurvey | None":
        """The latest survey."""
        return self.surveys[-1] if self.surveys else None

    @property
    def proposal(self) -> "HardshipProposal | None":
        """What lies before the committee, or was decided last."""
        return self.proposals[-1] if self.proposals else None

    @property
    def under_review(self) -> bool:
        return self.proposal is not None and self.proposal.state == OPEN_PROPOSAL

    def require(self, *states: str) -> None:
        """Raise Conflict unless the case stands in one of these states."""
        if self.state not in states:
            raise Conflict(str(STATES[self.state]), state=self.state)

    def take_on_file(self, level: str, on: date) -> None:
        """On file at a level; one that is on file already keeps its day."""
        self.level, self.state = level, ACTIVE
        self.active_from = self.active_from or on

    def end(self, state: str, outcome: str, on: date) -> None:
        """No longer open; one that was on file is off it from that day."""
        if self.state == ACTIVE:
            self.active_to = max(on, self.active_from or on)
        self.state, self.outcome, self.closed_at = state, outcome, clock.now()

    def was_rechecked_since(self, day: date) -> bool:
        return any(survey.kind == RECHECK and survey.surveyed_on >= day for survey in self.surveys)

    def misses_recheck(self, today: date) -> bool:
        """Whether the November survey passed by this case, and none has been made up for since."""
        opened = last_recheck_over(today)
        return (
            self.state == ACTIVE
            and self.active_from is not None
            and self.active_from < opened
            and not self.was_rechecked_since(opened)
        )


FIRST, RECHECK = "first", "recheck"

# Why a case ended.
OWN_WISH, NO_CONSENT, BY_COMMITTEE, HAS_LEFT, HAS_MOVED = "own-wish", "consent", "committee", "left", "moved"


def last_recheck_over(today: date) -> date:
    """The first day of the latest November (特困教师调研) that is over: what was not looked at since then is missing."""
    return date(today.year if today.month == 12 else today.year - 1, 11, 1)  # noqa: PLR2004


class HardshipSurvey(Base):
    """What was found on a visit to the home, and how the rules weigh it. Never changed; a re-check is the next one."""

    __tablename__ = "hardship_survey"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    case_id: Mapped[str] = mapped_column(ForeignKey("hardship_case.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10))
    surveyed_on: Mapped[date]
    went: Mapped[list[str]] = mapped_column(Json)
    size_sealed: Mapped[str | None] = mapped_column(Text)
    size = encrypted("size_sealed")
    income_sealed: Mapped[str | None] = mapped_column(Text)
    income_fen = encrypted("income_sealed")
    medical_sealed: Mapped[str | None] = mapped_column(Text)
    medical_fen = encrypted("medical_sealed")
    schooling_sealed: Mapped[str | None] = mapped_column(Text)
    schooling_fen = encrypted("schooling_sealed")
    accident_sealed: Mapped[str | None] = mapped_column(Text)
    accident = encrypted("accident_sealed")
    findings_sealed: Mapped[str | None] = mapped_column(Text)
    findings = encrypted("findings_sealed")
    assessment_sealed: Mapped[str | None] = mapped_column(Text)
    assessment = encrypted("assessment_sealed")  # {"level", "steps"}: the suggestion and how it came about
    pack_code: Mapped[str | None] = mapped_column(String(50))
    pack_version: Mapped[int | None] = mapped_column(Integer)
    reported_by: Mapped[str] = mapped_column(Id)
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


OPEN_PROPOSAL, APPROVED, REFUSED, DROPPED = "open", "approved", "refused", "dropped"


class HardshipProposal(Base):
    """A level that somebody proposes with a reason; three people decide by two voices. A person decides, not a rule."""

    __tablename__ = "hardship_proposal"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index("ix_hardship_proposal_open", "school_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    case_id: Mapped[str] = mapped_column(ForeignKey("hardship_case.id"))
    survey_id: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    level: Mapped[str] = mapped_column(String(12))
    reason_sealed: Mapped[str | None] = mapped_column(Text)
    reason = encrypted("reason_sealed")
    proposed_by: Mapped[str] = mapped_column(Id)
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    reviewers: Mapped[list[str]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default=OPEN_PROPOSAL)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    case: Mapped[HardshipCase] = relationship(viewonly=True)
    votes: Mapped[list["HardshipVote"]] = relationship(order_by="HardshipVote.at", lazy="selectin")

    def vote_of(self, person_id: str | None) -> "HardshipVote | None":
        return next((vote for vote in self.votes if vote.person_id == person_id), None)


class HardshipVote(Base):
    """One committee member's voice on a proposal, given once."""

    __tablename__ = "hardship_vote"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("hardship_proposal.id"))
    person_id: Mapped[str] = mapped_column(Id)
    approves: Mapped[bool]
    reason_sealed: Mapped[str | None] = mapped_column(Text)
    reason = encrypted("reason_sealed")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class HardshipEvidence(Base):
    """A paper that proves something, kept sealed; what it shows is sealed too."""

    __tablename__ = "hardship_evidence"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    case_id: Mapped[str] = mapped_column(ForeignKey("hardship_case.id"), index=True)
    file_id: Mapped[str] = mapped_column(Id, unique=True)
    what_sealed: Mapped[str | None] = mapped_column(Text)
    what = encrypted("what_sealed")
    kept_by: Mapped[str] = mapped_column(Id)
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class RecheckCampaign(Base):
    """A school's November survey of one year: planned, opened, closed; `missing` is counted when it closes."""

    __tablename__ = "hardship_recheck"
    __table_args__ = (UniqueConstraint("school_id", "year"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    year: Mapped[int] = mapped_column(Integer)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    missing: Mapped[int | None] = mapped_column(Integer)
