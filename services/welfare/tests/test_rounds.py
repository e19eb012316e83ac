"""Rounds of visits: a list by rules as of a day, two voices of three, routes, tasks in bulk, results, the end."""

from datetime import date

import pytest
from sqlalchemy import delete, event, func, select, text

from services.welfare.funds.models import Entry
from services.welfare.hardship.models import HardshipCase
from services.welfare.rounds.actions import deciding, drafting, opening, results
from services.welfare.rounds.actions.results import Result, parse_lines
from services.welfare.rounds.kinds import KINDS
from services.welfare.rounds.models import CLOSED, OPEN, RoundRow, VisitRound
from services.welfare.rounds.queries import figures
from services.welfare.visits.models import VisitTask
from shared.contracts.events import FestivalApproaching
from shared.contracts.welfare import GiftRoundChanged, VisitCompleted, VisitOverdue, VisitTaskCreated
from shared.kit.database import locked
from shared.kit.jobs import Job
from shared.kit.people import RulePack
from shared.kit.problems import Conflict, Forbidden, Invalid
from shared.kit.testing.builders import a_rule_pack


@pytest.fixture
def union(union, frozen_clock):
    frozen_clock.at("2027-01-08T10:00")
    union.deputy = union.person("吴强", sex="male", offices=["vice_chair"])
    union.retired = [
        union.person(f"退休{n}", standing="retired", birth_date=date(1950, 1, 1 + n)) for n in range(6)
    ]
    return union


def make(union, **more):
    with union.welfare.transaction() as session:
        made = drafting.open_round(
            session, school_id=union.school.id, year=2027, **{"kind": "spring", "gift_fen": 30000} | more
        )
        return made.id


def within(union, round_id, action, **given):
    """An action on the locked round."""
    with union.welfare.transaction() as session:
        return action(session, locked(session, VisitRound, round_id), **given)


def read(union, round_id):
    with union.welfare.reading() as session:
        return session.get(VisitRound, round_id), figures(session, session.get(VisitRound, round_id))


def rows(union):
    with union.welfare.reading() as session:
        return list(session.scalars(select(RoundRow).order_by(RoundRow.number)))


def approved(union, **more):
    round_id = make(union, **more)
    within(union, round_id, deciding.propose, by=union.carer.id)
    for voter in (union.carer, union.deputy):
        within(union, round_id, deciding.vote, by=voter.id, approves=True, reason=None)
    return round_id


def opened(union, **more):
    round_id = approved(union, **more)
    within(union, round_id, opening.begin, by=union.carer.id)
    union.welfare.work()
    return round_id


@pytest.mark.parametrize(
    ("kind", "meet"),
    [("double-ninth", True), ("teachers-day", True), ("womens-day", True), ("mid-autumn", False)],
)
def test_the_committee_reads_where_two_rules_meet(union, kind, meet):
    """Rounds at days that are no festivals of gifts (总工办发〔2017〕32号 第八条) are care, and the page says so."""
    round_id = make(union, kind=kind)
    page = union.welfare.client(union.chair).get(f"/welfare/rounds/{round_id}").text
    assert ("两条规定在这里有出入" in page) == meet


def test_a_round_is_weighed_by_the_rules_of_its_festivals_day(union):
    union.report()  # the colleague lies in hospital, and is on both lists
    a_rule_pack(
        union.welfare, version=2, effective_from=date(2027, 7, 1), ceilings_fen={"festival-other": 30000}
    )
    june, september = make(union, kind="dragon-boat"), make(union, kind="mid-autumn")
    with pytest.raises(deciding.AgainstRules):
        within(union, june, deciding.propose, by=union.carer.id)
    made = within(union, september, deciding.propose, by=union.carer.id)
    assert (made.pack_code, made.pack_version) == ("guizhou", 2)
    assert "v2" in union.welfare.client(union.chair).get(f"/welfare/rounds/{september}").text


@pytest.mark.parametrize(
    ("kind", "year", "festival", "due"),
    [
        ("spring", 2026, "2026-02-17", "2026-02-10"),  # 小年: 腊月廿三
        ("spring", 2027, "2027-02-06", "2027-01-30"),
        ("spring", 2028, "2028-01-26", "2028-01-19"),
        ("mid-autumn", 2027, "2027-09-15", "2027-09-15"),
        ("dragon-boat", 2028, "2028-05-28", "2028-05-28"),
        ("double-ninth", 2027, "2027-10-08", "2027-10-08"),
        ("teachers-day", 2027, "2027-09-10", "2027-09-10"),
        ("childrens-day", 2027, "2027-06-01", "2027-06-01"),
        ("labour", 2027, "2027-05-01", "2027-05-01"),
        ("term-start", 2028, "2028-02-28", "2028-02-28"),
    ],
)
def test_the_calendar_says_when_a_round_is_and_by_when_it_is_made(kind, year, festival, due):
    day = KINDS[kind].festival_in(year)
    assert (day.isoformat(), KINDS[kind].due_on(day).isoformat()) == (festival, due)


def test_the_list_is_made_from_the_rules_as_of_the_day(union):
    turns_70_on_the_day = union.person("刚七十", standing="retired", birth_date=date(1957, 2, 6))
    union.person("六十九", standing="retired", birth_date=date(1957, 2, 7))
    union.report()  # the colleague lies in hospital
    poor = union.person("困难者")
    with union.welfare.transaction() as session:
        session.add(
            HardshipCase(
                school_id=union.school.id,
                person_id=poor.id,
                state="active",
                level="severe",
                begun_on=date(2026, 9, 1),
                active_from=date(2026, 9, 1),
            )  # fmt: skip
        )
    make(union)
    why = {row.person_id: row.why["criteria"] for row in rows(union)}
    assert why == {
        **{card.id: ["retired"] for card in (*union.retired, turns_70_on_the_day)},
        union.colleague.id: ["ill"],
        poor.id: ["hardship"],
    }
    with union.welfare.reading() as session:
        stored = str(session.execute(text("SELECT why_sealed FROM visit_round_row")).all())
    assert "hardship" not in stored and "ill" not in stored


def test_a_list_is_edited_with_a_reason_and_made_anew_without_losing_it(union):
    round_id = make(union)
    with pytest.raises(Invalid), union.welfare.transaction() as session:
        row = session.scalars(select(RoundRow)).first()
        drafting.edit_row(session, locked(session, VisitRound, round_id), row, taken_off=True)
    with union.welfare.transaction() as session:
        made, row = locked(session, VisitRound, round_id), session.scalars(select(RoundRow)).first()
        drafting.edit_row(session, made, row, taken_off=True, reason="随子女外出过年")
        drafting.add_person(session, made, union.colleague.id, reason="援疆归来")
        assert drafting.fill_list(session, made) == 7
    listed = rows(union)
    assert [row.taken_off for row in listed].count(True) == 1
    assert union.colleague.id in {row.person_id for row in listed}
    assert len({row.number for row in listed}) == len(listed)


def test_union_money_for_the_retired_and_gifts_over_the_ceiling_do_not_come_before_the_committee(union):
    round_id = make(union, gift_fen=50001, fund="union", retiree_fund="union")
    with pytest.raises(deciding.AgainstRules) as refused:
        within(union, round_id, deciding.propose, by=union.carer.id)
    assert [(b["rule"], b["limit"]) for b in refused.value.extra["breaches"]] == [
        ("ceiling.festival-spring", 50000),
        ("retiree-fund", 0),
    ]


def test_two_voices_of_three_decide_and_one_sends_nothing_anywhere(union):
    round_id = make(union)
    within(union, round_id, deciding.propose, by=union.carer.id)
    with pytest.raises(Forbidden):
        within(union, round_id, deciding.vote, by=union.colleague.id, approves=True, reason=None)
    within(union, round_id, deciding.vote, by=union.chair.id, approves=True, reason=None)
    with pytest.raises(Conflict):
        within(union, round_id, deciding.vote, by=union.chair.id, approves=True, reason=None)
    with pytest.raises(Conflict):
        within(union, round_id, opening.begin, by=union.carer.id)
    for voter in (union.carer, union.deputy):
        within(union, round_id, deciding.vote, by=voter.id, approves=False, reason="名单有误")
    assert read(union, round_id)[0].state == "draft"


def test_visits_are_opened_with_their_teams_and_said_like_any_other(union):
    round_id = opened(union)
    made, counted = read(union, round_id)
    tasks = union.tasks()
    assert (made.state, counted["waiting"], len(tasks)) == (OPEN, 6, 6)
    assert {task.due_on for task in tasks} == {date(2027, 1, 30)}
    assert {task.assignee_id for task in tasks} == {union.carer.id}
    said = union.welfare.outbox(VisitTaskCreated)
    assert {one.data["task_id"] for one in said} == {task.id for task in tasks}
    [told] = [said for said in union.welfare.outbox(GiftRoundChanged) if said.data["state"] == OPEN]
    assert (told.data["festival_code"], told.data["eligible"]) == ("spring", 6)


def test_a_sheet_comes_back_and_money_events_and_figures_follow(union, frozen_clock):
    round_id = opened(union)
    frozen_clock.at("2027-01-20T10:00")
    today = date(2027, 1, 20)
    lines = [Result(1, "done", today), Result(2, "away", today), Result(3, "declined", today),
             *(Result(n, "done", today) for n in (4, 5))]  # fmt: skip
    for _again in range(2):  # a sheet may come back twice
        within(union, round_id, results.take_results, results=lines, by=union.carer.id)
    _made, counted = read(union, round_id)
    assert counted == {"listed": 6, "done": 3, "away": 1, "declined": 1, "waiting": 1, "not_made": 0,
                       "on_time": 3, "given_fen": {"administration": 90000}}  # fmt: skip
    with union.welfare.reading() as session:
        booked = session.execute(select(func.count(), func.sum(Entry.amount_fen))).one()
    assert tuple(booked) == (3, 90000)
    assert len(union.welfare.outbox(VisitCompleted)) == 3
    with pytest.raises(Invalid):
        within(union, round_id, results.close, by=union.carer.id, reason=None)
    within(union, round_id, results.close, by=union.carer.id, reason="两户外出未归")
    union.welfare.work()
    made, counted = read(union, round_id)
    assert (made.state, made.figures["not_made"], counted["waiting"]) == (CLOSED, 2, 0)
    assert not [task for task in union.tasks() if task.is_open]


def test_members_see_how_many_were_visited_when_no_number_points_to_somebody(union, frozen_clock):
    """公示 as counts only: the round of five is told, that of four of six is not."""
    for n in range(6, 10):
        union.person(f"退休{n}", standing="retired", birth_date=date(1950, 1, 1 + n))
    round_id = opened(union)
    frozen_clock.at("2027-01-20T10:00")
    member = union.welfare.client(union.colleague)
    done = [Result(n, "done", date(2027, 1, 20)) for n in range(1, 6)]
    within(union, round_id, results.take_results, results=done, by=union.carer.id)
    assert "5" not in facts_of(member), "it is not over"
    within(union, round_id, results.close, by=union.carer.id, reason="外出未归")
    union.welfare.work()
    assert "共10人，已慰问5人" in facts_of(member)
    with union.welfare.transaction() as session:
        made = locked(session, VisitRound, round_id)
        made.figures = made.figures | {"listed": 9}
    assert facts_of(member) == ""


def facts_of(member) -> str:
    """What a member reads of rounds that are over."""
    page = member.get("/welfare/rounds/")
    assert page.status_code == 200
    return page.text.partition("<dl")[2].partition("</dl>")[0]


def test_every_wrong_line_is_named_and_nothing_is_kept(union, frozen_clock):
    round_id = opened(union)
    frozen_clock.at("2027-01-20T10:00")
    today = date(2027, 1, 20)
    wrong = [Result(1, "done", today), Result(1, "done", today), Result(99, "done", today),
             Result(2, "done", date(2027, 1, 21)), Result(3, "done", date(2027, 1, 1)),
             Result(4, "done", today, gift_fen=30000)]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        within(union, round_id, results.take_results, results=wrong, by=union.carer.id)
    assert len(refused.value.fields["results"]) == 4
    assert read(union, round_id)[1]["done"] == 0


def test_where_no_rules_are_in_force_a_sheet_of_union_gifts_is_taken_only_when_that_was_read(
    union, frozen_clock
):
    with union.welfare.transaction() as session:
        session.execute(delete(RulePack))
    round_id = opened(union, retiree_fund="union")
    frozen_clock.at("2027-01-20T10:00")
    carer, here = union.welfare.client(union.carer), f"/welfare/rounds/{round_id}/results"
    lines = {"visited_on": "2027-01-20", "lines": "1\n2 2"}
    asked = carer.form(here, data=lines)
    assert asked.status_code == 422 and 'value="no-rule-pack"' in asked.text and "1\n2 2" in asked.text
    assert read(union, round_id)[1]["done"] == 0
    sent = [{"number": 2, "result": "away", "visited_on": "2027-01-20"}]
    url = f"/api/welfare/v1/rounds/{round_id}/results"
    assert carer.post(url, json={"results": sent}).status_code == 202, "nothing was given: nothing to ask"
    sent[0] |= {"result": "done"}
    assert carer.post(url, json={"results": sent}).json["type"] == "/problems/confirmation-needed"
    assert carer.form(here, data=lines | {"confirmed": "no-rule-pack"}).status_code == 303
    assert read(union, round_id)[1]["done"] == 1
    [task] = [task for task in union.tasks() if task.state == "completed"]
    assert task.report.confirmed == ["no-rule-pack"]


def test_lines_are_read_as_people_type_and_scanners_write_them():
    today, row = date(2027, 1, 20), "0190f0a0-0000-7000-8000-000000000001"
    text = f"1\n2 2\n3，婉拒\n4 不在家\n5 已看望\nhttps://school.example/welfare/rounds/rows/{row} 已慰问\n\n"
    assert [(r.number, r.result) for r in parse_lines(text, today, {row: 12})] == [
        (1, "done"), (2, "away"), (3, "declined"), (4, "away"), (5, "done"), (12, "done"),
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        parse_lines("1\nabc\n2 也许", today, {})
    assert len(refused.value.fields["lines"]) == 2


def test_more_than_a_sheet_is_written_by_a_job(union, frozen_clock):
    for n in range(120):
        union.person(f"老{n}", standing="retired", birth_date=date(1945, 1, 1))
    round_id = opened(union)
    frozen_clock.at("2027-01-20T10:00")
    lines = [Result(n, "done", date(2027, 1, 20)) for n in range(1, 127)]
    job = within(union, round_id, results.take_results, results=lines, by=union.carer.id)
    union.welfare.work()
    with union.welfare.reading() as session:
        assert session.get(Job, job.id).percent == 100
    assert read(union, round_id)[1]["done"] == 126


def test_after_the_little_new_year_the_round_speaks_once_and_each_task_is_late(union, frozen_clock):
    opened(union)
    frozen_clock.at("2027-01-31T09:00")
    union.welfare.work()
    assert len(union.welfare.outbox(VisitOverdue)) == 6
    assert union.notices(union.carer).count("round-late") == 1
    assert "visit-overdue" not in union.notices(union.carer)


def test_thirty_days_before_the_festival_its_round_is_there(union):
    said = {"festival_code": "spring", "date": "2027-02-06", "lead_days": 30, "calendar": "lunar"}
    for _twice in range(2):
        union.welfare.receive(
            FestivalApproaching, subject=f"{union.school.id}:spring", school=union.school.id,
            **said | {"date": date(2027, 2, 6)},
        )  # fmt: skip
    assert [row.area for row in rows(union)] != [] and len(rows(union)) == 6
    assert union.notices(union.carer) == ["round-listed"]


def test_whoever_left_meanwhile_is_not_visited(union):
    round_id = approved(union)
    union.renew(union.retired[0], standing="deceased")
    within(union, round_id, opening.begin, by=union.carer.id)
    union.welfare.work()
    assert len(union.tasks()) == 5
    with union.welfare.reading() as session:
        assert session.scalar(select(func.count()).select_from(VisitTask)) == 5


def test_a_round_asks_the_database_a_quarter_of_what_single_visits_ask(union, frozen_clock):
    """Statements, not seconds: what grows with the list is written and locked many rows at a time."""
    asked = []
    event.listen(
        union.welfare.service.database.engine, "before_cursor_execute", lambda *_args: asked.append(1)
    )
    tasks = []
    for _n in range(10):
        union.report()
        tasks = union.tasks()
    planned = len(asked)
    for task in tasks:
        union.complete(task, gift_fen=10000, fund="union")
    completed = len(asked) - planned

    for n in range(90):
        union.person(f"老{n}", standing="retired", birth_date=date(1945, 1, 1))
    round_id = approved(union, criteria={"retired": 70})
    asked.clear()
    within(union, round_id, opening.begin, by=union.carer.id)
    union.welfare.work()
    opened_with = len(asked)
    lines = [Result(n, "done", date(2027, 1, 8)) for n in range(1, 97)]
    asked.clear()
    within(union, round_id, results.take_results, results=lines, by=union.carer.id)
    assert read(union, round_id)[1]["done"] == 96
    assert opened_with <= 9.6 * planned / 4
    assert len(asked) <= 9.6 * completed / 10
