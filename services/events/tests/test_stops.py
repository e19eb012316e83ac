"""A broken rule on money stops an activity until its chair has answered, or the sum is another."""

from html import unescape

import pytest

from services.events.activities import actions
from services.events.activities.models import Activity
from services.events.registrations.actions import sign_up
from services.events.registrations.models import SignUpClosed
from services.events.stops import queries
from services.events.tests.scene import an_activity
from shared.contracts import envelope
from shared.contracts.events import ActivityCompleted, ActivityScheduled, EventsNoticeRequested
from shared.contracts.welfare import FinanceRuleBreached
from shared.kit import clock
from shared.kit.database import locked, new_id
from shared.kit.testing.builders import a_person, a_school

API = "/api/events/v1/activities"
OVER = {"rule_id": "budget-line", "limit_fen": 200000, "actual_fen": 300000}


@pytest.fixture
def events(service_of):
    return service_of("events")


@pytest.fixture
def school(events):
    return a_school(events)


@pytest.fixture
def organiser(events, school):
    return a_person(events, school, "赵文静", offices=["organiser"])


@pytest.fixture
def chair(events, school):
    return a_person(events, school, "赵立新", offices=["chair"])


@pytest.fixture
def activity(events, school, organiser, chair):
    made = an_activity(events, school, budget_fen=300000, fund_source="union")
    with events.transaction() as session:
        locked(session, Activity, made.id).organiser_id = organiser.id
    return made


def breached(events, activity, because_of=None, **changes):
    """Welfare says so, because of an event that it was told."""
    said = {"source_type": "activity", "source_id": activity.id, **OVER} | changes
    events.deliver(
        envelope.make(
            id=new_id(),
            type=FinanceRuleBreached.type,
            subject=said["source_id"],
            time=clock.now(),
            data=FinanceRuleBreached.check(said),
            school=activity.school_id,
            causationid=because_of,
        )
    )


def stops(events, activity):
    with events.reading() as session:
        return [
            (stop.rule, stop.actual, stop.state, stop.reason)
            for stop in queries.of_activity(session, activity.id)
        ]


def is_stopped(events, activity):
    with events.reading() as session:
        return session.get(Activity, activity.id).is_stopped


def told(events, template):
    return {e.data["to"] for e in events.outbox(EventsNoticeRequested) if e.data["template"] == template}


def test_a_broken_rule_stops_sign_up_and_chair_and_organiser_are_told(
    events, school, activity, organiser, chair
):
    breached(events, activity)
    assert stops(events, activity) == [("budget-line", 300000, "open", None)]
    member = a_person(events, school)
    with events.transaction() as session, pytest.raises(SignUpClosed):
        sign_up(session, locked(session, Activity, activity.id), member)
    assert told(events, "activity-stopped") == {organiser.id, chair.id}


def test_said_twice_it_is_one_stop_with_the_newer_figures(events, activity, chair):
    breached(events, activity)
    breached(events, activity, limit_fen=100000)
    assert stops(events, activity) == [("budget-line", 300000, "open", None)]
    assert len(told(events, "activity-stopped")) == 2


def test_the_chairs_reason_lets_it_go_on_and_the_same_sum_stops_it_no_more(
    events, activity, organiser, chair
):
    breached(events, activity)
    allowed = events.client(chair).post(f"{API}/{activity.id}/stops/allow", json={"reason": "校庆专项"})
    assert allowed.status_code == 200, allowed.text
    assert told(events, "activity-goes-on") == {organiser.id}
    breached(events, activity)
    assert stops(events, activity) == [("budget-line", 300000, "allowed", "校庆专项")]
    assert not is_stopped(events, activity)
    breached(events, activity, actual_fen=300001)
    assert is_stopped(events, activity), "a greater sum was not allowed"


def test_nobody_but_the_chair_allows_it_and_not_without_a_reason(events, activity, organiser, chair):
    breached(events, activity)
    url = f"{API}/{activity.id}/stops/allow"
    assert events.client(organiser).post(url, json={"reason": "x"}).status_code == 403
    assert events.client(chair).post(url, json={"reason": "  "}).status_code == 422
    assert is_stopped(events, activity)
    assert events.client(chair).post(url, json={"reason": "校庆"}).status_code == 200
    assert events.client(chair).post(url, json={"reason": "校庆"}).status_code == 409, "nothing is open"


def test_what_was_planned_for_nothing_costs_something_by_the_chairs_word_alone(
    events, school, organiser, chair, frozen_clock
):
    made = an_activity(events, school, budget_fen=0, fund_source="union")
    frozen_clock.at(f"{made.day}T18:00")
    events.work()
    url, sent = f"{API}/{made.id}", {"json": {"spend_fen": 1}}
    assert events.client(organiser).post(f"{url}/complete", **sent).status_code == 409
    assert stops(events, made) == [("budget", 1, "open", None)]
    assert events.client(chair).post(f"{url}/stops/allow", json={"reason": "奖品"}).status_code == 200
    assert events.client(organiser).post(f"{url}/complete", **sent).status_code == 200


def test_another_sum_settles_it_and_is_said_anew(events, activity, organiser):
    breached(events, activity)
    with events.transaction() as session:
        actions.change(session, locked(session, Activity, activity.id), budget_fen=200000)
    assert stops(events, activity) == [("budget-line", 300000, "settled", None)]
    assert not is_stopped(events, activity)
    assert [said.data["budget_fen"] for said in events.outbox(ActivityScheduled)] == [300000, 200000]


def test_a_change_of_anything_else_leaves_it_stopped_and_says_nothing_of_money(events, activity):
    breached(events, activity)
    with events.transaction() as session:
        actions.change(session, locked(session, Activity, activity.id), place="操场", capacity=30)
    assert is_stopped(events, activity)
    assert len(events.outbox(ActivityScheduled)) == 1


def test_what_is_said_late_of_an_earlier_sum_stops_nothing(events, activity):
    with events.transaction() as session:
        actions.change(session, locked(session, Activity, activity.id), budget_fen=200000)
    earlier, newest = (said.id for said in events.outbox(ActivityScheduled))
    breached(events, activity, because_of=earlier)
    assert not is_stopped(events, activity)
    breached(events, activity, because_of=newest)
    assert is_stopped(events, activity)


def test_called_off_it_waits_for_nobody(events, activity):
    breached(events, activity)
    with events.transaction() as session:
        actions.cancel(session, locked(session, Activity, activity.id), "没有经费")
    assert stops(events, activity) == [("budget-line", 300000, "settled", None)]
    breached(events, activity)
    assert not is_stopped(events, activity)


@pytest.mark.parametrize("of", [{"source_type": "expense"}, {"source_id": new_id()}])
def test_what_is_said_of_something_else_stops_no_activity(events, activity, of):
    breached(events, activity, **of)
    assert not is_stopped(events, activity)


# --- what it cost


@pytest.fixture
def over(events, activity, frozen_clock):
    """Held; it may be completed."""
    frozen_clock.at(f"{activity.day}T18:00")
    events.work()
    return activity


def complete(events, who, activity, spend_fen):
    return events.client(who).post(f"{API}/{activity.id}/complete", json={"spend_fen": spend_fen})


def test_over_its_budget_it_is_completed_after_the_chairs_reason_alone(events, over, organiser, chair):
    refused = complete(events, organiser, over, 300001)
    assert refused.status_code == 409
    assert refused.json["type"] == "/problems/stopped-for-money"
    assert "3,000.00" in refused.json["detail"] and "3,000.01" in refused.json["detail"]
    assert chair.id in told(events, "activity-stopped")
    assert events.outbox(ActivityCompleted) == []
    events.client(chair).post(f"{API}/{over.id}/stops/allow", json={"reason": "临时加了奖品"})
    assert complete(events, organiser, over, 300002).status_code == 409, "more than was allowed"
    events.client(chair).post(f"{API}/{over.id}/stops/allow", json={"reason": "又加了一份"})
    assert complete(events, organiser, over, 300002).status_code == 200
    breached(events, over, rule_id="budget", limit_fen=300000, actual_fen=300002)
    assert not is_stopped(events, over), "welfare says the same, and it was answered"


def test_a_refusal_under_a_key_keeps_the_stop_too(events, over, organiser):
    key = {"Idempotency-Key": "complete-once-1"}
    refused = events.client(organiser).post(
        f"{API}/{over.id}/complete", json={"spend_fen": 300001}, headers=key
    )
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/stopped-for-money")
    assert stops(events, over) == [("budget", 300001, "open", None)]


def test_a_corrected_sum_within_the_budget_needs_no_reason(events, over, organiser):
    assert complete(events, organiser, over, 300001).status_code == 409
    assert complete(events, organiser, over, 300000).status_code == 200
    assert stops(events, over) == [("budget", 300001, "settled", None)]


def test_another_open_rule_keeps_it_from_being_completed(events, over, organiser):
    breached(events, over)
    refused = complete(events, organiser, over, 100)
    assert refused.status_code == 409 and "全年预算" in refused.json["detail"]


# --- pages


def text(response):
    return unescape(response.get_data(as_text=True))


def test_the_page_says_which_rule_to_officers_and_to_members_only_that_it_waits(
    events, school, activity, organiser, chair
):
    breached(events, activity)
    url = f"/events/activities/{activity.id}"
    for officer in (organiser, chair):
        assert "全年预算中这类活动还剩¥2,000.00，本次计划用¥3,000.00" in text(events.client(officer).get(url))
    assert f"{url}/allow" in text(events.client(chair).get(url))
    assert f"{url}/allow" not in text(events.client(organiser).get(url))
    member = text(events.client(a_person(events, school)).get(url))
    assert "报名暂停" in member and "2,000.00" not in member
    assert "因经费暂停" in text(events.client(chair).get("/events/panels/this-week"))


def test_the_chair_answers_on_a_page_that_keeps_what_was_typed(events, activity, chair, organiser):
    breached(events, activity)
    client, url = events.client(chair), f"/events/activities/{activity.id}"
    assert "¥3,000.00" in text(client.get(f"{url}/allow"))
    assert client.form(f"{url}/allow", {"reason": ""}).status_code == 422
    long = "理" * 201
    refused = client.form(f"{url}/allow", {"reason": long})
    assert refused.status_code == 422 and long in text(refused)
    assert client.form(f"{url}/allow", {"reason": "校庆专项"}).headers["Location"] == url
    assert "校庆专项" in text(events.client(organiser).get(url))


def test_the_form_of_completion_says_that_the_chair_was_asked(events, over, organiser):
    url = f"/events/activities/{over.id}"
    assert events.client(organiser).form(f"{url}/complete", {"spend": "3000.01"}).status_code == 303
    assert "待主席决定" in text(events.client(organiser).get(url))
