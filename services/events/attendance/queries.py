"""Who was there, and who is still expected."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.attendance.models import Attendance
from shared.kit.paging import Keyset
from shared.kit.people import Person, matching


def of_person(session: Session, activity_id: str, person_id: str) -> Attendance | None:
    """The person's row, one taken back included."""
    return session.scalar(
        select(Attendance).where(Attendance.activity_id == activity_id, Attendance.person_id == person_id)
    )


def present(session: Session, activity_id: str) -> dict[str, Attendance]:
    """Those who are there, by person."""
    rows = session.scalars(
        select(Attendance).where(Attendance.activity_id == activity_id, Attendance.withdrawn_at.is_(None))
    )
    return {row.person_id: row for row in rows}


def attended(session: Session, person_id: str, activity_ids: list[str]) -> set[str]:
    """Which of these activities the person came to."""
    return set(
        session.scalars(
            select(Attendance.activity_id).where(
                Attendance.person_id == person_id,
                Attendance.withdrawn_at.is_(None),
                Attendance.activity_id.in_(activity_ids),
            )
        )
    )


def count(session: Session, activity_id: str) -> int:
    """How many are there."""
    found = session.scalar(
        select(func.count()).where(Attendance.activity_id == activity_id, Attendance.withdrawn_at.is_(None))
    )
    return found or 0


def listing(activity_id: str, q: str = "") -> Keyset:
    """Those who are there with their cards, in the order in which they came."""
    query = (
        select(Attendance, Person)
        .join(Person, Person.id == Attendance.person_id)
        .where(Attendance.activity_id == activity_id, Attendance.withdrawn_at.is_(None))
    )
    if q:
        query = query.where(matching(q))
    return Keyset(query, [Attendance.at, Attendance.id])
