"""The JSON API: J-02 as a program walks it, edits by ETag, lists, and what strangers get."""

from datetime import timedelta

import pytest

from services.events.tests.scene import an_activity, at_four, people
from shared.contracts.events import ActivityScheduled
from shared.kit.database import new_id
from shared.kit.testing.builders import a_person, a_school

API = "/api/events/v1"


@pytest.fixture
def events(service_of):
    return service_of("events")


@pytest.fixture
def school(events):
    return a_school(events)


@pytest.fixture
def organiser(events, school):
    return events.client(a_person(events, school, "赵文静", offices=["women"]))


def a_body(**fields):
    starts_at = at_four(20)
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=1)).isoformat()}
    return {"title": "三八乒乓球赛", "kind": "contest", **times, **fields}


def test_an_activity_goes_from_draft_to_a_full_house_over_the_api(events, school, organiser):
    made = organiser.post(f"{API}/activities", json=a_body(capacity=1, audience={"sex": "female"}))
    assert made.status_code == 201
    url = f"{API}/activities/{made.json['id']}"
    assert organiser.post(f"{url}/publish").json["state"] == "published"
    first, second = (events.client(person) for person in people(events, school, 2))
    assert first.post(f"{url}/sign-up").json["state"] == "placed"
    waiting = second.post(f"{url}/sign-up").json
    assert (waiting["state"], waiting["position"]) == ("waiting", 1)
    assert first.post(f"{url}/withdraw").status_code == 204
    assert [row["state"] for row in second.get(f"{API}/me/registrations").json] == ["placed"]
    found = organiser.get(url).json
    assert (found["placed"], found["waiting"], found["audience_code"]) == (1, 0, "women")


def test_who_is_outside_the_rule_gets_a_problem_with_the_rule(events, school):
    activity = an_activity(events, school, audience_rule={"sex": "female"})
    man = events.client(a_person(events, school, "周海", sex="male"))
    answer = man.post(f"{API}/activities/{activity.id}/sign-up")
    assert answer.status_code == 409
    assert answer.json["type"] == "/problems/outside-audience"
    assert answer.json["title"] == "不在参加范围"
    assert "女教职工" in answer.json["rule"]


def test_the_same_post_with_the_same_key_makes_one_activity(events, organiser):
    headers = {"Idempotency-Key": "the-same-key"}
    first = organiser.post(f"{API}/activities", json=a_body(), headers=headers)
    again = organiser.post(f"{API}/activities", json=a_body(), headers=headers)
    assert first.json["id"] == again.json["id"]
    assert len(organiser.get(f"{API}/activities").json) == 1


def test_an_edit_needs_the_etag_of_what_it_edits(events, organiser):
    made = organiser.post(f"{API}/activities", json=a_body())
    url, etag = f"{API}/activities/{made.json['id']}", made.headers["ETag"]
    assert organiser.patch(url, json={"title": "羽毛球赛"}).status_code == 428
    changed = organiser.patch(url, json={"title": "羽毛球赛"}, headers={"If-Match": etag})
    assert changed.json["title"] == "羽毛球赛"
    assert organiser.patch(url, json={"title": "x"}, headers={"If-Match": etag}).status_code == 412


def test_signing_up_does_not_outdate_the_organisers_edit(events, school, organiser):
    made = organiser.post(f"{API}/activities", json=a_body())
    url = f"{API}/activities/{made.json['id']}"
    etag = organiser.post(f"{url}/publish").headers["ETag"]
    events.client(a_person(events, school)).post(f"{url}/sign-up")
    assert organiser.patch(url, json={"capacity": 5}, headers={"If-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (a_body(title=" "), "title"),
        (a_body(kind="battle"), "kind"),
        (a_body(capacity=0), "capacity"),
        (a_body(capacity="5.5"), "capacity"),
        (a_body(audience={"age_min": 40, "age_max": 30}), "audience"),
        (a_body(audience={"age_on": "someday"}), "audience"),
        (a_body(starts_at="yesterday"), "starts_at"),
        (a_body(budget_fen=1.5, fund_source="union"), "budget_fen"),
        (a_body(colour="red"), "colour"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(events, organiser, body, field):
    answer = organiser.post(f"{API}/activities", json=body)
    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert organiser.get(f"{API}/activities").json == []


def test_lists_are_paged_filtered_and_exported(events, school, organiser):
    for n in range(5):
        an_activity(events, school, title=f"活动{n}", days_ahead=n + 1)
    first = organiser.get(f"{API}/activities?limit=3")
    assert [row["title"] for row in first.json] == ["活动0", "活动1", "活动2"]
    after = first.headers["Link"].split(">")[0].removeprefix("<")
    assert [row["title"] for row in organiser.get(after).json] == ["活动3", "活动4"]
    assert [row["title"] for row in organiser.get(f"{API}/activities?q=活动4").json] == ["活动4"]
    assert organiser.get(f"{API}/activities?format=csv").data.startswith(b"\xef\xbb\xbf")
    assert organiser.get(f"{API}/activities?sort=colour").status_code == 422


def test_an_organiser_adds_lists_and_removes(events, school, organiser):
    activity = an_activity(events, school)
    person = a_person(events, school, "张三")
    url = f"{API}/activities/{activity.id}/registrations"
    assert organiser.post(url, json={"person_id": person.id}).json["state"] == "placed"
    assert [row["name"] for row in organiser.get(f"{url}?q=zs").json] == ["张三"]
    assert organiser.delete(f"{url}/{person.id}").status_code == 204
    assert organiser.get(url).json == []
    assert organiser.post(url, json={"person_id": new_id()}).status_code == 404


def test_check_in_over_the_api_is_idempotent(events, school, frozen_clock):
    activity = an_activity(events, school, days_ahead=1, walk_ins=True)
    person, officer = a_person(events, school), a_person(events, school, "赵文静", offices=["women"])
    frozen_clock.at(activity.starts_at.isoformat())
    organiser, me = events.client(officer), events.client(person)
    token = organiser.get(f"{API}/activities/{activity.id}/door-code").json["token"]
    assert me.post(f"{API}/check-ins", json={"token": token}).status_code == 200
    url = f"{API}/activities/{activity.id}/attendance"
    assert organiser.post(url, json={"person_id": person.id}).json["method"] == "qr"
    assert [row["person_id"] for row in organiser.get(url).json] == [person.id]
    assert organiser.delete(f"{url}/{person.id}").status_code == 204
    assert organiser.get(url).json == []
    for wrong in ("x", "é", "A" * 44):
        assert me.post(f"{API}/check-ins", json={"token": wrong}).status_code in (404, 409)


def test_a_calendar_is_ones_own(events, school):
    activity = an_activity(events, school, days_ahead=1)
    span = f"first={activity.day - timedelta(days=2)}&last={activity.day}"
    person = events.client(a_person(events, school))
    person.post(f"{API}/activities/{activity.id}/sign-up")
    (mine,) = person.get(f"{API}/calendar?{span}").json
    assert (mine["title"], mine["registration"]) == ("三八乒乓球赛", "placed")
    (theirs,) = events.client(a_person(events, school, "王芳")).get(f"{API}/calendar?{span}").json
    assert theirs["registration"] is None
    assert person.get(f"{API}/calendar?first=2026-01-01&last=2026-12-31").status_code == 422


# --- strangers


def routes_of(activity, person_id):
    one = f"{API}/activities/{activity.id}"
    return [
        ("GET", one, None),
        ("PATCH", one, {"title": "x"}),
        ("POST", f"{one}/publish", None),
        ("POST", f"{one}/close-sign-up", None),
        ("POST", f"{one}/cancel", {"reason": "x"}),
        ("POST", f"{one}/complete", {"spend_fen": 0}),
        ("POST", f"{one}/sign-up", None),
        ("POST", f"{one}/withdraw", None),
        ("GET", f"{one}/registrations", None),
        ("POST", f"{one}/registrations", {"person_id": person_id}),
        ("DELETE", f"{one}/registrations/{person_id}", None),
        ("GET", f"{one}/door-code", None),
        ("GET", f"{one}/attendance", None),
        ("POST", f"{one}/attendance", {"person_id": person_id}),
        ("DELETE", f"{one}/attendance/{person_id}", None),
    ]


def test_no_officer_of_another_school_nor_of_the_district_reaches_an_activity(events, school):
    activity = an_activity(events, school)
    district = a_school(events, "明德区教育工会", kind="district")
    elsewhere = a_school(events, "实验小学", district=district)
    strangers = [
        a_person(events, elsewhere, "陈主席", offices=["chair", "organiser", "women"]),
        a_person(events, district, "钱区长", offices=["district_officer"]),
    ]
    for stranger in strangers:
        client = events.client(stranger)
        for method, url, body in routes_of(activity, stranger.id):
            answer = client.open(method, url, json=body, headers={"If-Match": '"1"'})
            assert answer.status_code in (403, 404), (method, url)
        assert client.get(f"{API}/activities").json == []
    anonymous = events.client()
    for method, url, body in routes_of(activity, new_id()):
        assert anonymous.open(method, url, json=body).status_code == 401


def test_a_plain_member_organises_nothing(events, school):
    activity = an_activity(events, school)
    client = events.client(a_person(events, school))
    free = {"sign-up", "withdraw"}
    for method, url, body in routes_of(activity, new_id()):
        if url.rsplit("/", 1)[-1] in free or (method, url) == ("GET", f"{API}/activities/{activity.id}"):
            continue
        assert client.open(method, url, json=body).status_code == 403, (method, url)


def test_one_cannot_sign_up_a_person_of_another_school(events, school, organiser):
    activity = an_activity(events, school)
    stranger = a_person(events, a_school(events, "实验小学"), "陈二")
    url = f"{API}/activities/{activity.id}/registrations"
    assert organiser.post(url, json={"person_id": stranger.id}).status_code == 404
    assert events.outbox(ActivityScheduled)  # and the activity itself stands
