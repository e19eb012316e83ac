"""The register: one row per person, a member (会员) or somebody who may become one, and where they belonged when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.encryption import encrypted, fingerprint

FEMALE, MALE = "female", "male"
SEXES = (FEMALE, MALE)

APPLICANT, FULL, EARLY_RETIRED_IN_POST = "applicant", "full", "early_retired_in_post"
RETIRED, LEFT, DECEASED = "retired", "left", "deceased"
STANDINGS = (APPLICANT, FULL, EARLY_RETIRED_IN_POST, RETIRED, LEFT, DECEASED)
VOTING = (FULL, EARLY_RETIRED_IN_POST)  # with vote and benefits; the retired keep membership without vote
MEMBERS = (*VOTING, RETIRED)
GONE = (LEFT, DECEASED)

POST_KINDS = ("established", "contract", "temporary", "external", "dispatched", "migrant")
LEAVE_REASONS = ("own-wish", "moved-away", "dues-unpaid", "expelled", "deceased", "import-undone")


class Member(Base):
    """A person of a union's register. `version` counts the cards that were published of it."""

    __tablename__ = "member"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    workplace_id: Mapped[str | None] = mapped_column(Id)
    group_id: Mapped[str | None] = mapped_column(Id, index=True)
    staff_number: Mapped[str | None] = mapped_column(String(30))  # 工号, given by the school
    card_number: Mapped[int | None] = mapped_column(Integer)  # 会员证号, given on joining
    name: Mapped[str] = mapped_column(String(50))
    pinyin: Mapped[str] = mapped_column(String(200))
    initials: Mapped[str] = mapped_column(String(50))
    sex: Mapped[str] = mapped_column(String(6))
    birth_date: Mapped[date]
    post_kind: Mapped[str] = mapped_column(String(20))
    is_teacher: Mapped[bool] = mapped_column(Boolean, default=True)
    standing: Mapped[str] = mapped_column(String(30))
    titles: Mapped[list[str]] = mapped_column(Json, default=list)
    joined_on: Mapped[date | None]
    retired_on: Mapped[date | None]
    left_on: Mapped[date | None]
    leave_reason: Mapped[str | None] = mapped_column(String(20))
    identity_sealed: Mapped[str | None] = mapped_column(Text)
    identity_fingerprint: Mapped[str | None] = mapped_column(String(64))
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    signed_out_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(Integer, default=0)
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012
    __table_args__ = (
        Index("ix_member_order", "school_id", "pinyin", "id"),
        Index("uq_member_identity", "identity_fingerprint", unique=True),
        Index("uq_member_card_number", "school_id", "card_number", unique=True),
        Index("uq_member_staff_number", "school_id", "staff_number", unique=True),
    )

    phone = encrypted("phone_sealed")
    _identity = encrypted("identity_sealed")

    @property
    def identity_number(self) -> str | None:
        """The citizen identity number in clear; whoever shows it records the read."""
        return self._identity

    @identity_number.setter
    def identity_number(self, value: str | None) -> None:
        self._identity = value
        self.identity_fingerprint = fingerprint(value) if value else None

    @property
    def is_gone(self) -> bool:
        return self.standing in GONE

    @property
    def card(self) -> str:
        """The card number as it is printed."""
        return f"{self.card_number:04d}" if self.card_number else ""


class Affiliation(Base):
    """From when to when a person belonged to a union, and to which of its workplaces."""

    __tablename__ = "affiliation"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    member_id: Mapped[str] = mapped_column(Id, index=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    workplace_id: Mapped[str | None] = mapped_column(Id)
    from_on: Mapped[date]
    to_on: Mapped[date | None]  # the last day


class Transfer(Base):
    """A move to another union of the district (转会): requested, released by the old one, accepted by the new."""

    __tablename__ = "transfer"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    member_id: Mapped[str] = mapped_column(Id, index=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)  # the union that lets go
    to_school_id: Mapped[str] = mapped_column(Id, index=True)
    state: Mapped[str] = mapped_column(String(10), default="requested")
    effective_on: Mapped[date]
    requested_by: Mapped[str] = mapped_column(Id)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    released_by: Mapped[str | None] = mapped_column(Id)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[str | None] = mapped_column(Id)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def as_row(member: Member) -> dict[str, Any]:
    """Every column of a member by name, to keep an image of it before a change."""
    return {column.key: getattr(member, column.key) for column in Member.__table__.columns}
