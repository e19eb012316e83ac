"""A roster (名册) on its way into the register: read, checked, committed, perhaps undone.

The rows hold identity numbers and phones, so they are kept sealed, a few hundred together: a roster of
twenty thousand is forty short writes, and a step of the job works on one chunk.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.encryption import encrypted

CHECKING, CHECKED, COMMITTING, COMMITTED = "checking", "checked", "committing", "committed"
UNDOING, UNDONE, DISCARDED = "undoing", "undone", "discarded"
CHUNK_ROWS = 250


class RosterImport(Base):
    """One uploaded roster and how far it is."""

    __tablename__ = "roster_import"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    owner_id: Mapped[str] = mapped_column(Id)
    filename: Mapped[str] = mapped_column(String(200))
    sheet: Mapped[str] = mapped_column(String(100), default="")
    headings: Mapped[dict[str, str]] = mapped_column(Json)  # field → heading as the file writes it
    ignored: Mapped[list[str]] = mapped_column(Json, default=list)  # headings that we do not know
    rows: Mapped[int] = mapped_column(Integer)
    repeated: Mapped[dict[str, Any]] = mapped_column(
        Json, default=dict
    )  # field → row → another with the same value
    new_groups: Mapped[list[str]] = mapped_column(Json, default=list)  # of a union that has none yet
    days_from_1904: Mapped[bool] = mapped_column(Boolean, default=False)
    all_or_nothing: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(12), default=CHECKING)
    counts: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    absent: Mapped[list[str]] = mapped_column(Json, default=list)  # ids of members who are not in the roster
    job_id: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    committed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RosterChunk(Base):
    """Some rows of a roster, sealed: as read, as checked, and what was in the register before."""

    __tablename__ = "roster_chunk"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    import_id: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default="read")
    rows_sealed: Mapped[str] = mapped_column(Text)
    checked_sealed: Mapped[str | None] = mapped_column(Text)
    before_sealed: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (UniqueConstraint("import_id", "number"),)

    rows = encrypted("rows_sealed")
    checked = encrypted("checked_sealed")
    before = encrypted("before_sealed")
