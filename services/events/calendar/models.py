"""Days that are a person's own: a visit to pay, a hearing to attend."""

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.events.base import Base
from shared.kit.database import Id, UTCDateTime

VISIT, HEARING = "visit", "hearing"
LINKS = {VISIT: "/welfare/visits/", HEARING: "/welfare/disputes/"}


class PrivateSlot(Base):
    """A task of another service in its owner's calendar. What it is about is not known here, and must not be."""

    __tablename__ = "private_slot"
    __table_args__ = (UniqueConstraint("task_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    task_id: Mapped[str] = mapped_column(Id, index=True)
    kind: Mapped[str] = mapped_column(String(12), default=VISIT, server_default=VISIT)
    person_id: Mapped[str | None] = mapped_column(Id, index=True)
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
