"""What the tests of events begin with: a school, its organiser, an activity with so many places."""

from datetime import datetime, timedelta
from typing import Any

from services.events.activities import actions
from services.events.activities.models import Activity
from shared.kit import clock
from shared.kit.people import Organisation, Person
from shared.kit.testing.builders import a_person
from shared.kit.testing.services import TestService


def an_activity(
    events: TestService,
    school: Organisation,
    *,
    title: str = "三八乒乓球赛",
    days_ahead: int = 10,
    published: bool = True,
    **fields: Any,
) -> Activity:
    """An activity of a school, from 16:00 to 17:30 some days ahead."""
    starts_at = at_four(days_ahead)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=90)}
    with events.transaction() as session:
        activity = actions.draft(
            session, school.id, None, **{"title": title, "kind": "contest", **times, **fields}
        )
        if published:
            actions.publish(session, activity)
    return activity


def at_four(days_ahead: int) -> datetime:
    """16:00 in Shanghai, so many days from today."""
    day = clock.today() + timedelta(days=days_ahead)
    return datetime(day.year, day.month, day.day, 16, tzinfo=clock.SHANGHAI)


def people(events: TestService, school: Organisation, number: int, **card: Any) -> list[Person]:
    """So many colleagues."""
    return [a_person(events, school, f"教师{n}", **card) for n in range(number)]
