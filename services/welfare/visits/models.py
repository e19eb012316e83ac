"""A visit task (关怀任务) with its states, who goes, what was reported, and the offer to a new school.

What happened to the person stands only in the sealed `matter`; everything that lists, counts and messages
may show is beside it in clear: a group, a due day, a state.
"""

from collections.abc import Collection
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

PLANNED, ASSIGNED, OVERDUE, ESCALATED = "planned", "assigned", "overdue", "escalated"
COMPLETED, CANCELLED = "completed", "cancelled"
STAND_INS = ("carer", "chair", "vice_chair")  # who does the task of an office that is empty
OPEN = (PLANNED, ASSIGNED, OVERDUE, ESCALATED)
LATE = (OVERDUE, ESCALATED)
STATES: dict[str, Any] = {
    PLANNED: _l("Nobody assigned yet"),
    ASSIGNED: _l("Assigned"),
    OVERDUE: _l("Overdue"),
    ESCALATED: _l("With the chair"),
    COMPLETED: _l("Done"),
    CANCELLED: _l("Cancelled"),
}

VISIT, FOLLOW_UP = "visit", "follow-up"

# Why a task ended without a visit.
WITHDRAWN, ERROR, ENDED, LEFT, HANDED_OVER, BY_HAND = (
    "withdrawn",
    "error",
    "ended",
    "left",
    "handed-over",
    "by-hand",
)


class VisitTask(Base):
    """A visit that somebody owes a person by a day.

    `cause`, `stage` and `round` are its natural key: the same cause never makes the same visit twice, however
    often its message comes. A cause is `life-event:<id>`, `retired:<person>` and the like.
    """

    __tablename__ = "visit_task"
    __table_args__ = (
        UniqueConstraint("school_id", "cause", "stage", "round"),
        Index("ix_visit_task_board", "school_id", "state", "due_on"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    cause: Mapped[str] = mapped_column(String(80), index=True)
    stage: Mapped[str] = mapped_column(String(10), default=VISIT)
    round: Mapped[int] = mapped_column(Integer, default=1)
    life_event_id: Mapped[str | None] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id, index=True)
    group: Mapped[str] = mapped_column("occasion_group", String(10))
    restricted: Mapped[bool] = mapped_column(default=False)
    scheme_version: Mapped[int] = mapped_column(Integer)
    matter_sealed: Mapped[str] = mapped_column(Text)
    matter = encrypted("matter_sealed")  # {"kind", "occasion", "occurred_on"}

    reported_on: Mapped[date]
    due_on: Mapped[date]
    agreed_on: Mapped[date | None]  # the day agreed with the family; the due day stays
    state: Mapped[str] = mapped_column(String(10))
    office: Mapped[str] = mapped_column(String(30))  # whose task it is by the scheme
    assignee_id: Mapped[str | None] = mapped_column(Id, index=True)
    by_hand: Mapped[bool]  # assigned by a person: no change of office moves it

    visited_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(12))
    reason_sealed: Mapped[str | None] = mapped_column(Text)
    reason = encrypted("reason_sealed")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    companions: Mapped[list["Companion"]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    reports: Mapped[list["VisitReport"]] = relationship(order_by="VisitReport.number", lazy="selectin")

    def __init__(self, **values: Any) -> None:
        super().__init__(state=PLANNED, by_hand=False, **values)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def goes(self) -> list[str]:
        """Those who are to go, the one responsible first: the only people who may know why."""
        lead = [self.assignee_id] if self.assignee_id else []
        return lead + [companion.person_id for companion in self.companions]

    def may_be_known_by(self, person_id: str | None, offices: Collection[str]) -> bool:
        """Whether a person, in these offices today, may learn what happened: goes, and still stands for the office."""
        if person_id is None:
            return False
        if person_id == self.assignee_id:
            return self.by_hand or bool({self.office, *STAND_INS} & set(offices))
        return any(
            companion.person_id == person_id and companion.office in (None, *offices)
            for companion in self.companions
        )

    @property
    def report(self) -> "VisitReport | None":
        """What holds of the visit: the last report, the others are what it corrected."""
        return self.reports[-1] if self.reports else None

    @property
    def days_left(self) -> int:
        """Days until the due day, that day included as 0; negative when it is past."""
        return (self.due_on - clock.today()).days

    @property
    def was_on_time(self) -> bool:
        return self.visited_on is not None and self.visited_on <= self.due_on

    def assign(self, person_id: str | None, *, by_hand: bool = False) -> None:
        self.require_open()
        self.assignee_id = person_id
        self.by_hand = by_hand
        self.companions = [companion for companion in self.companions if companion.person_id != person_id]
        if self.state in (PLANNED, ASSIGNED):
            self.state = ASSIGNED if person_id else PLANNED

    def fall_overdue(self) -> None:
        self.require_open()
        self.state = OVERDUE

    def escalate(self) -> None:
        self.require_open()
        self.state = ESCALATED

    def complete(self, visited_on: date) -> None:
        self.require_open()
        self.state, self.visited_on, self.closed_at = COMPLETED, visited_on, clock.now()

    def cancel(self, outcome: str, reason: str | None = None) -> None:
        self.require_open()
        self.state, self.outcome, self.reason, self.closed_at = CANCELLED, outcome, reason, clock.now()

    def require_open(self) -> None:
        if not self.is_open:
            raise Conflict(str(STATES[self.state]), state=self.state)


class Companion(Base):
    """Somebody who goes along (党、政、工 visit together), standing for an office or chosen by hand."""

    __tablename__ = "visit_companion"
    __table_args__ = (UniqueConstraint("task_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    task_id: Mapped[str] = mapped_column(ForeignKey("visit_task.id"))
    person_id: Mapped[str] = mapped_column(Id, index=True)
    office: Mapped[str | None] = mapped_column(String(30))


class VisitReport(Base):
    """What was done at a visit. Never changed: a correction is the next number, with its reason."""

    __tablename__ = "visit_report"
    __table_args__ = (UniqueConstraint("task_id", "number"), UniqueConstraint("school_id", "entry_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("visit_task.id"))
    number: Mapped[int] = mapped_column(Integer)
    entry_id: Mapped[str] = mapped_column(Id)  # made where it was typed: sending it again changes nothing
    visited_on: Mapped[date]
    went: Mapped[list[str]] = mapped_column(Json)
    gift_fen: Mapped[int] = mapped_column(Integer)
    fund: Mapped[str | None] = mapped_column(String(20))
    pack_code: Mapped[str | None] = mapped_column(String(40))
    pack_version: Mapped[int | None] = mapped_column(Integer)
    details_sealed: Mapped[str] = mapped_column(Text)
    details = encrypted("details_sealed")  # {"operation", "limit_fen", "note", "follow_up", "reason"}
    confirmed: Mapped[list[str]] = mapped_column(Json)  # the warnings that were read and answered
    reported_by: Mapped[str] = mapped_column(Id)
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class ClosedLifeEvent(Base):
    """A life event that is over. Kept because its report may be handled after its end."""

    __tablename__ = "closed_life_event"

    id: Mapped[str] = mapped_column(Id, primary_key=True)  # the life event's own id
    school_id: Mapped[str | None] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)
    outcome: Mapped[str] = mapped_column(String(12))
    ended_on: Mapped[date | None]


OFFERED, ACCEPTED, DECLINED = "offered", "accepted", "declined"


class HandOver(Base):
    """A task offered to the school that a person moved to; the old school keeps it until the new one accepts."""

    __tablename__ = "visit_hand_over"
    __table_args__ = (UniqueConstraint("school_id", "task_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)  # the new school, whose decision it is
    from_school_id: Mapped[str] = mapped_column(Id)
    task_id: Mapped[str] = mapped_column(ForeignKey("visit_task.id"))
    person_id: Mapped[str] = mapped_column(Id)
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=OFFERED)
    answered_by: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class RetiredPerson(Base):
    """When a retired person's next regular visit is looked at, so that each window is planned once."""

    __tablename__ = "retired_person"

    id: Mapped[str] = mapped_column(Id, primary_key=True)  # the person's id
    school_id: Mapped[str] = mapped_column(Id)
    next_on: Mapped[date]
