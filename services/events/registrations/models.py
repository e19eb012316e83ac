"""A person's place (报名) in an activity, or the turn on its waiting list (候补)."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.events.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.problems import Conflict

PLACED, WAITING, CANCELLED = "placed", "waiting", "cancelled"
STATES = {PLACED: _l("Signed up"), WAITING: _l("On the waiting list"), CANCELLED: _l("Withdrawn")}


class OutsideAudience(Conflict):
    """The activity's rule does not let this person take part."""

    slug = "outside-audience"
    title = _l("This activity is not for you")


class SignUpClosed(Conflict):
    """Sign-up has not begun, or is over."""

    slug = "sign-up-closed"
    title = _l("Sign-up is not open")


class OnePlaceOnly(Conflict):
    """What is offered on several days is for each person once, such as a check-up."""

    slug = "one-place-only"
    title = _l("You have a place on another day; give that one back first")


class NotSignedUp(Conflict):
    """There is no place to give back."""

    slug = "not-signed-up"
    title = _l("There is no place to give back")


class Registration(Base):
    """One row a person and activity; who withdraws and comes again gets a new turn in the same row."""

    __tablename__ = "registration"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    activity_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id, index=True)
    state: Mapped[str] = mapped_column(String(12))
    turn: Mapped[int] = mapped_column(Integer)
    signed_up_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    # Another than the person: an organiser who added them.
    added_by_id: Mapped[str | None] = mapped_column(Id)
    __table_args__ = (
        UniqueConstraint("activity_id", "person_id"),
        Index("ix_registration_turn", "activity_id", "state", "turn"),
    )

    @property
    def is_open(self) -> bool:
        return self.state in (PLACED, WAITING)

    def take_turn(self, turn: int, added_by_id: str | None) -> None:
        """Join the end of the line."""
        self.turn, self.state, self.signed_up_at, self.added_by_id = turn, WAITING, clock.now(), added_by_id

    def place(self) -> None:
        self.state = PLACED

    def cancel(self) -> None:
        self.state = CANCELLED
