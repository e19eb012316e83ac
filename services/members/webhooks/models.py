"""Webhooks: which outside systems are told of public events, and what was told to each of them.

The table of deliveries is a queue: what waits, when it is due, how often it was tried and why it failed.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.encryption import encrypted

UNPROVED, ACTIVE, PAUSED, DISABLED = "unproved", "active", "paused", "disabled"
STATES: Final[dict[str, Any]] = {
    UNPROVED: _l("not confirmed yet"),
    ACTIVE: _l("active"),
    PAUSED: _l("paused"),
    DISABLED: _l("switched off"),
}
PENDING, DELIVERED, FAILED = "pending", "delivered", "failed"
OUTCOMES: Final[dict[str, Any]] = {
    PENDING: _l("waiting"),
    DELIVERED: _l("delivered"),
    FAILED: _l("given up"),
}
OVERLAP = timedelta(hours=24)  # that an old secret still signs


class Webhook(Base):
    """An address that is told of public events of its union, or of all unions of its district.

    `types`: empty means all; `only_school` narrows a district's to one union. While `old_secret` is good, both sign.
    """

    __tablename__ = "webhook"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    only_school: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(60))
    url_sealed: Mapped[str] = mapped_column(Text)  # it may hold a key of the receiver's
    host: Mapped[str] = mapped_column(String(260))
    types: Mapped[list[str]] = mapped_column(Json)
    secret_sealed: Mapped[str] = mapped_column(Text)
    old_secret_sealed: Mapped[str | None] = mapped_column(Text)
    old_secret_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10), default=UNPROVED)
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    proof_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proof_attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(40))
    failures: Mapped[int] = mapped_column(default=0)  # one after the other
    failing_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    quiet_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_ok_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    url = encrypted("url_sealed")
    secret = encrypted("secret_sealed")
    old_secret = encrypted("old_secret_sealed")

    def wants(self, type_: str, school_id: str) -> bool:
        return (not self.types or type_ in self.types) and self.only_school in (None, school_id)

    def secrets(self) -> list[str]:
        """Those that sign now, the newest first."""
        old = self.old_secret_until is not None and self.old_secret_until > clock.now()
        return [self.secret, self.old_secret] if old else [self.secret]

    def rotate(self, secret: str) -> None:
        self.old_secret, self.old_secret_until = self.secret, clock.now() + OVERLAP
        self.secret = secret

    def prove_again(self) -> None:
        """Ask the receiver once more whether it wants to hear."""
        self.state, self.error = UNPROVED, None
        self.proof_due_at, self.proof_attempts = clock.now(), 0
        self.failures, self.failing_since, self.quiet_until = 0, None, None

    def reached(self) -> None:
        self.failures, self.failing_since, self.quiet_until = 0, None, None
        self.last_ok_at, self.error = clock.now(), None


class WebhookDelivery(Base):
    """One event for one webhook; kept as a log for thirty days once it is finished."""

    __tablename__ = "webhook_delivery"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    webhook_id: Mapped[str] = mapped_column(Id)
    school_id: Mapped[str] = mapped_column(Id)  # of the webhook
    event_id: Mapped[str] = mapped_column(Id)
    type: Mapped[str] = mapped_column(String(120))
    event_school: Mapped[str] = mapped_column(Id)
    event: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    replays: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(40))
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_delivery_due", "webhook_id", "state", "due_at", "id"),
        Index("ix_webhook_delivery_log", "webhook_id", "created_at", "id"),
        Index("ix_webhook_delivery_old", "state", "created_at"),
    )

    def again(self) -> None:
        """From now on as if it had never been tried."""
        self.state, self.attempts, self.due_at = PENDING, 0, clock.now()
        self.replays += 1
