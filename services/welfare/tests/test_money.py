"""The year's money: the budget, what activities bespeak and cost, dues, the aid fund, the reserve and the outings."""

from datetime import date

import pytest
from sqlalchemy import select

from services.welfare.funds.actions import AidFundExhausted, book_income, book_spending, check_reserve
from services.welfare.funds.actions.planning import (
    allot_aid,
    approve_budget,
    draft_budget,
    report_budget,
)
from services.welfare.funds.actions.posts import PostsApart, give_post, publish_policy
from services.welfare.funds.models import ActivityCost, AidAllotment, Budget, Commitment, Entry, FinancePeriod
from services.welfare.funds.queries import posts, sums
from shared.contracts.events import ActivityChanged, ActivityCompleted, ActivityScheduled
from shared.contracts.members import DuesPeriodClosed, OfficerChanged, OrganisationChanged
from shared.contracts.welfare import FinanceRuleBreached
from shared.kit import clock
from shared.kit.database import locked, new_id
from shared.kit.problems import Conflict, Forbidden, Invalid

DAY = date(2026, 6, 29)


@pytest.fixture
def treasurer(union):
    return union.person("钱程", offices=["treasurer"])


@pytest.fixture
def auditor(union):
    return union.person("严查", offices=["auditor"])


def plan(union, treasurer, *, reserve=0, approved=True, **lines):
    with union.welfare.transaction() as session:
        budget = draft_budget(
            session,
            school_id=union.school.id,
            year=2026,
            lines={code.replace("_", "-"): fen for code, fen in lines.items()},
            reserve_percent=reserve,
            by=treasurer.id,
        )
        if approved:
            approve_budget(session, budget, resolution="3月例会", by=union.chair.id)
        return budget.id


def year(union):
    with union.welfare.reading() as session:
        return sums.year_of(session, union.school.id, 2026)


def line(union, code):
    return next(one for one in year(union).spending if one.code == code)


def schedule(union, activity_id, **changes):
    said = {
        "activity_id": activity_id, "kind": "contest", "audience_code": "all", "budget_fen": 200000,
        "starts_at": clock.parse("2026-07-10T14:00"), "ends_at": clock.parse("2026-07-10T17:00"),
        "fund_source": "union",
    }  # fmt: skip
    union.welfare.receive(ActivityScheduled, subject=activity_id, school=union.school.id, **said | changes)


def complete(union, activity_id, **changes):
    said = {
        "activity_id": activity_id, "kind": "contest", "invited": 40, "attended": 30, "winners": 20,
        "spend_fen": 160000, "satisfaction_hundredths": 460,
    }  # fmt: skip
    union.welfare.receive(ActivityCompleted, subject=activity_id, school=union.school.id, **said | changes)


def breaches(union):
    return [
        (said.data["rule_id"], said.data["source_type"]) for said in union.welfare.outbox(FinanceRuleBreached)
    ]


def all_of(union, model):
    with union.welfare.reading() as session:
        return list(session.scalars(select(model).order_by(model.id)))


# --- the budget


def test_a_budget_is_approved_by_another_than_who_drafted_it_and_reported_upward(union, treasurer):
    budget_id = plan(union, treasurer, approved=False, activity_sports=500000)
    with union.welfare.transaction() as session:
        budget = locked(session, Budget, budget_id)
        with pytest.raises(Forbidden):
            approve_budget(session, budget, resolution="3月例会", by=treasurer.id)
        with pytest.raises(Conflict):
            report_budget(session, budget)
        approve_budget(session, budget, resolution="3月例会", by=union.chair.id)
        report_budget(session, budget)
        assert budget.state == "reported"


def test_an_approved_budget_is_never_changed_the_next_version_follows_it(union, treasurer):
    plan(union, treasurer, activity_sports=500000)
    plan(union, treasurer, approved=False, activity_sports=600000)
    assert line(union, "activity-sports").planned_fen == 500000, "a draft counts for nothing"
    plan(union, treasurer, activity_sports=600000)
    assert line(union, "activity-sports").planned_fen == 600000
    assert [(one.number, one.lines) for one in all_of(union, Budget)] == [
        (1, {"activity-sports": 500000}), (2, {"activity-sports": 600000}),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"banquets": 1}, {"activity_sports": -1}, {"activity_sports": 1.5}])
def test_a_budget_has_headings_and_whole_fen(union, treasurer, wrong):
    with pytest.raises(Invalid):
        plan(union, treasurer, **wrong)


# --- activities: bespoken, spent, compared


def test_an_activity_bespeaks_its_budget_and_spends_it_when_it_is_closed(union, treasurer):
    plan(union, treasurer, activity_sports=500000)
    activity_id = new_id()
    schedule(union, activity_id)
    sports = line(union, "activity-sports")
    assert (sports.committed_fen, sports.actual_fen, sports.left_fen) == (200000, 0, 300000)
    complete(union, activity_id)
    complete(union, activity_id, spend_fen=999999)
    sports = line(union, "activity-sports")
    assert (sports.committed_fen, sports.actual_fen, sports.left_fen) == (0, 160000, 340000)
    [cost] = all_of(union, ActivityCost)
    assert (cost.each_fen, cost.satisfaction_hundredths, cost.budget_fen) == (5334, 460, 200000)
    assert breaches(union) == []


def test_moved_it_moves_called_off_it_is_free_again_and_said_anew_it_is_bespoken_anew(union):
    activity_id = new_id()
    schedule(union, activity_id)
    schedule(union, activity_id, budget_fen=150000)
    said = {"activity_id": activity_id}
    union.welfare.receive(
        ActivityChanged, subject=activity_id, school=union.school.id, change="moved",
        starts_at=clock.parse("2027-01-03T14:00"), **said,
    )  # fmt: skip
    [commitment] = all_of(union, Commitment)
    assert (commitment.amount_fen, commitment.day) == (150000, date(2027, 1, 3))
    union.welfare.receive(
        ActivityChanged,
        subject=activity_id,
        school=union.school.id,
        change="cancelled",
        starts_at=None,
        **said,
    )
    assert [one.state for one in all_of(union, Commitment)] == ["released"]


def test_what_people_pay_themselves_and_what_costs_nothing_bespeaks_nothing(union):
    schedule(union, new_id(), fund_source="personal")
    schedule(union, new_id(), budget_fen=None, fund_source=None)
    assert all_of(union, Commitment) == []


def test_more_than_was_bespoken_is_told_to_events_and_the_auditors(union, auditor):
    activity_id = new_id()
    schedule(union, activity_id)
    complete(union, activity_id, spend_fen=200001)
    assert breaches(union) == [("budget", "activity")]
    said = union.welfare.outbox(FinanceRuleBreached)[0].data
    assert (said["source_id"], said["limit_fen"], said["actual_fen"]) == (activity_id, 200000, 200001)
    assert union.notices(to=auditor) == ["money-rule-broken"]


def test_an_activity_that_the_heading_cannot_bear_is_told_when_it_is_scheduled(union, treasurer):
    plan(union, treasurer, activity_sports=300000)
    schedule(union, new_id())
    schedule(union, new_id())
    assert breaches(union) == [("budget-line", "activity")]


def test_what_was_booked_for_an_activity_one_by_one_is_not_booked_twice(union):
    activity_id = new_id()
    schedule(union, activity_id)
    with union.welfare.transaction() as session:
        book_spending(
            session, school_id=union.school.id, code="activity-sports", fund="union", amount_fen=60000,
            spent_on=DAY, source="expense", source_id=new_id(), activity_id=activity_id,
        )  # fmt: skip
    complete(union, activity_id)
    assert line(union, "activity-sports").actual_fen == 160000
    assert [entry.amount_fen for entry in all_of(union, Entry)] == [60000, 100000]


# --- rules of the whole year


def test_outings_beside_the_dues_stay_within_three_times_the_dues(union, auditor):
    with union.welfare.transaction() as session:
        book_income(
            session, school_id=union.school.id, code="dues", fund="dues", amount_fen=100000, received_on=DAY,
            source="dues", source_id="2026-05",
        )  # fmt: skip

    def outing(amount_fen, fund="union"):
        with union.welfare.transaction() as session:
            return book_spending(
                session, school_id=union.school.id, code="outings", fund=fund, amount_fen=amount_fen,
                spent_on=DAY, source="test", source_id=new_id(),
            )  # fmt: skip

    outing(90000, fund="dues")
    outing(300000)
    assert breaches(union) == []
    assert outing(1).breaches == ["outing-times-dues"]
    assert breaches(union) == [("outing-times-dues", "ledger")]
    schedule(union, new_id(), kind="outing", budget_fen=1)
    assert breaches(union)[-1] == ("outing-times-dues", "activity")


@pytest.mark.parametrize(
    ("planned_dues", "year", "expected"),
    [
        (0, 2026, [("outing-times-dues", "activity")]),
        (66666, 2026, [("outing-times-dues", "activity")]),
        (66667, 2026, []),  # 3 × 666.67 yuan
        (0, 2027, []),  # nobody knows the dues of a year without a budget; it is weighed when it is booked
    ],
)
def test_a_planned_outing_is_weighed_by_the_dues_that_the_budget_expects(
    union, treasurer, planned_dues, year, expected
):
    plan(union, treasurer, dues=planned_dues, outings=900000)
    day = {"starts_at": clock.parse(f"{year}-10-10T08:00"), "ends_at": clock.parse(f"{year}-10-10T17:00")}
    for fund, fen in (("dues", 50000), ("union", 200001)):
        schedule(union, new_id(), kind="outing", budget_fen=fen, fund_source=fund, **day)
    assert breaches(union) == expected


def test_an_activity_that_moves_into_another_year_comes_under_its_budget(union, treasurer, auditor):
    plan(union, treasurer, activity_sports=500000)
    activity_id = new_id()
    schedule(union, activity_id, starts_at=clock.parse("2027-01-10T14:00"), ends_at=clock.parse("2027-01-10T17:00"),
             budget_fen=600000)  # fmt: skip
    assert breaches(union) == []
    union.welfare.receive(
        ActivityChanged, subject=activity_id, school=union.school.id, activity_id=activity_id, change="moved",
        starts_at=clock.parse("2026-12-20T14:00"),
    )  # fmt: skip
    assert breaches(union) == [("budget-line", "activity")]


def test_gifts_to_all_do_not_eat_what_is_held_for_the_sick_and_the_retired(union, treasurer, auditor):
    """病残、离退休 keep a fifth of 10,000 yuan: gifts to everybody stop at 8,000, visits do not."""
    plan(union, treasurer, reserve=20, collective_welfare=700000, hardship=300000)
    with union.welfare.transaction() as session:
        assert check_reserve(session, union.school.id, DAY, 800000) is None
        assert check_reserve(session, union.school.id, DAY, 800001).limit == 800000

    def gift(amount_fen, source="gift-round"):
        with union.welfare.transaction() as session:
            book_spending(
                session, school_id=union.school.id, code="collective-welfare", fund="union",
                amount_fen=amount_fen, spent_on=DAY, source=source, source_id=new_id(),
            )  # fmt: skip

    gift(800000)
    gift(90000, source="visit")
    assert breaches(union) == []
    gift(1)
    assert breaches(union) == [("reserve", "ledger")]


def test_a_part_of_a_fen_is_held_back_whole():
    budget = Budget(lines={"hardship": 101}, reserve_percent=1)
    assert budget.reserve_fen == 2


def test_the_aid_fund_has_two_sources_and_pays_no_more_than_was_set_apart(union, treasurer):
    with union.welfare.transaction() as session:
        for fund, fen in (("administration", 500000), ("union", 300000)):
            allot_aid(
                session, school_id=union.school.id, fund=fund, amount_fen=fen, allotted_on=DAY,
                words="贫困教师帮扶专项", by=treasurer.id,
            )  # fmt: skip

    def aid(amount_fen, fund):
        with union.welfare.transaction() as session:
            book_spending(
                session, school_id=union.school.id, code="hardship", fund=fund, amount_fen=amount_fen,
                spent_on=DAY, source="aid", source_id=new_id(),
            )  # fmt: skip
            return [row.fund for row in session.info.get("locked", ()) if isinstance(row, AidAllotment)]

    assert aid(300000, "union") == ["union"], "held, or two payments at once would both find it left"
    with pytest.raises(AidFundExhausted):
        aid(1, "union")
    aid(1, "administration")
    aid(10**6, "superior")
    with union.welfare.reading() as session:
        found = sums.aid_fund(session, union.school.id)
    assert found == {"union": (300000, 300000), "administration": (500000, 1)}
    grants = [entry for entry in all_of(union, Entry) if entry.is_income]
    assert [(entry.code, entry.amount_fen) for entry in grants] == [("administration-grant", 500000)]


# --- dues, posts, half-years


def test_dues_of_a_closed_period_are_income_once_and_a_new_sum_counters_the_old(union):
    def close(received_fen, period="2026-05"):
        union.welfare.receive(
            DuesPeriodClosed, subject=period, school=union.school.id, period=period, payers=100,
            expected_fen=200000, received_fen=received_fen,
        )  # fmt: skip

    close(180000)
    close(180000)
    close(190000)
    rows = all_of(union, Entry)
    assert [(row.amount_fen, row.fund, row.counted_on) for row in rows] == [
        (180000, "dues", date(2026, 5, 31)), (-180000, "dues", date(2026, 5, 31)),
        (190000, "dues", date(2026, 5, 31)),
    ]  # fmt: skip
    close(1, period="2026-06")
    close(1, period="2025-2026-2")
    assert [row.counted_on for row in all_of(union, Entry)[3:]] == [DAY, DAY]


@pytest.mark.parametrize(
    "type_",
    [
        "members.dues.period-closed.v1", "events.activity.scheduled.v1", "events.activity.completed.v1",
        "events.activity.changed.v1",
    ],
)  # fmt: skip
def test_the_published_samples_are_understood(welfare, type_):
    welfare.deliver_sample(type_)


@pytest.mark.parametrize("office", ["auditor", "chair"])
def test_accountant_cashier_and_auditor_are_three_people(union, treasurer, auditor, office):
    def give(post, person):
        with union.welfare.transaction() as session:
            return give_post(
                session, school_id=union.school.id, post=post, person_id=person.id, by=union.chair.id
            )

    give("accountant", treasurer)
    for post, person in (("cashier", treasurer), ("cashier", auditor), ("cashier", union.chair)):
        with pytest.raises(PostsApart):
            give(post, person)
    give("cashier", union.carer)
    with pytest.raises(PostsApart):
        give("accountant", union.carer)
    with pytest.raises(Invalid):
        give("cashier", union.person("外校人", school=union.district))
    union.receive(
        OfficerChanged, union.carer, person_id=union.carer.id, office_code=office, scope_id=union.school.id,
        action="taken", term_from=DAY, term_to=None,
    )  # fmt: skip
    with union.welfare.reading() as session:
        assert set(posts.running(session, union.school.id)) == {"accountant"}


def test_a_policy_is_kept_in_every_version(union):
    for text in ("第一版", "第二版"):
        with union.welfare.transaction() as session:
            publish_policy(
                session, school_id=union.school.id, kind="finance-rules", text=text, adopted_on=DAY,
                by=union.chair.id,
            )  # fmt: skip
    with union.welfare.reading() as session:
        found = posts.policies(session, union.school.id)["finance-rules"]
    assert [(one.number, one.text) for one in found] == [(2, "第二版"), (1, "第一版")]


def test_the_half_years_of_a_union_are_watched_and_the_chair_hears_when_one_stays_secret(
    union, treasurer, auditor, frozen_clock
):
    for version in (2, 3):
        union.welfare.receive(
            OrganisationChanged, subject=union.school.id, organisation_id=union.school.id, kind="school",
            name="五马中学", parent_id=union.district.id, tenant_id=union.school.id, status="active",
            headcount_band=None, member_count=None, rule_pack_code=None, version=version,
        )  # fmt: skip
    assert [one.period for one in all_of(union, FinancePeriod)] == ["2026-H1"]
    frozen_clock.at("2026-07-01T09:00")
    union.welfare.work()
    assert union.notices(to=auditor) == ["accounts-to-examine"]
    assert [one.period for one in all_of(union, FinancePeriod)] == ["2026-H1", "2026-H2"]
    frozen_clock.at("2026-07-21T09:00")
    union.welfare.work()
    assert union.notices(to=treasurer) == ["accounts-soon-due"]
    frozen_clock.at("2026-07-31T23:00")
    union.welfare.work()
    assert union.notices(to=union.chair) == []
    for day in ("2026-08-01", "2026-08-08"):
        frozen_clock.at(f"{day}T09:00")
        union.welfare.work()
    assert union.notices(to=union.chair) == ["accounts-late", "accounts-late"]
    with union.welfare.transaction() as session:
        locked(session, FinancePeriod, all_of(union, FinancePeriod)[0].id).state = "published"
    frozen_clock.at("2026-08-20T09:00")
    union.welfare.work()
    assert len(union.notices(to=union.chair)) == 2
