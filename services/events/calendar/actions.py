"""Slots come, move and go with the tasks they stand for."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.calendar.models import PrivateSlot
from shared.kit import clock


def put_slot(session: Session, *, task_id: str, school_id: str, person_id: str | None, due_on: date) -> None:
    """Give the task a slot in a person's calendar, or hand the slot over to another person or day.

    A task that nobody has taken yet stands in nobody's calendar; a finished one is not opened again.
    """
    slot = _of_task(session, task_id)
    if slot is None:
        session.add(PrivateSlot(task_id=task_id, school_id=school_id, person_id=person_id, due_on=due_on))
    elif slot.closed_at is None:
        slot.school_id, slot.person_id, slot.due_on = school_id, person_id, due_on


def close_slot(session: Session, task_id: str) -> None:
    """The task is done, or will not be done."""
    slot = _of_task(session, task_id)
    if slot is not None and slot.closed_at is None:
        slot.closed_at = clock.now()


def _of_task(session: Session, task_id: str) -> PrivateSlot | None:
    return session.scalar(select(PrivateSlot).where(PrivateSlot.task_id == task_id).with_for_update())
