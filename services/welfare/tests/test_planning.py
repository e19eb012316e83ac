"""From what members says to a task on somebody's list: once, for the right office, on the right day."""

from datetime import date

import pytest
from sqlalchemy import select

from services.welfare.schemes.actions import choose_scheme, set_limit
from services.welfare.visits.models import CANCELLED, FOLLOW_UP, VisitTask
from shared.contracts.members import (
    LIFE_EVENTS,
    ChildBorn,
    FamilyDisputeReported,
    HardshipReported,
    LifeEventClosed,
    MemberBereaved,
    MemberHospitalized,
    MemberLeft,
    MemberMarried,
    MemberRetired,
    SickLeaveTaken,
)
from shared.contracts.welfare import VisitCancelled, VisitTaskCreated
from shared.kit.database import new_id
from shared.kit.testing.builders import a_person, a_school


@pytest.fixture
def welfare(service_of, frozen_clock):
    frozen_clock.at("2026-06-29T14:06")
    return service_of("welfare")


@pytest.fixture
def union(welfare):
    return Union(welfare)


class Union:
    """A school with its officers and a colleague something happens to."""

    def __init__(self, welfare):
        self.welfare = welfare
        self.district = a_school(welfare, "明德区教育工会", kind="district", rule_pack_code="guizhou")
        self.school = a_school(welfare, district=self.district)
        self.carer = a_person(welfare, self.school, "何莉", offices=["carer"])
        self.chair = a_person(welfare, self.school, "赵立新", sex="male", offices=["chair"])
        self.colleague = a_person(welfare, self.school, "李建国", sex="male")

    def report(self, event_class, person=None, **data):
        person = person or self.colleague
        given = {
            "life_event_id": new_id(), "person_id": person.id, "kind": event_class._declared_fields["kind"].validate.choices[0],
            "occurred_on": "2026-06-29", "reported_at": "2026-06-29T14:06:00+08:00", "privacy": "normal",
        } | data
        self.welfare.receive(event_class, subject=person.id, school=self.school.id, **given)
        return given["life_event_id"]

    def close(self, life_event_id, outcome, ended_on=None, person=None):
        person = person or self.colleague
        self.welfare.receive(
            LifeEventClosed, subject=person.id, school=self.school.id, life_event_id=life_event_id, person_id=person.id,
            outcome=outcome, ended_on=ended_on,
        )

    def tasks(self):
        with self.welfare.reading() as session:
            return list(session.scalars(select(VisitTask).order_by(VisitTask.created_at, VisitTask.id)))

    def choose(self, variant, **more):
        with self.welfare.transaction() as session:
            choose_scheme(session, school_id=self.school.id, variant=variant, chosen_by=self.chair.id,
                          replaces=0, **more)


def test_a_stay_in_hospital_becomes_the_welfare_officers_task_for_the_third_day(union):
    union.choose("A")
    union.report(MemberHospitalized)
    [task] = union.tasks()
    assert (task.state, task.assignee_id, task.due_on) == ("assigned", union.carer.id, date(2026, 7, 2))
    assert task.goes == [union.carer.id, union.chair.id]
    assert task.scheme_version == 1
    [created] = union.welfare.outbox(VisitTaskCreated)
    assert created.data["assignee_id"] == union.carer.id and created.data["occasion_group"] == "care"
