"""A round of gifts or benefits (福利发放): the round, what may be chosen, and each one's share.

What somebody chose is known to that person and to those who hand it out; there is no column for why.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.problems import Conflict

DRAFT, IN_REVIEW, APPROVED, OPEN, CLOSED, CALLED_OFF = (
    "draft",
    "in-review",
    "approved",
    "open",
    "closed",
    "called-off",
)
STATES: dict[str, Any] = {
    DRAFT: _l("Draft"),
    IN_REVIEW: _l("With the committee"),
    APPROVED: _l("Approved"),
    OPEN: _l("Being handed out"),
    CLOSED: _l("Closed"),
    CALLED_OFF: _l("Called off"),
}
PLANNED = (IN_REVIEW, APPROVED)

WAITING, TAKEN, RETURNED = "waiting", "taken", "returned"
SHARES: dict[str, Any] = {
    WAITING: _l("Not fetched yet"),
    TAKEN: _l("Handed out"),
    RETURNED: _l("Given back"),
}


class GiftRound(Base):
    """One round. Money in fen; the list is that of `opened_on`, frozen with its number in `eligible`.

    `breaches` are the rules that it breaks for `reason`, as the committee saw them; `voices` are
    {"proposal", "person_id", "approves", "reason"}.
    """

    __tablename__ = "gift_round"
    __table_args__ = (Index("ix_gift_round_day", "school_id", "happens_on", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    occasion: Mapped[str] = mapped_column(String(20))
    happens_on: Mapped[date]  # by whose rules and in whose year it counts
    audience: Mapped[str] = mapped_column(String(12))
    per_head_fen: Mapped[int] = mapped_column(BigInteger)
    fund: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(20))
    pickup_from: Mapped[datetime] = mapped_column(UTCDateTime)
    pickup_to: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    reason: Mapped[str | None] = mapped_column(String(300))
    breaches: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    pack_code: Mapped[str | None] = mapped_column(String(50))
    pack_version: Mapped[int | None] = mapped_column(Integer)
    proposal: Mapped[int] = mapped_column(Integer, default=0)  # how often it lay before the committee
    proposed_by: Mapped[str | None] = mapped_column(Id)
    reviewers: Mapped[list[str]] = mapped_column(Json, default=list)
    voices: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    opened_on: Mapped[date | None]
    eligible: Mapped[int | None] = mapped_column(Integer)
    cost_fen: Mapped[int | None] = mapped_column(BigInteger)
    closing_reason: Mapped[str | None] = mapped_column(String(300))  # why some were not fetched
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    items: Mapped[list["GiftItem"]] = relationship(
        order_by="GiftItem.number", lazy="selectin", cascade="all, delete-orphan"
    )

    def require(self, *states: str) -> None:
        """Raise Conflict unless the round stands in one of these states."""
        if self.state not in states:
            raise Conflict(str(STATES[self.state]), state=self.state)

    def voices_now(self) -> list[dict[str, Any]]:
        """What was said of the proposal that lies before the committee."""
        return [voice for voice in self.voices if voice["proposal"] == self.proposal]

    def awaits(self, person_id: str | None) -> bool:
        """Whether the committee waits for this person's voice."""
        spoken = {voice["person_id"] for voice in self.voices_now()}
        return self.state == IN_REVIEW and person_id in self.reviewers and person_id not in spoken

    def item(self, item_id: str | None) -> "GiftItem | None":
        return next((item for item in self.items if item.id == item_id), None)


class GiftItem(Base):
    """One of the things of a round; where there are several, each person chooses."""

    __tablename__ = "gift_item"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    round_id: Mapped[str] = mapped_column(ForeignKey("gift_round.id"))
    number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(60))


class GiftShare(Base):
    """What one person gets. `taken_by` is who fetched it: the person, or a colleague on their behalf."""

    __tablename__ = "gift_share"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        UniqueConstraint("round_id", "code"),
        Index("ix_gift_share_list", "round_id", "number"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    round_id: Mapped[str] = mapped_column(ForeignKey("gift_round.id"))
    person_id: Mapped[str] = mapped_column(Id, index=True)
    number: Mapped[int] = mapped_column(Integer)  # on the sheet
    code: Mapped[str] = mapped_column(String(6))  # what the person shows or says
    item_id: Mapped[str | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    taken_by: Mapped[str | None] = mapped_column(Id)
    handed_by: Mapped[str | None] = mapped_column(Id)  # nobody where the person checked in at the door
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def by_proxy(self) -> bool:
        return self.taken_by is not None and self.taken_by != self.person_id
