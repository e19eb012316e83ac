"""Disputes at work: fifteen days, a hearing, an agreement or arbitration; open to those who mediate and to nobody else."""

from datetime import date

import pytest
from sqlalchemy import text

from services.welfare.consents.actions import erase_everything
from services.welfare.disputes.models import Dispute
from shared.contracts.members import MemberLeft, MemberTransferred
from shared.contracts.welfare import DisputeStageChanged
from shared.kit.testing.builders import a_school

BASE = "/api/welfare/v1/disputes"
TOLD = {
    "regime": "labour", "matter": "pay", "statement": "三月的课时费没有发", "known_on": "2026-05-31", "amount_fen": 180000,
}  # fmt: skip


class Mediation:
    """A committee of two, a colleague with a dispute, and what they do."""

    def __init__(self, union):
        self.union, self.person = union, union.colleague
        self.teacher, self.clerk = union.person("吴兰"), union.person("孙志")
        for mediator, side in ((self.teacher, "employees"), (self.clerk, "employer")):
            assert self.seat(mediator, side=side).status_code == 201

    def as_(self, person):
        return self.union.welfare.client(person)

    def seat(self, person, by=None, **more):
        body = {"person_id": person.id, "side": "employees", "term_from": "2026-01-01"} | more
        return self.as_(by or self.union.chair).post(f"{BASE}/committee", json=body)

    def apply(self, **more):
        return self.as_(self.person).post(BASE, json=TOLD | more)

    def step(self, key, to, words="", by=None):
        return self.as_(by or self.teacher).post(f"{BASE}/{key}/steps", json={"to": to, "words": words})

    def hearing(self, key, day):
        return self.as_(self.teacher).post(f"{BASE}/{key}/hearing", json={"hearing_on": day})

    def said(self):
        return [event.data for event in self.union.welfare.outbox(DisputeStageChanged)]


@pytest.fixture
def mediation(union):
    return Mediation(union)


def test_from_the_application_over_a_hearing_to_an_agreement(mediation):
    key = mediation.apply().json["id"]
    assert mediation.union.notices(mediation.teacher) == ["file-waiting"]
    assert mediation.hearing(key, "2026-07-03").status_code == 409, "not accepted yet"
    assert mediation.step(key, "accepted").json["state"] == "accepted"
    assert mediation.hearing(key, "2026-07-20").status_code == 422, "after the fifteen days"
    assert mediation.hearing(key, "2026-07-03").json["hearing_on"] == "2026-07-03"
    assert mediation.step(key, "agreement").status_code == 422, "an agreement has words"
    done = mediation.step(key, "agreement", "七月十日前补发").json
    assert (done["state"], done["result"]) == ("agreement", "七月十日前补发")
    assert mediation.step(key, "failed", "反悔").status_code == 409
    said = mediation.said()
    assert [one["stage"] for one in said] == ["applied", "accepted", "hearing", "agreement"]
    assert said[0]["due_on"] == "2026-07-14"
    everybody = {mediation.person.id, mediation.teacher.id, mediation.clerk.id}
    assert set(said[2]["attendees"]) == everybody
    assert "课时费" not in str(said)


def test_many_claim_one_sum_by_a_day_and_the_agreement_says_what_was_won(mediation, frozen_clock):
    """Wages before Spring Festival: the day draws near in everybody's notices, the sum stays sealed."""
    key = mediation.apply(claimants=23, wanted_by="2026-07-20").json["id"]
    mediation.step(key, "accepted")
    frozen_clock.at("2026-07-05T09:00")
    mediation.union.welfare.work()
    before = mediation.union.notices(mediation.clerk)
    frozen_clock.at("2026-07-06T09:00")
    mediation.union.welfare.work()
    assert mediation.union.notices(mediation.clerk) == [*before, "file-due"]
    refused = {"to": "failed", "words": "未谈成", "won_fen": 1}
    assert mediation.as_(mediation.teacher).post(f"{BASE}/{key}/steps", json=refused).status_code == 422
    page = mediation.as_(mediation.teacher).form(
        f"/welfare/disputes/{key}/steps", data={"to": "agreement", "words": "补发", "won": "46552"}
    )
    assert page.status_code == 303
    assert mediation.as_(mediation.person).get(f"{BASE}/{key}").json["won_fen"] == 4655200
    with mediation.union.welfare.reading() as session:
        assert "4655200" not in str(dict(session.execute(text("select * from dispute")).mappings().one()))


def test_on_the_twelfth_day_a_warning_and_after_the_fifteenth_the_way_to_arbitration(mediation, frozen_clock):
    key = mediation.apply(matter="contract", known_on="2024-02-29").json["id"]
    mediation.step(key, "accepted")
    frozen_clock.at("2026-07-11T09:00")
    mediation.union.welfare.work()
    assert mediation.union.notices(mediation.clerk)[-1] == "file-due"
    frozen_clock.at("2026-07-15T09:00")
    mediation.union.welfare.work()
    assert mediation.union.notices(mediation.person)[-1] == "file-late"
    shown = mediation.as_(mediation.person).get(f"{BASE}/{key}").json
    assert (shown["days_left"], shown["arbitrate_by"]) == (-1, "2025-02-28")
    page = mediation.as_(mediation.person).get(f"/welfare/disputes/{key}").get_data(as_text=True)
    assert "仲裁" in page
    assert mediation.step(key, "failed", "学校不同意").status_code == 200


@pytest.mark.parametrize("office", ["chair", "principal", "group_leader", "carer"])
def test_only_those_who_mediate_see_a_case_whatever_the_office(mediation, office):
    key = mediation.apply().json["id"]
    other = mediation.union.person("顾振海", offices=[office])
    for url in (f"{BASE}/{key}", f"/welfare/disputes/{key}", f"/welfare/disputes/{key}/steps"):
        answer = mediation.as_(other).get(url)
        assert answer.status_code in (403, 405)
        assert "课时费" not in answer.get_data(as_text=True)
    assert mediation.as_(other).get(BASE).status_code == 403
    assert mediation.step(key, "accepted", by=other).status_code == 403
    assert mediation.as_(mediation.teacher).get(f"{BASE}/{key}").json["statement"] == TOLD["statement"]
    reads = mediation.as_(mediation.person).get("/api/welfare/v1/reads").json
    assert {(row["action"], row["actor_id"]) for row in reads} == {
        ("dispute.read", mediation.teacher.id), ("dispute.refused", other.id),
    }  # fmt: skip


def test_who_has_a_dispute_does_not_mediate_in_it_and_whose_seat_ended_sees_nothing(mediation):
    key = mediation.as_(mediation.teacher).post(BASE, json=TOLD).json["id"]
    assert mediation.as_(mediation.teacher).get(BASE).json == []
    assert mediation.step(key, "accepted").status_code == 403
    assert mediation.step(key, "accepted", by=mediation.clerk).status_code == 200
    assert [row["id"] for row in mediation.as_(mediation.clerk).get(f"{BASE}?state=open").json] == [key]
    chair = mediation.as_(mediation.union.chair)
    seats = {row["person_id"]: row["id"] for row in chair.get(f"{BASE}/committee").json}
    assert chair.post(f"{BASE}/committee/{seats[mediation.clerk.id]}/end").status_code == 204
    assert mediation.as_(mediation.clerk).get(f"{BASE}/{key}").status_code == 403


def test_a_mediator_steps_aside_and_the_case_is_closed_to_him_but_not_to_the_last(mediation):
    key = mediation.apply().json["id"]
    mediation.step(key, "accepted", by=mediation.clerk)
    mediation.hearing(key, "2026-07-03")
    friend, clerk = mediation.as_(mediation.teacher), mediation.as_(mediation.clerk)
    assert friend.form(f"/welfare/disputes/{key}/step-aside", data={}).status_code == 303
    assert friend.get(f"{BASE}/{key}").status_code == 403
    assert friend.get(BASE).json == [] and [row["id"] for row in clerk.get(BASE).json] == [key]
    assert set(mediation.said()[-1]["attendees"]) == {mediation.person.id, mediation.clerk.id}
    told = mediation.union.notices(mediation.teacher)
    assert mediation.union.notices(mediation.person)[-1] == "answer-ready"
    last = clerk.form(f"/welfare/disputes/{key}/step-aside", data={})
    assert last.status_code == 409 and "主席" in last.get_data(as_text=True)
    assert clerk.post(f"{BASE}/{key}/step-aside").status_code == 409
    assert mediation.as_(mediation.person).post(f"{BASE}/{key}/withdraw").status_code == 200
    assert mediation.union.notices(mediation.teacher) == told


@pytest.mark.parametrize("event", [MemberLeft, MemberTransferred])
def test_who_leaves_takes_the_own_dispute_along_and_the_mediators_hear_of_it(mediation, event):
    alone = mediation.apply().json["id"]
    together = mediation.apply(claimants=12).json["id"]
    said = {
        "effective_on": date(2026, 7, 2),
        **(
            {"reason_code": "resigned"}
            if event is MemberLeft
            else {"to_school_id": a_school(mediation.union.welfare).id}
        ),
    }
    mediation.union.receive(event, mediation.person, person_id=mediation.person.id, **said)
    clerk = mediation.as_(mediation.clerk)
    ended, kept = (clerk.get(f"{BASE}/{key}").json for key in (alone, together))
    assert (ended["state"], ended["statement"]) == ("withdrawn", None)
    assert (kept["state"], kept["statement"]) == ("applied", TOLD["statement"]), "others claim as well"
    assert mediation.union.notices(mediation.clerk)[-2:] == ["file-due", "file-due"]


def test_when_all_who_mediate_are_gone_the_chair_is_told_to_name_others(mediation, frozen_clock):
    mediation.apply()
    for one in (mediation.teacher, mediation.clerk):
        mediation.union.renew(one, standing="left")
    frozen_clock.at("2026-07-11T09:00")
    mediation.union.welfare.work()
    assert mediation.union.notices(mediation.union.chair) == ["file-due"]


def test_the_principal_has_no_seat_and_nobody_two(mediation):
    principal = mediation.union.person("顾振海", offices=["principal"])
    for person in (principal, mediation.teacher):
        assert list(mediation.seat(person).json["errors"]) == ["person_id"]
    assert mediation.seat(mediation.person, by=mediation.union.carer).status_code == 403
    assert mediation.seat(mediation.person, term_to="2025-01-01").status_code == 422


def test_without_a_committee_nobody_is_left_waiting(union):
    refused = union.welfare.client(union.colleague).post(BASE, json=TOLD)
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/conflict")
    page = union.welfare.client(union.colleague).form(
        "/welfare/disputes/apply", data={**TOLD, "amount": "12"}
    )
    assert page.status_code == 422
    assert "三月的课时费没有发" in page.get_data(as_text=True), "what was typed is still there"


def test_many_claim_together_with_a_log_and_a_day_before_the_festival(mediation):
    """要回工资: one speaks for all, what was tried is in the log, and how many is told as a band."""
    key = mediation.apply(claimants=24, wanted_by="2027-02-05").json["id"]
    for who, words in ((mediation.person, "上门交涉第一次"), (mediation.clerk, "财务答复下周发")):
        answer = mediation.as_(who).post(f"{BASE}/{key}/notes", json={"words": words})
        assert answer.status_code == 201
    shown = mediation.as_(mediation.person).get(f"{BASE}/{key}").json
    assert [line["words"] for line in shown["notes"]] == ["上门交涉第一次", "财务答复下周发"]
    assert mediation.said()[0]["claimants_band"] == "10-49"


def test_what_is_told_stands_sealed_and_goes_when_it_is_taken_back(mediation):
    key = mediation.apply().json["id"]
    with mediation.union.welfare.reading() as session:
        row = session.execute(text("select * from dispute")).mappings().one()
    assert "课时费" not in str(dict(row)) and "180000" not in str(dict(row)) and "pay" not in str(dict(row))
    assert mediation.as_(mediation.teacher).post(f"{BASE}/{key}/withdraw").status_code == 403
    taken_back = mediation.as_(mediation.person).post(f"{BASE}/{key}/withdraw").json
    assert (taken_back["state"], taken_back["statement"], taken_back["amount_fen"]) == (
        "withdrawn",
        None,
        None,
    )


def test_an_erased_person_is_named_by_no_dispute(mediation):
    key = mediation.apply().json["id"]
    with mediation.union.welfare.transaction() as session:
        erase_everything(session, mediation.person.id, mediation.union.school.id)
    with mediation.union.welfare.reading() as session:
        row = session.get(Dispute, key)
        assert (row.person_id, row.statement, row.state) == (None, None, "withdrawn")


def test_the_steps_go_by_pages(mediation):
    own, mediator, chair = (
        mediation.as_(one) for one in (mediation.person, mediation.teacher, mediation.union.chair)
    )
    made = own.form("/welfare/disputes/apply", data={**TOLD, "amount": "1800", "claimants": "1"})
    assert made.status_code == 303
    here = made.headers["Location"]
    for url in (
        here,
        f"{here}/steps",
        "/welfare/disputes/?q=ljg&sort=applied_on",
        "/welfare/disputes/committee",
    ):
        assert mediator.get(url).status_code == 200
    assert "吴兰" not in mediator.get("/welfare/disputes/?format=csv").get_data(as_text=True)
    assert mediator.form(f"{here}/steps", data={"to": "declined"}).status_code == 422
    assert mediator.form(f"{here}/steps", data={"to": "accepted"}).status_code == 303
    assert mediator.form(f"{here}/hearing", data={"hearing_on": "2020-01-01"}).status_code == 422
    assert mediator.form(f"{here}/hearing", data={"hearing_on": "2026-07-02"}).status_code == 303
    assert mediator.form(f"{here}/notes", data={"words": "谈过一次"}).status_code == 303
    assert "谈过一次" in own.get(here).get_data(as_text=True)
    seat = {
        "person_id": mediation.union.carer.id,
        "side": "employees",
        "leads": "true",
        "term_from": str(date(2026, 6, 1)),
    }
    assert chair.form("/welfare/disputes/committee", data=seat).status_code == 303
    assert chair.form("/welfare/disputes/committee", data=seat).status_code == 422
    assert own.form(f"{here}/withdraw", data={}).status_code == 303
    assert own.get("/welfare/disputes/mine").status_code == 200
