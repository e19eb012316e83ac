"""Aid: who asks, who decides and who pays are three people; the rule is shown; nobody is known by a sum."""

import io
from datetime import date

import pytest

from services.welfare.aid.models import AidRequest
from services.welfare.funds.actions.planning import allot_aid
from services.welfare.funds.queries import sums
from services.welfare.hardship.models import HardshipCase
from shared.contracts.members import ConsentChanged
from shared.contracts.welfare import AidDisbursed
from shared.kit.database import new_id

BASE = "/api/welfare/v1/aid"
ASKED = {"kind": "medical", "asked_fen": 200000, "reason": "透析费用"}


class Aid:
    """Everybody around a request, and its steps."""

    def __init__(self, union):
        self.union, self.person = union, union.colleague
        self.treasurer = union.person("钱敏", offices=["treasurer"])
        self.consent(True)

    def as_(self, person):
        return self.union.welfare.client(person)

    def consent(self, granted):
        self.union.receive(
            ConsentChanged, self.person, person_id=self.person.id, purpose_code="family-finance",
            granted=granted, text_version=1, erase_by=None if granted else date(2026, 7, 14),
        )  # fmt: skip

    def on_file(self, level):
        with self.union.welfare.transaction() as session:
            session.add(HardshipCase(
                school_id=self.union.school.id, person_id=self.person.id, state="active", level=level,
                begun_on=date(2026, 3, 1), active_from=date(2026, 3, 1),
            ))  # fmt: skip

    def ask(self, **more):
        return self.as_(self.person).post(f"{BASE}/requests", json=ASKED | more)

    def decide(self, request_id, by=None, **more):
        body = {"approves": True, "granted_fen": 200000, "fund": "union", "answer": "情况属实"} | more
        return self.as_(by or self.union.chair).post(f"{BASE}/requests/{request_id}/decide", json=body)

    def receipt(self, by):
        picture = {"file": (io.BytesIO(b"%PDF-1.4 signed " + new_id().encode()), "签收.pdf")}
        return self.as_(by).post("/api/welfare/v1/visits/receipts", data=picture).json["id"]

    def pay(self, request_id, by=None, **more):
        by = by or self.treasurer
        body = {"paid_on": "2026-06-29", "receipt_ids": [new_id()]} | more
        return self.as_(by).post(f"{BASE}/requests/{request_id}/pay", json=body)

    def pay_by_page(self, request_id, by=None):
        form = {"paid_on": "2026-06-29", "receipts": (io.BytesIO(b"%PDF-1.4 signed"), "签收.pdf")}
        return self.as_(by or self.treasurer).form(f"/welfare/aid/{request_id}/pay", data=form)

    def row(self, request_id):
        with self.union.welfare.reading() as session:
            return session.get(AidRequest, request_id)


@pytest.fixture
def aid(union):
    return Aid(union)


def test_aid_is_asked_for_decided_paid_and_confirmed_by_different_people(aid):
    aid.on_file("hardship")
    shown = aid.ask().json
    assert (shown["state"], shown["limit_fen"], shown["left_fen"]) == ("requested", 300000, 300000)
    assert shown["trace"][0] == "在档·困难"
    assert "¥2,000.00" in shown["trace"][-1]
    assert "¥3,000.00" in shown["trace"][-1]
    key = shown["id"]
    assert aid.ask().status_code == 409, "one at a time"
    assert aid.decide(key, by=aid.person).status_code == 403
    assert aid.decide(key, by=aid.treasurer).status_code == 403
    assert aid.decide(key, answer="").status_code == 422
    assert aid.decide(key).json["state"] == "approved"
    assert aid.union.notices(aid.treasurer) == ["file-waiting"]
    [waiting] = aid.as_(aid.treasurer).get(f"{BASE}/payments").json
    assert "reason" not in waiting and "kind" not in waiting, "who pays does not learn why"
    assert aid.as_(aid.treasurer).get(f"{BASE}/requests/{key}").status_code == 403
    assert aid.pay(key, by=aid.union.chair).status_code == 403
    assert aid.pay(key, receipt_ids=[]).status_code == 422
    assert aid.pay(key).status_code == 422, "a receipt that is not there"
    assert aid.pay_by_page(key).status_code == 303
    assert aid.row(key).state == "paid"
    with aid.union.welfare.reading() as session:
        assert sums.balances(session, aid.union.school.id) == {"union": -200000}
    own = aid.as_(aid.person)
    assert own.post(f"{BASE}/requests/{key}/received").json["state"] == "received"
    assert own.post(f"{BASE}/requests/{key}/received").status_code == 409


def test_what_is_said_of_a_payment_names_nobody_and_no_reason(aid):
    key = aid.ask(asked_fen=100000).json["id"]
    aid.decide(key, granted_fen=100000)
    aid.pay_by_page(key)
    [said] = [event.data for event in aid.union.welfare.outbox(AidDisbursed)]
    assert said == {"aid_id": key, "kind": "member", "fund_code": "union", "amount_fen": 100000}


def test_a_sum_over_the_years_limit_is_refused_with_what_is_left(aid):
    first = aid.ask(asked_fen=80000).json["id"]
    assert aid.decide(first, granted_fen=80000).status_code == 200
    second = aid.ask(asked_fen=50000).json
    assert second["left_fen"] == 20000, "without a case 1000 yuan a year"
    assert "超过" in second["trace"][-1]
    refused = aid.decide(second["id"], granted_fen=20001)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["granted_fen"])
    assert "200" in refused.json["errors"]["granted_fen"][0]
    page = aid.as_(aid.union.chair).form(
        f"/welfare/aid/{second['id']}/decide",
        data={"approves": "true", "granted": "500", "fund": "union", "answer": "再帮一次"},
    )
    assert page.status_code == 422
    assert "再帮一次" in page.get_data(as_text=True), "what was typed is still there"
    assert aid.decide(second["id"], granted_fen=20000).status_code == 200


def test_no_more_is_paid_than_was_set_apart(aid):
    with aid.union.welfare.transaction() as session:
        allot_aid(
            session, school_id=aid.union.school.id, fund="union", amount_fen=50000,
            allotted_on=date(2026, 1, 5), words="委员会决定", by=aid.treasurer.id,
        )  # fmt: skip
    key = aid.ask(asked_fen=60000).json["id"]
    aid.decide(key, granted_fen=60000)
    assert aid.pay_by_page(key).status_code == 422
    assert aid.row(key).state == "approved"


def test_without_consent_nobody_asks_and_a_withdrawn_one_erases_what_was_told(aid):
    key = aid.ask().json["id"]
    aid.consent(False)
    row = aid.row(key)
    assert (row.state, row.person_id, row.reason) == ("withdrawn", None, None)
    refused = aid.ask()
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/consent-missing")
    page = aid.as_(aid.person).get("/welfare/aid/ask").get_data(as_text=True)
    assert "family-finance" in page


def test_a_granted_sum_names_its_person_until_it_is_paid_and_no_longer(aid):
    key = aid.ask().json["id"]
    aid.on_file("severe")
    assert aid.decide(key).status_code == 200
    aid.consent(False)
    assert (aid.row(key).person_id, aid.row(key).reason) == (aid.person.id, None)
    assert aid.pay_by_page(key).status_code == 303
    row = aid.row(key)
    assert (row.state, row.person_id, row.requested_by) == ("paid", None, aid.union.chair.id)


def test_who_looked_is_listed_once_a_day(aid, frozen_clock):
    key = aid.ask().json["id"]
    chair = aid.as_(aid.union.chair)
    for url in (f"/welfare/aid/{key}", f"/welfare/aid/{key}/decide", f"{BASE}/requests/{key}"):
        assert chair.get(url).status_code == 200
    frozen_clock.at("2026-06-30T09:00")
    aid.as_(aid.union.chair).get(f"/welfare/aid/{key}")
    reads = aid.as_(aid.person).get("/api/welfare/v1/reads").json
    assert [row["actor_id"] for row in reads] == [aid.union.chair.id] * 2


@pytest.mark.parametrize("office", ["principal", "group_leader", "auditor", None])
def test_a_request_is_closed_to_others_and_the_person_sees_who_looked_and_who_was_refused(aid, office):
    key = aid.ask().json["id"]
    other = aid.union.person("顾振海", offices=[office] if office else [])
    for url in (f"{BASE}/requests/{key}", f"/welfare/aid/{key}"):
        answer = aid.as_(other).get(url)
        assert answer.status_code == 403
        assert "透析" not in answer.get_data(as_text=True)
    aid.as_(aid.union.chair).get(f"/welfare/aid/{key}")
    reads = aid.as_(aid.person).get("/api/welfare/v1/reads").json
    assert [(row["action"], row["actor_id"]) for row in reads] == [
        ("aid.read", aid.union.chair.id), ("aid.refused", other.id), ("aid.refused", other.id),
    ]  # fmt: skip


def test_a_pupil_is_a_code_and_no_name_fits(aid):
    carer = aid.as_(aid.union.carer)
    body = {"pupil_ref": "李小明", "asked_fen": 50000, "reason": "学习用品"}
    assert carer.post(f"{BASE}/pupils", json=body).status_code == 422
    shown = carer.post(f"{BASE}/pupils", json=body | {"pupil_ref": "2026-07-A3"}).json
    assert (shown["kind"], shown["person_id"], shown["pupil_ref"]) == ("pupil", None, "2026-07-A3")
    vice = aid.union.person("吴强", offices=["vice_chair"])
    assert aid.decide(shown["id"], by=vice, granted_fen=50000).status_code == 200
    found = carer.get(f"{BASE}/requests?q=2026-07-A3").json
    assert [row["id"] for row in found] == [shown["id"]]
    assert "2026-07-A3" in carer.get("/welfare/aid/?format=csv").get_data(as_text=True)


def test_totals_count_people_and_move_by_five_of_them(aid):
    """Neither much for one person, nor the difference between today and tomorrow, tells what somebody was given."""
    people = [aid.union.person(f"教师{n}").id for n in range(10)]

    def told_after(day, person_ids):
        with aid.union.welfare.transaction() as session:
            session.add_all(AidRequest(
                school_id=aid.union.school.id, kind="living", state="paid", asked_fen=100, granted_fen=100,
                person_id=person_id, requested_by=person_id, requested_on=date(2026, 3, 1), paid_on=date(2026, 3, day),
            ) for person_id in person_ids)  # fmt: skip
        rows = aid.as_(aid.person).get(f"{BASE}/totals?year=2026").json
        return next((row["number"], row["amount_fen"]) for row in rows if row["kind"] == "member")

    assert told_after(1, []) == (0, 0)
    assert told_after(2, people[:1] * 5) == (None, None), "five payments to one person"
    assert told_after(3, people[1:5]) == (5, 900)
    for day, person in enumerate(people[5:9], start=4):
        assert told_after(day, [person]) == (5, 900)
    assert told_after(8, people[9:]) == (10, 1400)


def test_totals_are_told_to_members_only_where_five_were_helped(aid):
    with aid.union.welfare.transaction() as session:
        for number, kind in ((3, "living"), (1, "medical"), (5, "pupil")):
            for _n in range(number):
                session.add(AidRequest(
                    school_id=aid.union.school.id, kind=kind, state="paid", asked_fen=100, granted_fen=100,
                    requested_by=aid.union.carer.id, requested_on=date(2026, 3, 1), paid_on=date(2026, 3, 2),
                ))  # fmt: skip
    member = aid.as_(aid.person)
    told = {row["kind"]: row["number"] for row in member.get(f"{BASE}/totals?year=2026").json}
    assert told == {"member": None, "pupil": 5}
    exact = aid.as_(aid.union.chair).get(f"{BASE}/totals?year=2026").json
    assert {row["kind"]: row["number"] for row in exact} == {"living": 3, "medical": 1, "pupil": 5}
    assert member.get("/welfare/aid/totals").status_code == 200
