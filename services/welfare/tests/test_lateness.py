"""As a due day comes and goes: the one who goes is reminded, then the chair learns, then it is the chair's."""

from datetime import date

from shared.contracts.members import LIFE_EVENTS, MemberBereaved
from shared.contracts.welfare import VisitOverdue


def test_on_the_morning_of_the_due_day_the_visitor_is_reminded(union, frozen_clock):
    union.report()
    frozen_clock.at("2026-07-02T07:59")
    union.welfare.work()
    assert "visit-due" not in union.notices()
    frozen_clock.at("2026-07-02T08:00")
    union.welfare.work()
    assert union.notices(union.carer) == ["visit-assigned", "visit-due"]
    assert union.task().state == "assigned"


def test_the_day_after_it_is_overdue_and_the_chair_is_told(union, frozen_clock):
    union.report()
    frozen_clock.at("2026-07-03T08:00")
    union.welfare.work()
    assert union.task().state == "overdue"
    [overdue] = union.welfare.outbox(VisitOverdue)
    assert (overdue.data["days_over"], overdue.data["escalate_to_role"]) == (1, "chair")
    assert union.notices(union.chair) == ["visit-overdue-chair"]


def test_two_days_over_a_hospital_visit_is_with_the_chair(union, frozen_clock):
    union.report()
    for day in ("2026-07-02", "2026-07-03", "2026-07-04"):
        frozen_clock.at(f"{day}T09:00")
        union.welfare.work()
    assert union.task().state == "escalated"
    assert union.notices(union.chair) == ["visit-overdue-chair", "visit-escalated"]


def test_a_bereavement_goes_to_the_chair_at_once(union, frozen_clock):
    union.report(MemberBereaved)
    frozen_clock.at("2026-07-01T08:00")
    union.welfare.work()
    assert union.task().state == "escalated"
    assert union.notices(union.chair) == ["visit-escalated"]


def test_a_missed_congratulation_is_overdue_but_troubles_no_chair(union, frozen_clock):
    union.report(LIFE_EVENTS["achievement"])
    frozen_clock.advance(days=30)
    union.welfare.work()
    assert union.task().state == "overdue"
    assert union.notices(union.chair) == []


def test_a_task_that_is_escalated_opens_to_the_chair(union, frozen_clock):
    union.choose("F", occasions=None)
    union.report()
    task = union.task()
    assert task.may_be_known_by(union.chair.id, {"chair"})
    assert not task.may_be_known_by(union.carer.id, set()), (
        "an officer whose term is over learns nothing more"
    )


def test_after_a_visit_no_due_day_troubles_anybody(union, frozen_clock):
    union.report()
    union.complete(union.task())
    frozen_clock.advance(days=9)
    union.welfare.work()
    assert union.welfare.outbox(VisitOverdue) == []
    assert union.task().state == "completed"


def test_a_service_that_slept_over_the_due_day_says_overdue_once(union, frozen_clock):
    union.report()
    frozen_clock.at("2026-07-20T10:00")
    union.welfare.work()
    union.welfare.work()
    assert union.task().state == "escalated"
    [overdue] = union.welfare.outbox(VisitOverdue)
    assert overdue.data["days_over"] == 18
    assert union.task().due_on == date(2026, 7, 2)


def test_an_overdue_visit_can_still_be_made_and_counts_as_late(union, frozen_clock):
    union.report()
    frozen_clock.at("2026-07-05T10:00")
    union.welfare.work()
    task = union.complete(union.task())
    assert (task.state, task.was_on_time) == ("completed", False)
