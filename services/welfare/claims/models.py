"""A claim (理赔) on a mutual insurance: how far it is and by when it goes on, never what somebody has.

The papers are sealed files about the person; some weeks after the end they are deleted, and the claim stays as a date.
"""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json
from shared.kit.problems import Conflict

SUBMITTED, COMPLETE, SENT = "submitted", "complete", "sent"
PAID, REFUSED, WITHDRAWN = "paid", "refused", "withdrawn"
STATES: dict[str, Any] = {
    SUBMITTED: _l("Handed in"),
    COMPLETE: _l("Papers complete"),
    SENT: _l("With the insurer"),
    PAID: _l("Paid by the insurer"),
    REFUSED: _l("Refused by the insurer"),
    WITHDRAWN: _l("Taken back"),
}
OPEN = (SUBMITTED, COMPLETE, SENT)
NEXT = {SUBMITTED: (COMPLETE,), COMPLETE: (SENT,), SENT: (PAID, REFUSED)}
PAPER = "insurance-claim"  # the purpose of its files
MOST_PAPERS = 10


class InsuranceClaim(Base):
    """One claim. `due_on` is the last day of the stage it is in; `paper_ids` are its files."""

    __tablename__ = "insurance_claim"
    __table_args__ = (
        Index("ix_insurance_claim_list", "school_id", "state", "id"),
        Index("ix_insurance_claim_person", "person_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    plan_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str | None] = mapped_column(Id)  # None: erased
    state: Mapped[str] = mapped_column(String(10), default=SUBMITTED)
    submitted_on: Mapped[date]
    due_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    paid_fen: Mapped[int | None] = mapped_column(BigInteger)
    paper_ids: Mapped[list[str]] = mapped_column(Json, default=list)
    papers_deleted_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        """Whether its stage has lasted longer than it may."""
        return self.due_on is not None and self.due_on < clock.today()

    @property
    def next_steps(self) -> tuple[str, ...]:
        return NEXT.get(self.state, ())

    def require_open(self) -> None:
        """Raise Conflict where it has ended."""
        if not self.is_open:
            raise Conflict(str(STATES[self.state]), state=self.state)
