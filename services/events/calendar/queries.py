"""A person's days: what they signed up for, what else is on, and their own tasks; festivals and days off beside it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.activities import queries as activities
from services.events.calendar.models import HEARING, LINKS, PrivateSlot
from services.events.registrations import queries as registrations
from services.events.school_calendars import queries as school_calendars
from shared.kit import clock
from shared.kit.festivals import FESTIVALS

ACTIVITY, TASK = "activity", "task"


@dataclass(frozen=True)
class Entry:
    """One thing on a day. A task or a hearing says neither whom it concerns nor why; `registration` is mine, if
    I have one."""

    kind: str
    day: date
    link: str
    title: str | None = None
    place: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    registration: str | None = None


@dataclass(frozen=True)
class Day:
    """A day with its entries, its festival, and whether one works on it."""

    date: date
    entries: list[Entry]
    festivals: list[Any]
    is_workday: bool
    is_make_up: bool

    @property
    def mine(self) -> int:
        """How many entries are the person's own."""
        return sum(1 for entry in self.entries if entry.kind != ACTIVITY or entry.registration)


def entries(session: Session, person_id: str, school_id: str, first: date, last: date) -> list[Entry]:
    """What is on from one day to another (both included), in order; tasks lead their day."""
    found = [
        *_tasks(session, person_id, first, last),
        *_activities(session, person_id, school_id, first, last),
    ]
    return sorted(found, key=lambda entry: (entry.day, entry.starts_at is not None, entry.starts_at or 0))


def days(session: Session, person_id: str, school_id: str, first: date, last: date) -> list[Day]:
    """Every day from first to last."""
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries(session, person_id, school_id, first, last):
        by_day[entry.day].append(entry)
    years = range(first.year, last.year + 1)
    working = school_calendars.working_days(session, school_id, *years)
    festivals = defaultdict(list)
    for year in years:
        for festival in FESTIVALS.values():
            festivals[festival.day_in(year)].append(festival.name)
    return [
        Day(day, by_day[day], festivals[day], working.is_workday(day), day in working.makeup_days)
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]


def _tasks(session: Session, person_id: str, first: date, last: date) -> Iterator[Entry]:
    query = select(PrivateSlot).where(
        PrivateSlot.person_id == person_id,
        PrivateSlot.closed_at.is_(None),
        PrivateSlot.due_on >= first,
        PrivateSlot.due_on <= last,
    )
    for slot in session.scalars(query):
        yield Entry(HEARING if slot.kind == HEARING else TASK, slot.due_on, LINKS[slot.kind] + slot.task_id)


def _activities(session: Session, person_id: str, school_id: str, first: date, last: date) -> Iterator[Entry]:
    start, end = (datetime.combine(day, time(), clock.SHANGHAI) for day in (first, last + timedelta(days=1)))
    found = activities.between(session, school_id, start, end)
    mine = registrations.mine_among(session, person_id, found)
    for activity in found:
        registration = mine.get(activity.id)
        yield Entry(
            ACTIVITY,
            max(activity.day, first),
            f"/events/activities/{activity.id}",
            activity.title,
            activity.place,
            activity.starts_at,
            activity.ends_at,
            registration.state if registration else None,
        )
