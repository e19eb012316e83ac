"""What a person is told, on a page of their own: a template's code and parameters, never the occasion."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit.database import Id, Json, UTCDateTime


class Notice(Base):
    """One notice. Its id is that of the event which asked for it, so a second delivery is no second notice."""

    __tablename__ = "notice"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str | None] = mapped_column(Id, index=True)
    person_id: Mapped[str] = mapped_column(Id)
    template: Mapped[str] = mapped_column(String(64))
    parameters: Mapped[dict[str, Any]] = mapped_column(Json)
    link: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (Index("ix_notice_inbox", "person_id", "created_at", "id"),)
