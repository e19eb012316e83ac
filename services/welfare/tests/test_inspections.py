"""Inspections by members: planned, held by a checklist, answered by the school, open until all is in order."""

import pytest
from sqlalchemy import select

from services.welfare.inspections.kinds import KINDS
from services.welfare.inspections.models import Inspection

API = "/api/welfare/v1/inspections"
PAGE = "/welfare/inspections"


@pytest.fixture
def principal(union):
    return union.person("顾振海", sex="male", offices=["principal"])


@pytest.fixture
def planned(union, principal):
    """Plans one for the colleague; gives its address."""

    def plan(kind="canteen", roster=None):
        body = {"kind": kind, "due_on": "2026-07-03", "roster": roster or [union.colleague.id]}
        made = union.welfare.client(union.carer).post(API, json=body)
        assert made.status_code == 201, made.text
        return f"{API}/{made.json['id']}"

    return plan


def found(kind, *wrong, **more):
    answers = {item: {"answer": "yes"} for item in KINDS[kind].items}
    answers |= {item: {"answer": "no", "remark": f"{item} 不合格"} for item in wrong}
    return {"answers": answers, **more}


LETTER = {"opinion": "请限期整改", "mend_by": "2026-07-10"}


def test_an_inspection_without_findings_is_closed_at_once(union, planned):
    url = planned()
    assert union.notices(union.colleague) == ["file-waiting"]
    held = union.welfare.client(union.colleague).post(f"{url}/hold", json=found("canteen"))
    assert (held.json["state"], held.json["letter_number"], held.json["findings"]) == ("closed", None, [])
    assert union.welfare.client(union.colleague).post(f"{url}/hold", json=found("canteen")).status_code == 409


def test_children_without_cover_are_asked_after_and_none_is_named(union, planned):
    url, client = planned("employment"), union.welfare.client(union.colleague)
    held = client.post(f"{url}/hold", json=found("employment", "children", **LETTER))
    assert [one["item"] for one in held.json["findings"]] == ["children"]


def test_what_was_held_by_a_shorter_checklist_shows_what_was_asked_then(union, planned):
    url, client = planned("employment"), union.welfare.client(union.colleague)
    client.post(f"{url}/hold", json=found("employment"))
    with union.welfare.transaction() as session:
        held = session.scalars(select(Inspection)).one()
        held.answers = {item: given for item, given in held.answers.items() if item != "children"}
    page = client.get(f"{PAGE}/{url.rsplit('/', 1)[1]}")
    assert page.status_code == 200
    assert "不低于最低标准" in page.text
    assert "城乡居民医保" not in page.text


def test_what_is_not_in_order_needs_words_a_letter_and_a_day(union, planned):
    url, client = planned(), union.welfare.client(union.colleague)
    refused = client.post(f"{url}/hold", json=found("canteen", "samples"))
    assert set(refused.json["errors"]) >= {"opinion", "mend_by"}, refused.json
    silent = found("canteen", "samples", **LETTER)
    silent["answers"]["samples"]["remark"] = ""
    assert client.post(f"{url}/hold", json=silent).status_code == 422
    half = found("canteen")
    del half["answers"]["goods"]
    assert client.post(f"{url}/hold", json=half).status_code == 422
    assert (
        client.post(f"{url}/hold", json=found("canteen") | LETTER | {"mend_by": "2026-06-28"}).status_code
        == 200
    )


def test_findings_are_answered_mended_and_looked_at_again_until_all_is_in_order(union, principal, planned):
    url = planned("employment")
    member, school = union.welfare.client(union.colleague), union.welfare.client(principal)
    held = member.post(f"{url}/hold", json=found("employment", "contracts", "insurance", **LETTER)).json
    assert (held["state"], held["letter_number"], held["mend_by"]) == ("open", "2026-1", "2026-07-10")
    assert union.notices(principal) == ["file-waiting"]
    assert member.post(f"{url}/reply", json={"reply": "好"}).status_code == 403, (
        "the school answers, not the union"
    )
    assert school.post(f"{url}/reply", json={"reply": "七月十日前补签"}).json["reply"] == "七月十日前补签"
    first, second = (f"{url}/findings/{one['id']}" for one in held["findings"])
    assert school.post(f"{first}/look", json={"is_mended": True}).status_code == 403, (
        "nobody closes the own finding"
    )
    assert school.post(f"{first}/mend", json={"done": "已补签"}).status_code == 200
    assert member.post(f"{first}/look", json={"is_mended": False}).status_code == 422
    again = {"is_mended": False, "looked": "仍差两份", "mend_by": "2026-07-20"}
    one = member.post(f"{first}/look", json=again).json["findings"][0]
    assert (one["due_on"], one["done_on"]) == ("2026-07-20", None)
    assert member.post(f"{first}/look", json={"is_mended": True}).json["state"] == "open"
    assert member.post(f"{second}/look", json={"is_mended": True}).json["state"] == "closed"
    assert school.post(f"{first}/mend", json={"done": "再改"}).status_code == 409


def test_nobody_forgets(union, principal, planned, frozen_clock):
    url = planned()
    frozen_clock.at("2026-07-04T09:00")
    union.welfare.work()
    assert union.notices(union.chair) == ["file-late"]
    letter = found("canteen", "rooms", **LETTER)
    union.welfare.client(union.colleague).post(f"{url}/hold", json=letter)
    frozen_clock.at("2026-07-11T09:00")
    union.welfare.work()
    assert union.notices(principal) == ["file-waiting", "file-late"]


def test_the_canteen_is_for_all_to_read_and_employment_for_those_it_concerns(union, planned):
    other = union.welfare.client(union.person("周婷"))
    canteen, employment = planned("canteen"), planned("employment")
    assert other.get(canteen).status_code == 200
    assert other.get(employment).status_code == 404
    assert [row["kind"] for row in other.get(API).json] == ["canteen"]
    assert {row["kind"] for row in union.welfare.client(union.colleague).get(API).json} == {
        "canteen",
        "employment",
    }
    assert other.post(f"{canteen}/hold", json=found("canteen")).status_code == 403
    assert other.get(f"{canteen.replace(API, PAGE)}/hold").status_code == 403


def test_the_steps_go_by_pages_and_a_letter_is_printed(union, principal, planned):
    carer, member = union.welfare.client(union.carer), union.welfare.client(union.colleague)
    refused = carer.form(
        f"{PAGE}/plan", data={"kind": "canteen", "due_on": "2026-06-01", "first": union.colleague.id}
    )
    assert refused.status_code == 422
    assert f'value="{union.colleague.id}" selected' in refused.get_data(as_text=True), (
        "what was chosen is kept"
    )
    assert carer.form(f"{PAGE}/plan", data={"kind": "canteen", "due_on": "2026-07-01"}).status_code == 422
    plan = {"kind": "canteen", "due_on": "2026-07-01", "first": union.colleague.id, "second": union.chair.id}
    here = carer.form(f"{PAGE}/plan", data=plan).headers["Location"]
    assert member.get(f"{here}/print").status_code == 200
    typed = dict.fromkeys(KINDS["canteen"].items, "yes") | {"dishes": "no", "dishes-remark": "消毒未登记"}
    assert member.form(f"{here}/hold", data=typed).status_code == 422
    assert member.form(f"{here}/hold", data=typed | LETTER).status_code == 303
    assert "消毒未登记" in member.get(f"{here}/print").get_data(as_text=True)
    school = union.welfare.client(principal)
    assert school.form(f"{here}/reply", data={"reply": "已补登记"}).status_code == 303
    page = member.get(here).get_data(as_text=True)
    assert "已补登记" in page
    finding = next(
        part.split('"')[0] for part in page.split('href="') if part.startswith(f"{here}/findings/")
    )
    assert school.get(finding).status_code == 200
    assert school.form(f"{finding}/mend", data={"done": "台账已建"}).status_code == 303
    assert member.form(f"{finding}/look", data={"is_mended": "false"}).status_code == 422
    assert member.form(f"{finding}/look", data={"is_mended": "true"}).status_code == 303
    assert carer.get(f"{PAGE}/?state=done&format=csv").status_code == 200


def test_a_planned_one_is_called_off_and_strangers_are_not_sent(union, planned):
    url = planned()
    carer = union.welfare.client(union.carer)
    assert carer.post(f"{url}/call-off").json["state"] == "called-off"
    assert carer.post(f"{url}/call-off").status_code == 409
    body = {
        "kind": "canteen",
        "due_on": "2026-07-03",
        "roster": [union.person("外人", school=union.district).id],
    }
    assert carer.post(API, json=body).status_code == 422
