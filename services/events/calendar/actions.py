"""Slots come, move and go with the tasks they stand for."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.calendar.models import HEARING, PrivateSlot
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


def put_hearing(
    session: Session, *, case_id: str, school_id: str, hearing_on: date, attendees: Sequence[str]
) -> None:
    """Give everybody who hears or is heard a slot on that day; who is no longer among them loses theirs."""
    slots = {slot.person_id: slot for slot in _all_of(session, case_id)}
    for person_id, slot in slots.items():
        slot.due_on = hearing_on
        slot.closed_at = None if person_id in attendees else clock.now()
    for person_id in set(attendees) - set(slots):
        session.add(
            PrivateSlot(
                task_id=case_id, school_id=school_id, person_id=person_id, due_on=hearing_on, kind=HEARING
            )
        )


def close_slot(session: Session, task_id: str) -> None:
    """The task is done, or will not be done."""
    for slot in _all_of(session, task_id):
        slot.closed_at = slot.closed_at or clock.now()


def _all_of(session: Session, task_id: str) -> Sequence[PrivateSlot]:
    return session.scalars(select(PrivateSlot).where(PrivateSlot.task_id == task_id).with_for_update()).all()


def _of_task(session: Session, task_id: str) -> PrivateSlot | None:
    return session.scalar(select(PrivateSlot).where(PrivateSlot.task_id == task_id).with_for_update())
