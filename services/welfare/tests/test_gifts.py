"""Rounds of gifts: what the rules allow, a frozen list, things that change hands, and the books that agree with it."""

import re
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from services.welfare.expenses.actions import BreaksRule, Spending, submit
from services.welfare.funds.actions.planning import approve_budget, draft_budget
from services.welfare.funds.models import Entry
from services.welfare.gifts.actions import closing, deciding, drafting, handing_out
from services.welfare.gifts.models import APPROVED, CLOSED, DRAFT, OPEN, TAKEN, GiftRound, GiftShare
from services.welfare.gifts.queries import lists
from services.welfare.gifts.queries.greetings import reserve
from services.welfare.gifts.queries.lists import figures, sheet
from services.welfare.rounds.actions.drafting import open_round as open_visits
from shared.contracts.events import CheckinRecorded, CheckinWithdrawn
from shared.contracts.welfare import FinanceRuleBreached, GiftRoundChanged
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.people import rule_pack
from shared.kit.problems import Conflict, Invalid
from shared.kit.testing.builders import a_rule_pack

TODAY = date(2026, 6, 15)
WINDOW = {"pickup_from": datetime(2026, 6, 17, 12, tzinfo=clock.SHANGHAI),
          "pickup_to": datetime(2026, 6, 18, 17, 30, tzinfo=clock.SHANGHAI)}  # fmt: skip
USUAL = {"occasion": "dragon-boat", "happens_on": None, "audience": "in-post", "items": ["粽子礼盒", "咸鸭蛋礼盒"],
         "per_head_fen": 15000, "fund": "union", "place": "union-office", **WINDOW}  # fmt: skip


@pytest.fixture
def union(union, frozen_clock):
    frozen_clock.at("2026-06-15T10:00")
    union.deputy = union.person("吴强", sex="male", offices=["vice_chair"])
    union.more = [union.person(f"教师{n}", sex="male" if n % 2 else "female") for n in range(6)]
    union.retired = union.person("退休者", standing="retired")
    return union


def make(union, **more):
    with union.welfare.transaction() as session:
        return drafting.begin(session, school_id=union.school.id, **USUAL | more).id


def within(union, round_id, action, **given):
    """An action on the locked round."""
    with union.welfare.transaction() as session:
        return action(session, locked(session, GiftRound, round_id), **given)


def approved(union, reason=None, **more):
    round_id = make(union, **more)
    within(union, round_id, deciding.propose, by=union.carer.id, reason=reason)
    for voter in (union.carer, union.chair):
        within(union, round_id, deciding.vote, by=voter.id, approves=True, reason=None)
    return round_id


def opened(union, **more):
    round_id = approved(union, **more)
    within(union, round_id, handing_out.open_round, by=union.carer.id)
    return round_id


def read(union, round_id):
    with union.welfare.reading() as session:
        made = session.get(GiftRound, round_id)
        return made, figures(session, made), sheet(session, made)


def broken(union, **more):
    """Rule → (limit, actual) of what a draft would break."""
    round_id = make(union, **more)
    with union.welfare.reading() as session:
        made = session.get(GiftRound, round_id)
        found = deciding.breaches_of(session, made, rule_pack(session, made.school_id, made.happens_on))
    return {breach.rule: (breach.limit, breach.actual) for breach in found}


@pytest.mark.parametrize(
    ("occasion", "fund", "fen", "rules"),
    [
        ("dragon-boat", "union", 20000, set()),
        ("dragon-boat", "union", 20001, {"ceiling.festival-other"}),
        ("spring", "union", 50000, set()),
        ("spring", "union", 50001, {"ceiling.festival-spring"}),
        ("womens-day", "union", 10000, {"festival"}),
        ("womens-day", "dues", 10000, {"festival"}),
        ("womens-day", "administration", 10000, set()),
        ("teachers-day", "union", 100, {"festival"}),
        ("double-ninth", "union", 100, {"festival"}),
        ("womens-articles", "union", 100, {"festival"}),
        ("womens-articles", "administration", 30000, set()),
    ],
)  # fmt: skip
def test_union_funds_give_at_the_seven_festivals_and_up_to_the_ceiling(union, occasion, fund, fen, rules):
    assert set(broken(union, occasion=occasion, fund=fund, per_head_fen=fen, happens_on=TODAY)) == rules


def test_a_province_that_adds_a_day_allows_it(union):
    a_rule_pack(union.welfare, version=2, effective_from=date(2026, 1, 1), festivals=["spring", "womens-day"])
    assert "festival" not in broken(union, occasion="womens-day", happens_on=TODAY)


def test_the_rules_are_those_of_the_festivals_day(union):
    a_rule_pack(
        union.welfare, version=2, effective_from=date(2026, 9, 1), ceilings_fen={"festival-other": 10000}
    )
    assert broken(union, occasion="dragon-boat") == {}
    assert set(broken(union, occasion="mid-autumn", happens_on=date(2026, 9, 25))) == {
        "ceiling.festival-other"
    }


def test_union_money_for_the_retired_is_named_with_its_sum(union):
    assert broken(union, audience="everyone") == {"retiree-fund": (0, 15000)}
    assert broken(union, audience="retired", fund="administration") == {}


@pytest.mark.parametrize(
    ("before", "fen", "actual"),
    [
        ([], 20000, None),
        ([("labour", "in-post", "union", 20000)], 20000, None),  # the limit itself is allowed
        ([("labour", "in-post", "union", 20000)], 20001, 40001),
        ([("labour", "women", "union", 20000), ("spring", "women", "union", 10000)], 10001, 40001),
        ([("labour", "in-post", "administration", 20000)], 40000, None),  # no union money
        (
            [("labour", "retired", "administration", 20000), ("spring", "in-post", "union", 35000)],
            5001,
            40001,
        ),
    ],
)
def test_the_ceiling_of_the_year_counts_across_rounds_for_whoever_gets_most(union, before, fen, actual):
    union.person("女教师", sex="female")
    a_rule_pack(
        union.welfare, version=2, effective_from=date(2026, 1, 1),
        ceilings_fen={"festivals-year": 40000, "festival-other": None, "festival-spring": None},
    )  # fmt: skip
    for occasion, audience, fund, each in before:
        approved(union, occasion=occasion, audience=audience, fund=fund, per_head_fen=each, happens_on=TODAY)
    found = broken(union, per_head_fen=fen)
    assert found.get("ceiling.festivals-year") == (actual and (40000, actual))


def test_rounds_and_expenses_for_all_count_together(union):
    a_rule_pack(
        union.welfare, version=2, effective_from=date(2026, 1, 1), ceilings_fen={"festivals-year": 20000}
    )
    spending = Spending(kind="festival-gifts", fund="union", amount_fen=10000 * 9, spent_on=TODAY, words="青团",
                        heads=9, festival="qingming")  # fmt: skip
    with union.welfare.transaction() as session:
        submit(session, spending, school_id=union.school.id, by=union.carer.id)
    assert broken(union, per_head_fen=10001) == {"ceiling.festivals-year": (20000, 20001)}
    approved(union, per_head_fen=10000)
    more = Spending(kind="festival-gifts", fund="union", amount_fen=9, spent_on=TODAY, words="月饼", heads=9,
                    festival="mid-autumn")  # fmt: skip
    with pytest.raises(BreaksRule) as refused, union.welfare.transaction() as session:
        submit(session, more, school_id=union.school.id, by=union.carer.id)
    assert refused.value.extra["breaches"][0]["actual"] == 20001


def test_gifts_that_eat_the_reserve_are_told_with_what_is_planned_already(union):
    with union.welfare.transaction() as session:
        budget = draft_budget(session, school_id=union.school.id, year=2026, reserve_percent=25, by=union.carer.id,
                              lines={"collective-welfare": 400000})  # fmt: skip
        approve_budget(session, budget, resolution="年初例会", by=union.chair.id)
    assert broken(union) == {}  # 10 in post × 150.00 of the 3000.00 that are not held back
    approved(union, occasion="labour", happens_on=TODAY, per_head_fen=15100)
    assert broken(union) == {"reserve": (300000, 301000)}


def test_what_breaks_a_rule_needs_a_reason_that_the_committee_reads_and_the_auditors_are_told(union):
    auditor = union.person("经审员", offices=["auditor"])
    round_id = make(union, occasion="womens-day", audience="women", happens_on=TODAY)
    with pytest.raises(BreaksRule):
        within(union, round_id, deciding.propose, by=union.carer.id, reason=None)
    assert read(union, round_id)[0].state == DRAFT
    assert union.welfare.outbox(FinanceRuleBreached) == []
    round_id = approved(
        union, reason="省总工会另有批复", occasion="womens-day", audience="women", happens_on=TODAY
    )
    [said] = union.welfare.outbox(FinanceRuleBreached)
    assert (said.data["rule_id"], said.data["source_id"]) == ("festival", round_id)
    assert union.notices(auditor) == ["money-rule-broken"]


def test_what_comes_to_be_broken_after_the_vote_is_not_opened(union):
    a_rule_pack(
        union.welfare, version=2, effective_from=date(2026, 1, 1), ceilings_fen={"festivals-year": 20000}
    )
    round_id = approved(union)
    a_rule_pack(
        union.welfare, version=3, effective_from=date(2026, 2, 1), ceilings_fen={"festivals-year": 14999}
    )
    with pytest.raises(BreaksRule):
        within(union, round_id, handing_out.open_round, by=union.carer.id)
    within(union, round_id, drafting.revise)
    assert read(union, round_id)[0].state == DRAFT


def test_one_voice_decides_nothing_and_two_noes_send_it_back(union):
    round_id = make(union)
    within(union, round_id, deciding.propose, by=union.carer.id, reason=None)
    within(union, round_id, deciding.vote, by=union.chair.id, approves=True, reason=None)
    with pytest.raises(Conflict):
        within(union, round_id, deciding.vote, by=union.chair.id, approves=True, reason=None)
    with pytest.raises(Conflict):
        within(union, round_id, handing_out.open_round, by=union.carer.id)
    for voter in (union.carer, union.deputy):
        within(union, round_id, deciding.vote, by=voter.id, approves=False, reason="太贵")
    assert read(union, round_id)[0].state == DRAFT


@pytest.mark.parametrize(
    ("audience", "count"), [("in-post", 10), ("women", 4), ("everyone", 11), ("retired", 1)]
)
def test_the_list_is_found_by_rule(union, audience, count):
    round_id = opened(union, audience=audience, fund="administration")
    made, _figures, shares = read(union, round_id)
    assert (made.eligible, len(shares)) == (count, count)
    assert (union.retired.id in {share.person_id for share in shares}) == (
        audience in ("everyone", "retired")
    )


def test_the_list_is_frozen_and_everybody_on_it_is_told_once(union):
    round_id = opened(union)
    union.person("新来的")
    union.renew(union.more[0], standing="left")
    union.welfare.work()
    made, counted, shares = read(union, round_id)
    assert (made.state, made.eligible, counted["waiting"], made.opened_on) == (OPEN, 10, 10, TODAY)
    assert union.more[0].id in {share.person_id for share in shares}
    assert union.notices().count("gift-ready") == 10
    assert union.notices(union.more[1]) == ["gift-ready"]
    [said] = union.welfare.outbox(GiftRoundChanged)
    assert (said.data["state"], said.data["eligible"], said.data["issued"]) == (OPEN, 10, 0)
    assert len({share.code for share in shares}) == 10


def test_a_list_of_fewer_than_five_is_told_to_nobody_outside(union):
    opened(union, audience="women", fund="administration")
    assert union.welfare.outbox(GiftRoundChanged) == []


def test_codes_numbers_and_a_colleague_mark_once_and_a_wrong_line_marks_nothing(union):
    round_id = opened(union)
    _made, _figures, shares = read(union, round_id)
    first, second, third = shares[:3]
    with pytest.raises(Invalid):
        lines = handing_out.parse_lines(f"{first.code}\n999999")
        within(union, round_id, handing_out.take_lines, lines=lines, by=union.carer.id)
    assert read(union, round_id)[1][TAKEN] == 0
    typed = f"{first.code}\nhttps://hall.example/welfare/gifts/shares/{second.id}\n{third.number} {first.number}\n"
    for done in (3, 0):
        lines = handing_out.parse_lines(typed)
        assert within(union, round_id, handing_out.take_lines, lines=lines, by=union.carer.id) == done
    _made, counted, shares = read(union, round_id)
    assert (counted[TAKEN], counted["proxy"], counted["waiting"]) == (3, 1, 7)
    assert shares[2].taken_by == first.person_id


def test_whoever_checks_in_where_it_is_fetched_has_fetched_it(union):
    round_id = opened(union)
    mine = next(share for share in read(union, round_id)[2] if share.person_id == union.colleague.id)
    for activity in ("01990000-0000-7000-8000-000000000001", round_id):
        union.receive(CheckinRecorded, union.colleague, activity_id=activity, person_id=union.colleague.id,
                      at=clock.now(), method="qr")  # fmt: skip
    _made, counted, shares = read(union, round_id)
    assert counted[TAKEN] == 1
    assert next(share for share in shares if share.id == mine.id).taken_by == union.colleague.id

    def taken_back():
        union.receive(CheckinWithdrawn, union.colleague, activity_id=round_id, person_id=union.colleague.id)
        return read(union, round_id)[1][TAKEN]

    assert taken_back() == 0, "the tick stood on the wrong line"
    within(union, round_id, handing_out.take_lines, lines=[handing_out.Line(mine.code)], by=union.carer.id)
    assert taken_back() == 1, "what somebody handed out stays"
    within(union, round_id, closing.close, cost_fen=9, spent_on=TODAY, reason="存放工会", by=union.carer.id)
    union.receive(CheckinRecorded, union.chair, activity_id=round_id, person_id=union.chair.id,
                  at=clock.now(), method="door")  # fmt: skip
    assert read(union, round_id)[1][TAKEN] == 1  # who comes after the end has nothing to fetch


def test_one_chooses_until_it_is_fetched(union):
    round_id = opened(union)
    made, _figures, shares = read(union, round_id)

    def choose(item_id):
        with union.welfare.transaction() as session:
            row = session.get(GiftShare, shares[0].id)
            handing_out.choose(session, locked(session, GiftRound, round_id), row, item_id)

    choose(made.items[1].id)
    with pytest.raises(Invalid):
        choose(shares[0].id)
    lines = [handing_out.Line(shares[0].code)]
    within(union, round_id, handing_out.take_lines, lines=lines, by=union.carer.id)
    with pytest.raises(Conflict):
        choose(made.items[0].id)


def test_what_is_handed_out_while_a_choice_waits_its_turn_stays_as_it_was(union, monkeypatch):
    made, _figures, shares = read(union, opened(union))
    share = next(one for one in shares if one.person_id == union.more[0].id)
    kept = lists.kept

    def after_the_other_desk(session, *args, **more):
        held = kept(session, *args, **more)
        handed = update(GiftShare).where(GiftShare.id == share.id).values(state=TAKEN)
        session.execute(handed.execution_options(synchronize_session=False))
        return held

    monkeypatch.setattr(lists, "kept", after_the_other_desk)
    choice = f"/api/welfare/v1/gifts/shares/{share.id}/choice"
    sent = union.welfare.client(union.more[0]).put(choice, json={"item_id": made.items[1].id})
    assert sent.status_code == 409


def test_what_was_chosen_is_counted_for_those_who_hand_out_and_for_nobody_else(union):
    round_id, organiser = opened(union), union.person("组织委员", offices=["organiser"])
    for person, counts in ((union.carer, [0, 0]), (organiser, [None, None])):
        client = union.welfare.client(person)
        items = client.get(f"/api/welfare/v1/gifts/{round_id}").json["items"]
        assert [item["chosen"] for item in items] == counts
        assert ("选择情况" in client.get(f"/welfare/gifts/{round_id}").text) is (person is union.carer)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"cost_fen": 150001, "reason": "放在工会"}, "cost_fen"),  # ten at 150.00 were approved
        ({"cost_fen": 150000, "reason": None}, "reason"),
        ({"cost_fen": 0, "reason": "放在工会"}, "cost_fen"),
        ({"cost_fen": 150000, "reason": "放在工会", "spent_on": date(2026, 6, 16)}, "spent_on"),
    ],
)
def test_a_round_is_not_closed_with_figures_that_cannot_be(union, given, wrong):
    round_id = opened(union)
    within(union, round_id, handing_out.take_lines, lines=[handing_out.Line("1")], by=union.carer.id)
    with pytest.raises(Invalid) as refused:
        within(union, round_id, closing.close, by=union.carer.id, **{"spent_on": TODAY} | given)
    assert set(refused.value.fields) == {wrong}


DEEDS = st.lists(
    st.tuples(st.integers(1, 10), st.sampled_from(["taken", "waiting", "returned"])), max_size=25
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, saved=st.integers(0, 100000))
def test_whatever_is_done_nobody_is_lost_and_the_ledger_says_what_it_cost(union, deeds, saved):
    round_id = opened(union)
    for number, state in deeds:
        with union.welfare.transaction() as session:
            made = locked(session, GiftRound, round_id)
            share = next(row for row in sheet(session, made) if row.number == number)
            try:
                handing_out.mark(session, made, share, state, by=union.carer.id)
            except Conflict:
                assert (share.state, state) not in {("waiting", "taken"), ("taken", "returned")}
    cost = 150000 - saved
    within(
        union, round_id, closing.close, cost_fen=cost, spent_on=TODAY, reason="存放工会", by=union.carer.id
    )
    made, counted, shares = read(union, round_id)
    assert (made.state, made.cost_fen) == (CLOSED, cost)
    assert counted["taken"] + counted["waiting"] + counted["returned"] == made.eligible == len(shares) == 10
    with union.welfare.reading() as session:
        booked = session.scalars(select(Entry).where(Entry.source_id == round_id)).all()
    assert [(entry.amount_fen, entry.fund, entry.source) for entry in booked] == [
        (cost, "union", "gift-round")
    ]
    assert all(share.taken_at is None for share in shares if share.state == "waiting")


def test_a_closed_round_is_told_when_no_figure_points_to_somebody(union):
    round_id = opened(union)
    lines = [handing_out.Line(str(number)) for number in range(1, 11)]
    within(union, round_id, handing_out.take_lines, lines=lines, by=union.carer.id)
    within(union, round_id, closing.close, cost_fen=140000, spent_on=TODAY, reason=None, by=union.carer.id)
    said = union.welfare.outbox(GiftRoundChanged)[-1].data
    assert (said["state"], said["eligible"], said["issued"]) == (CLOSED, 10, 10)


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"items": [" "]}, "items"),
        ({"per_head_fen": 0}, "per_head_fen"),
        ({"fund": "personal"}, "fund"),
        ({"occasion": "other"}, "happens_on"),
        ({"happens_on": date(1999, 6, 18)}, "happens_on"),  # no rules were in force
        ({"happens_on": date(2027, 6, 9)}, "happens_on"),  # another year's ceiling
        (
            {name: moment.replace(year=2099) for name, moment in WINDOW.items()},
            "happens_on",
        ),  # beyond the calendar
        ({"pickup_to": WINDOW["pickup_from"]}, "pickup_to"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_at_its_control(union, more, wrong):
    with pytest.raises(Invalid) as refused:
        make(union, **more)
    assert set(refused.value.fields) == {wrong}


def test_a_form_of_file_that_nobody_knows_is_the_page(union):
    page, carer = f"/welfare/gifts/{opened(union)}", union.welfare.client(union.carer)
    assert carer.get(f"{page}?format=csv").mimetype == "text/csv"
    assert "粽子礼盒" in carer.get(f"{page}?format=pdf").text


def test_called_off_is_the_end_and_approved_is_not_open(union):
    round_id = approved(union)
    assert read(union, round_id)[0].state == APPROVED
    within(union, round_id, drafting.call_off)
    with pytest.raises(Conflict):
        within(union, round_id, handing_out.open_round, by=union.carer.id)


def test_the_year_shows_who_is_greeted_when_and_how_each_stands(union, frozen_clock):
    frozen_clock.at("2026-06-15T10:00")
    with union.welfare.transaction() as session:
        open_visits(session, school_id=union.school.id, kind="mid-autumn", year=2026)
    opened(union)
    closed = opened(
        union, occasion="womens-articles", audience="women", fund="administration", happens_on=TODAY
    )
    within(union, closed, closing.close, cost_fen=0, spent_on=TODAY, reason="未到货", by=union.carer.id)
    make(union, occasion="womens-articles", audience="women", fund="administration", happens_on=TODAY)
    page = union.welfare.client(union.carer).get("/welfare/gifts/greetings?year=2026").text
    table = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in page.split("<tr>")[2:]]
    rows = {row[0]: [cell for cell in row if cell in ("·", "惯例", "准备", "进行", "完成")] for row in table}
    assert rows["端午节"] == ["惯例", "惯例", "·", "·", "·", "进行"]
    assert rows["中秋节"] == ["·", "准备", "准备", "·", "·", "·"]
    assert rows["妇女用品"] == ["·", "·", "·", "·", "准备", "·"]  # of two what is still to be done
    assert rows["国庆节"] == ["·"] * 6


def test_the_reserve_stands_beside_the_year_for_those_who_keep_the_rounds(union):
    with union.welfare.transaction() as session:
        assert reserve(session, union.school.id, 2026) is None
        budget = draft_budget(session, school_id=union.school.id, year=2026, reserve_percent=25, by=union.carer.id,
                              lines={"collective-welfare": 400000})  # fmt: skip
        approve_budget(session, budget, resolution="年初例会", by=union.chair.id)
    closed = opened(union, occasion="labour", happens_on=TODAY)
    within(
        union, closed, closing.close, cost_fen=120000, spent_on=TODAY, reason="存放工会", by=union.carer.id
    )
    approved(union)
    with union.welfare.reading() as session:
        found = reserve(session, union.school.id, 2026)
    assert (found.held, found.free, found.spent, found.planned, found.left) == (
        100000,
        300000,
        120000,
        150000,
        30000,
    )
