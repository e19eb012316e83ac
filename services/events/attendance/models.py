"""Who was there (出勤): one row a person and activity, made by a code at the door or by the organiser's tick."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.events.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.problems import Conflict

QR, DOOR = "qr", "door"
METHODS = {QR: _l("Code at the door"), DOOR: _l("Ticked by the organiser")}


class DoorClosed(Conflict):
    """Check-in has not begun, or the activity has been completed or called off."""

    slug = "door-closed"
    title = _l("Check-in is not open")


class NoPlace(Conflict):
    """The person has no place, and the activity takes nobody without one."""

    slug = "no-place"
    title = _l("There is no place in this activity for this person")


class StaleCode(Conflict):
    """The code at the door has changed since it was read, or was never one of ours."""

    slug = "stale-code"
    title = _l("This code is no longer valid")


class Attendance(Base):
    __tablename__ = "attendance"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    activity_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id, index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    method: Mapped[str] = mapped_column(String(10))
    recorded_by_id: Mapped[str] = mapped_column(Id)
    # A tick on the wrong line is taken back, not deleted: one row stands for all that was said of the arrival.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (UniqueConstraint("activity_id", "person_id"),)
