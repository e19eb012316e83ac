"""Rolls (名册): what members said of each person, and the lists of those entitled that were made of it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.voting.base import Base
from services.voting.rolls.audiences import DELEGATES, GROUP
from services.voting.thresholds import TEACHERS_AMONG_DELEGATES
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime
from shared.kit.problems import Conflict, Invalid

DRAFT, FROZEN = "draft", "frozen"


class Statement(Base):
    """One thing that members said about one person, kept for ever: see history.py for how they add up.

    `id` is the event's, so that a second delivery changes nothing.
    """

    __tablename__ = "roll_statement"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)  # the union it is about; of a transfer, the one joined
    person_id: Mapped[str] = mapped_column(Id, index=True)
    kind: Mapped[str] = mapped_column(String(10))
    effective_on: Mapped[date]
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    says: Mapped[dict[str, Any]] = mapped_column(Json)
    __table_args__ = (Index("ix_roll_statement_school", "school_id", "person_id"),)


class Teacher(Base):
    """That a person's post is to teach. Cards do not say it; the office marks it for the delegates' composition."""

    __tablename__ = "roll_teacher"
    school_id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True)


class Constituency(Base):
    """A union group as it elects delegates: its leader, as last said."""

    __tablename__ = "roll_constituency"
    id: Mapped[str] = mapped_column(Id, primary_key=True)  # the group's
    school_id: Mapped[str] = mapped_column(Id, index=True)
    leader_id: Mapped[str | None] = mapped_column(Id)
    valid_from: Mapped[date]
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True, order=True)
class Entitled:
    """One line of a roll."""

    person_id: str
    group_id: str | None
    teacher: bool


class Roll(Base):
    """Those entitled on a day, for everybody, the delegates or a group; once frozen it never changes again."""

    __tablename__ = "roll"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    title: Mapped[str] = mapped_column(String(100))
    audience: Mapped[str] = mapped_column(String(10))
    group_id: Mapped[str | None] = mapped_column(Id)
    as_of: Mapped[date]
    poll_id: Mapped[str | None] = mapped_column(Id)  # the poll it was made for, if for one
    status: Mapped[str] = mapped_column(String(10), default=DRAFT)
    entitled: Mapped[int | None] = mapped_column(Integer)
    teachers: Mapped[int | None] = mapped_column(Integer)
    sha256: Mapped[str | None] = mapped_column(String(64))
    heard_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    frozen_by: Mapped[str | None] = mapped_column(Id)
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}

    @property
    def is_frozen(self) -> bool:
        return self.status == FROZEN

    @property
    def teacher_share(self) -> int | None:
        """Teachers per mille of those entitled, cut; of a frozen delegates' roll, where it matters."""
        return None if self.teachers is None or not self.entitled else self.teachers * 1000 // self.entitled

    def freeze(self, lines: list[Entitled], *, by: str, heard_until: datetime | None) -> None:
        """Fix the list and its hash. Raises RollFrozenAlready, NobodyEntitled, TeachersMissing, Invalid."""
        if self.is_frozen:
            raise RollFrozenAlready()
        if self.as_of > clock.today():
            raise Invalid(_("That day is still to come: a roll can be frozen for today or a day before."))
        if not lines:
            raise NobodyEntitled()
        teachers = sum(line.teacher for line in lines) if self.audience == DELEGATES else None
        if teachers is not None and self.poll_id is None:
            _check_composition(teachers, len(lines))
        self.status = FROZEN
        self.entitled, self.teachers = len(lines), teachers
        self.sha256 = hashlib.sha256(self.canonical(lines)).hexdigest()
        self.heard_until = heard_until
        self.frozen_at, self.frozen_by = clock.now(), by

    def canonical(self, lines: Iterable[Entitled]) -> bytes:
        """The list as it is hashed: UTF-8, a line feed after every line, people in the order of their ids.

        No names: a name may change or be erased, and the hash must stay reproducible. The hash of the
        downloaded file is the roll's: `sha256sum roll.txt`.
        """
        audience = f"{self.audience} {self.group_id}" if self.audience == GROUP else self.audience
        head = ["unionhall roll 1", f"school {self.school_id}", f"as-of {self.as_of}", f"entitled {audience}"]
        body = [
            f"{line.person_id} {line.group_id or '-'} {'teacher' if line.teacher else 'other'}"
            for line in sorted(lines, key=lambda line: line.person_id)
        ]
        return "".join(f"{text}\n" for text in head + body).encode()


class RollEntry(Base):
    """One person on a frozen roll, as entitled on its day."""

    __tablename__ = "roll_entry"
    roll_id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    group_id: Mapped[str | None] = mapped_column(Id)
    teacher: Mapped[bool]


def _check_composition(teachers: int, delegates: int) -> None:
    missing = TEACHERS_AMONG_DELEGATES.least(delegates) - teachers
    if missing > 0:
        raise TeachersMissing(
            _(
                "%(teachers)s of %(delegates)s delegates are teachers (%(share)s %%); "
                "60 %% are needed. %(missing)s more must be teachers.",
                teachers=teachers,
                delegates=delegates,
                share=f"{teachers * 1000 // delegates / 10:.1f}",
                missing=missing,
            ),
            missing=missing,
        )


class RollFrozenAlready(Conflict):
    slug = "roll-frozen-already"
    title = _l("This roll is frozen and cannot change any more")


class NobodyEntitled(Conflict):
    slug = "nobody-entitled"
    title = _l("Nobody is entitled on that day")


class TeachersMissing(Conflict):
    slug = "teachers-missing"
    title = _l("Too few of the delegates are teachers")
