"""A receipt, known by the hash of its picture, so that one which was handed in before is found, whoever hands it in."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime


class Receipt(Base):
    """A picture of a receipt, first without a use, then with what it proves: a visit, an expense, a payment."""

    __tablename__ = "receipt"
    __table_args__ = (
        Index("ix_receipt_hash", "school_id", "sha256"),
        Index("ix_receipt_source", "source_id", "source"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    file_id: Mapped[str] = mapped_column(Id)
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(String(30))
    source_id: Mapped[str | None] = mapped_column(String(64))
    kept_by: Mapped[str] = mapped_column(Id)
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    @property
    def is_used(self) -> bool:
        return self.source_id is not None

    def proves(self, source: str, source_id: str) -> bool:
        return (self.source, self.source_id) == (source, source_id)
