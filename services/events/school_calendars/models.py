"""A year of a school, or of its district for all schools without one: terms, days off, make-up days, the bell."""

from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Boolean, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.events.base import Base
from shared.kit.database import Id, Json

TERMS = {"spring": _l("Spring term"), "autumn": _l("Autumn term")}
BREAKS = {
    "winter-break": _l("Winter break"),
    "summer-break": _l("Summer break"),
    "school-day-off": _l("Day off of the school"),
}
AFTER_SCHOOL = time(16, 30)


class YearCalendar(Base):
    """What is published travels as state; the row holds what officers enter, in the contract's shapes."""

    __tablename__ = "year_calendar"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    year: Mapped[int] = mapped_column(Integer)
    terms: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    holidays: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    make_up_workdays: Mapped[list[str]] = mapped_column(Json)
    # 放学: when the last lesson ends, so when activities may begin.
    bell: Mapped[time] = mapped_column(default=AFTER_SCHOOL)
    # The yearly notice of the nation's days off was not out when this was entered.
    provisional: Mapped[bool] = mapped_column(Boolean, default=False)
    published_version: Mapped[int] = mapped_column(Integer, default=0)
    changed: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer)
    __table_args__ = (UniqueConstraint("school_id", "year"),)
    __mapper_args__ = {"version_id_col": version}

    @property
    def is_published(self) -> bool:
        return self.published_version > 0


class FestivalWatch(Base):
    """That a school is told of a festival ahead of it: the link of a yearly chain of messages to oneself."""

    __tablename__ = "festival_watch"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    festival_code: Mapped[str] = mapped_column(String(20))
    next_on: Mapped[date]
    __table_args__ = (UniqueConstraint("school_id", "festival_code"),)
