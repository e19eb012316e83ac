"""Consents (个人信息保护法 art. 14, 29): for one purpose each, to a text that can be read again, and withdrawn any day."""

from datetime import date, datetime

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime


class Consent(Base):
    """A consent from the day it was given to the day it was withdrawn. Given again, it is another row."""

    __tablename__ = "consent"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    person_id: Mapped[str] = mapped_column(Id, index=True)
    purpose_code: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(
        String(200), default=""
    )  # whom or what it is limited to, e.g. an insurer
    text_version: Mapped[int] = mapped_column(Integer)
    given_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erase_by: Mapped[date | None]

    @property
    def is_in_force(self) -> bool:
        return self.withdrawn_at is None


class ErasureReceipt(Base):
    """A service's word that it has erased what a withdrawn consent covered."""

    __tablename__ = "erasure_receipt"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, index=True)
    service: Mapped[str] = mapped_column(String(20))
    purpose_code: Mapped[str] = mapped_column(String(40), default="")  # empty: everything
    completed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    rows: Mapped[int] = mapped_column(Integer)
    __table_args__ = (UniqueConstraint("person_id", "service", "purpose_code", "completed_at"),)
