"""What welfare does when members speaks of people, events of honours, and when its own due days come."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.welfare.occasions import ACHIEVEMENT, DEATH, RETIREMENT
from services.welfare.visits.actions import handing_over, lateness, planning, retirees, staffing, stopping
from services.welfare.visits.models import ENDED, LEFT, OPEN, ClosedLifeEvent, Companion, VisitTask
from shared.contracts.events import HonourConferred
from shared.contracts.members import (
    LIFE_EVENTS,
    LifeEventClosed,
    MemberLeft,
    MemberRetired,
    MemberTransferred,
    OfficerChanged,
    PersonChanged,
)
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.messages import Received, handles
from shared.kit.people import person


class SchoolUnknown(Exception):
    """Neither the message nor the person's card says which school; the card may still come, so it is tried again."""


@handles(*LIFE_EVENTS.values())
def on_life_event(session: Session, event: Received) -> None:
    """Something happened to a person: plan the visit by the scheme of the school in which it was reported."""
    data = event.data
    closed = session.get(ClosedLifeEvent, data["life_event_id"])
    if closed is not None and closed.outcome != ENDED:
        return
    card = person(session, data["person_id"])
    school_id = _school(session, event)
    task = planning.plan_visit(
        session,
        school_id=school_id,
        person_id=data["person_id"],
        kind=data["kind"],
        cause=f"life-event:{data['life_event_id']}",
        life_event_id=data["life_event_id"],
        occurred_on=data["occurred_on"],
        reported_on=clock.local(data["reported_at"]).date(),
        restricted=data["privacy"] == "restricted",
    )
    if task is not None and card is not None and card.school_id != school_id:
        handing_over.offer_visit(session, task, card.school_id)
    if closed is not None:
        stopping.close_life_event(
            session,
            life_event_id=closed.id,
            person_id=closed.person_id,
            school_id=school_id,
            outcome=closed.outcome,
            ended_on=closed.ended_on,
        )


@handles(LifeEventClosed)
def on_life_event_closed(session: Session, event: Received) -> None:
    stopping.close_life_event(
        session,
        life_event_id=event.data["life_event_id"],
        person_id=event.data["person_id"],
        school_id=event.school,
        outcome=event.data["outcome"],
        ended_on=event.data["ended_on"],
    )


@handles(MemberRetired)
def on_member_retired(session: Session, event: Received) -> None:
    _plan_for_person(session, event, RETIREMENT, f"retired:{event.data['person_id']}")


@handles(MemberLeft)
def on_member_left(session: Session, event: Received) -> None:
    """Whatever was open is over; after a death the family is visited."""
    stopping.cancel_all(session, event.data["person_id"], outcome=LEFT)
    if event.data["reason_code"] == "deceased":
        _plan_for_person(session, event, DEATH, f"deceased:{event.data['person_id']}")


@handles(MemberTransferred)
def on_member_transferred(session: Session, event: Received) -> None:
    handing_over.offer_open_visits(
        session, person_id=event.data["person_id"], to_school_id=event.data["to_school_id"]
    )


@handles(HonourConferred)
def on_honour_conferred(session: Session, event: Received) -> None:
    """An honour of one person is congratulated where the scheme has it (有重大成绩必祝贺); that of a group is not."""
    person_id = event.data["person_id"]
    if person_id is not None and person(session, person_id) is not None:
        on = clock.local(event.time).date()
        planning.plan_visit(
            session,
            school_id=_school(session, event),
            person_id=person_id,
            kind=ACHIEVEMENT,
            cause=f"honour:{event.data['honour_id']}",
            occurred_on=on,
            reported_on=on,
        )


@handles(OfficerChanged)
def on_officer_changed(session: Session, event: Received) -> None:
    if event.school:
        staffing.settle_offices(session, event.school)


@handles(PersonChanged)
def on_person_changed(session: Session, event: Received) -> None:
    """A card changed (the kit has taken it over): offices may have moved, somebody may have retired."""
    card = person(session, event.data["person_id"])
    if card is None:
        return
    schools = set(
        session.scalars(
            select(VisitTask.school_id)
            .outerjoin(Companion, Companion.task_id == VisitTask.id)
            .where(
                VisitTask.state.in_(OPEN),
                or_(VisitTask.assignee_id == card.id, Companion.person_id == card.id),
            )
            .distinct()
        )
    )
    for school_id in sorted(schools | ({card.school_id} if card.offices else set())):
        staffing.settle_offices(session, school_id)
    retirees.watch(session, card)


@handles(planning.VisitDue)
def on_visit_due(session: Session, event: Received) -> None:
    if task := _open_task(session, event):
        lateness.remind_of_due_day(session, task)


@handles(lateness.VisitLate)
def on_visit_late(session: Session, event: Received) -> None:
    if task := _open_task(session, event):
        lateness.fall_overdue(session, task)


@handles(lateness.VisitEscalates)
def on_visit_escalates(session: Session, event: Received) -> None:
    if task := _open_task(session, event):
        lateness.escalate(session, task)


@handles(planning.VisitRepeats)
def on_visit_repeats(session: Session, event: Received) -> None:
    task = locked(session, VisitTask, event.data["task_id"])
    if task is not None:
        planning.plan_repeat(session, task, date.fromisoformat(event.data["due_on"]))


@handles(retirees.WindowOpens)
def on_window_opens(session: Session, event: Received) -> None:
    retirees.open_window(session, event.data["person_id"])


def _open_task(session: Session, event: Received) -> VisitTask | None:
    """The task of a reminder, locked; None when it is done or cancelled: nothing to do then."""
    task = locked(session, VisitTask, event.data["task_id"])
    return task if task is not None and task.is_open else None


def _plan_for_person(session: Session, event: Received, kind: str, cause: str) -> None:
    planning.plan_visit(
        session,
        school_id=_school(session, event),
        person_id=event.data["person_id"],
        kind=kind,
        cause=cause,
        occurred_on=event.data["effective_on"],
        reported_on=clock.local(event.time).date(),
    )


def _school(session: Session, event: Received) -> str:
    """Where it arose: the school of the message, else that of the person."""
    if event.school:
        return event.school
    card = person(session, event.data["person_id"])
    if card is None:
        raise SchoolUnknown()
    return card.school_id
