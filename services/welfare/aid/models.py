"""A request for aid (帮扶金) and what became of it: asked, decided, paid, received. Sums are whole fen.

Why somebody asks stands sealed. A pupil is known here by a reference code alone: who that is, only the school's own
system knows.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit.database import Id, UTCDateTime
from shared.kit.encryption import encrypted
from shared.kit.problems import Conflict

PUPIL = "pupil"
KINDS: dict[str, Any] = {
    "living": _l("Aid for living"),
    "medical": _l("Aid in illness"),
    "schooling": _l("Aid for schooling"),
    "accident": _l("Aid after an accident"),
    PUPIL: _l("Aid for a pupil"),
}
OWN_KINDS = tuple(kind for kind in KINDS if kind != PUPIL)

REQUESTED, APPROVED, PAID, RECEIVED = "requested", "approved", "paid", "received"
REFUSED, WITHDRAWN = "refused", "withdrawn"
STATES: dict[str, Any] = {
    REQUESTED: _l("Waits for a decision"),
    APPROVED: _l("To be paid"),
    PAID: _l("Paid out"),
    RECEIVED: _l("Receipt confirmed"),
    REFUSED: _l("Aid refused"),
    WITHDRAWN: _l("Aid withdrawn"),
}
GRANTED = (APPROVED, PAID, RECEIVED)


class AidRequest(Base):
    """One request. `level` is that of the hardship case on file when it was decided ("none" without one)."""

    __tablename__ = "aid_request"
    __table_args__ = (
        Index("ix_aid_request_list", "school_id", "state", "id"),
        Index("ix_aid_request_person", "person_id", "decided_on"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str | None] = mapped_column(Id)  # None: a pupil, or erased
    pupil_ref: Mapped[str | None] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(12), default="none")
    asked_fen: Mapped[int] = mapped_column(BigInteger)
    granted_fen: Mapped[int | None] = mapped_column(BigInteger)
    fund: Mapped[str | None] = mapped_column(String(20))
    reason_sealed: Mapped[str | None] = mapped_column(Text)
    reason = encrypted("reason_sealed")  # why it is asked for
    answer_sealed: Mapped[str | None] = mapped_column(Text)
    answer = encrypted("answer_sealed")  # why it was decided so
    pack_code: Mapped[str | None] = mapped_column(String(50))
    pack_version: Mapped[int | None] = mapped_column(Integer)
    requested_by: Mapped[str] = mapped_column(Id)
    requested_on: Mapped[date]
    decided_by: Mapped[str | None] = mapped_column(Id)
    decided_on: Mapped[date | None]
    paid_by: Mapped[str | None] = mapped_column(Id)
    paid_on: Mapped[date | None]
    received_on: Mapped[date | None]
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def require(self, *states: str) -> None:
        """Raise Conflict unless it stands in one of these states."""
        if self.state not in states:
            raise Conflict(str(STATES[self.state]), state=self.state)
