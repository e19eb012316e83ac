"""Claims: each stage has its days, lateness is told, papers are sealed and deleted some weeks after the end."""

from io import BytesIO

import pytest
from sqlalchemy import select

from services.welfare import standards
from services.welfare.tests.test_insurance import ASKED, consent
from shared.kit.audit import AuditEntry
from shared.kit.files import File

URL = "/api/welfare/v1/claims"
PDF = b"%PDF-1.4 discharge"


@pytest.fixture
def plan_id(union, frozen_clock):
    """A plan that 李建国 signed on paper."""
    frozen_clock.at("2026-10-08T09:00")
    carer = union.welfare.client(union.carer)
    made = carer.post("/api/welfare/v1/insurance", json=ASKED).json["id"]
    signed = {"person_ids": [union.colleague.id, union.carer.id], "signed_on": "2026-10-08"}
    carer.post(f"/api/welfare/v1/insurance/{made}/people", json=signed)
    return made


@pytest.fixture
def claim(union, plan_id):
    """His claim, with a paper."""
    member = union.welfare.client(union.colleague)
    made = member.post(URL, json={"plan_id": plan_id})
    assert made.status_code == 201, made.text
    one = f"{URL}/{made.json['id']}"
    assert member.post(f"{one}/papers", data={"file": (BytesIO(PDF), "出院小结.pdf")}).status_code == 201
    return one


def steps(union, claim, *stages):
    """An officer records stages; the last answer."""
    for to in stages:
        body = {"to": to} | ({"paid_fen": 123400} if to == "paid" else {})
        answer = union.welfare.client(union.carer).post(f"{claim}/steps", json=body)
    return answer


def kept(union):
    with union.welfare.reading() as session:
        return list(session.scalars(select(File)))


def test_a_claim_goes_from_stage_to_stage_each_with_its_days(union, claim):
    member = union.welfare.client(union.colleague)
    assert member.get(claim).json["due_on"] == "2026-10-13"
    assert steps(union, claim, "sent").status_code == 409, "papers are looked at first"
    assert steps(union, claim, "complete").json["due_on"] == "2026-10-11"
    assert steps(union, claim, "sent").json["due_on"] == "2026-11-07"
    nothing = union.welfare.client(union.carer).post(f"{claim}/steps", json={"to": "paid"})
    assert (nothing.status_code, "请填写金额" in nothing.text) == (422, True)
    paid = steps(union, claim, "paid").json
    assert (paid["state"], paid["due_on"], paid["paid_fen"]) == ("paid", None, 123400)
    assert union.notices(union.colleague)[-1] == "answer-ready"


def test_a_stage_that_lasts_too_long_is_shown_and_told_to_the_officer_then_to_the_chair(
    union, claim, frozen_clock
):
    assert union.notices(union.carer) == ["file-waiting"]
    frozen_clock.at("2026-10-14T09:00")
    union.welfare.work()
    carer = union.welfare.client(union.carer)
    assert carer.get(claim).json["is_late"]
    assert [row["id"] for row in carer.get(f"{URL}?late=true").json] == [claim.rsplit("/", 1)[1]]
    assert "超期" in carer.get("/welfare/claims/").text
    assert union.notices(union.carer)[-1] == "file-late"
    frozen_clock.at("2026-10-21T09:00")
    union.welfare.work()
    assert union.notices(union.chair)[-1] == "file-late"
    steps(union, claim, "complete")
    assert not union.welfare.client(union.carer).get(claim).json["is_late"]


def test_papers_are_sealed_and_deleted_some_weeks_after_the_end(union, claim, frozen_clock):
    [file] = kept(union)
    assert (file.about_id, file.name) == (union.colleague.id, "insurance-claim")
    with union.welfare.reading() as session:
        assert PDF not in session.scalar(select(File.content))
    steps(union, claim, "complete", "sent", "refused")
    frozen_clock.advance(days=standards.CLAIM_PAPERS_DAYS - 1)
    union.welfare.work()
    assert len(kept(union)) == 1
    frozen_clock.advance(days=1)
    union.welfare.work()
    assert kept(union) == []
    assert union.welfare.client(union.colleague).get(claim).json["papers_deleted_on"] == "2026-11-07"


def test_only_the_person_and_two_officers_see_it_and_their_look_is_recorded(union, claim):
    [file] = kept(union)
    women = union.welfare.client(union.person("梅红", offices=["women"]))
    assert women.get(claim).status_code == 403
    assert women.get(f"/welfare/files/{file.id}").status_code == 403
    assert women.get(URL).status_code == 403
    assert union.welfare.client(union.chair).get(f"/welfare/files/{file.id}").data == PDF
    union.welfare.client(union.carer).get(claim)
    with union.welfare.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.person_id == union.colleague.id))
        assert {"claim.read", "claim.refused", "file.read", "file.refused"} <= {one.action for one in found}


def test_nobody_sees_to_the_own_claim_and_who_is_not_enrolled_has_none(union, plan_id):
    carer = union.welfare.client(union.carer)
    one = carer.post(URL, json={"plan_id": plan_id}).json["id"]
    carer.post(f"{URL}/{one}/papers", data={"file": (BytesIO(PDF), "a.pdf")})
    assert carer.post(f"{URL}/{one}/steps", json={"to": "complete"}).status_code == 403
    outside = union.welfare.client(union.person("周婷")).post(URL, json={"plan_id": plan_id})
    assert (outside.status_code, outside.json["type"]) == (409, "/problems/consent-missing")


def test_a_consent_withdrawn_ends_the_claim_and_its_papers(union, claim):
    consent(union, union.colleague, granted=False)
    assert kept(union) == []
    assert union.welfare.client(union.colleague).get(claim).json["state"] == "withdrawn"


def test_pages_take_photos_and_stages_and_say_what_is_missing(union, plan_id):
    member, carer = union.welfare.client(union.colleague), union.welfare.client(union.carer)
    bare = member.form("/welfare/claims/new", data={"plan_id": plan_id})
    assert (bare.status_code, "请至少选择一张照片" in bare.text) == (422, True)
    made = member.form("/welfare/claims/new", data={"plan_id": plan_id, "papers": (BytesIO(PDF), "a.pdf")})
    page = made.headers["Location"]
    assert carer.form(f"{page}/steps", data={"to": "sent"}).status_code == 422
    assert carer.form(f"{page}/steps", data={"to": "complete"}).status_code == 303
    assert carer.form(f"{page}/steps", data={"to": "sent"}).status_code == 303
    assert carer.form(f"{page}/steps", data={"to": "paid", "paid": ""}).status_code == 422
    assert carer.form(f"{page}/steps", data={"to": "paid", "paid": "1234"}).status_code == 303
    assert "¥1,234.00" in member.get(page).text
    assert "已赔付" in carer.get("/welfare/claims/?format=csv").text
