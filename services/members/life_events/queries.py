"""Reading life events. Whoever reads what happened is recorded, but for the person themself."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.life_events.models import OPEN, RESTRICTED, LifeEvent, LifeEventReport
from services.members.people.models import GONE
from shared.kit import audit, people
from shared.kit.database import locked
from shared.kit.people import Person
from shared.kit.problems import NotFound

MOST_SHOWN = 60


def own_events(person_id: str) -> Select[LifeEvent]:
    return select(LifeEvent).where(LifeEvent.person_id == person_id)


def open_events(school_id: str, *, with_restricted: bool) -> Select[LifeEvent]:
    """What is open in a union and has been passed on; restricted ones are the chair's alone."""
    query = select(LifeEvent).where(
        LifeEvent.school_id == school_id, LifeEvent.state.in_(OPEN), LifeEvent.announced.is_(True)
    )
    return query if with_restricted else query.where(LifeEvent.privacy != RESTRICTED)


def event_for(
    session: Session, life_event_id: str, *, person_id: str, school_id: str, cares: bool, chairs: bool
) -> LifeEvent:
    """One event, locked, for the person it concerns or for those who care for them. The latter's read is recorded.

    Raises NotFound for everybody else, whoever reported it included.
    """
    event = locked(session, LifeEvent, life_event_id)
    if event is not None and event.person_id == person_id:
        return event
    may = cares and (chairs or (event is not None and event.privacy != RESTRICTED))
    if event is None or event.school_id != school_id or not event.announced or not may:
        raise NotFound
    audit.record(session, "life-event.read", object_id=event.id, person_id=event.person_id, reason="care")
    return event


def own_event(session: Session, life_event_id: str, person_id: str) -> LifeEvent:
    """One's own event, locked. Raises NotFound for another's."""
    event = locked(session, LifeEvent, life_event_id)
    if event is None or event.person_id != person_id:
        raise NotFound
    return event


def own_report(session: Session, report_id: str, reporter_id: str, lock: bool = False) -> LifeEventReport:
    """One's own report, without the event. Raises NotFound for another's."""
    report = locked(session, LifeEventReport, report_id) if lock else session.get(LifeEventReport, report_id)
    if report is None or report.reporter_id != reporter_id:
        raise NotFound
    return report


def reads_of(person_id: str) -> Select[audit.AuditEntry]:
    """What others did with this person's sensitive data."""
    entry = audit.AuditEntry
    return select(entry).where(entry.person_id == person_id, entry.action.like("%read"))


def colleague(session: Session, person_id: str, school_id: str) -> Person:
    """Somebody of the union about whom one may report. Raises NotFound."""
    person = people.person(session, person_id)
    if person is None or person.school_id != school_id or person.standing in GONE:
        raise NotFound
    return person


def nearest_colleagues(
    session: Session, school_id: str, person_id: str, group_id: str | None, text: str
) -> list[Person]:
    """Whom one most likely means: those who match, else the own group, else the union's first names."""
    if text:
        found = people.search(session, school_id, text, limit=MOST_SHOWN)
    else:
        found = people.people_in(session, school_id, group_id=group_id)[:MOST_SHOWN]
    return [person for person in found if person.id != person_id]
