"""Completing a visit: the ceiling of the day and province, whose money it is, receipts, resends, corrections."""

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.welfare.funds.actions import keep_receipt
from services.welfare.visits.actions.ceilings import Ceiling, OverCeiling, ceiling_for, in_yuan
from services.welfare.visits.actions.reporting import NeedsConfirmation, Report, correct_report
from shared.contracts.members import (
    LIFE_EVENTS,
    AccidentReported,
    ChildBorn,
    HardshipReported,
    MemberBereaved,
    MemberLeft,
    MemberMarried,
    MemberRetired,
)
from shared.contracts.welfare import VisitCompleted
from shared.kit.database import locked, new_id
from shared.kit.problems import Conflict, Invalid
from shared.kit.testing.builders import a_rule_pack, a_school

TODAY = date(2026, 6, 29)

# What the unions of three provinces may give at most (fen); None: the province says nothing.
# 贵州、安徽、广东基层工会经费收支管理实施细则, figures of 2018.
PROVINCES = {
    "guizhou": {
        "hospitalized": 50000,
        "hospitalized-operation": 100000,
        "marriage": 50000,
        "childbirth": 50000,
        "member-death": 200000,
        "relative-death": 100000,
        "retirement": 50000,
    },
    "anhui": {
        "hospitalized": 100000,
        "hospitalized-operation": None,
        "marriage": 60000,
        "childbirth": 60000,
        "member-death": 200000,
        "relative-death": 100000,
        "retirement": 100000,
    },
    "guangdong": {
        "hospitalized": None,
        "hospitalized-operation": None,
        "marriage": 100000,
        "childbirth": 100000,
        "member-death": 300000,
        "relative-death": 100000,
        "retirement": 100000,
    },
}
RULE_OF = {
    "accident": "hospitalized",
    "sick-leave": "hospitalized",
    "bereavement": "relative-death",
    "hardship": None,
    "housing": None,
    "achievement": None,
    "death": "member-death",
}


def test_a_completed_visit_says_so_with_its_days_and_names_the_pack(union, frozen_clock):
    life_event_id = union.report()
    frozen_clock.at("2026-07-01T16:42")
    task = union.complete(union.task(), went=[union.carer.id, union.chair.id], gift_fen=30000, fund="union")
    assert (task.state, task.was_on_time) == ("completed", True)
    assert (task.report.pack_code, task.report.pack_version, task.report.gift_fen) == ("guizhou", 1, 30000)
    [completed] = union.welfare.outbox(VisitCompleted)
    assert completed.data == {
        "task_id": task.id,
        "life_event_id": life_event_id,
        "person_id": union.colleague.id,
        "occasion_group": "care",
        "visited_on": "2026-07-01",
        "days_taken": 2,
        "on_time": True,
    }


# --- ceilings


def test_over_the_ceiling_it_is_refused_with_the_rule_and_the_ways_out(union):
    union.report()
    with pytest.raises(OverCeiling) as refusal:
        union.complete(union.task(), gift_fen=60000, fund="union")
    assert "500" in str(refusal.value.detail)
    assert refusal.value.extra == {
        "limit_fen": 50000,
        "given_before_fen": 0,
        "over_fen": 10000,
        "rule": "hospitalized",
        "pack_code": "guizhou",
        "pack_version": 1,
        "pack_name": "guizhou v1",
        "effective_from": "2018-01-01",
        "ways": [
            {"way": "reduce", "gift_fen": 50000},
            {"way": "operation", "limit_fen": 100000},
            {"way": "fund", "fund": "personal"},
        ],
    }
    assert union.task().is_open, "nothing is kept of a refused report"


@pytest.mark.parametrize(
    ("fen", "operation", "is_within"),
    [
        (50000, False, True),
        (50001, False, False),
        (100000, True, True),
        (100001, True, False),
        (0, False, True),
    ],
)
def test_up_to_includes_the_limit_itself_and_an_operation_raises_it(union, fen, operation, is_within):
    union.report()
    report = {"gift_fen": fen, "fund": "union", "operation": operation}
    if is_within:
        assert union.complete(union.task(), **report).report.gift_fen == fen
    else:
        with pytest.raises(OverCeiling):
            union.complete(union.task(), **report)


@dataclass
class Case:
    event: Any
    kind: str
    data: dict[str, Any] = field(default_factory=dict)


CASES = [Case(event_class, kind) for kind, event_class in LIFE_EVENTS.items() if "dispute" not in kind] + [
    Case(MemberRetired, "retirement", {"effective_on": TODAY, "standing": "retired"}),
    Case(MemberLeft, "death", {"effective_on": TODAY, "reason_code": "deceased"}),
]


@pytest.mark.parametrize("province", PROVINCES)
def test_each_province_has_its_own_ceiling_for_each_occasion(union, province):
    district = a_school(union.welfare, "外省教育工会", kind="district", rule_pack_code=province)
    a_rule_pack(union.welfare, province, ceilings_fen=PROVINCES[province])
    school = a_school(union.welfare, "外省中学", district=district)
    carer = union.person("何莉", school=school, offices=["carer"])
    for case in CASES:
        person = union.person("李建国", school=school)
        happen(union, case, person, school)
        [task] = union.tasks(person_id=person.id)
        rule = RULE_OF.get(case.kind, case.kind)
        limit = PROVINCES[province][rule] if rule else None
        over = {"went": [carer.id], "gift_fen": (limit or 999_999) + 1, "fund": "union"}
        if limit is None:
            assert union.complete(task, **over).report.details["limit_fen"] is None, case.kind
            continue
        with pytest.raises(OverCeiling) as refusal:
            union.complete(task, **over)
        assert refusal.value.extra["limit_fen"] == limit, case.kind
        union.complete(task, **over | {"gift_fen": limit})


def happen(union, case, person, school):
    if case.data:
        union.receive(case.event, person, school=school, person_id=person.id, **case.data)
    else:
        union.report(case.event, person=person, school=school)


def test_each_visit_is_judged_by_the_version_in_force_on_its_day(union, frozen_clock):
    a_rule_pack(union.welfare, version=2, effective_from=date(2025, 9, 1), effective_to=date(2026, 6, 30))
    a_rule_pack(
        union.welfare,
        version=3,
        effective_from=date(2026, 7, 1),
        ceilings_fen=PROVINCES["guizhou"] | {"hospitalized": 80000},
    )
    union.report()
    union.report()
    before, after = union.tasks()
    frozen_clock.at("2026-07-02T10:00")
    with pytest.raises(OverCeiling) as refusal:
        union.complete(before, gift_fen=80000, fund="union", visited_on=date(2026, 6, 30))
    assert refusal.value.extra["pack_version"] == 2
    done = union.complete(after, gift_fen=80000, fund="union", visited_on=date(2026, 7, 1))
    assert (done.report.pack_version, done.report.details["limit_fen"]) == (3, 80000)


def test_a_ceiling_is_for_the_occasion_and_not_for_each_visit(union, frozen_clock):
    life_event_id = union.report()
    union.complete(union.task(), gift_fen=30000, fund="union")
    union.close(life_event_id, "ended", TODAY)
    follow_up = union.tasks()[-1]
    with pytest.raises(OverCeiling) as refusal:
        union.complete(follow_up, gift_fen=20001, fund="union")
    assert refusal.value.extra["given_before_fen"] == 30000
    assert union.complete(follow_up, gift_fen=20000, fund="union").state == "completed"


def test_what_somebody_gives_from_his_own_pocket_is_no_matter_of_the_unions_ceiling(union):
    union.report()
    assert union.complete(union.task(), gift_fen=90000, fund="personal").state == "completed"


@given(limit=st.integers(0, 10**9), fen=st.integers(0, 10**9))
def test_over_is_the_excess_and_nothing_else(limit, fen):
    over = Ceiling(limit, "x", None).over(fen)
    assert over == (fen - limit if fen > limit else 0)
    assert isinstance(over, int)
    assert Ceiling(None, None, None).over(fen) == 0


@given(base=st.one_of(st.none(), st.integers(0, 10**7)), operated=st.one_of(st.none(), st.integers(0, 10**7)))
def test_an_operation_counts_only_where_the_province_has_a_figure_for_it(base, operated):
    @dataclass
    class Pack:
        parameters: dict[str, Any]

    pack = Pack({"ceilings_fen": {"hospitalized": base, "hospitalized-operation": operated}})
    assert ceiling_for(pack, "hospitalized").limit_fen == base
    assert ceiling_for(pack, "hospitalized", operation=True).limit_fen == (
        base if operated is None else operated
    )
    assert ceiling_for(None, "hospitalized").limit_fen is None


@given(fen=st.integers(0, 10**12))
def test_a_sum_in_words_is_the_same_sum(fen):
    whole, _dot, rest = in_yuan(fen).partition(".")
    assert int(whole) * 100 + int(rest or 0) == fen


# --- funds, receipts, resends


def test_care_for_a_retired_colleague_from_union_funds_must_be_confirmed(union):
    retired = union.person("牟德昌", standing="retired", birth_date=date(1943, 5, 1))
    union.report(person=retired)
    with pytest.raises(NeedsConfirmation) as question:
        union.complete(union.task(), gift_fen=30000, fund="union")
    assert [warning["code"] for warning in question.value.extra["warnings"]] == ["retiree-fund"]
    assert "行政" in question.value.extra["warnings"][0]["text"]
    done = union.complete(union.task(), gift_fen=30000, fund="union", confirmed=["retiree-fund"])
    assert done.report.confirmed == ["retiree-fund"]


def test_care_for_a_retired_colleague_from_the_administration_needs_no_question(union):
    union.report(person=union.person("牟德昌", standing="retired"))
    assert union.complete(union.task(), gift_fen=30000, fund="administration").state == "completed"


def test_the_gift_at_retirement_itself_is_union_money(union):
    union.receive(
        MemberRetired, union.colleague, person_id=union.colleague.id, effective_on=TODAY, standing="retired"
    )
    union.renew(union.colleague, standing="retired")
    assert union.complete(union.task(), gift_fen=50000, fund="union").state == "completed"


def test_without_rules_of_the_province_the_amount_must_be_confirmed(union):
    nowhere = a_school(union.welfare, "无包中学")
    carer = union.person("何莉", school=nowhere, offices=["carer"])
    union.report(person=union.person("李建国", school=nowhere), school=nowhere)
    [task] = union.tasks()
    with pytest.raises(NeedsConfirmation):
        union.complete(task, went=[carer.id], gift_fen=1, fund="union")
    done = union.complete(task, went=[carer.id], gift_fen=1, fund="union", confirmed=["no-rule-pack"])
    assert done.report.pack_code is None


def a_picture(colour="white"):
    out = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "JPEG")
    return io.BytesIO(out.getvalue())


def hand_in(union, picture):
    with union.welfare.transaction() as session:
        return keep_receipt(
            session, picture, "票据.jpg", school_id=union.school.id, kept_by=union.carer.id
        ).id


def test_a_receipt_that_was_handed_in_before_is_found(union):
    union.report()
    union.report(AccidentReported)
    first, second = union.tasks()
    union.complete(first, gift_fen=30000, fund="union", receipt_ids=[hand_in(union, a_picture())])
    again = hand_in(union, a_picture())
    with pytest.raises(NeedsConfirmation) as question:
        union.complete(second, gift_fen=30000, fund="union", receipt_ids=[again])
    assert [warning["code"] for warning in question.value.extra["warnings"]] == ["receipt-used"]
    done = union.complete(
        second, gift_fen=30000, fund="union", receipt_ids=[again], confirmed=["receipt-used"]
    )
    assert done.report.confirmed == ["receipt-used"]


def test_the_same_picture_sent_twice_before_its_use_is_one_receipt(union):
    assert hand_in(union, a_picture()) == hand_in(union, a_picture())
    assert hand_in(union, a_picture()) != hand_in(union, a_picture("red"))


def test_the_same_entry_sent_again_changes_nothing(union):
    union.report()
    entry = {"entry_id": new_id(), "gift_fen": 30000, "fund": "union"}
    for _ in range(3):
        task = union.complete(union.task(), **entry)
    assert len(task.reports) == 1
    assert len(union.welfare.outbox(VisitCompleted)) == 1
    with pytest.raises(Conflict):
        union.complete(union.task(), gift_fen=30000, fund="union")


@pytest.mark.parametrize(
    ("fault", "at"),
    [
        ({"visited_on": TODAY + timedelta(days=1)}, "visited_on"),
        ({"visited_on": date(2024, 1, 1)}, "visited_on"),
        ({"gift_fen": -1, "fund": "union"}, "gift_fen"),
        ({"gift_fen": 100}, "fund"),
    ],
)
def test_what_cannot_be_is_refused_where_it_was_typed(union, fault, at):
    union.report()
    with pytest.raises(Invalid) as refusal:
        union.complete(union.task(), **fault)
    assert list(refusal.value.fields) == [at]


def test_one_to_three_of_the_school_go_and_never_the_person_visited(union):
    union.report()
    others = [union.person(name).id for name in ("周婷", "吴强", "孙梅")]
    for went in ([], [*others, union.carer.id], [union.colleague.id], [new_id()]):
        with pytest.raises(Invalid) as refusal:
            union.complete(union.task(), went=went)
        assert list(refusal.value.fields) == ["went"]
    assert union.complete(union.task(), went=others).report.went == others


def test_a_correction_stands_over_the_report_and_keeps_it(union):
    union.report()
    task = union.complete(union.task(), gift_fen=30000, fund="union")
    with union.welfare.transaction() as session:
        found = locked(session, type(task), task.id)
        correct_report(
            session,
            found,
            Report(visited_on=TODAY, went=[union.carer.id], gift_fen=20000, fund="union"),
            reason="写错了",
            by=union.carer.id,
        )
    task = union.task()
    assert [report.gift_fen for report in task.reports] == [30000, 20000]
    assert task.report.details["reason"] == "写错了"
    assert len(union.welfare.outbox(VisitCompleted)) == 1


def test_a_correction_keeps_to_the_ceiling_too(union):
    union.report()
    task = union.complete(union.task(), gift_fen=30000, fund="union")
    with union.welfare.transaction() as session, pytest.raises(OverCeiling):
        correct_report(
            session,
            locked(session, type(task), task.id),
            Report(visited_on=TODAY, went=[union.carer.id], gift_fen=50001, fund="union"),
            reason="x",
            by=union.carer.id,
        )


def test_hardship_has_no_ceiling_of_its_own_and_the_pack_is_named_all_the_same(union):
    union.report(HardshipReported)
    done = union.complete(union.task(), gift_fen=500_000, fund="union")
    assert (done.report.pack_code, done.report.details["limit_fen"]) == ("guizhou", None)
    assert {ChildBorn, MemberMarried, MemberBereaved} <= set(LIFE_EVENTS.values())
