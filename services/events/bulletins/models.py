"""A bulletin (宣传栏): what hangs on the board of the staff room, as it was said that day."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.events.base import Base
from shared.kit.database import Id, Json, UTCDateTime

ACCOUNTS = "accounts"


class Bulletin(Base):
    """One sheet; of one thing (`reference`: a half-year) there is one, and it is never changed."""

    __tablename__ = "bulletin"
    __table_args__ = (
        UniqueConstraint("school_id", "kind", "reference"),
        Index("ix_bulletin_list", "school_id", "published_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
