"""Reads of school years: what was entered, what is in force, and working days by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.school_calendars.models import YearCalendar
from services.events.school_calendars.national import national_year
from services.events.school_calendars.workdays import WorkingDays
from shared.kit import people


@dataclass(frozen=True)
class Term:
    """A term and its days, both included."""

    code: str
    starts_on: date
    ends_on: date

    def week_of(self, day: date) -> int:
        """第 n 周: 1 in the week (from Monday) in which the term starts."""
        monday = self.starts_on - timedelta(days=self.starts_on.weekday())
        return (day - monday).days // 7 + 1


def of_year(session: Session, school_id: str, year: int) -> YearCalendar | None:
    """What the school (or district) itself entered for a year."""
    return session.scalar(
        select(YearCalendar).where(YearCalendar.school_id == school_id, YearCalendar.year == year)
    )


def days_off(session: Session, school_id: str, year: int) -> dict[date, str]:
    """Each day off of a year with the code of its festival or break, by the calendar in force."""
    content = people.calendar(session, school_id, year)
    if content is None:
        return dict(national_year(year).holidays)
    return {day: span["code"] for span in content["holidays"] for day in days_of(span)}


def working_days(session: Session, school_id: str, *years: int) -> WorkingDays:
    """Working days of these years, by the calendars in force; by the nation's where none was published."""
    make_up: set[date] = set()
    for year in years:
        content = people.calendar(session, school_id, year)
        listed = content["make_up_workdays"] if content else national_year(year).makeup_days
        make_up |= {as_day(day) for day in listed}
    return WorkingDays({day for year in years for day in days_off(session, school_id, year)}, make_up)


def terms(session: Session, school_id: str, *years: int) -> list[Term]:
    """The terms that begin in these years, in order."""
    contents = (people.calendar(session, school_id, year) for year in years)
    found = (
        Term(term["code"], as_day(term["starts_on"]), as_day(term["ends_on"]))
        for content in contents
        for term in (content["terms"] if content else ())
    )
    return sorted(found, key=lambda term: term.starts_on)


def term_on(session: Session, school_id: str, day: date) -> Term | None:
    """The term that a day lies in; an autumn term reaches into the next year."""
    for term in terms(session, school_id, day.year - 1, day.year):
        if term.starts_on <= day <= term.ends_on:
            return term
    return None


def spans(days: Iterable[tuple[date, str]]) -> list[dict[str, Any]]:
    """Days with their codes as the contract's spans: neighbours of one code become one."""
    found: list[dict[str, Any]] = []
    for day, code in sorted(days):
        if found and found[-1]["code"] == code and as_day(found[-1]["ends_on"]) == day - timedelta(days=1):
            found[-1]["ends_on"] = day.isoformat()
        else:
            found.append({"code": code, "starts_on": day.isoformat(), "ends_on": day.isoformat()})
    return found


def days_of(span: dict[str, Any]) -> list[date]:
    """The days of a span, both ends included."""
    first, last = as_day(span["starts_on"]), as_day(span["ends_on"])
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def as_day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
