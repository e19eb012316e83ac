"""The year's package for the district (W-59), and the month's ledger for accounting software (J-46)."""

from datetime import date

import pytest

from services.welfare.audits.actions import publish
from services.welfare.audits.models import AuditSession
from services.welfare.funds.actions import book_income, book_spending, take_back
from services.welfare.funds.actions.half_years import period_of
from services.welfare.funds.actions.planning import approve_budget, draft_budget
from services.welfare.funds.models import Entry
from shared.contracts.welfare import FinancePeriodPublished
from shared.kit.database import locked, new_id

API = "/api/welfare/v1"


@pytest.fixture
def year(union, frozen_clock):
    """A year of the books: 2025, seen from January 2026."""
    frozen_clock.at("2026-01-20T10:00")
    return Year(union)


class Year:
    def __init__(self, union):
        self.union = union
        treasurer = union.person("钱程", offices=["treasurer"])
        self.treasurer = union.welfare.client(treasurer)
        self.officer = union.welfare.client(
            union.person("区长明", school=union.district, offices=["district_officer"])
        )
        self.card, self.treasurer_id = treasurer, treasurer.id

    def spend(self, on, fen, code="activity-sports"):
        with self.union.welfare.transaction() as session:
            return book_spending(
                session, school_id=self.union.school.id, code=code, fund="union", amount_fen=fen, spent_on=on,
                source="expense", source_id=new_id(), words="羽毛球",
            ).id  # fmt: skip

    def earn(self, on, fen):
        with self.union.welfare.transaction() as session:
            book_income(
                session, school_id=self.union.school.id, code="allocation", amount_fen=fen, received_on=on,
                source="income", source_id=new_id(),
            )  # fmt: skip

    def budget(self):
        with self.union.welfare.transaction() as session:
            made = draft_budget(
                session, school_id=self.union.school.id, year=2025, lines={"activity-sports": 90000},
                reserve_percent=0, by=self.treasurer_id,
            )  # fmt: skip
            approve_budget(session, made, resolution="3月例会", by=self.union.chair.id)

    def publish(self, period):
        with self.union.welfare.transaction() as session:
            school_id = self.union.school.id
            half_year = period_of(session, school_id, period)
            examined = AuditSession(
                school_id=school_id, period=period, seed="a", verdict="clean", opinion="账目清楚。",
                opened_by=self.treasurer_id,
            )  # fmt: skip
            session.add(examined)
            session.flush()
            half_year.state, half_year.audit_id = "examined", examined.id
            publish(session, school_id=school_id, period=period, by=self.treasurer_id)


def test_a_year_is_handed_up_when_nothing_is_missing_and_the_district_confirms_it(year):
    year.spend(date(2025, 3, 1), 30000)
    year.spend(date(2025, 9, 1), 20001)
    year.earn(date(2025, 10, 1), 99999)
    refused = year.treasurer.post(f"{API}/years/2025/submit")
    assert (refused.status_code, refused.json["missing"]) == (409, ["budget", "first-half", "second-half"])
    assert year.treasurer.get("/welfare/money/years/2025").status_code == 200
    assert year.treasurer.form("/welfare/money/years/2025/submit", {}).status_code == 409
    year.budget()
    year.publish("2025-H1")
    assert year.treasurer.post(f"{API}/years/2025/submit").json["missing"] == ["second-half"]
    year.publish("2025-H2")
    first, again = (year.treasurer.post(f"{API}/years/2025/submit") for _ in range(2))
    assert first.status_code == 200, first.text
    assert first.json == again.json
    content = first.json["content"]
    assert (content["income_by_code"], content["spend_by_code"]) == (
        {"allocation": 99999}, {"activity-sports": 50001},
    )  # fmt: skip
    assert content["budget"]["lines"] == {"activity-sports": 90000}
    assert [one["period"] for one in content["audits"]] == ["2025-H1", "2025-H2"]
    assert content["ledger"]["entries"] == 3
    assert "羽毛球" not in first.text, "no line of the ledger goes up"
    said = year.union.welfare.outbox(FinancePeriodPublished)[-1]
    assert (said.data["period"], said.data["sha256"]) == ("2025", first.json["sha256"])

    [row] = year.officer.get(f"{API}/district/year-ends?year=2025").json
    assert (row["package_id"], row["received_at"]) == (first.json["id"], None)
    listed, not_found = (
        year.officer.get(f"/welfare/district/year-ends?year=2025&q={q}").text for q in ("五马", "无名")
    )
    assert first.json["id"] in listed and first.json["id"] not in not_found
    file = year.officer.get("/welfare/district/year-ends?year=2025&q=无名&format=csv").text
    assert "五马" not in file and file.count("\n") == 1, "a search holds for the file as well"
    where = f"/welfare/district/year-ends/{first.json['id']}"
    assert year.officer.get(where).status_code == 200
    assert year.officer.form(f"{where}/receive", {}).status_code == 303
    assert year.treasurer.get(f"{API}/years/2025").json["received_at"] is not None
    assert year.union.notices(to=year.card) == ["year-received"]
    page = year.treasurer.get("/welfare/money/years/2025").text
    assert "500.01" in page


def test_a_month_is_the_same_whenever_it_is_asked_and_says_when_it_is_final(year):
    kept = year.spend(date(2025, 12, 1), 30000)
    wrong = year.spend(date(2025, 12, 31), 500)
    year.spend(date(2026, 1, 1), 7)
    year.earn(date(2025, 12, 5), 40)
    first, again = (year.treasurer.get(f"{API}/accounting/2025-12").json for _ in range(2))
    assert first == again
    assert [(row["account"], row["amount_fen"]) for row in first["totals"]] == [
        ("402", 40), ("501.02", 30500),
    ]  # fmt: skip
    assert first["is_final"] is False
    with year.union.welfare.transaction() as session:
        take_back(session, locked(session, Entry, wrong), reason="错账")
    later = year.treasurer.get(f"{API}/accounting/2025-12").json
    assert later["sha256"] != first["sha256"]
    assert {row["id"] for row in first["entries"]} < {row["id"] for row in later["entries"]}
    [counter] = [row for row in later["entries"] if row["counters_id"]]
    assert (counter["counters_id"], counter["amount_fen"]) == (wrong, -500)
    year.publish("2025-H2")
    late = year.spend(date(2025, 12, 9), 900)
    final = year.treasurer.get(f"{API}/accounting/2025-12").json
    assert (final["is_final"], final["sha256"]) == (True, later["sha256"])
    assert late in {row["id"] for row in year.treasurer.get(f"{API}/accounting/2026-01").json["entries"]}
    file = year.treasurer.get("/welfare/money/accounting?month=2025-12&format=csv")
    assert kept in file.text
    assert "300.00" in file.text
    assert year.treasurer.get("/welfare/money/accounting?month=2025-12").status_code == 200
    for wrong_month in ("2025-13", "2025", "x"):
        assert year.treasurer.get(f"{API}/accounting/{wrong_month}").status_code == 404
