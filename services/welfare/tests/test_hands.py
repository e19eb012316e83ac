"""Whose task it is when offices change hands and when people move to another school."""

from datetime import date

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select

from services.welfare.visits.actions.handing_over import OfferIsOver, accept_offer, decline_offer
from services.welfare.visits.actions.staffing import reassign, settle_offices
from services.welfare.visits.models import HandOver
from shared.contracts.members import MemberTransferred, OfficerChanged
from shared.contracts.welfare import VisitCancelled, VisitTaskCreated
from shared.kit.database import locked
from shared.kit.problems import Invalid
from shared.kit.testing.builders import a_school

TODAY = date(2026, 6, 29)


def election(union, office="carer"):
    """Somebody else is elected; the old officer's card and the change arrive."""
    old = union.renew(union.carer, offices=[])
    new = union.person("吴强", sex="male", offices=[office])
    for person, action in ((old, "ended"), (new, "taken")):
        union.receive(
            OfficerChanged,
            person,
            person_id=person.id,
            office_code=office,
            scope_id=union.school.id,
            action=action,
            term_from=TODAY,
        )
    return new


def test_open_tasks_of_a_former_officer_go_to_the_new_one(union):
    union.report()
    successor = election(union)
    assert union.task().assignee_id == successor.id
    said = union.welfare.outbox(VisitTaskCreated)
    assert [event.data["assignee_id"] for event in said] == [union.carer.id, successor.id]
    assert union.notices(successor) == ["visit-reassigned"]


def test_a_change_of_office_locks_only_the_tasks_that_it_moves(union):
    """Statements, not seconds: with forty tasks of others on the board, an election of the women's officer asks the
    same as with none."""
    for n in range(20):
        union.report(person=union.person(f"职工{n}"))

    def asked() -> int:
        found = []
        engine = union.welfare.service.database.engine
        count = lambda *_args: found.append(1)  # noqa: E731
        sql_event.listen(engine, "before_cursor_execute", count)
        with union.welfare.transaction() as session:
            settle_offices(session, union.school.id)
            assert not session.info.get("locked"), "nobody's task moves"
        sql_event.remove(engine, "before_cursor_execute", count)
        return len(found)

    few = asked()
    for n in range(20):
        union.report(person=union.person(f"教师{n}"))
    assert asked() == few


def test_a_completed_visit_stays_with_the_one_who_made_it(union):
    union.report()
    union.complete(union.task())
    election(union)
    assert union.task().assignee_id == union.carer.id


def test_a_task_given_to_somebody_by_hand_is_not_moved_by_an_election(union):
    union.report()
    friend = union.person("周婷")
    with union.welfare.transaction() as session:
        task = locked(session, type(union.task()), union.task().id)
        reassign(session, task, to=friend.id)
    election(union)
    assert union.task().assignee_id == friend.id


def test_a_task_cannot_be_given_to_the_person_visited_or_to_a_stranger(union):
    union.report()
    stranger = union.person("孙梅", school=a_school(union.welfare, "实验小学", district=union.district))
    for whom in (union.colleague, stranger):
        with union.welfare.transaction() as session, pytest.raises(Invalid):
            reassign(session, locked(session, type(union.task()), union.task().id), to=whom.id)


# --- moving to another school


@pytest.fixture
def other(union):
    school = a_school(union.welfare, "实验小学", district=union.district)
    union.other_carer = union.person("孙梅", school=school, offices=["carer"])
    return school


def move(union, other):
    for _ in range(2):
        union.receive(
            MemberTransferred,
            union.colleague,
            person_id=union.colleague.id,
            to_school_id=other.id,
            effective_on=TODAY,
        )
    union.renew(union.colleague, school=other)


def offer_of(session):
    return locked(session, HandOver, session.scalars(select(HandOver.id)).one())


def test_until_the_new_school_accepts_the_old_one_keeps_the_task(union, other):
    union.report()
    move(union, other)
    assert (union.task().school_id, union.task().state) == (union.school.id, "assigned")
    assert union.notices(union.other_carer) == ["visit-offered"]


def test_an_accepted_task_goes_on_at_the_new_school_under_its_scheme(union, other):
    union.choose("F", school=other)
    union.report()
    move(union, other)
    with union.welfare.transaction() as session:
        accept_offer(session, offer_of(session), by=union.other_carer.id)
    old, new = union.tasks()
    assert (old.state, old.outcome) == ("cancelled", "handed-over")
    assert (new.school_id, new.assignee_id, new.due_on) == (other.id, union.other_carer.id, date(2026, 7, 2))
    assert new.matter == {"kind": "hospitalized", "occasion": "illness", "occurred_on": "2026-06-29"}
    assert len(union.welfare.outbox(VisitCancelled)) == 1
    assert [e.school for e in union.welfare.outbox(VisitTaskCreated)] == [union.school.id, other.id]


def test_a_declined_task_stays_and_its_officer_is_told(union, other):
    union.report()
    move(union, other)
    with union.welfare.transaction() as session:
        decline_offer(session, offer_of(session), by=union.other_carer.id)
    assert union.task().state == "assigned"
    assert union.notices(union.carer) == ["visit-assigned", "visit-offer-declined"]
    with union.welfare.transaction() as session, pytest.raises(OfferIsOver):
        accept_offer(session, offer_of(session), by=union.other_carer.id)


def test_a_visit_made_meanwhile_cannot_be_taken_over(union, other):
    union.report()
    move(union, other)
    union.complete(union.task())
    with union.welfare.transaction() as session, pytest.raises(OfferIsOver):
        accept_offer(session, offer_of(session), by=union.other_carer.id)


def test_a_report_from_the_old_school_after_the_move_is_offered_too(union, other):
    union.renew(union.colleague, school=other)
    union.report()
    assert union.task().school_id == union.school.id
    assert union.notices(union.other_carer) == ["visit-offered"]


def test_a_withdrawal_reaches_a_task_that_was_taken_over(union, other):
    life_event_id = union.report()
    move(union, other)
    with union.welfare.transaction() as session:
        accept_offer(session, offer_of(session), by=union.other_carer.id)
    union.close(life_event_id, "withdrawn")
    assert [(task.state, task.outcome) for task in union.tasks()] == [
        ("cancelled", "handed-over"),
        ("cancelled", "withdrawn"),
    ]
