"""The six systems of care: each has a duty, and its light comes from what really happened."""

from datetime import timedelta

import pytest

from services.welfare.aid.models import REQUESTED, AidRequest
from services.welfare.figures.actions import aim
from services.welfare.systems.models import SYSTEMS
from shared.contracts.members import ChildBorn
from shared.kit import clock
from shared.kit.database import new_id

API = "/api/welfare/v1/systems"


@pytest.fixture
def lights(union):
    def read():
        entries = union.welfare.client(union.chair).get(API).json
        return {entry["code"]: entry["light"] for entry in entries}

    return read


def test_a_union_without_any_case_is_neither_praised_nor_blamed(lights):
    assert lights() == {
        "files": "nothing",
        "rounds": "watch",
        "visits": "nothing",
        "aid": "nothing",
        "reports": "nothing",
        "appraisal": "watch",
    }


def test_an_overdue_visit_breaks_the_system_and_a_late_one_is_watched(union, lights, frozen_clock):
    union.report(ChildBorn)
    frozen_clock.advance(days=16)
    union.welfare.work()
    assert lights()["visits"] == "broken"
    union.complete(union.task())
    assert lights()["visits"] == "watch", "it was made, though not in time"
    for _ in range(9):
        union.report(ChildBorn)
    for task in union.tasks(state="assigned"):
        union.complete(task)
    assert lights()["visits"] == "kept", "nine in ten"


def test_aid_that_waits_too_long_breaks_the_system(union, lights):
    request = AidRequest(
        id=new_id(),
        school_id=union.school.id,
        person_id=union.colleague.id,
        kind="living",
        state=REQUESTED,
        asked_fen=100000,
        requested_by=union.colleague.id,
        requested_on=clock.today() - timedelta(days=14),
    )
    with union.welfare.transaction() as session:
        session.add(request)
    assert lights()["aid"] == "kept"
    with union.welfare.transaction() as session:
        session.get(AidRequest, request.id).requested_on -= timedelta(days=1)
    assert lights()["aid"] == "broken"


def test_a_request_without_an_answer_breaks_reporting(union, lights, frozen_clock):
    union.report(ChildBorn, occurred_on=clock.today() - timedelta(days=4))
    assert lights()["reports"] == "watch", "four days until it was known"
    union.report(ChildBorn)
    assert lights()["reports"] == "kept"
    union.welfare.client(union.colleague).post(
        "/api/welfare/v1/requests", json={"kind": "help", "words": "搬家"}
    )
    frozen_clock.advance(days=15)
    assert lights()["reports"] == "broken"


def test_looking_back_needs_targets_and_a_look_at_each_of_the_others(union, lights, frozen_clock):
    chair = union.welfare.client(union.chair)
    with union.welfare.transaction() as session:
        aim(session, school_id=union.school.id, year=2026, visits=9, people=None, aid=None, by=union.chair.id)
    for code in SYSTEMS:
        if code != "appraisal":
            assert lights()["appraisal"] == "watch"
            assert chair.post(f"{API}/{code}/looks", json={"finding": "查过，齐全"}).status_code == 201
    assert lights()["appraisal"] == "kept"
    frozen_clock.at("2027-06-29T09:00")
    assert lights()["appraisal"] == "watch", "a year is over"


def test_a_school_gives_a_system_its_own_name_words_and_evidence(union):
    chair = union.welfare.client(union.chair)
    edit = "/welfare/systems/visits/edit"
    bad = chair.form(edit, data={"name": "五必访", "links": "制度文本 javascript:alert(1)"})
    assert bad.status_code == 422
    assert "javascript:alert(1)" in bad.get_data(as_text=True), "what was typed is kept"
    good = {
        "name": "五必访制度",
        "words": "婚丧病产退必访",
        "links": "制度 文本 /welfare/schemes/\n区里要求 https://example.org/a",
    }
    assert chair.form(edit, data=good).status_code == 303
    page = chair.get("/welfare/systems/").get_data(as_text=True)
    assert "五必访制度" in page
    assert 'href="https://example.org/a"' in page
    [entry] = [entry for entry in chair.get(API).json if entry["code"] == "visits"]
    assert entry["links"][0] == {"title": "制度 文本", "url": "/welfare/schemes/"}
    assert chair.put(f"{API}/other", json={}).status_code == 404
    assert chair.put(f"{API}/aid", json={"links": [{"title": "x", "url": "//evil"}]}).status_code == 422


def test_the_committee_sees_the_register_and_the_chair_writes_it(union):
    treasurer = union.welfare.client(union.person("钱敏", offices=["treasurer"]))
    assert treasurer.get("/welfare/systems/?format=csv").status_code == 200
    assert treasurer.get("/welfare/systems/aid/edit").status_code == 403
    assert union.welfare.client(union.colleague).get(API).status_code == 403
