"""An inspection by members (监督检查): planned, held by a checklist, and open until each finding was looked at again.

No names belong in here: what is lacking is a matter of the canteen or of the employer, not of a person.
"""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json
from shared.kit.problems import Conflict

PLANNED, OPEN, CLOSED, CALLED_OFF = "planned", "open", "closed", "called-off"
STATES: dict[str, Any] = {
    PLANNED: _l("To be held"),
    OPEN: _l("Findings open"),
    CLOSED: _l("Passed"),
    CALLED_OFF: _l("Called off"),
}
YES, NO, SKIPPED = "yes", "no", "skipped"
ANSWERS: dict[str, Any] = {YES: _l("Passed"), NO: _l("Not passed"), SKIPPED: _l("Not looked at")}


class Inspection(Base):
    """One inspection. `answers` is {item: {"answer", "remark"}}; the letter has its number once there are findings."""

    __tablename__ = "inspection"
    __table_args__ = (
        Index("ix_inspection_list", "school_id", "due_on", "id"),
        UniqueConstraint("school_id", "letter_number"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default=PLANNED)
    due_on: Mapped[date]
    roster: Mapped[list[str]] = mapped_column(Json)  # who goes, the one responsible first
    planned_by: Mapped[str] = mapped_column(Id)
    held_on: Mapped[date | None]
    held_by: Mapped[str | None] = mapped_column(Id)
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    letter_number: Mapped[str | None] = mapped_column(String(12))  # 2026-3
    opinion: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)
    replied_on: Mapped[date | None]
    replied_by: Mapped[str | None] = mapped_column(Id)
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    findings: Mapped[list["InspectionFinding"]] = relationship(
        order_by="InspectionFinding.id", cascade="all, delete-orphan", lazy="selectin"
    )

    def require(self, *states: str) -> None:
        """Raise Conflict unless it stands in one of these states."""
        if self.state not in states:
            raise Conflict(str(STATES[self.state]), state=self.state)

    @property
    def mend_by(self) -> date | None:
        """The first day by which something is to be mended that is not in order yet."""
        return min((finding.due_on for finding in self.findings if not finding.is_mended), default=None)

    @property
    def is_late(self) -> bool:
        day = self.due_on if self.state == PLANNED else self.mend_by if self.state == OPEN else None
        return day is not None and day < clock.today()


class InspectionFinding(Base):
    """One thing that was not in order: mended by the school (整改), then looked at again (复查)."""

    __tablename__ = "inspection_finding"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    item: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    done_on: Mapped[date | None]  # the school says that it is mended
    done: Mapped[str | None] = mapped_column(Text)
    looked_on: Mapped[date | None]
    looked_by: Mapped[str | None] = mapped_column(Id)
    looked: Mapped[str | None] = mapped_column(Text)
    is_mended: Mapped[bool] = mapped_column(default=False)
