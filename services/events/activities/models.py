"""An activity (活动): what is on, for whom, and the states it goes through.

draft → published → closed (sign-up is over) → held → completed; cancelled from any state before held.
Moving changes the day, not the state, save that a closed sign-up opens again when its end lies ahead.
"""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Boolean, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from services.events.activities.audience import Audience
from services.events.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.problems import Conflict

DRAFT, PUBLISHED, CLOSED, HELD, COMPLETED, CANCELLED = (
    "draft",
    "published",
    "closed",
    "held",
    "completed",
    "cancelled",
)
STATES = {
    DRAFT: _l("Draft"),
    PUBLISHED: _l("Published"),
    CLOSED: _l("Sign-up closed"),
    HELD: _l("Took place"),
    COMPLETED: _l("Completed"),
    CANCELLED: _l("Called off"),
}
ANNOUNCED = (PUBLISHED, CLOSED)
# How lists are cut in two by the clock.
UPCOMING, PAST = "upcoming", "past"

KINDS = {
    "contest": _l("Contest"),
    "sports": _l("Sports"),
    "culture": _l("Culture"),
    "study": _l("Study"),
    "meeting": _l("Discussion meeting"),
    "outing": _l("Outing"),
    "welcome": _l("Welcome"),
    "farewell": _l("Farewell"),
    "checkup": _l("Check-up"),
    "gift": _l("Fetching a gift"),
    "other": _l("Other"),
}
FUND_SOURCES = {
    "union": _l("Union funds"),
    "dues": _l("Members' dues"),
    "administration": _l("School administration"),
    "superior": _l("Grant of the union above"),
    "personal": _l("Paid by each person"),
}
CHECK_IN_OPENS_BEFORE = timedelta(hours=2)


class NotInThisState(Conflict):
    """The activity has moved on: what was asked belongs to another state."""

    slug = "activity-state"
    title = _l("The activity is past that point")


class Activity(Base):
    __tablename__ = "activity"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    title: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    signup_opens_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signup_closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    capacity: Mapped[int | None] = mapped_column(Integer)
    audience_rule: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    walk_ins: Mapped[bool] = mapped_column(Boolean, default=False)
    budget_fen: Mapped[int | None] = mapped_column(Integer)
    fund_source: Mapped[str | None] = mapped_column(String(20))
    # The event that last told the sum: what is said of an earlier one is overtaken.
    sum_told_by: Mapped[str | None] = mapped_column(Id)
    # A rule on money waits for the chair's word (stops); meanwhile nobody signs up and nothing is closed.
    is_stopped: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    organiser_id: Mapped[str | None] = mapped_column(Id)
    cancel_reason: Mapped[str | None] = mapped_column(String(200))
    spend_fen: Mapped[int | None] = mapped_column(Integer)
    winners: Mapped[int | None] = mapped_column(Integer)
    # What a draft that made itself stands for, e.g. one welcome a school and month; unique, so made once.
    occasion: Mapped[str | None] = mapped_column(String(80), unique=True)
    # What is offered on several days and taken once by each, e.g. the half-days of one check-up.
    series: Mapped[str | None] = mapped_column(Id, index=True)
    # The key of the codes shown at the door; a copy of one activity's codes opens no other.
    door_secret: Mapped[str] = mapped_column(String(43), default=lambda: secrets.token_urlsafe(32))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(Integer)
    __table_args__ = (Index("ix_activity_school", "school_id", "starts_at"),)
    __mapper_args__ = {"version_id_col": version}
    # How full it is, where a query asked for it; see queries.with_tally.
    placed: Mapped[int | None] = query_expression()
    waiting: Mapped[int | None] = query_expression()

    # --- what can be asked of it

    @property
    def audience(self) -> Audience:
        return Audience.of(self.audience_rule or {})

    @property
    def day(self) -> date:
        return clock.local(self.starts_at).date()

    @property
    def signup_ends_at(self) -> datetime:
        return self.signup_closes_at or self.starts_at

    @property
    def is_draft(self) -> bool:
        return self.state == DRAFT

    @property
    def is_ahead(self) -> bool:
        """Announced and not yet begun: places can still change hands."""
        return self.state in ANNOUNCED and clock.now() < self.starts_at

    @property
    def takes_signups(self) -> bool:
        """Whether people may sign up now; the clock decides, however late the state follows it."""
        opened = self.signup_opens_at is None or self.signup_opens_at <= clock.now()
        return (
            self.state == PUBLISHED and not self.is_stopped and opened and clock.now() < self.signup_ends_at
        )

    @property
    def opens_later(self) -> bool:
        return (
            self.state == PUBLISHED
            and not self.is_stopped
            and self.signup_opens_at is not None
            and clock.now() < self.signup_opens_at
        )

    @property
    def takes_check_ins(self) -> bool:
        """From two hours before the start until the organiser completes it."""
        return (
            self.state in (PUBLISHED, CLOSED, HELD) and clock.now() >= self.starts_at - CHECK_IN_OPENS_BEFORE
        )

    # --- how its state changes

    def publish(self) -> None:
        self._must_be(DRAFT)
        self.state = PUBLISHED

    def close_signup(self) -> None:
        self._must_be(PUBLISHED)
        self.state = CLOSED

    def retime(self) -> None:
        """After a change of times: sign-up is open again if its end lies ahead."""
        self._must_be(PUBLISHED, CLOSED)
        self.state = PUBLISHED if clock.now() < self.signup_ends_at else CLOSED

    def hold(self) -> None:
        self._must_be(PUBLISHED, CLOSED)
        self.state = HELD

    def complete(self, spend_fen: int, winners: int) -> None:
        self._must_be(HELD)
        self.state, self.spend_fen, self.winners = COMPLETED, spend_fen, winners

    def cancel(self, reason: str) -> None:
        self._must_be(DRAFT, PUBLISHED, CLOSED)
        self.state, self.cancel_reason = CANCELLED, reason

    def _must_be(self, *states: str) -> None:
        if self.state not in states:
            raise NotInThisState(activity_state=self.state)
