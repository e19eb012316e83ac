"""Offices of a union with their terms: what a person may do follows from them and ends with them."""

from datetime import date, datetime

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime

# Who watches the money does not keep it or lead (经审 apart from 财务 and 主席):
# election rules of the unions' grass roots, 总工发〔2016〕27号, on the audit committee.
INCOMPATIBLE = {
    "auditor": ("treasurer", "chair", "vice_chair"),
    "treasurer": ("auditor",),
    "chair": ("auditor",),
    "vice_chair": ("auditor",),
}
HELD_BY_ONE = ("chair", "treasurer")  # one holder at a time in a union; a group has one leader


class OfficeTerm(Base):
    """A person in an office of a union or (a leader) of a group.

    `term_to` is the first day without rights, so that an office laid down today ends the same minute.
    """

    __tablename__ = "office_term"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    member_id: Mapped[str] = mapped_column(Id, index=True)
    code: Mapped[str] = mapped_column(String(30))
    scope_id: Mapped[str] = mapped_column(Id, index=True)
    term_from: Mapped[date]
    term_to: Mapped[date | None]
    duties: Mapped[str] = mapped_column(String(500), default="")  # 分管
    election_id: Mapped[str | None] = mapped_column(Id, index=True)
    awaits_approval: Mapped[bool] = mapped_column(
        Boolean, default=False
    )  # elected; the district has yet to agree
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    def is_in_term(self, on: date) -> bool:
        return (
            not self.awaits_approval and self.term_from <= on and (self.term_to is None or on < self.term_to)
        )
