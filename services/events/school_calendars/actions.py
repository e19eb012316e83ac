"""Entering a school year and publishing it as state; telling of festivals ahead, year after year."""

from datetime import date, time, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.school_calendars import queries
from services.events.school_calendars.models import AFTER_SCHOOL, FestivalWatch, YearCalendar
from services.events.school_calendars.national import national_year
from shared.contracts.events import CalendarPublished, FestivalApproaching
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.festivals import FESTIVALS, next_day
from shared.kit.messages import emit, remind, reminder
from shared.kit.people import apply_calendar, organisation
from shared.kit.problems import Invalid

FestivalAhead = reminder("festival-ahead")
LEAD = timedelta(days=30)
LONGEST_SPAN = timedelta(days=92)


def blank(school_id: str, year: int) -> YearCalendar:
    """A year not yet entered: the nation's days off, and nothing of the school's own. It is in no session."""
    national = national_year(year)
    return YearCalendar(
        school_id=school_id,
        year=year,
        terms=[],
        holidays=queries.spans(national.holidays.items()),
        make_up_workdays=sorted(day.isoformat() for day in national.makeup_days),
        bell=AFTER_SCHOOL,
        provisional=national.provisional,
        published_version=0,
        changed=True,
    )


def take(session: Session, school_id: str, year: int) -> YearCalendar:
    """The year of a school or district, locked; a new one where nothing was entered yet."""
    if (found := queries.of_year(session, school_id, year)) is not None:
        calendar = locked(session, YearCalendar, found.id)
        assert calendar is not None
        return calendar
    calendar = blank(school_id, year)
    session.add(calendar)
    session.flush()
    return calendar


def enter(
    calendar: YearCalendar,
    *,
    terms: list[dict[str, Any]],
    holidays: list[dict[str, Any]],
    make_up_workdays: list[date],
    bell: time,
) -> None:
    """Keep what an officer entered. Raises Invalid for spans that end before they begin or miss the year."""
    _check_spans("terms", terms, calendar.year, longest=timedelta(days=183))
    _check_spans("holidays", holidays, calendar.year, longest=LONGEST_SPAN)
    if any(day.year != calendar.year for day in make_up_workdays):
        raise Invalid(
            fields={"make_up_workdays": [_("These days must lie in %(year)s.", year=calendar.year)]}
        )
    calendar.terms, calendar.holidays = _plain(terms), _plain(holidays)
    calendar.make_up_workdays = sorted({day.isoformat() for day in make_up_workdays})
    calendar.bell = bell
    calendar.provisional = national_year(calendar.year).provisional
    calendar.changed = True


def publish(session: Session, calendar: YearCalendar) -> None:
    """Say the whole year, as state; this service's own copy takes it in the same transaction."""
    calendar.published_version = calendar.published_version + 1
    calendar.changed = False
    content = {
        "school_id": calendar.school_id,
        "year": calendar.year,
        "terms": calendar.terms,
        "holidays": calendar.holidays,
        "make_up_workdays": calendar.make_up_workdays,
        "version": calendar.published_version,
    }
    emit(
        session,
        CalendarPublished,
        of=calendar,
        subject=calendar.school_id,
        school=calendar.school_id,
        **content,
    )
    apply_calendar(session, CalendarPublished.check(content))


# --- festivals


def watch_festivals(session: Session, school_id: str) -> None:
    """Begin the yearly chains of a school; those that run go on as they are."""
    watched = set(
        session.scalars(select(FestivalWatch.festival_code).where(FestivalWatch.school_id == school_id))
    )
    for code in FESTIVALS.keys() - watched:
        watch = FestivalWatch(school_id=school_id, festival_code=code, next_on=next_day(code, clock.today()))
        session.add(watch)
        _wait_for(session, watch)


def festival_ahead(session: Session, watch_id: str, day: date) -> None:
    """Tell of a festival whose day has come near, and wait for the next year's."""
    watch = locked(session, FestivalWatch, watch_id)
    if watch is None or watch.next_on != day:
        return
    today, union = clock.today(), organisation(session, watch.school_id)
    if union is None or union.status != "active":
        session.delete(watch)
        return
    if today <= day:
        emit(
            session,
            FestivalApproaching,
            of=watch,
            subject=f"{watch.school_id}:{watch.festival_code}",
            school=watch.school_id,
            festival_code=watch.festival_code,
            date=day,
            lead_days=(day - today).days,
            calendar=FESTIVALS[watch.festival_code].calendar,
        )
    watch.next_on = next_day(watch.festival_code, max(day, today))
    _wait_for(session, watch)


def _wait_for(session: Session, watch: FestivalWatch) -> None:
    remind(
        session,
        FestivalAhead,
        at=watch.next_on - LEAD,
        key=f"{watch.id}:{watch.next_on}",
        data={"watch_id": watch.id, "day": watch.next_on.isoformat()},
    )


def _check_spans(field: str, given: list[dict[str, Any]], year: int, longest: timedelta) -> None:
    for span in given:
        starts_on, ends_on = span["starts_on"], span["ends_on"]
        if ends_on < starts_on:
            raise Invalid(fields={field: [_("A span ends before it begins.")]})
        if starts_on.year != year:
            raise Invalid(fields={field: [_("A span must begin in %(year)s.", year=year)]})
        if ends_on - starts_on > longest:
            raise Invalid(fields={field: [_("A span is too long.")]})


def _plain(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ordered = sorted(given, key=lambda span: span["starts_on"])
    return [
        {"code": s["code"], "starts_on": s["starts_on"].isoformat(), "ends_on": s["ends_on"].isoformat()}
        for s in ordered
    ]
