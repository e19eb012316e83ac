"""What members ask of the union: each request gets an answer, a concern after the committee discussed it."""

import pytest
from sqlalchemy import text

from services.welfare.consents.actions import erase_everything
from services.welfare.requests.models import MemberRequest

BASE = "/api/welfare/v1/requests"
WORDS = "父母年迈无人照看"


def ask(union, kind="help"):
    answer = union.welfare.client(union.colleague).post(BASE, json={"kind": kind, "words": WORDS})
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def step(union, key, to, words="", by=None):
    client = union.welfare.client(by or union.carer)
    return client.post(f"{BASE}/{key}/steps", json={"to": to, "words": words})


def test_help_is_asked_for_and_answered_and_what_is_told_stands_sealed(union):
    key = ask(union)
    assert union.notices(union.carer) == ["file-waiting"]
    with union.welfare.reading() as session:
        assert WORDS not in str(dict(session.execute(text("select * from member_request")).mappings().one()))
    [row] = union.welfare.client(union.carer).get(f"{BASE}?state=open").json
    assert "words" not in row
    assert step(union, key, "answered").status_code == 422, "an answer has words"
    assert step(union, key, "answered", "已联系社区助老").json["state"] == "answered"
    assert union.notices(union.colleague) == ["answer-ready"]
    assert union.welfare.client(union.colleague).get(f"{BASE}/{key}").json["answer"] == "已联系社区助老"
    assert step(union, key, "answered", "再答").status_code == 409


def test_a_concern_is_answered_after_the_committee_discussed_it(union):
    key = ask(union, "concern")
    assert step(union, key, "answered", "已解决").status_code == 409
    assert step(union, key, "discussed").json["discussed_on"] == "2026-06-29"
    assert step(union, key, "answered", "下周起改在一楼办公").status_code == 200


def test_legal_aid_is_referred_and_then_settled(union):
    key = ask(union, "legal")
    assert step(union, key, "referred", "已转区总工会法律援助").json["next_steps"] == ["answered"]
    assert step(union, key, "answered", "律师已接案").status_code == 200


def test_nothing_stays_without_an_answer(union, frozen_clock):
    ask(union)
    for day in ("2026-07-13", "2026-07-20"):
        frozen_clock.at(f"{day}T09:00")
        union.welfare.work()
    assert union.notices(union.chair) == ["file-late", "file-late"]


@pytest.mark.parametrize("office", ["principal", "group_leader", None])
def test_a_request_is_closed_to_others(union, office):
    key = ask(union)
    other = union.person("顾振海", offices=[office] if office else [])
    for url in (f"{BASE}/{key}", f"/welfare/requests/{key}"):
        answer = union.welfare.client(other).get(url)
        assert answer.status_code == 403
        assert WORDS not in answer.get_data(as_text=True)
    assert union.welfare.client(other).get(BASE).status_code == 403


def test_nobody_answers_what_he_asked_and_what_is_taken_back_is_erased(union):
    asked = union.welfare.client(union.carer).post(BASE, json={"kind": "help", "words": WORDS}).json["id"]
    assert step(union, asked, "answered", "好").status_code == 403
    assert step(union, asked, "answered", "好", by=union.chair).status_code == 200
    key = ask(union)
    taken = union.welfare.client(union.colleague).post(f"{BASE}/{key}/withdraw").json
    assert (taken["state"], taken["words"]) == ("withdrawn", None)
    key = ask(union)
    with union.welfare.transaction() as session:
        erase_everything(session, union.colleague.id, union.school.id)
    with union.welfare.reading() as session:
        row = session.get(MemberRequest, key)
        assert (row.person_id, row.words, row.state) == (None, None, "withdrawn")


def test_the_steps_go_by_pages(union):
    own, carer = union.welfare.client(union.colleague), union.welfare.client(union.carer)
    assert own.form("/welfare/requests/ask", data={"words": WORDS}).status_code == 422
    here = own.form("/welfare/requests/ask", data={"kind": "housing", "words": WORDS}).headers["Location"]
    for url in (here, f"{here}/steps", "/welfare/requests/?q=ljg&sort=asked_on"):
        assert carer.get(url).status_code == 200
    assert WORDS not in carer.get("/welfare/requests/?format=csv").get_data(as_text=True)
    refused = carer.form(f"{here}/steps", data={"to": "discussed", "words": "议过"})
    assert refused.status_code == 422
    assert carer.form(f"{here}/steps", data={"to": "answered", "words": "后勤已修好"}).status_code == 303
    assert "后勤已修好" in own.get(here).get_data(as_text=True)
    assert own.get("/welfare/requests/mine").status_code == 200
