"""A stop: an activity whose money would break a rule waits for its chair's word, or for another sum.

open → allowed (the chair gave a reason) or settled (the sum was changed, or the activity called off).
"""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from services.events.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.problems import Conflict

OPEN, ALLOWED, SETTLED = "open", "allowed", "settled"
STATES: dict[str, Any] = {
    OPEN: _l("Waits for the chair"),
    ALLOWED: _l("Allowed by the chair"),
    SETTLED: _l("Settled"),
}
BUDGET = "budget"  # the rule that events sees itself: what it cost against what was planned


class MoneyStops(Conflict):
    """A rule on money would be broken: first the chair gives a reason, or the sum is changed."""

    slug = "stopped-for-money"
    title = _l("The money stops it")


class Stop(Base):
    """One broken rule of one activity: `most` and `actual` in fen, or (`counts`) in people."""

    __tablename__ = "money_stop"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    activity_id: Mapped[str] = mapped_column(Id, index=True)
    rule: Mapped[str] = mapped_column(String(60))
    most: Mapped[int] = mapped_column(BigInteger)
    actual: Mapped[int] = mapped_column(BigInteger)
    counts: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    stopped_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    answered_by: Mapped[str | None] = mapped_column(Id)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(String(200))

    def allow(self, by: str, reason: str) -> None:
        self.state, self.answered_by, self.answered_at, self.reason = ALLOWED, by, clock.now(), reason

    def settle(self) -> None:
        self.state, self.answered_at = SETTLED, clock.now()
