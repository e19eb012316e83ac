"""The ledger: booked once, never changed, countered where it was wrong; its rows add up to the accounts."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.welfare.funds.actions import (
    AlreadyBooked,
    book_income,
    book_spending,
    keep_receipt,
    standing,
    take_back,
)
from services.welfare.funds.codes import CODES, INCOME, SPENDING
from services.welfare.funds.models import Entry
from services.welfare.visits.actions.reporting import Report, correct_report
from services.welfare.visits.models import VisitTask
from shared.kit.database import locked, new_id
from shared.kit.people import rule_pack
from shared.kit.problems import Conflict, Invalid

DAY = date(2026, 6, 29)


def spend(session, school, **changes):
    said = {
        "code": "activity-sports", "fund": "union", "amount_fen": 160000, "spent_on": DAY, "source": "test",
        "source_id": new_id(),
    }  # fmt: skip
    return book_spending(session, school_id=school.id, **said | changes)


def entries(welfare):
    with welfare.reading() as session:
        return list(session.scalars(select(Entry).order_by(Entry.booked_at, Entry.id)))


def test_the_same_source_is_booked_once(union):
    with union.welfare.transaction() as session:
        first = spend(session, union.school, source_id="round-1")
    with union.welfare.transaction() as session:
        assert spend(session, union.school, source_id="round-1").id == first.id
    assert [entry.amount_fen for entry in entries(union.welfare)] == [160000]


def test_another_sum_for_the_same_source_is_refused_as_a_correction(union):
    with union.welfare.transaction() as session:
        spend(session, union.school, source_id="round-1")
    with pytest.raises(AlreadyBooked), union.welfare.transaction() as session:
        spend(session, union.school, source_id="round-1", amount_fen=170000)


def test_a_mistake_is_countered_and_booked_anew_and_both_stay(union):
    with union.welfare.transaction() as session:
        wrong = spend(session, union.school, source_id="round-1")
        take_back(session, wrong, reason="数错一份", by=union.chair.id)
        right = spend(session, union.school, source_id="round-1", amount_fen=152000)
        assert standing(session, union.school.id, "test", "round-1") == right
    rows = entries(union.welfare)
    assert [(row.number, row.amount_fen, row.kind) for row in rows] == [
        (1, 160000, "booked"), (2, -160000, "counter"), (3, 152000, "booked"),
    ]  # fmt: skip
    assert sum(row.amount_fen for row in rows) == 152000


def test_taking_back_twice_counters_once_and_a_counter_entry_is_not_taken_back(union):
    with union.welfare.transaction() as session:
        wrong = spend(session, union.school)
        counter = take_back(session, wrong, reason="重复")
        assert take_back(session, wrong, reason="重复").id == counter.id
        with pytest.raises(Conflict):
            take_back(session, counter, reason="再改")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_fen": 0}, {"amount_fen": -1}, {"amount_fen": 1.5}, {"amount_fen": True}, {"code": "dues"},
        {"code": "banquet"}, {"fund": "personal"}, {"fund": "slush"},
    ],
)  # fmt: skip
def test_what_is_no_sum_heading_or_fund_is_refused(union, wrong):
    with pytest.raises(Invalid), union.welfare.transaction() as session:
        spend(session, union.school, **wrong)


def test_income_has_headings_of_its_own(union):
    with union.welfare.transaction() as session:
        said = {"school_id": union.school.id, "amount_fen": 1, "received_on": DAY, "source": "test"}
        assert book_income(session, code="allocation", source_id="1", **said).is_income
        with pytest.raises(Invalid):
            book_income(session, code="hardship", source_id="2", **said)
    assert not set(INCOME) & set(SPENDING)
    assert len({code.account for code in CODES.values()}) == len(CODES)


def test_a_receipt_proves_one_thing(union):
    with union.welfare.transaction() as session:
        receipt = keep_receipt(
            session, BytesIO(b"%PDF-1.4"), "票.pdf", school_id=union.school.id, kept_by=union.carer.id
        )
        session.flush()
        spend(session, union.school, source_id="round-1", receipt_ids=[receipt.id])
        spend(session, union.school, source_id="round-1", receipt_ids=[receipt.id])
        with pytest.raises(Invalid):
            spend(session, union.school, source_id="round-2", receipt_ids=[receipt.id])


def test_a_visits_gift_stands_in_the_ledger_with_the_rules_it_was_checked_by(union):
    union.report()
    task = union.complete(union.task(), gift_fen=40000, fund="union")
    [entry] = entries(union.welfare)
    assert (entry.source, entry.source_id, entry.amount_fen) == ("visit", task.id, 40000)
    assert (entry.code, entry.pack_code, entry.pack_version) == ("collective-welfare", "guizhou", 1)


def test_a_gift_out_of_the_own_pocket_is_no_money_of_the_union(union):
    union.report()
    union.complete(union.task(), gift_fen=40000, fund="personal")
    assert entries(union.welfare) == []


def test_a_corrected_gift_is_countered_and_one_corrected_in_words_alone_is_not(union):
    union.report()
    task = union.complete(union.task(), gift_fen=40000, fund="union")

    def correct(gift_fen, reason):
        with union.welfare.transaction() as session:
            found = locked(session, VisitTask, task.id)
            report = Report(DAY, went=[union.carer.id], gift_fen=gift_fen, fund="union")
            correct_report(session, found, report, reason=reason, by=union.carer.id)

    correct(40000, "只改备注")
    assert len(entries(union.welfare)) == 1
    correct(30000, "实付300元")
    assert [entry.amount_fen for entry in entries(union.welfare)] == [40000, -40000, 30000]
    correct(0, "改送鲜花，未花钱")
    assert sum(entry.amount_fen for entry in entries(union.welfare)) == 0


STEPS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 10**9), st.sampled_from(list(SPENDING))), max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_booked_and_taken_back_the_rows_add_up_to_what_stands(union, steps):
    """Sources are booked, and booked anew after a counter-entry; in the end the rows sum to the last of each."""
    school, prefix, meant = union.school, new_id()[-8:], {}  # one database for all that is tried
    with union.welfare.transaction() as session:
        for source, amount, code in steps:
            source_id = f"{prefix}-{source}"
            if (booked := standing(session, school.id, "test", source_id)) is not None:
                take_back(session, booked, reason="改")
            spend(session, school, source_id=source_id, amount_fen=amount, code=code)
            meant[source_id] = amount
        rows = list(session.scalars(select(Entry).where(Entry.source_id.startswith(prefix))))
    assert sum(row.amount_fen for row in rows) == sum(meant.values())
    assert all(isinstance(row.amount_fen, int) for row in rows)
    assert len({(row.source_id, row.number) for row in rows}) == len(rows)


def test_the_pack_of_the_day_is_the_one_that_is_noted(union):
    with union.welfare.transaction() as session:
        pack = rule_pack(session, union.school.id, DAY)
        assert spend(session, union.school, pack=pack).pack_version == 1
        assert spend(session, union.school).pack_version is None
