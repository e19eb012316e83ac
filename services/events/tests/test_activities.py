"""An activity from draft to the end, what it says on the way, and what the clock does to it."""

from datetime import timedelta

import pytest

from services.events.activities import actions
from services.events.activities.models import Activity, NotInThisState
from services.events.registrations import actions as registrations
from services.events.tests.scene import an_activity, at_four, people
from shared.contracts.events import (
    ActivityChanged,
    ActivityCompleted,
    ActivityScheduled,
    EventsNoticeRequested,
)
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.problems import Invalid
from shared.kit.testing.builders import a_person, a_school


@pytest.fixture
def events(service_of):
    return service_of("events")


@pytest.fixture
def school(events):
    return a_school(events)


def do(events, activity, action, *args, **fields):
    with events.transaction() as session:
        found = locked(session, Activity, activity.id)
        action(session, found, *args, **fields)
    return found


def state(events, activity):
    with events.reading() as session:
        return session.get(Activity, activity.id).state


def test_a_draft_says_nothing_and_publishing_says_it_is_scheduled(events, school):
    activity = an_activity(
        events,
        school,
        published=False,
        audience_rule={"sex": "female"},
        budget_fen=200000,
        fund_source="union",
    )
    assert events.outbox() == []
    do(events, activity, actions.publish)
    (said,) = events.outbox(ActivityScheduled)
    assert said.subject == activity.id
    assert said.school == school.id
    assert said.data["audience_code"] == "women"
    assert said.data["budget_fen"] == 200000
    assert clock.parse(said.data["starts_at"]) == activity.starts_at


def test_nothing_is_published_twice_or_into_the_past(events, school, frozen_clock):
    activity = an_activity(events, school)
    with pytest.raises(NotInThisState):
        do(events, activity, actions.publish)
    late = an_activity(events, school, published=False, days_ahead=1)
    frozen_clock.advance(days=3)
    with pytest.raises(Invalid):
        do(events, late, actions.publish)
    assert len(events.outbox(ActivityScheduled)) == 1


def test_another_time_is_a_move_that_everybody_on_the_list_is_told_of(events, school):
    activity = an_activity(events, school, capacity=1)
    placed, waiting = people(events, school, 2)
    for person in (placed, waiting):
        do(events, activity, registrations.sign_up, person)
    do(events, activity, actions.change, starts_at=at_four(12), ends_at=at_four(12) + timedelta(hours=1))
    (moved,) = events.outbox(ActivityChanged)
    assert (moved.data["change"], clock.parse(moved.data["starts_at"])) == ("moved", at_four(12))
    told = [notice.data["to"] for notice in events.outbox(EventsNoticeRequested)]
    assert told == [placed.id, waiting.id]


def test_another_title_is_no_move(events, school):
    activity = an_activity(events, school)
    do(events, activity, actions.change, title="三八乒乓球友谊赛")
    assert events.outbox(ActivityChanged) == []


def test_a_moved_draft_moves_nobody(events, school):
    activity = an_activity(events, school, published=False)
    do(events, activity, actions.change, starts_at=at_four(12), ends_at=at_four(12) + timedelta(hours=1))
    assert events.outbox() == []


def test_calling_off_tells_those_on_the_list_once_and_is_final(events, school):
    activity = an_activity(events, school)
    person = a_person(events, school)
    do(events, activity, registrations.sign_up, person)
    do(events, activity, actions.cancel, reason="场地维修")
    assert [said.data["change"] for said in events.outbox(ActivityChanged)] == ["cancelled"]
    assert [notice.data["template"] for notice in events.outbox(EventsNoticeRequested)] == [
        "activity-cancelled"
    ]
    for change in (
        actions.publish,
        lambda s, a: actions.cancel(s, a, "again"),
        lambda s, a: actions.change(s, a, title="x"),
    ):
        with pytest.raises(NotInThisState):
            do(events, activity, change)


def test_the_clock_ends_sign_up_and_makes_the_activity_held(events, school, frozen_clock):
    activity = an_activity(events, school, signup_closes_at=at_four(8))
    events.work()
    assert state(events, activity) == "published"
    frozen_clock.at(at_four(8).isoformat())
    events.work()
    assert state(events, activity) == "closed"
    frozen_clock.at(activity.ends_at.isoformat())
    events.work()
    assert state(events, activity) == "held"


def test_a_move_outdates_what_the_clock_was_to_do(events, school, frozen_clock):
    activity = an_activity(events, school, days_ahead=5)
    do(events, activity, actions.change, starts_at=at_four(9), ends_at=at_four(9) + timedelta(hours=1))
    frozen_clock.advance(days=6)
    events.work()
    assert state(events, activity) == "published"
    frozen_clock.advance(days=4)
    events.work()
    assert state(events, activity) == "held"


def test_a_move_forward_is_not_kept_waiting_by_the_older_later_time(events, school, frozen_clock):
    activity = an_activity(events, school, days_ahead=20)
    do(events, activity, actions.change, starts_at=at_four(2), ends_at=at_four(2) + timedelta(hours=1))
    frozen_clock.advance(days=3)
    events.work()
    assert state(events, activity) == "held"


def test_a_closed_sign_up_opens_again_when_its_end_is_put_off(events, school):
    activity = an_activity(events, school)
    with events.transaction() as session:
        locked(session, Activity, activity.id).close_signup()
    do(events, activity, actions.change, signup_closes_at=at_four(9))
    assert state(events, activity) == "published"


def test_completing_says_how_it_went_in_counts(events, school, frozen_clock):
    from services.events.attendance import actions as attendance

    activity = an_activity(events, school, days_ahead=1)
    here, away = people(events, school, 2)
    for person in (here, away):
        do(events, activity, registrations.sign_up, person)
    with pytest.raises(NotInThisState):
        do(events, activity, actions.complete, spend_fen=0, winners=0)
    frozen_clock.at(activity.ends_at.isoformat())
    do(events, activity, attendance.check_in_at_door, here, here.id)
    events.work()
    with pytest.raises(Invalid) as refusal:
        do(events, activity, actions.complete, spend_fen=160000, winners=2)
    assert "winners" in refusal.value.fields
    do(events, activity, actions.complete, spend_fen=160000, winners=1)
    (said,) = events.outbox(ActivityCompleted)
    counts = {key: said.data[key] for key in ("invited", "attended", "winners", "spend_fen")}
    assert counts == {"invited": 2, "attended": 1, "winners": 1, "spend_fen": 160000}


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        ({"ends_at": 9}, "ends_at"),
        ({"signup_closes_at": 11}, "signup_closes_at"),
        ({"signup_opens_at": 10}, "signup_opens_at"),
        ({"signup_opens_at": 8, "signup_closes_at": 7}, "signup_opens_at"),
    ],
)
def test_times_out_of_order_are_refused(events, school, days, wrong):
    with pytest.raises(Invalid) as refusal:
        an_activity(events, school, published=False, **{name: at_four(ahead) for name, ahead in days.items()})
    assert list(refusal.value.fields) == [wrong]


def test_money_needs_a_fund_that_it_comes_from(events, school):
    with pytest.raises(Invalid) as refusal:
        an_activity(events, school, published=False, budget_fen=100)
    assert list(refusal.value.fields) == ["fund_source"]
