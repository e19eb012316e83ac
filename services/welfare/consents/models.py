"""What members said of consents (授权): a copy, so that nothing is done here for a purpose that was withdrawn."""

from datetime import date, datetime

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit.database import Id, UTCDateTime

FAMILY_FINANCE = "family-finance"
EVERYTHING = ""  # the purpose of the row that remembers a person who was erased altogether


class ConsentCopy(Base):
    """How it stands with one person and one purpose: the latest word, and to which version of the text."""

    __tablename__ = "consent_copy"
    __table_args__ = (UniqueConstraint("person_id", "purpose_code"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str | None] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)
    purpose_code: Mapped[str] = mapped_column(String(40))
    granted: Mapped[bool]
    text_version: Mapped[int | None] = mapped_column(Integer)
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    erase_by: Mapped[date | None]
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
