"""Checking in (签到): by the code on the door's screen, or by the organiser's tick.

Each takes the activity locked, so that two doors that tick one person make one arrival.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.events.activities.models import Activity
from services.events.attendance import codes, queries
from services.events.attendance.models import DOOR, QR, Attendance, DoorClosed, NoPlace, StaleCode
from services.events.registrations import queries as registrations
from services.events.registrations.actions import must_admit
from services.events.registrations.models import PLACED
from shared.contracts.events import CheckinRecorded, CheckinWithdrawn
from shared.kit import clock
from shared.kit.messages import emit
from shared.kit.people import Person

# What a phone without network kept may come in as late as this; what a wrong clock claims may not.
LATEST_ENTRY = timedelta(days=2)


def check_in_by_code(session: Session, activity: Activity, token: str, person: Person) -> Attendance:
    """The person read the code on the screen. Doing it twice changes nothing.

    Raises StaleCode, DoorClosed, NoPlace, OutsideAudience.
    """
    if not codes.is_fresh(activity, token):
        raise StaleCode()
    return _record(session, activity, person, method=QR, by_id=person.id, at=clock.now())


def check_in_at_door(
    session: Session, activity: Activity, person: Person, by_id: str, at: datetime | None = None
) -> Attendance:
    """The organiser ticks a person, perhaps offline some time ago. Doing it twice changes nothing."""
    now = clock.now()
    at = at if at and now - LATEST_ENTRY < at <= now else now
    return _record(session, activity, person, method=DOOR, by_id=by_id, at=at)


def take_back(session: Session, activity: Activity, person_id: str) -> None:
    """Undo a tick on the wrong line."""
    if not activity.takes_check_ins:
        raise DoorClosed()
    row = queries.of_person(session, activity.id, person_id)
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        emit(
            session,
            CheckinWithdrawn,
            of=activity,
            subject=activity.id,
            school=activity.school_id,
            activity_id=activity.id,
            person_id=person_id,
        )


def _record(
    session: Session, activity: Activity, person: Person, *, method: str, by_id: str, at: datetime
) -> Attendance:
    if not activity.takes_check_ins:
        raise DoorClosed()
    row = queries.of_person(session, activity.id, person.id)
    if row is not None and row.withdrawn_at is None:
        return row
    if row is not None:
        row.withdrawn_at = None  # the arrival was said and taken back; now it is said again
    else:
        _must_be_expected(session, activity, person)
        row = Attendance(
            school_id=activity.school_id,
            activity_id=activity.id,
            person_id=person.id,
            at=at,
            method=method,
            recorded_by_id=by_id,
        )
        session.add(row)
    emit(
        session,
        CheckinRecorded,
        of=activity,
        subject=activity.id,
        school=activity.school_id,
        activity_id=activity.id,
        person_id=person.id,
        at=row.at,
        method=row.method,
    )
    return row


def _must_be_expected(session: Session, activity: Activity, person: Person) -> None:
    registration = registrations.of_person(session, activity.id, person.id)
    if registration is not None and registration.state == PLACED:
        return
    if not activity.walk_ins:
        raise NoPlace()
    must_admit(session, activity, person)
