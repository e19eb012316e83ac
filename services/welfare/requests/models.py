"""What a member asks of the union (诉求): help, a concern for the committee, legal aid, advice on a child's schooling.

What is asked and what is answered stand sealed. In clear are a kind, a state and days.
"""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit.database import Id, UTCDateTime
from shared.kit.encryption import encrypted
from shared.kit.problems import Conflict

CONCERN, LEGAL, HOUSING = "concern", "legal", "housing"
KINDS: dict[str, Any] = {
    "help": _l("Help in daily life"),
    HOUSING: _l("Housing and repairs"),
    CONCERN: _l("A concern for the committee"),
    LEGAL: _l("Legal aid"),
    "schooling": _l("A child's schooling"),
}
REFERS = (LEGAL, HOUSING)  # to the union above; to the school's logistics (后勤)
FOR_OFFICERS = (CONCERN, LEGAL)  # no colleague is asked to see to these
RECEIVED, DISCUSSED, REFERRED, ANSWERED, WITHDRAWN = (
    "received",
    "discussed",
    "referred",
    "answered",
    "withdrawn",
)
OPEN = (RECEIVED, DISCUSSED, REFERRED)
STATES: dict[str, Any] = {
    RECEIVED: _l("Has come in"),
    DISCUSSED: _l("Discussed by the committee"),
    REFERRED: _l("Referred"),
    ANSWERED: _l("Settled and told"),
    WITHDRAWN: _l("Taken back"),
}
WITHIN, AGAIN = timedelta(days=14), timedelta(days=7)


class MemberRequest(Base):
    """One thing asked. A concern is answered after the committee discussed it; nothing stays without an answer."""

    __tablename__ = "member_request"
    __table_args__ = (Index("ix_member_request_list", "school_id", "state", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str | None] = mapped_column(Id, index=True)  # None: erased
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    asked_on: Mapped[date]
    due_on: Mapped[date]
    discussed_on: Mapped[date | None]
    referred_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    answered_by: Mapped[str | None] = mapped_column(Id)
    # The person lets a colleague see to it; then an officer may name one, who reads it and may settle it.
    open_to_helpers: Mapped[bool] = mapped_column(default=False, server_default=false())
    helper_id: Mapped[str | None] = mapped_column(Id, index=True)
    cost_fen: Mapped[int | None] = mapped_column(
        BigInteger
    )  # what a repair cost, as told; the ledger is elsewhere
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    words_sealed: Mapped[str | None] = mapped_column(Text)
    words = encrypted("words_sealed")
    answer_sealed: Mapped[str | None] = mapped_column(Text)
    answer = encrypted("answer_sealed")
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def next_steps(self) -> tuple[str, ...]:
        """What an officer can record now."""
        if not self.is_open:
            return ()
        if self.kind == CONCERN and self.state == RECEIVED:
            return (DISCUSSED,)
        return (REFERRED, ANSWERED) if self.kind in REFERS and self.state == RECEIVED else (ANSWERED,)

    @property
    def may_have_helper(self) -> bool:
        return self.is_open and self.open_to_helpers and self.kind not in FOR_OFFICERS

    def require(self, *states: str) -> None:
        """Raise Conflict unless it stands in one of these states."""
        if self.state not in states:
            raise Conflict(str(STATES[self.state]), state=self.state)
