"""Counselling (心理咨询): who offers it, which times there are, and which of them are taken.

No row joins a time with a person. A time that is taken bears a keyed hash of the ticket which the person was shown
once; how often somebody took one this month stands under a keyed token that says neither who nor which. What that
protects from, and what not, is in docs/decisions/0042-a-counselling-ticket-names-nobody.md.
"""

import re
import secrets
from datetime import date, datetime
from typing import Final

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.encryption import fingerprint

MOST_A_MONTH: Final = 4  # bookings of one person; moving one is none
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is misread: no 0 O, 1 I L, U
_PART: Final = 4


class CounsellingOffer(Base):
    """A counsellor and a room, offered by a school or by the district to its schools."""

    __tablename__ = "counselling_offer"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    counsellor_id: Mapped[str | None] = mapped_column(Id, index=True)  # None: erased
    place: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(200), default="")
    opened_on: Mapped[date]
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CounsellingSlot(Base):
    """A time, written before anybody takes it. `sign` is the part of the ticket that the counsellor sees."""

    __tablename__ = "counselling_slot"
    __table_args__ = (Index("ix_counselling_slot_offer", "offer_id", "starts_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    offer_id: Mapped[str] = mapped_column(Id)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    called_off: Mapped[bool] = mapped_column(default=False)
    sign: Mapped[str | None] = mapped_column(String(_PART))
    ticket: Mapped[str | None] = mapped_column(String(64), index=True)
    was_taken: Mapped[bool] = mapped_column(default=False)  # what is left of it once it is over

    @property
    def is_taken(self) -> bool:
        return self.ticket is not None


class CounsellingCount(Base):
    """How many times somebody took this month, under a token of the month; gone when the month is over."""

    __tablename__ = "counselling_count"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    taken: Mapped[int] = mapped_column(Integer)


def new_ticket() -> str:
    """Four groups of four letters: the first is its sign, the other twelve are its secret."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_PART)) for _ in range(4))


def sign_of(ticket: str) -> str:
    return _bare(ticket)[:_PART]


def hash_of(ticket: str) -> str:
    """However it was typed, spaces and small letters too."""
    return fingerprint(f"counselling ticket {_bare(ticket)}")


def token_of(person_id: str, month: str) -> str:
    """What stands for a person in one month: nobody without the key can make it, and the next month's is another."""
    return fingerprint(f"counselling {month} {person_id}")


def month_of(day: date) -> str:
    return day.strftime("%Y-%m")


def this_month() -> str:
    return month_of(clock.today())


def _bare(ticket: str) -> str:
    return re.sub(r"[\s\-—–]", "", ticket).upper()
