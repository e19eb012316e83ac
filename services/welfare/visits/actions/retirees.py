"""Regular visits to retired colleagues: from 70 once a year, from 80 every half-year (the age counts included).

Each retired person has one message to oneself for the start of the next half-year, and nothing else runs.
"""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from services.welfare.occasions import RETIREE_VISIT
from services.welfare.visits.actions.planning import find_task, plan_visit
from services.welfare.visits.models import VISIT, RetiredPerson
from shared.kit import clock
from shared.kit.messages import remind, reminder
from shared.kit.people import Person, person

WindowOpens = reminder("retiree-window")
YEARLY_FROM, HALF_YEARLY_FROM = 70, 80


def window_after(day: date) -> date:
    """The next 1 January or 1 July."""
    return date(day.year, 7, 1) if day < date(day.year, 7, 1) else date(day.year + 1, 1, 1)


def watch(session: Session, card: Person) -> None:
    """Begin to look after a retired person; known ones are being looked after already."""
    if card.standing != "retired" or card.birth_date is None or session.get(RetiredPerson, card.id):
        return
    row = RetiredPerson(id=card.id, school_id=card.school_id, next_on=window_after(clock.today()))
    session.add(row)
    _remember(session, row)


def open_window(session: Session, person_id: str) -> None:
    """A half-year begins: plan the visit it owes the person, and come back at the next one."""
    row, card = session.get(RetiredPerson, person_id, with_for_update=True), person(session, person_id)
    if row is None or row.next_on > clock.today():
        return
    if card is None or card.standing != "retired" or card.birth_date is None:
        session.delete(row)
        return
    while row.next_on <= clock.today():  # half-years that were slept over whole are past
        if clock.today() < window_after(row.next_on):
            _plan(session, card, row.next_on)
        row.next_on = window_after(row.next_on)
    _remember(session, row)


def _remember(session: Session, row: RetiredPerson) -> None:
    remind(session, WindowOpens, at=row.next_on, key=row.id, data={"person_id": row.id})


def _plan(session: Session, card: Person, start: date) -> None:
    year, half = start.year, 1 if start.month == 1 else 2
    half_ends, year_ends = window_after(start) - timedelta(days=1), date(year, 12, 31)
    of_the_year = f"retiree:{card.id}:{year}"
    if (card.age_on(half_ends) or 0) >= HALF_YEARLY_FROM:
        yearly = find_task(session, card.school_id, of_the_year, VISIT, 1)
        if yearly is None or not yearly.is_open:
            _plan_one(session, card, f"{of_the_year}-H{half}", start, half_ends)
    elif half == 1 and (card.age_on(year_ends) or 0) >= YEARLY_FROM:
        _plan_one(session, card, of_the_year, start, year_ends)


def _plan_one(session: Session, card: Person, cause: str, start: date, due_on: date) -> None:
    plan_visit(
        session,
        school_id=card.school_id,
        person_id=card.id,
        kind=RETIREE_VISIT,
        cause=cause,
        occurred_on=start,
        reported_on=clock.today(),
        due_on=due_on,
    )
