"""The examination of a half-year's books by the auditors (经审): a sample, what they found, and their opinion.

The sample is drawn by a seed that is kept, so that anybody who has the ledger can draw it again.
"""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.problems import Conflict

OPEN, SIGNED = "open", "signed"
AUDIT_STATES: dict[str, Any] = {OPEN: _l("Under examination"), SIGNED: _l("Opinion signed")}
CLEAN, REMARKS, OBJECTION = "clean", "remarks", "objection"
VERDICTS: dict[str, Any] = {
    CLEAN: _l("In order"),
    REMARKS: _l("In order, with remarks"),
    OBJECTION: _l("Not in order"),
}
DOUBLED, UNPROVED, BROKEN, SEEN = "receipt-used-twice", "receipt-missing", "rule-broken", "seen"
FINDINGS: dict[str, Any] = {
    DOUBLED: _l("A receipt that was handed in twice"),
    UNPROVED: _l("A sum without a receipt"),
    BROKEN: _l("A rule was broken"),
    SEEN: _l("Found by an auditor"),
}
TO_ANSWER, TO_SETTLE, SETTLED = "to-answer", "to-settle", "settled"
FINDING_STATES: dict[str, Any] = {
    TO_ANSWER: _l("To be put right"),
    TO_SETTLE: _l("Put right; an auditor looks"),
    SETTLED: _l("Settled"),
}


class AuditSession(Base):
    """The auditors' work on one half-year. `opinion_number` grows with every new wording: signed is one wording."""

    __tablename__ = "audit_session"
    __table_args__ = (UniqueConstraint("school_id", "period"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    period: Mapped[str] = mapped_column(String(10))
    seed: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    verdict: Mapped[str | None] = mapped_column(String(10))
    opinion: Mapped[str | None] = mapped_column(Text)
    opinion_number: Mapped[int] = mapped_column(Integer, default=0)
    opened_by: Mapped[str] = mapped_column(Id)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def must_be_open(self) -> None:
        if self.state != OPEN:
            raise Conflict(str(AUDIT_STATES[self.state]), state=self.state)


class AuditSample(Base):
    """A sum of the ledger that was drawn; `looked_by` is the auditor who compared it with its receipts."""

    __tablename__ = "audit_sample"
    __table_args__ = (UniqueConstraint("audit_id", "entry_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    audit_id: Mapped[str] = mapped_column(Id)
    entry_id: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    looked_by: Mapped[str | None] = mapped_column(Id)
    looked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AuditFinding(Base):
    """Something that has to be put right before the opinion. Nobody in `found_by`: the whole ledger was searched."""

    __tablename__ = "audit_finding"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    audit_id: Mapped[str] = mapped_column(Id, index=True)
    entry_id: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(String(200))
    found_by: Mapped[str | None] = mapped_column(Id)
    found_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    answer: Mapped[str | None] = mapped_column(String(200))
    answered_by: Mapped[str | None] = mapped_column(Id)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by: Mapped[str | None] = mapped_column(Id)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def state(self) -> str:
        if self.settled_at is not None:
            return SETTLED
        return TO_SETTLE if self.answer else TO_ANSWER


class AuditSignature(Base):
    """An auditor's name under one wording of the opinion."""

    __tablename__ = "audit_signature"
    __table_args__ = (UniqueConstraint("audit_id", "number", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    audit_id: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[str] = mapped_column(Id)
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
