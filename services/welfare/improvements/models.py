"""A practical improvement (车棚、充电插座): from what a member suggests, or a proposal, to what stands there for all.

Who suggested something is known to those who decide; the list that all read names nobody.
"""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id
from shared.kit.problems import Conflict

SUGGESTED, ACCEPTED, IN_WORK, DONE, DECLINED = "suggested", "accepted", "in-work", "done", "declined"
STATES: dict[str, Any] = {
    SUGGESTED: _l("Suggested"),
    ACCEPTED: _l("Accepted"),
    IN_WORK: _l("In work"),
    DONE: _l("Done"),
    DECLINED: _l("Not accepted"),
}
OPEN = (SUGGESTED, ACCEPTED, IN_WORK)
SHOWN_TO_ALL = (ACCEPTED, IN_WORK, DONE)


class Improvement(Base):
    """One improvement. `proposal_id` is that of voting, for one that came from a proposal (提案); its title is not said,
    so the chair gives one. Cost in fen."""

    __tablename__ = "improvement"
    __table_args__ = (
        Index("ix_improvement_list", "school_id", "begun_on", "id"),
        UniqueConstraint("school_id", "proposal_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(10))
    title: Mapped[str | None] = mapped_column(String(60))
    words: Mapped[str | None] = mapped_column(Text)
    suggested_by: Mapped[str | None] = mapped_column(Id, index=True)  # None: from a proposal, or erased
    proposal_id: Mapped[str | None] = mapped_column(Id)
    proposal_stage: Mapped[str | None] = mapped_column(String(60))
    satisfaction: Mapped[str | None] = mapped_column(String(60))
    department: Mapped[str | None] = mapped_column(String(60))
    begun_on: Mapped[date]
    due_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(Text)
    done_on: Mapped[date | None]
    cost_fen: Mapped[int | None] = mapped_column(BigInteger)
    photo_id: Mapped[str | None] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        return self.state in (ACCEPTED, IN_WORK) and self.due_on is not None and self.due_on < clock.today()

    def require(self, *states: str) -> None:
        """Raise Conflict unless it stands in one of these states."""
        if self.state not in states:
            raise Conflict(str(STATES[self.state]), state=self.state)
