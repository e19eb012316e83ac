"""What members ask of the union: each request gets an answer, a concern after the committee discussed it."""

import pytest
from sqlalchemy import text

from services.welfare.consents.actions import erase_everything
from services.welfare.requests.models import MemberRequest
from shared.contracts.members import MemberLeft, MemberTransferred
from shared.kit import clock
from shared.kit.testing.builders import a_school

BASE = "/api/welfare/v1/requests"
WORDS = "父母年迈无人照看"


def ask(union, kind="help", **more):
    answer = union.welfare.client(union.colleague).post(BASE, json={"kind": kind, "words": WORDS} | more)
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def step(union, key, to, words="", by=None, **more):
    client = union.welfare.client(by or union.carer)
    return client.post(f"{BASE}/{key}/steps", json={"to": to, "words": words} | more)


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


def test_a_colleague_sees_to_it_where_the_person_agreed_and_settles_it(union):
    """爱心平台: who asks stays with the officers, unless the person lets a colleague help."""
    helper, key = union.person("吴兰"), ask(union)
    url, carer = f"{BASE}/{key}/helper", union.welfare.client(union.carer)
    assert carer.post(url, json={"helper_id": helper.id}).status_code == 409, "nobody was to see it"
    concern = ask(union, "concern", open_to_helpers=True)
    assert carer.post(f"{BASE}/{concern}/helper", json={"helper_id": helper.id}).status_code == 409
    key = ask(union, "housing", open_to_helpers=True)
    url, page = f"{BASE}/{key}/helper", f"/welfare/requests/{key}"
    own = union.welfare.client(helper)
    assert own.get(f"{BASE}/{key}").status_code == 403
    assert carer.post(url, json={"helper_id": union.colleague.id}).status_code == 422
    assert carer.form(f"{page}/helper", data={"helper_id": helper.id}).status_code == 303
    assert union.notices(helper) == ["file-waiting"]
    assert "吴兰" in union.welfare.client(union.colleague).get(page).text
    assert page in own.get("/welfare/requests/mine").text
    assert own.get(f"{BASE}/{key}").json["words"] == WORDS
    assert own.post(url, json={"helper_id": None}).status_code == 403
    assert step(union, key, "referred", "转后勤", by=helper).status_code == 403
    assert "referred" not in own.get(f"{page}/steps").text
    assert (
        own.form(f"{page}/steps", data={"to": "answered", "words": "修好了", "cost": "120"}).status_code
        == 303
    )
    shown = carer.get(f"{BASE}/{key}").json
    assert (shown["state"], shown["cost_fen"]) == ("answered", 12000)


def test_a_repair_goes_to_the_schools_logistics_and_tells_what_it_cost(union):
    key = ask(union, "housing")
    assert step(union, key, "referred", "已报总务处", cost_fen=100).status_code == 422
    assert step(union, key, "referred", "已报总务处").json["next_steps"] == ["answered"]
    page = union.welfare.client(union.colleague).get(f"/welfare/requests/{key}").text
    assert "后勤" in page and "法律援助" not in page
    assert step(union, key, "answered", "水管已换", cost_fen=23000).json["cost_fen"] == 23000


def test_the_year_is_counted_by_kind_for_those_who_keep_them(union):
    settled = ask(union, "schooling")
    step(union, settled, "answered", "已请教务处解答")
    ask(union, "schooling")
    carer = union.welfare.client(union.carer)
    assert carer.get(f"{BASE}/outcomes").json == [{"kind": "schooling", "asked": 2, "settled": 1}]
    assert "1 / 2" in carer.get("/welfare/requests/").text
    assert union.welfare.client(union.colleague).get(f"{BASE}/outcomes").status_code == 403


@pytest.mark.parametrize("event", [MemberLeft, MemberTransferred])
def test_who_leaves_takes_along_what_was_asked(union, event):
    key = ask(union)
    more = (
        {"reason_code": "resigned"} if event is MemberLeft else {"to_school_id": a_school(union.welfare).id}
    )
    union.receive(event, union.colleague, person_id=union.colleague.id, effective_on=clock.today(), **more)
    left = union.welfare.client(union.carer).get(f"{BASE}/{key}").json
    assert (left["state"], left["words"]) == ("withdrawn", None)
