"""A person's month: a strip for each week, and what is on below it."""

from datetime import date, timedelta
from typing import Any

from flask import request

from services.events.asking import myself
from services.events.calendar import queries
from services.events.calendar.schemas import MonthAsked
from services.events.registrations.models import STATES as PLACE_STATES
from services.events.school_calendars.queries import term_on
from shared.kit import clock
from shared.kit.database import reading
from shared.kit.pages import Pages, render
from shared.kit.web.forms import Form

pages = Pages("calendar")


@pages.get("/calendar", allow="calendar.see")
def calendar() -> Any:
    """My month."""
    asked = Form().load(MonthAsked, request.args) or {}
    today = clock.today()
    first = asked.get("month", today).replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    monday, sunday = _monday_of(first), _monday_of(following - timedelta(days=1)) + timedelta(days=6)
    with reading() as session:
        me = myself(session)
        days = queries.days(session, me.id, me.school_id, monday, sunday)
        term = term_on(session, me.school_id, today)
    strips = [{"date": day.date, "due": day.mine, "href": f"#d{day.date}"} for day in days]
    return render(
        "calendar/month.html",
        today=today,
        first=first,
        before=first - timedelta(days=1),
        following=following,
        weeks=[strips[n : n + 7] for n in range(0, len(strips), 7)],
        term=term,
        PLACE_STATES=PLACE_STATES,
        days=[
            day
            for day in days
            if day.date.month == first.month and (day.entries or day.festivals or day.is_make_up)
        ],
    )


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
