"""From what members says to a task on somebody's list: once, for the right office, on the right day."""

from datetime import date, timedelta

import pytest

from services.welfare.schemes.actions import set_limit
from services.welfare.schemes.models import Occasion
from shared.contracts.events import HonourConferred
from shared.contracts.members import (
    LIFE_EVENTS,
    AccidentReported,
    ChildBorn,
    FamilyDisputeReported,
    HardshipReported,
    LifeEventClosed,
    MemberBereaved,
    MemberHospitalized,
    MemberLeft,
    MemberMarried,
    MemberRetired,
)
from shared.contracts.welfare import VisitCancelled, VisitTaskCreated
from shared.kit import clock
from shared.kit.database import new_id
from shared.kit.testing.builders import a_person, a_school

TODAY = date(2026, 6, 29)


def test_a_stay_in_hospital_becomes_the_welfare_officers_task_for_the_third_day(union):
    union.choose("A")
    union.report(MemberHospitalized)
    task = union.task()
    assert (task.state, task.assignee_id, task.due_on) == ("assigned", union.carer.id, date(2026, 7, 2))
    assert task.goes == [union.carer.id, union.chair.id]
    assert task.scheme_version == 1
    [created] = union.welfare.outbox(VisitTaskCreated)
    assert created.data["assignee_id"] == union.carer.id
    assert created.data["occasion_group"] == "care"
    assert union.notices(union.carer) == ["visit-assigned"]


def test_a_second_delivery_of_the_same_event_makes_no_second_task(union):
    event_id = new_id()
    life_event_id = new_id()
    said = {
        "life_event_id": life_event_id,
        "person_id": union.colleague.id,
        "kind": "hospitalized",
        "occurred_on": TODAY,
        "reported_at": clock.now(),
        "privacy": "normal",
    }
    for id_ in (event_id, event_id, new_id()):  # the same message twice, and a later resend under a new id
        union.welfare.receive(
            MemberHospitalized, subject=union.colleague.id, school=union.school.id, event_id=id_, **said
        )
    assert len(union.tasks()) == 1
    assert len(union.welfare.outbox(VisitTaskCreated)) == 1


@pytest.mark.parametrize(
    ("variant", "answered"),
    [
        ("A", {"hospitalized", "hardship"}),
        ("B", {"hospitalized", "marriage", "bereavement", "childbirth", "hardship", "accident"}),
        ("C", set()),
        (
            "D",
            {
                "childbirth",
                "marriage",
                "hospitalized",
                "sick-leave",
                "housing",
                "hardship",
                "accident",
                "bereavement",
            },
        ),
        ("E", {"childbirth", "hospitalized", "sick-leave"}),
        ("F", {"hospitalized", "sick-leave", "hardship"}),
    ],
)
def test_each_scheme_answers_its_own_occasions_for_a_man(union, variant, answered):
    union.choose(variant)
    for event_class in LIFE_EVENTS.values():
        union.report(event_class)
    assert {task.matter["kind"] for task in union.tasks()} == answered


def test_the_womens_scheme_answers_for_women(union):
    union.choose("C")
    union.report(ChildBorn, person=union.person("周婷", sex="female"))
    assert union.task().matter["kind"] == "childbirth"


def test_a_school_that_has_chosen_nothing_is_served_by_the_standard_scheme(union):
    for event_class in LIFE_EVENTS.values():
        union.report(event_class)
    kinds = {task.matter["kind"] for task in union.tasks()}
    assert kinds == set(LIFE_EVENTS) - {"family-dispute", "neighbour-dispute"}
    assert {task.scheme_version for task in union.tasks()} == {0}


@pytest.mark.parametrize(
    ("event_class", "days"),
    [
        (MemberHospitalized, 3),
        (MemberBereaved, 1),
        (ChildBorn, 15),
        (MemberMarried, 15),
        (HardshipReported, 7),
        (AccidentReported, 1),
        (LIFE_EVENTS["housing"], 14),
        (LIFE_EVENTS["sick-leave"], 7),
        (LIFE_EVENTS["achievement"], 7),
    ],
)
def test_days_count_from_the_report(union, event_class, days):
    union.report(event_class, occurred_on=TODAY - timedelta(days=2))
    assert union.task().due_on == TODAY + timedelta(days=days)


def test_one_comes_to_an_announced_wedding_by_its_date(union):
    union.report(MemberMarried, occurred_on=date(2026, 7, 18))
    assert union.task().due_on == date(2026, 7, 18)


def test_disputes_are_for_the_chair_alone_and_only_where_the_school_opted_in(union):
    union.choose("A")
    union.report(FamilyDisputeReported)
    assert union.tasks() == []
    union.choose("A", replaces=1, occasions=[Occasion.usual("family-dispute", active=True)])
    union.report(FamilyDisputeReported)
    task = union.task()
    assert task.restricted
    assert task.goes == [union.chair.id]


def test_a_report_marked_restricted_is_for_the_chair_alone(union):
    union.report(MemberHospitalized, privacy="restricted")
    assert union.task().goes == [union.chair.id]


def test_without_a_welfare_officer_the_chair_goes_and_nobody_visits_himself(union):
    union.renew(union.carer, offices=[])
    union.report(MemberHospitalized)
    union.report(MemberHospitalized, person=union.chair)
    of_colleague, of_chair = union.tasks()
    assert of_colleague.assignee_id == union.chair.id
    assert (of_chair.assignee_id, of_chair.state) == (None, "planned")


def test_a_task_nobody_could_take_goes_to_the_first_officer_who_appears(union):
    elsewhere = a_school(union.welfare, "实验小学", district=union.district)
    pupil_teacher = a_person(union.welfare, elsewhere, "陈晓")
    union.report(MemberHospitalized, person=pupil_teacher, school=elsewhere)
    assert union.task().state == "planned"
    union.welfare.receive(**_card(a_person(union.welfare, elsewhere, "孙梅", offices=["carer"]), version=2))
    task = union.task()
    assert task.state == "assigned"
    assert [event.data["assignee_id"] for event in union.welfare.outbox(VisitTaskCreated)] == [
        None,
        task.assignee_id,
    ]


def _card(person, version):
    from shared.contracts.members import PersonChanged

    return {
        "event_class": PersonChanged,
        "subject": person.id,
        "school": person.school_id,
        "person_id": person.id,
        "school_id": person.school_id,
        "name": person.name,
        "pinyin": person.pinyin,
        "pinyin_initials": person.initials,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "post_kind": person.post_kind,
        "standing": person.standing,
        "offices": person.offices,
        "disabled": False,
        "erased": False,
        "version": version,
    }


def test_the_district_caps_the_days_of_every_school(union):
    with union.welfare.transaction() as session:
        set_limit(session, district_id=union.district.id, kind="hospitalized", max_days=2, set_by=new_id())
    union.report(MemberHospitalized)
    assert union.task().due_on == TODAY + timedelta(days=2)


def test_a_scheme_holds_from_its_day_on(union):
    union.choose("E", effective_from=date(2026, 9, 1))
    union.report(HardshipReported)
    union.report(HardshipReported, reported_at=clock.parse("2026-09-01T08:00"))
    assert [task.scheme_version for task in union.tasks()] == [0]


def test_two_occasions_of_one_person_are_two_tasks(union):
    union.choose("B")
    union.report(MemberHospitalized)
    union.report(ChildBorn)
    assert sorted(task.matter["occasion"] for task in union.tasks()) == ["childbirth", "hospitalized"]


# --- the end of a life event


@pytest.mark.parametrize("outcome", ["withdrawn", "error"])
def test_a_withdrawn_report_cancels_the_task(union, outcome):
    life_event_id = union.report(MemberHospitalized)
    union.close(life_event_id, outcome)
    task = union.task()
    assert (task.state, task.outcome) == ("cancelled", outcome)
    assert [event.data["task_id"] for event in union.welfare.outbox(VisitCancelled)] == [task.id]


def test_a_withdrawal_that_comes_before_its_report_leaves_nothing_to_do(union):
    life_event_id = new_id()
    union.close(life_event_id, "withdrawn")
    union.report(MemberHospitalized, life_event_id=life_event_id)
    assert union.tasks() == []


def test_a_discharge_that_comes_before_its_report_asks_for_the_follow_up_alone(union):
    life_event_id = new_id()
    union.close(life_event_id, "ended", TODAY)
    union.report(MemberHospitalized, life_event_id=life_event_id)
    first, follow_up = union.tasks()
    assert (first.state, first.outcome) == ("cancelled", "ended")
    assert (follow_up.stage, follow_up.due_on) == ("follow-up", TODAY + timedelta(days=7))


def test_seven_days_after_discharge_there_is_a_follow_up(union):
    life_event_id = union.report(MemberHospitalized)
    union.complete(union.task())
    for _ in range(2):
        union.close(life_event_id, "ended", date(2026, 7, 4))
    first, follow_up = union.tasks()
    assert first.state == "completed"
    assert (follow_up.stage, follow_up.state, follow_up.due_on) == (
        "follow-up",
        "assigned",
        date(2026, 7, 11),
    )


def test_no_follow_up_is_planned_where_the_visitors_said_that_none_is_wanted(union):
    life_event_id = union.report(MemberHospitalized)
    union.complete(union.task(), follow_up=False)
    union.close(life_event_id, "ended", date(2026, 7, 4))
    assert [task.stage for task in union.tasks()] == ["visit"]


def test_an_end_without_follow_up_does_not_forget_whoever_was_never_visited(union):
    life_event_id = union.report(HardshipReported)
    union.close(life_event_id, "ended", TODAY)
    assert union.task().is_open


def test_a_long_stay_is_visited_every_thirty_days_until_it_ends(union, frozen_clock):
    life_event_id = union.report(MemberHospitalized)
    frozen_clock.advance(days=2)
    union.complete(union.task())
    frozen_clock.advance(days=27)
    union.welfare.work()
    first, second = union.tasks()
    assert (second.round, second.due_on) == (2, first.visited_on + timedelta(days=30))
    union.close(life_event_id, "ended", clock.today())
    frozen_clock.advance(days=40)
    union.welfare.work()
    assert [(task.stage, task.round, task.state) for task in union.tasks()] == [
        ("visit", 1, "completed"),
        ("visit", 2, "cancelled"),
        ("follow-up", 1, "escalated"),
    ]


# --- what becomes of a membership


def test_a_retirement_is_visited_within_ten_days(union):
    union.receive(
        MemberRetired, union.colleague, person_id=union.colleague.id, effective_on=TODAY, standing="retired"
    )
    task = union.task()
    assert (task.group, task.due_on) == ("retiree", TODAY + timedelta(days=10))


def test_after_a_death_what_was_open_ends_and_the_family_is_visited_the_next_day(union):
    union.report(MemberHospitalized)
    for _ in range(2):
        union.receive(
            MemberLeft,
            union.colleague,
            person_id=union.colleague.id,
            effective_on=TODAY,
            reason_code="deceased",
        )
    hospital, family = union.tasks()
    assert (hospital.state, hospital.outcome) == ("cancelled", "left")
    assert (family.matter["kind"], family.group, family.due_on) == (
        "death",
        "grief",
        TODAY + timedelta(days=1),
    )


def test_whoever_leaves_is_no_longer_visited(union):
    union.report(MemberHospitalized)
    union.receive(
        MemberLeft, union.colleague, person_id=union.colleague.id, effective_on=TODAY, reason_code="resigned"
    )
    assert [task.state for task in union.tasks()] == ["cancelled"]


def test_every_published_sample_is_understood(welfare):
    from shared.contracts.members import MemberTransferred, OfficerChanged, PersonChanged

    for event_class in (
        *LIFE_EVENTS.values(),
        LifeEventClosed,
        MemberLeft,
        MemberRetired,
        MemberTransferred,
        OfficerChanged,
        PersonChanged,
    ):
        assert welfare.deliver_sample(event_class.type)


def test_an_honour_of_one_person_is_congratulated_once_where_the_scheme_has_it(union):
    said = {"group_id": None, "title_code": "march-8th", "level": "district", "year": 2026}
    for school_scheme, count in (("A", 0), ("C", 1)):
        union.choose(school_scheme, replaces=0 if school_scheme == "A" else 1)
        honour = {"honour_id": new_id()} | said
        winner = union.person("梅红")
        for _twice in range(2):
            union.receive(HonourConferred, winner, person_id=winner.id, **honour)
        union.receive(HonourConferred, winner, person_id=None, **honour | {"group_id": new_id()})
        tasks = union.tasks()
        assert [task.matter["kind"] for task in tasks] == ["achievement"] * count
    assert (tasks[0].group, (tasks[0].due_on - tasks[0].reported_on).days) == ("joy", 7)
