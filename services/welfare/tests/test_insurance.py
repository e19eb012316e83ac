"""Mutual insurance: joined by consent, reminded once, handed over whole or not at all, told in rates."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.welfare.base import Base
from services.welfare.insurance.actions import premiums
from services.welfare.insurance.models import PURPOSE
from services.welfare.wording import in_yuan
from shared.contracts.members import ConsentChanged, PersonChanged
from shared.contracts.welfare import CampaignClosed, WelfareErasureCompleted
from shared.kit.audit import AuditEntry

URL = "/api/welfare/v1/insurance"
ASKED = {
    "title": "职工互助保障", "audience": "everyone", "insurer": "省职工互助会", "premium_fen": 4800, "payer": "union",
    "opens_on": "2026-10-01", "closes_on": "2026-10-31",
}  # fmt: skip


@pytest.fixture
def carer(union, frozen_clock):
    frozen_clock.at("2026-10-08T09:00")
    return union.welfare.client(union.carer)


@pytest.fixture
def plan(carer):
    opened = carer.post(URL, json=ASKED)
    assert opened.status_code == 201, opened.text
    return f"{URL}/{opened.json['id']}"


def consent(union, person, granted=True):
    """What the register says when somebody agrees, or takes it back."""
    union.receive(
        ConsentChanged, person, person_id=person.id, purpose_code=PURPOSE, granted=granted, text_version=1,
        erase_by=None if granted else date(2026, 10, 23),
    )  # fmt: skip


def join(union, plan, person):
    consent(union, person)
    return union.welfare.client(person).put(f"{plan}/answer", json={"joins": True})


def test_one_joins_with_a_consent_and_says_no_without_a_reason(union, plan):
    lin = union.person("林晓雨")
    member = union.welfare.client(lin)
    refused = member.put(f"{plan}/answer", json={"joins": True})
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/consent-missing")
    consent(union, lin)
    assert member.put(f"{plan}/answer", json={"joins": True}).json["own_answer"] == "phone"
    left = member.put(f"{plan}/answer", json={"joins": False}).json
    assert left["own_answer"] == "declined"
    assert "enrolled" not in left, "how many joined is no matter of members"


def test_the_women_s_plan_is_for_women(union, carer):
    made = carer.post(URL, json=ASKED | {"title": "女职工安康", "audience": "women"}).json
    plan = f"{URL}/{made['id']}"
    assert made["eligible"] == 1, "何莉 alone; the chair and the colleague are men"
    consent(union, union.colleague)
    man = union.welfare.client(union.colleague)
    assert man.put(f"{plan}/answer", json={"joins": True}).status_code == 404
    named = carer.post(f"{plan}/people", json={"person_ids": [union.colleague.id], "signed_on": "2026-10-08"})
    assert (named.status_code, "参保范围" in named.text) == (422, True)


def test_one_joins_in_the_window_and_may_leave_on_any_day(union, plan, frozen_clock):
    lin, late = union.person("林晓雨"), union.person("周婷")
    assert join(union, plan, lin).status_code == 200
    frozen_clock.at("2026-11-01T09:00")
    refused = join(union, plan, late)
    assert (refused.status_code, "10月31日" in refused.text) == (409, True)
    left = union.welfare.client(lin).put(f"{plan}/answer", json={"joins": False})
    assert left.json["own_answer"] == "declined"


def test_a_list_with_one_line_without_consent_stays_in_the_house(union, carer, plan):
    lin, ting = union.person("林晓雨"), union.person("周婷")
    assert join(union, plan, lin).status_code == 200
    for body in ({"signed_on": "2026-10-08", "person_ids": [union.chair.id]}, {"person_ids": [ting.id]}):
        assert carer.post(f"{plan}/people", json=body).json == {"count": 1}
    refused = carer.post(f"{plan}/hand-over")
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/consents-missing")
    assert [row["name"] for row in refused.json["rows"]] == ["周婷"]
    assert "周婷还没有同意" in refused.json["detail"]
    assert carer.get(plan).json["handed_over_at"] is None
    assert carer.delete(f"{plan}/people/{ting.id}").status_code == 204

    sent = carer.post(f"{plan}/hand-over")
    assert (sent.json["line_count"], sent.json["consent_count"], sent.json["total_fen"]) == (2, 2, 9600)
    with union.welfare.reading() as session:
        [entry] = session.query(AuditEntry).filter_by(action="insurance.handed-over")
    assert (entry.amount, entry.actor_id) == (2, union.carer.id)

    consent(union, lin, granted=False)
    assert union.notices(union.carer)[-1] == "insurance-recall", "the insurer has the line"
    again = carer.post(f"{plan}/hand-over")
    assert (again.status_code, "林晓雨已撤回授权" in again.json["detail"]) == (409, True)
    said = union.welfare.outbox(WelfareErasureCompleted)[-1]
    assert (said.data["purpose_code"], said.data["rows"]) == (PURPOSE, 1)


def test_a_withdrawal_empties_paper_too_and_only_the_person_can_mend_it(union, carer, plan):
    lin = union.person("林晓雨")
    carer.post(f"{plan}/people", json={"person_ids": [lin.id], "signed_on": "2026-10-08"})
    consent(union, lin, granted=False)
    [row] = carer.get(f"{plan}/people?answer=withdrawn").json
    assert (row["name"], row["consented_on"]) == ("林晓雨", None)
    assert carer.post(f"{plan}/people", json={"person_ids": [lin.id]}).json == {"count": 0}
    assert carer.get(f"{plan}/people?answer=listed").json == []
    assert join(union, plan, lin).json["own_answer"] == "phone"


def test_whoever_left_the_school_keeps_the_list_back(union, carer, plan):
    lin = union.person("林晓雨")
    join(union, plan, lin)
    union.renew(lin, standing="left")
    refused = carer.post(f"{plan}/hand-over")
    assert (refused.status_code, "林晓雨已不在本校" in refused.text) == (409, True)


def test_the_undecided_are_reminded_once(union, carer, plan):
    lin, ting = union.person("林晓雨"), union.person("周婷")
    join(union, plan, lin)
    union.welfare.client(ting).put(f"{plan}/answer", json={"joins": False})
    assert carer.post(f"{plan}/remind").json == {"count": 3}, "neither who said yes nor who said no"
    assert [union.notices(one)[-1:] for one in (lin, ting)] == [[], []]
    assert union.notices(union.colleague) == ["insurance-open"]
    assert carer.post(f"{plan}/remind").status_code == 409


@pytest.mark.parametrize(("joined", "told"), [(4, None), (5, 5)])
def test_a_closed_plan_tells_a_total_of_five_and_more(union, carer, plan, joined, told):
    for n in range(12):
        person = union.person(f"教师{n}")
        if n < joined:
            join(union, plan, person)
    carer.post(f"{plan}/people", json={"person_ids": [union.chair.id]})
    closed = carer.post(f"{plan}/close").json
    assert (closed["state"], closed["enrolled"], closed["eligible"]) == ("closed", joined, 15)
    [said] = union.welfare.outbox(CampaignClosed)
    assert (said.data["kind"], said.data["participants"]) == ("insurance", told)
    assert said.data["total_fen"] == (None if told is None else 24000)
    assert carer.get(f"{plan}/people?answer=listed").json == [], "who never agreed is forgotten"
    assert carer.post(f"{plan}/close").status_code == 409


def test_the_district_sees_rates_that_move_in_steps_of_five(union, carer, plan):
    officer = union.welfare.client(union.person("区干", school=union.district, offices=["district_officer"]))
    people = [union.person(f"教师{n}") for n in range(17)]  # with the three of the scene, twenty

    def rate():
        [row] = officer.get("/api/welfare/v1/district/insurance?year=2026").json
        return row["percent"]

    seen = []
    for person in people:
        join(union, plan, person)
        seen.append(rate())
    assert seen == [None] * 4 + [25] * 5 + [50] * 5 + [75] * 3
    carer.post(f"{plan}/close")
    assert rate() is None, "three did not join"
    page = officer.get("/welfare/district/insurance").text
    assert "五马中学" in page
    assert not any(person.name in page for person in people)


def test_pages_lead_to_the_consent_and_name_the_line_that_keeps_the_list_back(union, carer, plan):
    page = plan.replace("/api/welfare/v1", "/welfare")
    lin = union.person("林晓雨")
    member = union.welfare.client(lin)
    away = member.form(f"{page}/answer", data={"joins": "true"})
    assert away.headers["Location"] == f"/members/consents/?next={page}#insurance"
    assert "参加完全自愿" in member.get(page).text
    assert "名单管理" not in member.get(page).text
    form = {"how": "listed", "person_ids": [lin.id], "signed_on": "2026-10-08"}
    assert carer.form(f"{page}/record", data=form).status_code == 303
    refused = carer.form(f"{page}/hand-over", data={"format": "csv"})
    assert (refused.status_code, "林晓雨还没有同意" in refused.text) == (409, True)
    assert carer.form(f"{page}/record", data=form | {"how": "paper"}).status_code == 303
    sent = carer.form(f"{page}/hand-over", data={"format": "csv"})
    assert (sent.mimetype, "名单行数：1" in sent.text, "授权份数：1" in sent.text) == ("text/csv", True, True)
    no_day = carer.form(
        f"{page}/record", data={"how": "paper", "person_ids": [union.chair.id], "signed_on": ""}
    )
    assert (no_day.status_code, "签字日期" in no_day.text) == (422, True)
    wrong = {**ASKED, "premium": "48.00", "closes_on": "2026-09-01"}
    kept = carer.form("/welfare/insurance/new", data=wrong)
    assert (kept.status_code, "省职工互助会" in kept.text) == (422, True)


def test_a_form_of_file_that_nobody_knows_is_the_page(carer, plan):
    page = plan.replace("/api/welfare/v1", "/welfare")
    assert carer.get(f"{page}?format=csv").mimetype == "text/csv"
    assert "名单管理" in carer.get(f"{page}?format=pdf").text


def test_an_erased_person_is_on_no_list(union, carer, plan):
    lin = union.person("林晓雨")
    join(union, plan, lin)
    card = {"person_id": lin.id, "school_id": union.school.id, "name": "", "pinyin": "", "pinyin_initials": "",
            "standing": "left", "offices": [], "disabled": True, "erased": True, "version": 2}  # fmt: skip
    union.receive(PersonChanged, lin, **card)
    assert {row["answer"] for row in carer.get(f"{plan}/people").json} == {None}


def test_no_column_holds_an_illness_or_an_identity_number():
    """Names of columns, written out: who adds one has to read this first."""
    own = {"id", "school_id"}
    assert {
        name: {column.name for column in table.columns}
        for name, table in Base.metadata.tables.items()
        if name in ("insurance_plan", "insurance_enrolment")
    } == {
        "insurance_plan": own | {"title", "audience", "insurer", "premium_fen", "payer", "opens_on", "closes_on", "state",
                                 "opened_by", "reminded_at", "handed_over_at", "handed_over_rows", "eligible",
                                 "enrolled", "version"},
        "insurance_enrolment": own | {"plan_id", "person_id", "answer", "consented_on", "text_version", "handed_over"},
    }  # fmt: skip


@given(heads=st.integers(0, 100_000), each=st.integers(0, 1_000_000), more=st.integers(0, 1000))
def test_premiums_add_up_to_the_fen(heads, each, more):
    assert premiums(heads + more, each) == premiums(heads, each) + premiums(more, each)
    assert in_yuan(premiums(heads, each)) == Decimal(each) / 100 * heads
