"""Places and the waiting list: taking, waiting, moving up, giving back."""

import threading

import pytest

from services.events.activities import actions as activities
from services.events.activities.models import Activity, NotInThisState
from services.events.registrations import actions, queries
from services.events.registrations.models import (
    PLACED,
    WAITING,
    NotSignedUp,
    OutsideAudience,
    SignUpClosed,
)
from services.events.tests.scene import an_activity, people
from shared.contracts.members import MemberLeft, MemberTransferred
from shared.kit.clock import parse
from shared.kit.database import locked, new_id
from shared.kit.testing.builders import a_person, a_school


@pytest.fixture
def events(service_of):
    return service_of("events")


@pytest.fixture
def school(events):
    return a_school(events)


def sign_up(events, activity, person):
    with events.transaction() as session:
        return queries.place_of(
            session, actions.sign_up(session, locked(session, Activity, activity.id), person)
        )


def withdraw(events, activity, person):
    with events.transaction() as session:
        actions.withdraw(session, locked(session, Activity, activity.id), person.id)


def states(events, activity):
    with events.reading() as session:
        return {r.person_id: r.state for r in queries.open_of(session, activity.id)}


def notices(events):
    found = [event for event in events.outbox() if event.type.endswith(".notice.requested.v1")]
    return [(event.data["to"], event.data["template"]) for event in found]


def test_the_seventeenth_of_sixteen_waits_as_the_first_and_moves_up_when_one_withdraws(events, school):
    activity = an_activity(events, school, capacity=16)
    *sixteen, xiaoyu = people(events, school, 17)
    assert {sign_up(events, activity, person).state for person in sixteen} == {PLACED}
    place = sign_up(events, activity, xiaoyu)
    assert (place.state, place.position) == (WAITING, 1)
    withdraw(events, activity, sixteen[3])
    assert states(events, activity)[xiaoyu.id] == PLACED
    assert notices(events) == [(xiaoyu.id, "place-moved-up")]


def test_signing_up_twice_takes_one_place(events, school):
    activity = an_activity(events, school, capacity=2)
    person = a_person(events, school)
    assert sign_up(events, activity, person) == sign_up(events, activity, person)
    assert states(events, activity) == {person.id: PLACED}


def test_who_withdraws_and_comes_again_goes_to_the_end_of_the_line(events, school):
    activity = an_activity(events, school, capacity=1)
    first, second, third = people(events, school, 3)
    for person in (first, second, third):
        sign_up(events, activity, person)
    withdraw(events, activity, second)
    assert sign_up(events, activity, second).position == 2
    withdraw(events, activity, first)
    assert states(events, activity) == {third.id: PLACED, second.id: WAITING}


def test_withdrawing_from_the_middle_of_the_line_gives_nobody_a_place(events, school):
    activity = an_activity(events, school, capacity=1)
    placed, second, third = people(events, school, 3)
    for person in (placed, second, third):
        sign_up(events, activity, person)
    withdraw(events, activity, second)
    assert states(events, activity) == {placed.id: PLACED, third.id: WAITING}
    assert notices(events) == []


def test_more_places_let_as_many_move_up_in_their_turn(events, school):
    activity = an_activity(events, school, capacity=1)
    waiting = people(events, school, 4)
    for person in waiting:
        sign_up(events, activity, person)
    with events.transaction() as session:
        activities.change(session, locked(session, Activity, activity.id), capacity=3)
    assert [states(events, activity)[person.id] for person in waiting] == [PLACED, PLACED, PLACED, WAITING]


def test_taking_the_limit_away_places_everybody(events, school):
    activity = an_activity(events, school, capacity=1)
    for person in people(events, school, 3):
        sign_up(events, activity, person)
    with events.transaction() as session:
        activities.change(session, locked(session, Activity, activity.id), capacity=None)
    assert set(states(events, activity).values()) == {PLACED}


def test_of_two_who_want_the_last_place_at_once_one_gets_it_and_one_waits(events, school):
    activity = an_activity(events, school, capacity=1)
    both = people(events, school, 2)
    together = threading.Barrier(2)
    got, failed = [], []

    def want(person):
        together.wait()
        try:
            got.append(sign_up(events, activity, person))
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=want, args=(person,)) for person in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted((place.state, place.position) for place in got) == [(PLACED, None), (WAITING, 1)]


def test_a_crowd_at_once_fills_the_places_exactly_and_waits_in_one_unbroken_line(events, school):
    activity = an_activity(events, school, capacity=5)
    crowd = people(events, school, 12)
    threads = [threading.Thread(target=sign_up, args=(events, activity, person)) for person in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with events.reading() as session:
        rows = queries.open_of(session, activity.id)
    assert [row.state for row in rows] == [PLACED] * 5 + [WAITING] * 7
    assert sorted(row.turn for row in rows) == list(range(1, 13))


def test_a_man_is_told_the_rule_of_a_womens_contest_and_gets_no_place(events, school):
    activity = an_activity(events, school, audience_rule={"sex": "female"})
    man = a_person(events, school, "周海", sex="male")
    with pytest.raises(OutsideAudience) as refusal:
        sign_up(events, activity, man)
    assert refusal.value.slug == "outside-audience"
    assert refusal.value.extra["rule"]
    assert states(events, activity) == {}


def test_not_even_an_organiser_can_add_somebody_outside_the_rule(events, school):
    activity = an_activity(events, school, audience_rule={"age_max": 35})
    elder = a_person(events, school, "周海", birth_date=None)
    with pytest.raises(OutsideAudience), events.transaction() as session:
        actions.add(session, locked(session, Activity, activity.id), elder, new_id())


def test_an_organiser_adds_after_sign_up_closed_and_the_person_is_told_once(events, school):
    activity = an_activity(events, school)
    person = a_person(events, school)
    with events.transaction() as session:
        locked(session, Activity, activity.id).close_signup()
    with pytest.raises(SignUpClosed):
        sign_up(events, activity, person)
    for _ in range(2):
        with events.transaction() as session:
            actions.add(session, locked(session, Activity, activity.id), person, new_id())
    assert states(events, activity) == {person.id: PLACED}
    assert notices(events) == [(person.id, "place-given")]


def test_sign_up_opens_and_ends_by_the_clock_even_before_the_state_follows(events, school, frozen_clock):
    frozen_clock.at("2026-03-01T09:00")
    opens, closes = "2026-03-02T08:00+08:00", "2026-03-04T18:00+08:00"
    activity = an_activity(events, school, signup_opens_at=parse(opens), signup_closes_at=parse(closes))
    person = a_person(events, school)
    for moment, open_now in [
        ("2026-03-02T07:59", False),
        ("2026-03-02T08:00", True),
        ("2026-03-04T18:00", False),
    ]:
        frozen_clock.at(moment)
        if open_now:
            assert sign_up(events, activity, person).state == PLACED
            withdraw(events, activity, person)
        else:
            with pytest.raises(SignUpClosed):
                sign_up(events, activity, person)


def test_nobody_moves_up_once_the_activity_has_begun(events, school, frozen_clock):
    activity = an_activity(events, school, capacity=1, days_ahead=1)
    placed, waiting = people(events, school, 2)
    sign_up(events, activity, placed)
    sign_up(events, activity, waiting)
    frozen_clock.advance(days=2)
    with pytest.raises(NotInThisState):
        withdraw(events, activity, placed)
    assert states(events, activity) == {placed.id: PLACED, waiting.id: WAITING}


def test_there_is_nothing_to_give_back_for_who_holds_nothing(events, school):
    with pytest.raises(NotSignedUp):
        withdraw(events, an_activity(events, school), a_person(events, school))


@pytest.mark.parametrize("how", ["transferred", "left"])
def test_who_leaves_a_school_gives_up_the_places_ahead_there_and_nowhere_else(
    events, school, how, frozen_clock
):
    elsewhere = a_school(events, "实验小学")
    past = an_activity(events, school, title="过去", days_ahead=1)
    ahead = an_activity(events, school, title="将来", days_ahead=20, capacity=1)
    other = an_activity(events, elsewhere, title="别处", days_ahead=20)
    leaver, waiter = people(events, school, 2)
    for activity, person in [(past, leaver), (ahead, leaver), (ahead, waiter), (other, leaver)]:
        sign_up(events, activity, person)
    frozen_clock.advance(days=5)
    said = {"person_id": leaver.id, "effective_on": "2026-09-01"}
    if how == "transferred":
        events.receive(
            MemberTransferred, subject=leaver.id, school=school.id, to_school_id=elsewhere.id, **said
        )
    else:
        events.receive(MemberLeft, subject=leaver.id, school=school.id, reason_code="moved-away", **said)
    assert states(events, past) == {leaver.id: PLACED}
    assert states(events, ahead) == {waiter.id: PLACED}
    assert states(events, other) == {leaver.id: PLACED}
    assert (waiter.id, "place-moved-up") in notices(events)


def test_a_notice_says_no_more_than_title_and_time(events, school):
    activity = an_activity(events, school, title="三八乒乓球赛")
    person = a_person(events, school)
    with events.transaction() as session:
        actions.add(session, locked(session, Activity, activity.id), person, new_id())
    (notice,) = [event for event in events.outbox() if event.type == "events.notice.requested.v1"]
    assert set(notice.data["parameters"]) == {"title", "starts_at"}
    assert notice.data["link"] == f"/events/activities/{activity.id}"
