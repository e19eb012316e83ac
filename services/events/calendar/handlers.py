"""Welfare's visits and hearings take hours of people: a private slot, without a word about the occasion."""

from sqlalchemy.orm import Session

from services.events.calendar import actions
from shared.contracts.welfare import DisputeStageChanged, VisitCancelled, VisitCompleted, VisitTaskCreated
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


@handles(DisputeStageChanged)
def on_dispute_stage_changed(session: Session, event: Received) -> None:
    """A hearing takes a day of those who attend it; when the case is over, or not yet heard, nobody's."""
    data = event.data
    if data["hearing_on"] is None:
        actions.close_slot(session, data["case_id"])
        return
    assert event.school, "the school whose hearing it is"
    actions.put_hearing(
        session,
        case_id=data["case_id"],
        school_id=event.school,
        hearing_on=data["hearing_on"],
        attendees=data["attendees"] or [],
    )
