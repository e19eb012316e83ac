"""When a visit is not to be made (any more): by hand, or because of what became of the life event or the person."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.visits.actions.planning import occasion_of, plan_follow_up
from services.welfare.visits.models import (
    BY_HAND,
    CANCELLED,
    COMPLETED,
    ENDED,
    FOLLOW_UP,
    OFFERED,
    OPEN,
    VISIT,
    ClosedLifeEvent,
    HandOver,
    VisitTask,
)
from shared.contracts.welfare import VisitCancelled
from shared.kit import audit
from shared.kit.database import locked
from shared.kit.messages import emit


def cancel_visit(
    session: Session, task: VisitTask, *, outcome: str = BY_HAND, reason: str | None = None
) -> VisitTask:
    """Take a task off the board; its reason is sealed. Raises Conflict when it is not open."""
    task.cancel(outcome, reason)
    emit(session, VisitCancelled, of=task, subject=task.person_id, school=task.school_id, task_id=task.id)
    for offer in session.scalars(
        select(HandOver).where(HandOver.task_id == task.id, HandOver.state == OFFERED)
    ):
        offer.state = CANCELLED
    audit.record(session, "visit.cancelled", object_id=task.id, person_id=task.person_id, reason=outcome)
    return task


def close_life_event(
    session: Session,
    *,
    life_event_id: str,
    person_id: str,
    school_id: str | None,
    outcome: str,
    ended_on: date | None,
) -> None:
    """Do what the end of a life event asks: withdrawn or an error stops all; an end turns into the follow-up."""
    if session.get(ClosedLifeEvent, life_event_id) is None:
        session.add(
            ClosedLifeEvent(
                id=life_event_id,
                school_id=school_id,
                person_id=person_id,
                outcome=outcome,
                ended_on=ended_on,
            )
        )
    tasks = [
        locked(session, VisitTask, task_id)
        for task_id in session.scalars(
            select(VisitTask.id).where(VisitTask.life_event_id == life_event_id).order_by(VisitTask.id)
        ).all()
    ]
    tasks_there = [task for task in tasks if task is not None]
    if outcome != ENDED:
        for task in tasks_there:
            if task.is_open:
                cancel_visit(session, task, outcome=outcome)
        return
    for school in dict.fromkeys(task.school_id for task in tasks_there):
        _end(session, [task for task in tasks_there if task.school_id == school], ended_on)


def _end(session: Session, tasks: list[VisitTask], ended_on: date | None) -> None:
    """The occasion is over: no more rounds. Whoever was never visited is still owed a visit."""
    has_follow_up = occasion_of(session, tasks[-1]).after_end_days is not None
    was_visited = any(task.state == COMPLETED for task in tasks)
    is_held = any(task.is_open or task.state == COMPLETED for task in tasks)
    for task in tasks:
        if task.is_open and task.stage == VISIT and (has_follow_up or was_visited):
            cancel_visit(session, task, outcome=ENDED)
    if has_follow_up and is_held and ended_on is not None and _follow_up_wanted(tasks):
        plan_follow_up(session, tasks[-1], ended_on)


def _follow_up_wanted(tasks: list[VisitTask]) -> bool:
    reports = [task.report for task in tasks if task.report is not None and task.stage != FOLLOW_UP]
    return not reports or bool(reports[-1].details["follow_up"])


def cancel_all(session: Session, person_id: str, *, outcome: str) -> None:
    """Cancel whatever is open for a person who left."""
    for task_id in session.scalars(
        select(VisitTask.id)
        .where(VisitTask.person_id == person_id, VisitTask.state.in_(OPEN))
        .order_by(VisitTask.id)
    ).all():
        task = locked(session, VisitTask, task_id)
        if task is not None and task.is_open:
            cancel_visit(session, task, outcome=outcome)
