"""Hardship cases from the nomination to the end: who may, what is decided by people, what is told to nobody."""

import io
from datetime import date

import pytest
from sqlalchemy import select

from services.welfare.hardship.models import HardshipCase, RecheckCampaign
from services.welfare.hardship.queries import active_on
from shared.contracts.members import ConsentChanged, MemberLeft, MemberTransferred
from shared.contracts.registry import SERVICES
from shared.contracts.welfare import HardshipCaseChanged, WelfareErasureCompleted
from shared.kit.audit import AuditEntry
from shared.kit.database import new_id
from shared.kit.files import File
from shared.kit.messages import handled_types
from shared.kit.service import discover_handlers
from shared.kit.testing.builders import a_school

BASE = "/api/welfare/v1/hardship"
TOLD = {"size": 3, "income_fen": 210000, "medical_fen": 5000000, "story": "爱人长期住院"}


class Files:
    """Everybody around a case, and the steps of it."""

    def __init__(self, union):
        self.union = union
        self.third = union.person("吴强", offices=["vice_chair"])
        self.person = union.colleague
        self.consent()

    def as_(self, person):
        return self.union.welfare.client(person)

    def consent(self, granted=True, version=1):
        self.union.receive(
            ConsentChanged, self.person, person_id=self.person.id, purpose_code="family-finance",
            granted=granted, text_version=version, erase_by=None if granted else date(2026, 7, 14),
        )  # fmt: skip

    def apply(self):
        answer = self.as_(self.person).post(f"{BASE}/applications", json=TOLD)
        assert answer.status_code == 201, answer.json
        return answer.json["id"]

    def survey(self, case_id, **found):
        said = {key: value for key, value in TOLD.items() if key != "story"} | {
            "surveyed_on": "2026-06-29", "went": [self.union.carer.id], "findings": "家中确有病人",
        }  # fmt: skip
        return self.as_(self.union.carer).post(f"{BASE}/{case_id}/surveys", json=said | found)

    def propose(self, case_id, level="hardship", reason="主要劳动力患病", **more):
        body = {"level": level, "reason": reason, **more}
        return self.as_(self.union.carer).post(f"{BASE}/{case_id}/proposals", json=body)

    def vote(self, person, proposal_id, approves=True, **more):
        url = f"{BASE}/reviews/{proposal_id}/vote"
        return self.as_(person).post(url, json={"approves": approves, **more})

    def on_file(self, level="hardship"):
        """A case that the committee took on file today."""
        case_id = self.apply()
        self.survey(case_id)
        proposal = self.propose(case_id, level).json["proposals"][-1]["id"]
        self.vote(self.union.carer, proposal)
        self.vote(self.union.chair, proposal)
        return case_id

    def case(self, case_id):
        with self.union.welfare.reading() as session:
            return session.get(HardshipCase, case_id)


@pytest.fixture
def files(union):
    return Files(union)


def test_a_case_goes_from_the_application_to_the_file_by_two_voices_of_three(files):
    case_id = files.apply()
    shown = files.survey(case_id).json
    [survey] = shown["surveys"]
    assert (shown["state"], survey["suggestion"], survey["pack_code"]) == ("surveyed", "severe", "guizhou")
    assert survey["trace"][0] == "家庭月收入 ¥2,100.00，3 人，人均 ¥700.00"
    assert "低于 ¥720.00：符合特困条件" in survey["trace"][2]
    shown = files.propose(case_id).json
    assert shown["state"] == "in-review", "a suggestion decides nothing"
    [proposal] = shown["proposals"]
    assert files.vote(files.third, proposal["id"]).json["state"] == "open"
    assert files.vote(files.third, proposal["id"]).status_code == 409
    assert files.vote(files.union.chair, proposal["id"]).json["state"] == "approved"
    assert files.vote(files.union.carer, proposal["id"]).status_code == 409
    case = files.case(case_id)
    assert (case.state, case.level, case.active_from) == ("active", "hardship", date(2026, 6, 29))
    with files.union.welfare.reading() as session:
        [on_file] = active_on(session, files.union.school.id, date(2026, 6, 29))
    assert (on_file.person_id, on_file.level) == (files.person.id, "hardship")
    assert files.union.notices(files.person) == ["answer-ready"]
    assert files.union.notices(files.third) == ["word-awaited"]


def test_without_the_separate_consent_nobody_applies_and_its_text_is_noted(files):
    files.consent(granted=False)
    refused = files.as_(files.person).post(f"{BASE}/applications", json=TOLD)
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/consent-missing")
    files.consent(version=2)
    assert files.case(files.apply()).consent_version == 2
    assert files.as_(files.person).post(f"{BASE}/applications", json=TOLD).status_code == 409, "one at a time"


def test_a_nomination_keeps_a_name_and_no_more_and_the_person_decides(files):
    teacher = files.union.person("周婷")
    for _again in range(2):
        answer = files.as_(teacher).post(f"{BASE}/nominations", json={"person_id": files.person.id})
        assert (answer.status_code, answer.json) == (201, {"noted": True}), "it is never told what there is"
    [row] = files.as_(files.person).get(f"{BASE}/mine").json
    assert row["state"] == "nominated"
    assert files.union.notices(files.person) == ["help-offered"]
    assert files.as_(teacher).get(f"{BASE}/{row['id']}").status_code == 403
    assert files.as_(files.person).post(f"{BASE}/{row['id']}/refuse").json["state"] == "withdrawn"
    assert files.case(row["id"]).nominated_by is None
    files.as_(teacher).post(f"{BASE}/nominations", json={"person_id": files.person.id})
    [again] = [row for row in files.as_(files.person).get(f"{BASE}/mine").json if row["state"] == "nominated"]
    assert files.as_(files.person).post(f"{BASE}/{again['id']}/apply", json=TOLD).json["state"] == "applied"
    own = {"person_id": teacher.id}
    assert files.as_(teacher).post(f"{BASE}/nominations", json=own).status_code == 422


@pytest.mark.parametrize("office", ["principal", "group_leader", "auditor", "treasurer", "vice_chair", None])
def test_a_file_is_closed_to_everybody_else_of_the_school_and_the_attempt_is_recorded(files, office):
    case_id = files.on_file()
    other = files.union.person("顾振海", offices=[office] if office else [])
    for url in (f"{BASE}/{case_id}", f"/welfare/hardship/{case_id}", f"/welfare/hardship/{case_id}/sheet"):
        answer = files.as_(other).get(url)
        assert answer.status_code == 403
        assert "住院" not in answer.get_data(as_text=True)
    assert files.as_(other).get(BASE).status_code == 403
    key = {"Idempotency-Key": "a-key-of-mine"}
    url = f"{BASE}/{case_id}/withdraw"
    assert files.as_(other).post(url, headers=key).status_code == 403
    tried = [
        row["action"] for row in files.as_(files.person).get("/api/welfare/v1/reads").json
        if row["actor_id"] == other.id
    ]  # fmt: skip
    assert tried == ["hardship.refused"] * 4


def test_the_person_sees_who_opened_the_file_and_who_reviewed_it(files):
    case_id = files.apply()
    files.survey(case_id)
    proposal = files.propose(case_id).json["proposals"][-1]["id"]
    files.as_(files.union.carer).get(f"{BASE}/{case_id}")
    files.as_(files.union.chair).get(f"/welfare/hardship/{case_id}")
    review = files.as_(files.third).get(f"{BASE}/reviews/{proposal}").json
    assert {"code": "below-line", "met": True} in review["marks"]
    assert "210000" not in str(review) and "住院" not in str(review), "no sum and no illness for the third"
    files.as_(files.person).get(f"{BASE}/{case_id}")
    entries = files.as_(files.person).get("/api/welfare/v1/reads").json
    seen = {(entry["actor_id"], entry["reason"]) for entry in entries if entry["action"] == "hardship.read"}
    third, carer, chair = files.third.id, files.union.carer.id, files.union.chair.id
    assert seen == {(third, "review"), (carer, None), (chair, None)}, "one's own looks are nobody's business"
    page = files.as_(files.person).get("/welfare/reads").get_data(as_text=True)
    assert "何莉" in page and "吴强" in page and "您的困难职工档案" in page
    assert files.as_(files.person).get("/welfare/reads?format=csv").status_code == 200


def test_a_paper_is_sealed_and_its_readers_are_recorded(files):
    case_id = files.apply()
    url = f"{BASE}/{case_id}/papers"
    paper = {"file": (io.BytesIO(b"%PDF-1.4 diagnosis"), "诊断书.pdf")}
    answer = files.as_(files.person).post(f"{url}/medical", data=paper)
    assert (answer.status_code, answer.json["what"]) == (201, "medical")
    with files.union.welfare.reading() as session:
        kept = session.get(File, answer.json["file_id"])
        assert b"diagnosis" not in kept.content
        assert "诊断" not in kept.name
    file_url = f"/welfare/files/{kept.id}"
    principal = files.union.person("顾振海", offices=["principal"])
    assert files.as_(files.union.carer).get(file_url).data == b"%PDF-1.4 diagnosis"
    assert files.as_(principal).get(file_url).status_code == 403
    actions = [row["action"] for row in files.as_(files.person).get("/api/welfare/v1/reads").json]
    assert actions == ["file.refused", "file.read"]
    assert files.as_(files.person).post(f"{url}/horoscope", data={}).status_code == 422
    wrong = {"file": (io.BytesIO(b"MZ"), "x.exe")}
    assert files.as_(files.person).post(f"{url}/other", data=wrong).status_code == 422


def test_two_noes_send_it_back_and_each_has_its_reason(files):
    case_id = files.apply()
    files.survey(case_id)
    proposal = files.propose(case_id, "severe").json["proposals"][-1]["id"]
    assert files.vote(files.union.chair, proposal, approves=False).status_code == 422
    files.vote(files.union.chair, proposal, approves=False, reason="证据不足")
    assert files.vote(files.third, proposal, approves=False, reason="同上").json["state"] == "refused"
    assert files.case(case_id).state == "surveyed"
    shown = files.propose(case_id, "none", "收入核实后不符合").json
    proposal = shown["proposals"][-1]["id"]
    for voter in (files.union.chair, files.third):
        files.vote(voter, proposal)
    assert files.case(case_id).state == "declined"


def test_nobody_works_on_an_own_case_or_votes_on_it(files):
    """The welfare officer applies: the chair surveys, and others review."""
    files.person = files.union.carer
    files.consent()
    case_id = files.as_(files.union.carer).post(f"{BASE}/applications", json=TOLD).json["id"]
    assert files.survey(case_id).status_code == 403
    found = {key: value for key, value in TOLD.items() if key != "story"} | {
        "surveyed_on": "2026-06-29", "went": [files.union.chair.id], "findings": "属实",
    }  # fmt: skip
    chair = files.as_(files.union.chair)
    assert chair.post(f"{BASE}/{case_id}/surveys", json=found).status_code == 201
    body = {"level": "temporary", "reason": "大病"}
    shown = chair.post(f"{BASE}/{case_id}/proposals", json=body).json
    proposal = shown["proposals"][-1]["id"]
    assert files.vote(files.union.carer, proposal).status_code == 403
    files.vote(files.third, proposal)
    files.vote(files.union.chair, proposal)
    assert files.case(case_id).state == "active"


@pytest.mark.parametrize(
    ("found", "at"),
    [
        ({"surveyed_on": "2026-07-09"}, "surveyed_on"),
        ({"surveyed_on": "2026-06-01"}, "surveyed_on"),
        ({"size": 0}, "size"),
        ({"income_fen": 10.5}, "income_fen"),
        ({"went": []}, "went"),
    ],
)
def test_a_survey_that_cannot_be_is_refused_at_its_field(files, found, at):
    refused = files.survey(files.apply(), **found)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [at])


def test_a_survey_that_is_not_made_is_reminded_of_and_then_goes_to_the_chair(files, frozen_clock):
    case_id = files.apply()
    assert files.union.notices(files.union.carer) == ["file-waiting"]
    frozen_clock.at("2026-07-06T09:00")
    files.union.welfare.work()
    assert files.union.notices(files.union.carer)[-1] == "file-due"
    frozen_clock.at("2026-07-13T09:00")
    files.union.welfare.work()
    assert files.union.notices(files.union.chair) == ["file-late"]
    files.as_(files.union.carer).get(f"{BASE}?state=applied")
    assert "走访超期" in files.as_(files.union.carer).get("/welfare/hardship/").get_data(as_text=True)
    assert files.case(case_id).state == "applied"


def test_in_november_every_case_is_looked_at_again_and_a_missing_one_is_an_alarm(files, frozen_clock):
    case_id = files.on_file()
    carer, chair = files.union.carer, files.union.chair
    frozen_clock.at("2026-11-01T09:00")
    files.union.welfare.work()
    assert files.union.notices(carer)[-1] == "yearly-survey-open"
    assert files.as_(carer).get(f"{BASE}?recheck=missing").json == [], "not missing while there is time"
    frozen_clock.at("2026-12-01T09:00")
    files.union.welfare.work()
    assert files.union.notices(chair)[-1] == "yearly-survey-missing"
    assert [row["id"] for row in files.as_(carer).get(f"{BASE}?recheck=missing").json] == [case_id]
    assert "缺年度复核" in files.as_(carer).get("/welfare/hardship/").get_data(as_text=True)
    shown = files.survey(case_id, surveyed_on="2026-12-01").json
    assert (shown["state"], shown["surveys"][-1]["kind"]) == ("active", "recheck")
    assert files.as_(carer).get(f"{BASE}?recheck=missing").json == [], "made up for"
    with files.union.welfare.reading() as session:
        campaigns = session.scalars(select(RecheckCampaign).order_by(RecheckCampaign.year)).all()
        assert [(row.year, row.missing) for row in campaigns] == [(2026, 1), (2027, None)]
    frozen_clock.at("2027-11-01T09:00")
    files.union.welfare.work()
    assert files.union.notices(carer).count("yearly-survey-open") == 2


def test_a_case_is_lifted_by_the_committee_and_the_file_says_until_when(files, frozen_clock):
    case_id = files.on_file()
    frozen_clock.at("2026-11-10T09:00")
    files.survey(case_id, surveyed_on="2026-11-10", income_fen=1500000, medical_fen=0)
    proposal = files.propose(case_id, "none", "收入恢复").json["proposals"][-1]["id"]
    assert files.case(case_id).state == "active", "on file until it is decided"
    files.vote(files.union.chair, proposal)
    files.vote(files.union.carer, proposal)
    case = files.case(case_id)
    assert (case.state, case.active_to) == ("lifted", date(2026, 11, 10))
    with files.union.welfare.reading() as session:
        assert active_on(session, files.union.school.id, date(2026, 11, 9))
        assert not active_on(session, files.union.school.id, date(2026, 11, 10))


def test_a_withdrawn_consent_ends_it_erases_all_and_leaves_a_receipt(files):
    case_id = files.on_file()
    files.as_(files.person).post(
        f"{BASE}/{case_id}/papers/income", data={"file": (io.BytesIO(b"%PDF-1.4"), "x.pdf")}
    )
    files.consent(granted=False)
    case = files.case(case_id)
    assert (case.state, case.person_id, case.story, case.income_fen) == ("withdrawn", None, None, None)
    assert [survey.assessment for survey in case.surveys] == [None]
    assert [proposal.reason for proposal in case.proposals] == [None]
    with files.union.welfare.reading() as session:
        assert session.scalars(select(File)).all() == []
        assert active_on(session, files.union.school.id, date(2026, 6, 29)) == []
    [receipt] = files.union.welfare.outbox(WelfareErasureCompleted)
    assert (receipt.data["purpose_code"], receipt.data["rows"]) == ("family-finance", 6)
    for keeper in (files.union.carer, files.union.chair):
        assert files.as_(keeper).get(f"{BASE}/{case_id}").json["story"] is None
        assert files.as_(keeper).get(f"/welfare/hardship/{case_id}").status_code == 200


@pytest.mark.parametrize(
    ("event", "more"),
    [
        (MemberLeft, {"reason_code": "left", "effective_on": date(2026, 6, 29)}),
        (MemberTransferred, {"to_school_id": "0198f000-0000-7000-8000-000000000001",
                             "effective_on": date(2026, 6, 29)}),
    ],
)  # fmt: skip
def test_whoever_leaves_or_moves_leaves_no_file_behind(files, event, more):
    case_id = files.on_file()
    files.union.receive(event, files.person, person_id=files.person.id, **more)
    case = files.case(case_id)
    assert (case.state, case.story, case.active_to) == ("withdrawn", None, date(2026, 6, 29))


def test_a_person_ends_the_own_case_and_what_was_told_is_gone(files):
    case_id = files.on_file()
    shown = files.as_(files.person).post(f"{BASE}/{case_id}/withdraw").json
    assert (shown["state"], shown["story"], shown["told"]["income_fen"]) == ("withdrawn", None, None)
    assert files.as_(files.person).post(f"{BASE}/{case_id}/withdraw").status_code == 409
    with files.union.welfare.reading() as session:
        deeds = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == case_id)).all()
    assert "hardship.withdrawn" in deeds


def test_a_changed_case_is_said_to_nobody(files):
    case_id = files.on_file()
    said = [event.data for event in files.union.welfare.outbox(HardshipCaseChanged)]
    assert [row["state"] for row in said] == ["applied", "surveyed", "in-review", "active"]
    assert {tuple(sorted(row)) for row in said} == {("case_id", "level", "state")}
    assert all(row["case_id"] == case_id for row in said)
    discover_handlers()
    assert [name for name in SERVICES if HardshipCaseChanged.type in handled_types(name)] == []
    assert HardshipCaseChanged.audience == "internal"


def test_the_district_sees_counts_of_five_and_more_once_a_half_year(files, frozen_clock):
    union = files.union
    other = a_school(union.welfare, "实验小学", district=union.district)
    with union.welfare.transaction() as session:
        for school, level, number in (
            (union.school, "severe", 6),
            (other, "severe", 3),
            (other, "hardship", 5),
        ):
            for _n in range(number):
                session.add(HardshipCase(
                    school_id=school.id, person_id=new_id(), state="active",
                    level=level, begun_on=date(2026, 3, 1), active_from=date(2026, 3, 1),
                ))  # fmt: skip
    frozen_clock.at("2026-07-16T09:00")
    officer = files.as_(union.person("钱区", school=union.district, offices=["district_officer"]))
    table = officer.get("/api/welfare/v1/district/hardship?period=2026-H1").json
    counts = {row["school"]: row["counts"] for row in table["rows"]}
    assert counts["实验小学"] == {"severe": None, "hardship": 5, "temporary": 0}
    assert counts["五马中学"]["severe"] is None, "six beside a total of nine would give the three away"
    assert officer.get("/welfare/district/hardship").status_code == 200
    for refused in (BASE, "/welfare/hardship/"):
        assert officer.get(refused).status_code == 403
