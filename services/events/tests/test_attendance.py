"""Check-in: the code at the door, the organiser's tick, and that each arrival is said once."""

from datetime import timedelta

import pytest

from services.events.activities.models import Activity
from services.events.attendance import actions, codes, queries
from services.events.attendance.models import DoorClosed, NoPlace, StaleCode
from services.events.registrations import actions as registrations
from services.events.registrations.models import OutsideAudience
from services.events.tests.scene import an_activity
from shared.contracts.events import CheckinRecorded, CheckinWithdrawn
from shared.kit import clock
from shared.kit.database import locked, new_id
from shared.kit.testing.builders import a_person, a_school


@pytest.fixture
def events(service_of):
    return service_of("events")


@pytest.fixture
def school(events):
    return a_school(events)


@pytest.fixture
def person(events, school):
    return a_person(events, school)


@pytest.fixture
def activity(events, school, person, frozen_clock):
    made = an_activity(events, school, days_ahead=1)
    with events.transaction() as session:
        registrations.sign_up(session, locked(session, Activity, made.id), person)
    frozen_clock.at(made.starts_at.isoformat())
    return made


def read_code(events, activity, person, token):
    with events.transaction() as session:
        return actions.check_in_by_code(session, locked(session, Activity, activity.id), token, person)


def tick(events, activity, person, **options):
    with events.transaction() as session:
        return actions.check_in_at_door(
            session, locked(session, Activity, activity.id), person, new_id(), **options
        )


def present(events, activity):
    with events.reading() as session:
        return set(queries.present(session, activity.id))


def test_reading_the_code_is_an_arrival_and_is_said_once(events, activity, person):
    for _ in range(2):
        read_code(events, activity, person, codes.code_now(activity))
    tick(events, activity, person)
    assert present(events, activity) == {person.id}
    (said,) = events.outbox(CheckinRecorded)
    assert (said.data["person_id"], said.data["method"]) == (person.id, "qr")


def test_a_code_is_good_for_five_minutes_and_not_longer(events, activity, person, frozen_clock):
    token = codes.code_now(activity)
    frozen_clock.advance(minutes=4, seconds=29)
    assert read_code(events, activity, person, token)
    frozen_clock.advance(minutes=1)
    with pytest.raises(StaleCode):
        read_code(events, activity, person, token)


def test_the_code_changes_and_one_activitys_code_opens_no_other(
    events, school, activity, person, frozen_clock
):
    other = an_activity(events, school, title="别的活动", days_ahead=1)
    token = codes.code_now(activity)
    assert codes.activity_of(token) == activity.id
    assert not codes.is_fresh(other, token)
    frozen_clock.advance(seconds=30)
    assert codes.code_now(activity) != token


@pytest.mark.parametrize("token", ["", "x", "不是", "A" * 44, "=" * 8, "a" * 1000])
def test_what_is_no_code_of_ours_is_none(activity, token):
    assert not codes.is_fresh(activity, token)


def test_who_has_no_place_is_not_let_in_unless_walk_ins_are(events, school, activity):
    stranger = a_person(events, school, "周海", sex="male")
    with pytest.raises(NoPlace):
        tick(events, activity, stranger)
    with events.transaction() as session:
        found = locked(session, Activity, activity.id)
        found.walk_ins, found.audience_rule = True, {"sex": "female"}
    with pytest.raises(OutsideAudience):
        tick(events, activity, stranger)
    with events.transaction() as session:
        locked(session, Activity, activity.id).audience_rule = {}
    assert tick(events, activity, stranger)


def test_the_door_opens_two_hours_before_and_stays_open_after_the_end(events, school, frozen_clock, person):
    made = an_activity(events, school, days_ahead=3, walk_ins=True)
    frozen_clock.at((made.starts_at - timedelta(hours=2, seconds=1)).isoformat())
    with pytest.raises(DoorClosed):
        tick(events, made, person)
    frozen_clock.advance(seconds=1)
    assert tick(events, made, person)
    frozen_clock.at((made.ends_at + timedelta(hours=20)).isoformat())
    events.work()
    assert tick(events, made, a_person(events, school, "后来"))


def test_a_tick_on_the_wrong_line_is_taken_back_and_said_so_and_a_new_one_is_said_again(
    events, activity, person
):
    tick(events, activity, person)
    for _twice in range(2):
        with events.transaction() as session:
            actions.take_back(session, locked(session, Activity, activity.id), person.id)
    assert present(events, activity) == set()
    (said,) = events.outbox(CheckinWithdrawn)
    assert (said.subject, said.data["person_id"]) == (activity.id, person.id)
    for _twice in range(2):
        tick(events, activity, person)
    assert present(events, activity) == {person.id}
    assert len(events.outbox(CheckinRecorded)) == 2


def test_what_a_phone_kept_without_network_bears_its_own_time_within_reason(events, school, activity, person):
    earlier = clock.now() - timedelta(minutes=20)
    assert tick(events, activity, person, at=earlier).at == earlier
    for n, wrong in enumerate((timedelta(days=3), timedelta(hours=-1))):
        other = a_person(events, school, f"教师{n}")
        with events.transaction() as session:
            registrations.enter(session, locked(session, Activity, activity.id), other.id)
        assert tick(events, activity, other, at=clock.now() - wrong).at == clock.now()
