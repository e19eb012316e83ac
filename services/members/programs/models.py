"""Programs of a school or district, which call the API with a secret of their own."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime


class Program(Base):
    """One program. `scopes` are rights, of any service, within the program's own union or district."""

    __tablename__ = "program"
    id: Mapped[str] = mapped_column(Id, primary_key=True)  # also its client id
    school_id: Mapped[str] = mapped_column(Id, index=True)
    name: Mapped[str] = mapped_column(String(60))
    scopes: Mapped[list[str]] = mapped_column(Json)
    secret_hash: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
