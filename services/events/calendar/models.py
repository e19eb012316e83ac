"""Hours that are a person's own: the slot which a visit makes for whoever is to pay it."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.events.base import Base
from shared.kit.database import Id, UTCDateTime


class PrivateSlot(Base):
    """A task of another service in its owner's calendar. What it is about is not known here, and must not be."""

    __tablename__ = "private_slot"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    task_id: Mapped[str] = mapped_column(Id, unique=True)
    person_id: Mapped[str | None] = mapped_column(Id, index=True)
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
