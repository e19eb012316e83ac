"""Welfare's visits take hours of their visitors: a private slot, without a word about the occasion."""

from sqlalchemy.orm import Session

from services.events.calendar import actions
from shared.contracts.welfare import VisitCancelled, VisitCompleted, VisitTaskCreated
from shared.kit.messages import Received, handles


@handles(VisitTaskCreated)
def on_visit_task_created(session: Session, event: Received) -> None:
    assert event.school, "the school whose visit it is"
    actions.put_slot(
        session,
        task_id=event.data["task_id"],
        school_id=event.school,
        person_id=event.data["assignee_id"],
        due_on=event.data["due_on"],
    )


@handles(VisitCompleted, VisitCancelled)
def on_visit_settled(session: Session, event: Received) -> None:
    actions.close_slot(session, event.data["task_id"])
