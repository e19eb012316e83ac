"""Visits over HTTP: who may do what with which task, and what the answers say."""

import io
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import select

from services.welfare.visits.models import HandOver
from shared.contracts.members import AccidentReported, MemberTransferred
from shared.kit.audit import reads_of
from shared.kit.database import new_id
from shared.kit.testing.builders import a_school

BASE = "/api/welfare/v1"


@pytest.fixture
def carer(union):
    return union.welfare.client(union.carer)


@pytest.fixture
def visit(union):
    union.report()
    return f"{BASE}/visits/{union.task().id}"


def a_report(union, **more):
    return {"visited_on": "2026-06-29", "went": [union.carer.id, union.chair.id]} | more


def photo(colour="white"):
    out = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "JPEG")
    return {"file": (io.BytesIO(out.getvalue()), "票据.jpg")}


def test_the_one_who_goes_sees_why_and_the_person_sees_that_it_was_read(union, carer, visit):
    shown = carer.get(visit).json
    assert shown["matter"] == {
        "kind": "hospitalized",
        "occasion": "hospitalized",
        "occurred_on": "2026-06-29",
    }
    assert shown["ceiling"] == {
        "limit_fen": 50000,
        "rule": "hospitalized",
        "pack_code": "guizhou",
        "pack_version": 1,
    }
    assert shown["days_left"] == 3
    with union.welfare.reading() as session:
        [read] = [entry for entry in reads_of(session, union.colleague.id) if entry.action == "visit.read"]
    assert read.actor_id == union.carer.id


def test_an_officer_who_does_not_go_sees_the_task_without_its_occasion(union, visit):
    deputy = union.welfare.client(union.person("吴强", offices=["vice_chair"]))
    shown = deputy.get(visit).json
    assert (shown["state"], shown["matter"], shown["report"]) == ("assigned", None, None)
    assert deputy.post(f"{visit}/complete", json=a_report(union)).status_code == 404


@pytest.mark.parametrize("office", [[], ["principal"], ["auditor"], ["district_officer"]])
def test_whoever_neither_goes_nor_cares_for_the_board_finds_nothing(union, visit, office):
    other = union.welfare.client(union.person("周婷", offices=office))
    assert other.get(visit).status_code == 404
    assert other.get(f"{BASE}/visits").status_code == 403


def test_another_schools_officer_finds_nothing(union, visit):
    school = a_school(union.welfare, "实验小学", district=union.district)
    stranger = union.welfare.client(union.person("孙梅", school=school, offices=["carer", "chair"]))
    assert stranger.get(visit).status_code == 404
    assert stranger.get(f"{BASE}/visits").json == []
    for deed, body in [
        ("complete", a_report(union)),
        ("correct", a_report(union, reason="x")),
        ("cancel", {"reason": "x"}),
        ("assign", {"person_id": union.chair.id}),
        ("agree", {"agreed_on": None}),
    ]:
        assert stranger.post(f"{visit}/{deed}", json=body).status_code == 404
    assert stranger.post(f"{visit}/receipts", data=photo()).status_code == 404


def test_a_visit_is_completed_and_listed_as_done(union, carer, visit):
    answer = carer.post(f"{visit}/complete", json=a_report(union, gift_fen=30000, fund="union"))
    assert answer.status_code == 200, answer.json
    assert answer.json["report"]["pack_version"] == 1
    assert [task["state"] for task in carer.get(f"{BASE}/visits/mine?done=true").json] == ["completed"]
    assert carer.get(f"{BASE}/visits/mine").json == []


def test_over_the_ceiling_the_answer_is_409_in_plain_words_with_the_ways_out(union, carer, visit):
    answer = carer.post(f"{visit}/complete", json=a_report(union, gift_fen=60000, fund="union"))
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/over-ceiling")
    assert answer.json["detail"] == "超过标准500元"
    assert answer.json["errors"] == {"gift_fen": ["超过标准500元"]}
    assert [way["way"] for way in answer.json["ways"]] == ["reduce", "operation", "fund"]
    again = carer.post(
        f"{visit}/complete", json=a_report(union, gift_fen=60000, fund="union", operation=True)
    )
    assert again.status_code == 200


def test_a_warning_must_be_read_before_it_is_kept(union, carer, visit):
    union.renew(union.colleague, standing="retired")
    body = a_report(union, gift_fen=100, fund="union")
    answer = carer.post(f"{visit}/complete", json=body)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/confirmation-needed")
    codes = [warning["code"] for warning in answer.json["warnings"]]
    assert carer.post(f"{visit}/complete", json=body | {"confirmed": codes}).status_code == 200


def test_the_same_idempotency_key_and_the_same_entry_change_nothing(union, carer, visit):
    body = a_report(union, entry_id=new_id())
    key = {"Idempotency-Key": new_id()}
    first, second = (carer.post(f"{visit}/complete", json=body, headers=key) for _ in range(2))
    third = carer.post(f"{visit}/complete", json=body)
    assert first.json == second.json
    assert third.status_code == 200
    assert len(union.task().reports) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"gift_fen": 10.5},
        {"gift_fen": -1},
        {"went": []},
        {"went": ["x"]},
        {"fund": "casino"},
        {"visited_on": "yesterday"},
        {"gift": 300},
        {"note": "\x07"},
        {"confirmed": ["everything"]},
        {"operation": "perhaps"},
    ],
)
def test_what_cannot_be_read_is_422_at_its_field(union, carer, visit, fault):
    answer = carer.post(f"{visit}/complete", json=a_report(union) | fault)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == list(fault)


def test_a_receipt_goes_into_the_report_and_a_second_use_is_told(union, carer, visit):
    receipt = carer.post(f"{visit}/receipts", data=photo()).json
    assert receipt["used_before"] is False
    carer.post(
        f"{visit}/complete", json=a_report(union, gift_fen=100, fund="union", receipt_ids=[receipt["id"]])
    )
    union.report(AccidentReported)
    other = f"{BASE}/visits/{union.tasks()[-1].id}"
    again = carer.post(f"{other}/receipts", data=photo()).json
    assert again["used_before"] is True
    auditor = union.welfare.client(union.person("钱正", offices=["auditor"]))
    assert [row["sha256"] for row in auditor.get(f"{BASE}/receipts").json] == [receipt["sha256"]]
    assert auditor.get(f"/welfare/files/{receipt['file_id']}").status_code == 200
    nobody = union.welfare.client(union.person("周婷"))
    assert nobody.get(f"/welfare/files/{receipt['file_id']}").status_code == 404


def test_what_is_no_picture_is_refused_as_a_receipt(carer, visit):
    assert carer.post(f"{visit}/receipts", data={"file": (io.BytesIO(b"MZ"), "x.exe")}).status_code == 422
    assert carer.post(f"{visit}/receipts", data={}).status_code == 422


def test_the_chair_gives_a_task_to_somebody_who_then_may_read_it(union, visit):
    friend = union.person("周婷")
    client = union.welfare.client(friend)
    assert client.get(visit).status_code == 404
    assert (
        union.welfare.client(union.chair).post(f"{visit}/assign", json={"person_id": friend.id}).status_code
        == 200
    )
    assert client.get(visit).json["matter"]["kind"] == "hospitalized"
    assert union.welfare.client(union.carer).get(visit).json["matter"] is None


def test_a_cancelled_visit_is_cancelled_once_and_its_reason_is_for_those_who_go(union, carer, visit):
    assert carer.post(f"{visit}/cancel", json={"reason": "家属希望不打扰"}).json["state"] == "cancelled"
    assert carer.post(f"{visit}/cancel", json={"reason": "again"}).status_code == 409


def test_an_agreed_day_leaves_the_due_day_as_it_is(carer, visit):
    shown = carer.post(f"{visit}/agree", json={"agreed_on": "2026-07-01"}).json
    assert (shown["agreed_on"], shown["due_on"]) == ("2026-07-01", "2026-07-02")
    assert carer.post(f"{visit}/agree", json={"agreed_on": "2026-06-01"}).status_code == 422


def test_the_board_is_searched_filtered_sorted_paged_and_exported(union, carer):
    for name in ("张三", "李四", "王五"):
        union.report(person=union.person(name))
    carer.post(f"{BASE}/visits/{union.tasks()[0].id}/complete", json=a_report(union))
    assert len(carer.get(f"{BASE}/visits").json) == 2
    assert len(carer.get(f"{BASE}/visits?state=all").json) == 3
    assert [task["person_id"] for task in carer.get(f"{BASE}/visits?q=ls").json] == [
        union.tasks()[1].person_id
    ]
    first = carer.get(f"{BASE}/visits?state=all&limit=1")
    assert 'rel="next"' in first.headers["Link"]
    assert carer.get(f"{BASE}/visits?format=csv").get_data(as_text=True).count("\n") == 3
    assert carer.get(f"{BASE}/visits?sort=weight").status_code == 422


def test_a_restricted_task_is_on_nobody_elses_list(union, carer):
    union.report(privacy="restricted")
    assert carer.get(f"{BASE}/visits").json == []
    assert carer.get(f"{BASE}/visits/{union.task().id}").status_code == 404
    chair = union.welfare.client(union.chair)
    assert len(chair.get(f"{BASE}/visits").json) == 1


def test_an_offer_is_answered_by_the_new_school_alone(union, visit):
    school = a_school(union.welfare, "实验小学", district=union.district)
    newcomer = union.welfare.client(union.person("孙梅", school=school, offices=["carer"]))
    union.receive(
        MemberTransferred,
        union.colleague,
        person_id=union.colleague.id,
        to_school_id=school.id,
        effective_on=date(2026, 6, 29),
    )
    with union.welfare.reading() as session:
        offer = session.scalars(select(HandOver)).one()
    at_home = union.welfare.client(union.carer)
    assert [row["id"] for row in newcomer.get(f"{BASE}/visits/offers").json] == [offer.id]
    assert at_home.get(f"{BASE}/visits/offers").json == []
    assert at_home.post(f"{BASE}/visits/offers/{offer.id}/accept").status_code == 404
    assert newcomer.get(visit).status_code == 404
    assert newcomer.post(f"{BASE}/visits/offers/{offer.id}/accept").json["matter"]["kind"] == "hospitalized"
    assert newcomer.post(f"{BASE}/visits/offers/{offer.id}/decline").status_code == 409
