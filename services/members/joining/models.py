"""Applications to join (入会申请): written by the employee, weighed by the group, decided by the committee."""

from datetime import date, datetime

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime

DRAFT, SUBMITTED, WEIGHED, APPROVED, REFUSED, WITHDRAWN = (
    "draft",
    "submitted",
    "weighed",
    "approved",
    "refused",
    "withdrawn",
)
OPEN = (DRAFT, SUBMITTED, WEIGHED)


class Application(Base):
    """One application; a refused or withdrawn one stays, and the person may apply again."""

    __tablename__ = "membership_application"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    member_id: Mapped[str] = mapped_column(Id, index=True)
    group_id: Mapped[str | None] = mapped_column(Id, index=True)
    statement: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opinion_by: Mapped[str | None] = mapped_column(Id)
    opinion_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    supported: Mapped[bool | None]  # what the group leader says; the committee decides either way
    opinion: Mapped[str | None] = mapped_column(String(500))
    decided_by: Mapped[str | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(String(500))
    joined_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
