"""How an activity was liked: asked of those who came, once, told from five answers on, and by nobody's name."""

from html import unescape

import pytest
from sqlalchemy import inspect, select, text

from services.events.activities.models import Activity
from services.events.attendance.actions import check_in_at_door
from services.events.opinions import queries
from services.events.opinions.models import MarkCount, OpinionGiven
from services.events.tests.scene import an_activity, people
from shared.contracts.events import ActivityCompleted
from shared.kit.database import locked
from shared.kit.idempotency import IdempotencyKey
from shared.kit.testing.builders import a_person, a_school

API = "/api/events/v1/activities"


@pytest.fixture
def events(service_of):
    return service_of("events")


@pytest.fixture
def school(events):
    return a_school(events)


@pytest.fixture
def guests(events, school):
    return people(events, school, 6)


@pytest.fixture
def activity(events, school, guests, frozen_clock):
    """Six came, and it is over."""
    made = an_activity(events, school, walk_ins=True)
    frozen_clock.at(f"{made.day}T16:10")
    with events.transaction() as session:
        found = locked(session, Activity, made.id)
        for person in guests:
            check_in_at_door(session, found, person, person.id)
    frozen_clock.at(f"{made.day}T18:00")
    events.work()
    return made


def give(events, activity, person, mark):
    return events.client(person).put(f"{API}/{activity.id}/opinion", json={"mark": mark}).status_code


def complete(events, school, activity):
    organiser = events.client(a_person(events, school, "钱建平", offices=["organiser"]))
    assert organiser.post(f"{API}/{activity.id}/complete", json={"spend_fen": 0}).status_code == 200
    [said] = events.outbox(ActivityCompleted)
    return said.data["satisfaction_hundredths"]


def test_five_answers_make_a_mean_and_four_make_none(events, school, activity, guests):
    for person, mark in zip(guests, (5, 5, 4, 5), strict=False):
        assert give(events, activity, person, mark) == 204
    with events.reading() as session:
        assert queries.mean_hundredths(session, activity.id) is None
    assert give(events, activity, guests[4], 3) == 204
    assert complete(events, school, activity) == 440


def test_under_five_answers_nothing_is_told(events, school, activity, guests):
    for person in guests[:4]:
        give(events, activity, person, 1)
    assert complete(events, school, activity) is None


def test_nobody_answers_twice_nor_without_having_come_nor_after_the_books_are_closed(
    events, school, activity, guests
):
    assert give(events, activity, guests[0], 5) == 204
    assert give(events, activity, guests[0], 1) == 409
    assert give(events, activity, a_person(events, school, "没来"), 5) == 409
    assert give(events, activity, guests[1], 6) == 422
    complete(events, school, activity)
    assert give(events, activity, guests[1], 5) == 409


def test_nothing_joins_a_person_and_a_mark(events, activity, guests):
    for person, mark in ((guests[0], 2), (guests[1], 2), (guests[2], 5)):
        give(events, activity, person, mark)
    with events.reading() as session:
        counts = session.scalars(select(MarkCount)).all()
    assert {one.mark: one.number for one in counts} == {1: 0, 2: 2, 3: 0, 4: 0, 5: 1}, (
        "all five from the first on"
    )
    assert {c.key for c in inspect(OpinionGiven).columns} == {"id", "school_id", "activity_id", "person_id"}
    assert "person_id" not in {c.key for c in inspect(MarkCount).columns}


def test_nothing_that_the_database_keeps_beside_the_rows_joins_them_either(events, activity, guests):
    """Neither a hash of what was sent, nor the transaction that wrote a row last."""
    sent = {"json": {"mark": 2}, "headers": {"Idempotency-Key": "k" * 20}}
    url = f"{API}/{activity.id}/opinion"
    assert events.client(guests[0]).post(url, **sent).status_code == 405
    assert events.client(guests[0]).put(url, **sent).status_code == 204
    give(events, activity, guests[1], 5)
    with events.reading() as session:
        assert session.scalars(select(IdempotencyKey)).all() == []
        if not events.service.database.is_sqlite:
            written = session.scalars(text("SELECT DISTINCT xmin::text FROM mark_count")).all()
            assert len(written) == 1, "every count is written at every answer"


def test_home_and_the_page_ask_whoever_came_and_thank_them(events, activity, guests):
    client, url = events.client(guests[0]), f"/events/activities/{activity.id}"

    def shown(address):
        return unescape(client.get(address).get_data(as_text=True))

    assert "活动怎么样" in shown("/events/panels/this-week")
    assert f"{url}/opinion" in shown(url)
    client.form(f"{url}/opinion", {})
    assert "请选一项" in shown(url), "nothing chosen is said"
    assert client.form(f"{url}/opinion", {"mark": "4"}).headers["Location"] == url
    assert f"{url}/opinion" not in shown(url)
