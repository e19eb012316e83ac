"""J-18 inside welfare: a half-year is examined, put right, signed by two, and only then opened to the members."""

from datetime import date
from io import BytesIO

import pytest

from services.welfare.audits.actions import HandledMoney, open_audit
from services.welfare.audits.actions.examining import drawn
from services.welfare.audits.actions.publishing import fingerprint
from services.welfare.audits.models import AuditSession
from services.welfare.funds.actions import book_income, book_spending, keep_receipt, use_receipts
from services.welfare.funds.models import Entry
from shared.contracts.welfare import FinancePeriodPublished
from shared.kit.database import new_id

API = "/api/welfare/v1"


@pytest.fixture
def people(union, frozen_clock):
    frozen_clock.at("2026-07-08T10:00")
    found = {
        "treasurer": union.person("钱程", offices=["treasurer"]),
        "auditor": union.person("严查", offices=["auditor"]),
        "second": union.person("甄明", offices=["auditor"]),
        "handled": union.person("沈手", offices=["auditor"]),
        "chair": union.chair,
        "member": union.colleague,
    }
    return {name: union.welfare.client(person) for name, person in found.items()} | {"cards": found}


def spend(
    union, *, fen=10000, proof: bytes | None = b"", by=None, code="activity-sports", breaches=(), **more
):
    """A sum in the ledger of June, with a picture of its own unless another is given (None: without)."""
    source_id = new_id()
    with union.welfare.transaction() as session:
        entry = book_spending(
            session, school_id=union.school.id, code=code, fund="union", amount_fen=fen,
            spent_on=more.get("on", date(2026, 6, 12)), source="expense", source_id=source_id,
            breaches=breaches, by=by,
        )  # fmt: skip
        if proof is not None:
            content = b"%PDF-1.4 " + (proof or source_id.encode())
            receipt = keep_receipt(
                session, BytesIO(content), "p.pdf", school_id=union.school.id, kept_by=union.carer.id
            )
            session.flush()
            use_receipts(
                session, [receipt.id], school_id=union.school.id, source="expense", source_id=source_id
            )
        return entry.id


def begin(people, period="2026-H1"):
    answer = people["auditor"].post(f"{API}/audits", json={"period": period})
    assert answer.status_code == 201, answer.text
    return answer.json


def post(people, who, url, **body):
    return people[who].post(f"{API}/{url}", json=body or None)


def look_at_all(people, examined):
    ids = [sample["entry_id"] for sample in examined["samples"]]
    assert post(people, "auditor", f"audits/{examined['id']}/looked", entry_ids=ids).status_code == 200


def opinion(people, who, audit_id, text="账目清楚。", verdict="clean"):
    return people[who].put(f"{API}/audits/{audit_id}/opinion", json={"verdict": verdict, "opinion": text})


def test_the_seed_draws_the_same_twenty_again(union, people):
    for _ in range(25):
        spend(union)
    spend(union, on=date(2026, 3, 1))
    spend(union, on=date(2025, 12, 31))  # another half-year
    examined = begin(people)
    ids = [sample["entry_id"] for sample in examined["samples"]]
    assert (len(ids), len(set(ids))) == (20, 20)
    with union.welfare.reading() as session:
        kept = session.get(AuditSession, examined["id"])
        assert [entry.id for entry in drawn(session, kept)] == ids
        kept.seed = "another"
        assert [entry.id for entry in drawn(session, kept)] != ids
        session.expunge(kept)
    assert begin(people)["id"] == examined["id"], "a half-year is examined once"


def test_what_is_wrong_anywhere_is_found_and_has_to_be_put_right_before_anybody_signs(union, people):
    twice = [spend(union, proof=b"same"), spend(union, proof=b"same")]
    bare = spend(union, proof=None)
    over = spend(union, breaches=["ceiling.meal"])
    for _ in range(18):
        spend(union)
    examined = begin(people)
    found = {(one["kind"], one["entry_id"]) for one in examined["findings"]}
    assert found == {
        ("receipt-used-twice", twice[0]), ("receipt-used-twice", twice[1]),
        ("receipt-missing", bare), ("rule-broken", over),
    }  # fmt: skip
    assert union.notices(to=people["cards"]["treasurer"]) == ["audit-findings"]
    audit = f"audits/{examined['id']}"

    refused = opinion(people, "auditor", examined["id"])
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/examination-not-done")
    look_at_all(people, examined)
    assert opinion(people, "auditor", examined["id"]).status_code == 409, "findings are open"

    for finding in examined["findings"]:
        where = f"{audit}/findings/{finding['id']}"
        assert post(people, "auditor", f"{where}/settle").status_code == 409, "nobody answered"
        assert post(people, "auditor", f"{where}/answer", answer="不归我答").status_code == 403
        assert post(people, "treasurer", f"{where}/answer", answer="已冲销重复一笔").status_code == 200
        settled = post(people, "auditor", f"{where}/settle")
        assert settled.status_code == (409 if finding["kind"] == "receipt-missing" else 200)
    proved = people["treasurer"].post(
        f"{API}/ledger/{bare}/receipts", data={"file": (BytesIO(b"%PDF-1.4 late"), "p.pdf")}
    )
    assert proved.status_code == 201
    missing = next(one for one in examined["findings"] if one["kind"] == "receipt-missing")
    assert post(people, "auditor", f"{audit}/findings/{missing['id']}/settle").status_code == 200

    assert opinion(people, "auditor", examined["id"]).status_code == 200
    too_early = post(people, "treasurer", "periods/2026-H1/publish")
    assert (too_early.status_code, too_early.json["type"]) == (409, "/problems/opinion-missing")
    assert opinion(people, "auditor", examined["id"], "账目基本清楚。").json["signed_by"] == [
        people["cards"]["auditor"].id
    ]
    assert post(people, "second", f"{audit}/sign", number=1).status_code == 409, "worded anew"
    assert post(people, "auditor", f"{audit}/sign", number=2).json["state"] == "open", "one name, twice"
    signed = post(people, "second", f"{audit}/sign", number=2).json
    assert (signed["state"], len(signed["signed_by"])) == ("signed", 2)
    assert opinion(people, "auditor", examined["id"]).status_code == 409, "signed is signed"


def sign_off(union, people):
    examined = begin(people)
    look_at_all(people, examined)
    assert opinion(people, "auditor", examined["id"]).status_code == 200
    assert post(people, "second", f"audits/{examined['id']}/sign", number=1).json["state"] == "signed"
    return examined


def test_published_are_totals_by_heading_once_with_their_hash(union, people):
    spend(union, fen=30000)
    spend(union, fen=20001)
    spend(union, fen=70000, code="hardship")
    spend(union, fen=5000, code="warmth")
    with union.welfare.transaction() as session:
        book_income(
            session, school_id=union.school.id, code="dues", amount_fen=99999, received_on=date(2026, 5, 1),
            source="dues", source_id="2026-05",
        )  # fmt: skip
    assert post(people, "treasurer", "periods/2026-H1/publish").status_code in (404, 409)
    examined = sign_off(union, people)
    assert people["member"].get(f"{API}/accounts/2026-H1").status_code == 404
    assert post(people, "auditor", "periods/2026-H1/publish").status_code == 403
    for _ in range(2):
        answer = post(people, "treasurer", "periods/2026-H1/publish")
        assert answer.status_code == 200, answer.text
    [said] = union.welfare.outbox(FinancePeriodPublished)
    assert said.data["income_by_code"] == {"dues": 99999}
    # One colleague was helped: what that was stands with the warmth sent to many.
    assert said.data["spend_by_code"] == {"activity-sports": 50001, "warmth": 75000}
    assert said.data["audit_ref"] == examined["id"]
    shown = people["member"].get(f"{API}/accounts/2026-H1").json
    assert shown["spend_by_code"] == said.data["spend_by_code"]
    content = {
        "period": "2026-H1", "income_by_code": shown["income_by_code"],
        "spend_by_code": shown["spend_by_code"], "rule_breaches": 0, "audit_id": examined["id"],
    }  # fmt: skip
    assert fingerprint(content) == shown["sha256"] == said.data["sha256"]


def test_after_the_opinion_a_sum_of_the_half_year_counts_in_the_next(union, people):
    spend(union)
    sign_off(union, people)
    late = spend(union, fen=777)
    with union.welfare.reading() as session:
        entry = session.get(Entry, late)
        assert (entry.happened_on, entry.counted_on) == (date(2026, 6, 12), date(2026, 7, 8))


def test_whoever_had_a_hand_in_the_money_does_not_examine_it(union, people):
    handled = people["cards"]["handled"]
    spend(union, by=handled.id)
    examined = begin(people)
    for attempt in (
        post(people, "handled", f"audits/{examined['id']}/looked",
             entry_ids=[examined["samples"][0]["entry_id"]]),
        post(people, "handled", f"audits/{examined['id']}/findings", words="少一张票"),
        opinion(people, "handled", examined["id"]),
    ):  # fmt: skip
        assert (attempt.status_code, attempt.json["type"]) == (403, "/problems/handled-money")
    with union.welfare.transaction() as session, pytest.raises(HandledMoney):
        open_audit(session, school_id=union.school.id, period="2026-H1", by=handled.id)
    assert post(people, "treasurer", "audits", period="2026-H1").status_code == 403


@pytest.mark.parametrize(("period", "status"), [("2026-H2", 409), ("2026", 422), ("2026-H3", 422)])
def test_only_a_half_year_that_is_over_is_examined(people, period, status):
    assert post(people, "auditor", "audits", period=period).status_code == status


def test_the_pages_lead_through_it(union, people):
    spend(union)
    spend(union, proof=None, breaches=["ceiling.meal"])
    opened = people["auditor"].form("/welfare/money/audits", {"period": "2026-H1"})
    assert opened.status_code == 303
    where = opened.headers["Location"]
    for who in ("auditor", "treasurer", "handled"):
        assert people[who].get(where).status_code == 200
    assert people["auditor"].form(f"{where}/looked", {"entry_ids": ["x"]}).status_code == 422
    assert (
        people["auditor"].form(f"{where}/opinion", {"verdict": "clean", "opinion": "好"}).status_code == 422
    )
    assert people["treasurer"].form("/welfare/money/periods/2026-H1/publish", {}).status_code == 409
    for url in ("periods", "periods?format=csv", "accounts/", "accounts/?format=csv"):
        assert people["treasurer"].get(f"/welfare/money/{url}").status_code == 200
