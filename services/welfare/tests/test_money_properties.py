"""Whatever the sums are: nothing is lost to rounding, what is planned and spent adds up, and a limit is a limit."""

from collections import Counter
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.welfare.aid.limits import Limit, limit_of
from services.welfare.aid.models import APPROVED, REFUSED, AidRequest
from services.welfare.audits.queries import accounts
from services.welfare.expenses.actions.submitting import Spending, breaches_of
from services.welfare.expenses.models import Expense
from services.welfare.funds.actions import book_income, book_spending
from services.welfare.funds.actions.planning import (
    commit_activity,
    move_activity,
    release_activity,
    settle_activity,
)
from services.welfare.funds.codes import INCOME, SPENDING
from services.welfare.funds.models import (
    ADMINISTRATION,
    DUES_FUND,
    UNION,
    ActivityCost,
    Budget,
    Commitment,
    Entry,
)
from services.welfare.funds.queries import sums
from services.welfare.wording import in_yuan
from shared.kit.database import new_id
from shared.kit.people import RulePack
from shared.kit.testing.builders import a_school

DAY = date(2026, 6, 29)
FEN = st.integers(0, 10**10)
MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


# --- rounding


@given(lines=st.dictionaries(st.sampled_from(list(SPENDING)), FEN), percent=st.integers(0, 100))
def test_a_reserve_is_the_share_of_care_and_never_a_fen_less(lines, percent):
    budget = Budget(lines=lines, reserve_percent=percent)
    care = sums.care_planned(budget)
    assert 0 <= budget.reserve_fen <= care
    assert budget.reserve_fen * 100 >= care * percent > (budget.reserve_fen - 1) * 100
    assert isinstance(budget.reserve_fen, int)


@given(spend=FEN, attended=st.integers(0, 5000))
def test_what_each_cost_covers_the_whole_and_is_less_than_a_fen_too_much(spend, attended):
    each = ActivityCost(spend_fen=spend, attended=attended).each_fen
    if attended == 0:
        assert each is None
    else:
        assert each * attended >= spend > (each - 1) * attended


@given(fen=st.integers(-(10**12), 10**12))
def test_a_sum_in_yuan_is_the_same_sum(fen):
    assert in_yuan(fen) * 100 == Decimal(fen)


@given(limit=FEN, granted=FEN, asked=FEN)
def test_aid_goes_up_to_the_limit_and_not_a_fen_further(limit, granted, asked):
    found = Limit("none", limit, granted, None)
    assert found.allows(asked) == (granted + asked <= limit or asked == 0)
    assert 0 <= found.left_fen <= limit
    assert Limit("none", None, granted, None).allows(asked), "where the rules name none, there is none"


# --- what is planned and spent adds up

ACTIVITIES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["schedule", "cancel", "complete", "move"]), st.integers(0, 10**7)),
    max_size=14,
)  # fmt: skip


@MANY
@given(steps=ACTIVITIES)
def test_whatever_becomes_of_activities_open_ones_are_bespoken_and_closed_ones_spent(union, steps):
    school = a_school(
        union.welfare, "试验小学", district=union.district
    )  # one database for all that is tried
    ids = [new_id() for _ in range(3)]
    bespoken, spent = {}, {}
    with union.welfare.transaction() as session:
        for which, step, fen in steps:
            activity = {"school_id": school.id, "activity_id": ids[which]}
            if step == "schedule":
                commit_activity(session, **activity, kind="contest", fund=UNION, amount_fen=fen, day=DAY)
                if which not in spent:
                    bespoken[which] = fen
            elif step == "cancel":
                release_activity(session, *activity.values())
                bespoken.pop(which, None)
            elif step == "move":
                move_activity(session, *activity.values(), DAY)
            else:
                cost = {
                    "activity_id": ids[which], "kind": "contest", "attended": 3, "winners": 1, "spend_fen": fen,
                }  # fmt: skip
                settle_activity(session, school_id=school.id, day=DAY, cost=cost)
                spent.setdefault(which, fen)
                bespoken.pop(which, None)
        session.flush()
        assert sum(sums.committed(session, school.id, 2026).values()) == sum(bespoken.values())
        rows = session.scalars(select(Entry).where(Entry.school_id == school.id)).all()
        assert sum(row.amount_fen for row in rows) == sum(spent.values())
        open_ones = session.scalars(
            select(Commitment).where(Commitment.school_id == school.id, Commitment.state == "open")
        )
        assert all(one.amount_fen > 0 for one in open_ones)


BOOKINGS = st.lists(
    st.tuples(
        st.sampled_from([*INCOME, *SPENDING]), st.sampled_from([UNION, DUES_FUND, ADMINISTRATION]),
        st.integers(1, 10**8), st.sampled_from(["visit", "aid", "test"]),
    ), max_size=14,
)  # fmt: skip


@MANY
@given(booked=BOOKINGS)
def test_the_accounts_the_funds_and_the_ledger_say_the_same(union, booked):
    """Help to fewer than five is folded into another heading: the sum stays."""
    school = a_school(union.welfare, "试验中学", district=union.district)
    funds: Counter[str] = Counter()
    with union.welfare.transaction() as session:
        for n, (code, fund, fen, source) in enumerate(booked):
            to = {"school_id": school.id, "code": code, "fund": fund, "amount_fen": fen, "source_id": f"{n}"}
            if code in INCOME:
                book_income(session, **to, received_on=DAY, source="income")
            else:
                book_spending(session, **to, spent_on=DAY, source=source)
            funds[fund] += fen if code in INCOME else -fen
        session.flush()
        said, year = accounts(session, school.id, "2026-H1"), sums.year_of(session, school.id, 2026)
        received = sum(fen for code, _fund, fen, _source in booked if code in INCOME)
        spent = sum(fen for code, _fund, fen, _source in booked if code in SPENDING)
        assert (sum(said["income_by_code"].values()), sum(said["spend_by_code"].values())) == (
            received,
            spent,
        )
        assert (year.received_fen, year.spent_fen) == (received, spent)
        assert {k: v for k, v in sums.balances(session, school.id).items() if v} == {
            k: v for k, v in funds.items() if v
        }


@MANY
@given(grants=st.lists(st.tuples(st.integers(1, 200000), st.sampled_from([APPROVED, REFUSED])), max_size=6))
def test_what_is_left_of_a_years_aid_is_the_limit_less_what_was_granted(union, grants):
    person = union.person("受助人")
    with union.welfare.transaction() as session:
        for fen, state in grants:
            session.add(AidRequest(
                school_id=union.school.id, person_id=person.id, kind="living", asked_fen=fen, reason="x", state=state,
                granted_fen=fen if state == APPROVED else None, requested_by=person.id, requested_on=DAY, decided_on=DAY,
            ))  # fmt: skip
        session.flush()
        new = AidRequest(id=new_id(), school_id=union.school.id, person_id=person.id)
        granted = sum(fen for fen, state in grants if state == APPROVED)
        found = limit_of(session, new, DAY)
        assert (found.granted_fen, found.left_fen) == (granted, max(100000 - granted, 0))


@MANY
@given(gifts=st.lists(st.tuples(st.integers(1, 500000), st.integers(1, 9)), min_size=1, max_size=5))
def test_gifts_of_a_year_are_added_for_each_member_without_losing_a_part_of_a_fen(union, gifts):
    """安徽: at most 1,500 yuan a year for each; every gift is divided among its own number of members."""
    school = a_school(union.welfare, "试验幼儿园", district=union.district)
    *before, (fen, heads) = gifts
    pack = RulePack(code="anhui", version=1, parameters={"ceilings_fen": {"festivals-year": 150000}})
    with union.welfare.transaction() as session:
        for sum_fen, number in before:
            session.add(Expense(
                school_id=school.id, entry_id=new_id(), kind="festival-gifts", code="collective-welfare", fund=UNION,
                amount_fen=sum_fen, spent_on=DAY, words="慰问品", heads=number, festival="spring", submitted_by=new_id(),
            ))  # fmt: skip
        session.flush()
        spending = Spending("festival-gifts", UNION, fen, DAY, "慰问品", heads=heads, festival="labour")
        rules = [breach.rule for breach in breaches_of(session, school.id, spending, pack)]
    each = sum(
        Decimal(2520) * sum_fen / number for sum_fen, number in gifts
    )  # 2520: divided by each of 1 … 9
    assert (rules == ["ceiling.festivals-year"]) == (each > 150000 * 2520)
