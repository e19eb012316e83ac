"""The demo: there when the schools are, made once, and the contest full for the one who comes late."""

import pytest
from sqlalchemy import select

from services.events import demo
from services.events.activities.models import Activity
from services.events.registrations import queries as registrations
from services.events.school_calendars.queries import term_on
from services.events.tests.scene import people
from shared.contracts.events import CalendarPublished
from shared.kit import clock
from shared.kit.testing.builders import a_person, a_school


@pytest.mark.parametrize("today", ["2026-11-22", "2027-03-08", "2027-08-20", "2028-02-29"])
def test_the_demo_stands_on_any_day_and_is_made_once(service_of, frozen_clock, today):
    frozen_clock.at(f"{today}T09:00")
    events = service_of("events")
    with events.transaction() as session:
        demo.load(session)  # nobody is here yet
    district = a_school(events, "明德区教育工会", kind="district")
    wuma = a_school(events, "五马中学", district=district)
    latecomer = a_person(events, wuma, demo.LATECOMER)
    people(events, wuma, 20)
    for _ in range(2):
        with events.transaction() as session:
            demo.load(session)
    with events.reading() as session:
        made = session.scalars(select(Activity).where(Activity.title == "三八乒乓球赛")).all()
        assert len(made) == 1
        assert registrations.tally(session, made[0]).placed == 16
        assert registrations.of_person(session, made[0].id, latecomer.id) is None
        assert made[0].audience.admits(latecomer, made[0].day)
        assert term_on(session, wuma.id, clock.parse("2027-05-10").date())
    assert len(events.outbox(CalendarPublished)) == 4
