"""Reporting a life event (第一知情人、第一报告人): for a colleague or for oneself, as little as somebody needs to come."""

from datetime import date, datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.members.life_events.kinds import KINDS
from services.members.life_events.models import (
    CONFIRMED,
    NORMAL,
    OPEN,
    REPORTED,
    RESTRICTED,
    LifeEvent,
    LifeEventReport,
)
from services.members.people.models import GONE, Affiliation
from shared.contracts.members import LIFE_EVENTS
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.messages import emit, remind, reminder
from shared.kit.notices import notify
from shared.kit.people import Person
from shared.kit.problems import Invalid, NotFound

LONGEST_AGO: Final = timedelta(days=366)
LONGEST_AHEAD: Final = timedelta(days=180)
ANSWER_WITHIN: Final = timedelta(days=14)  # what is only done if wished lapses without an answer

LifeEventLapses = reminder("life-event-lapses")


def report_life_event(
    session: Session,
    *,
    reporter_id: str,
    school_id: str,
    person_id: str,
    kind: str,
    occurred_on: date,
    privacy: str = NORMAL,
    known_at: datetime | None = None,
) -> LifeEventReport:
    """Report that something happened to a person of the reporter's union.

    Somebody reported the same already: this report joins it, and the reporter cannot tell. The person is told
    and may confirm or withdraw. A kind that is only done if wished waits for the person's word.
    Raises NotFound (nobody of this union), Invalid (occurred_on, known_at).
    """
    person = locked(session, Person, person_id)  # two reports of the same at once become one
    if person is None or person.school_id != school_id or person.standing in GONE:
        raise NotFound
    _check_day(kind, occurred_on, known_at)
    found = _already_reported(session, person_id, kind)
    event = found or _record(
        session, person, kind, occurred_on=occurred_on, privacy=privacy, known_at=known_at or clock.now()
    )
    own = reporter_id == person_id
    if own and event.state == REPORTED:
        event.confirm()
    announce_when_due(session, event)
    if found is None and not own:
        _tell_the_person(session, event)
    report = LifeEventReport(school_id=school_id, life_event_id=event.id, reporter_id=reporter_id)
    session.add(report)
    session.flush()
    return report


def announce_when_due(session: Session, event: LifeEvent) -> None:
    """Tell welfare, once; of what is only done if wished, after the person's word. `event` is locked or new."""
    if event.announced or (KINDS[event.kind].only_if_wished and event.state != CONFIRMED):
        return
    event.announced = True
    emit(
        session,
        LIFE_EVENTS[event.kind],
        of=event,
        subject=event.person_id,
        school=event.school_id,
        life_event_id=event.id,
        person_id=event.person_id,
        group_id=event.group_id,
        kind=event.kind,
        occurred_on=event.occurred_on,
        reported_at=event.reported_at,
        privacy=event.privacy,
    )


def _record(
    session: Session, person: Person, kind: str, *, occurred_on: date, privacy: str, known_at: datetime
) -> LifeEvent:
    union = _union_on(session, person, occurred_on)
    event = LifeEvent(
        school_id=union,
        person_id=person.id,
        group_id=person.group_id if union == person.school_id else None,
        occurred_on=occurred_on,
        known_at=known_at,
        privacy=RESTRICTED if KINDS[kind].only_if_wished else privacy,
        state=REPORTED,
        announced=False,
    )
    event.kind = kind
    session.add(event)
    session.flush()
    return event


def _already_reported(session: Session, person_id: str, kind: str) -> LifeEvent | None:
    """The open event of the same kind, locked. Kinds are encrypted, so the few open ones are compared here."""
    query = select(LifeEvent).where(LifeEvent.person_id == person_id, LifeEvent.state.in_(OPEN))
    same = [event for event in session.scalars(query.order_by(LifeEvent.id)) if event.kind == kind]
    return locked(session, LifeEvent, same[0].id) if same else None


def _union_on(session: Session, person: Person, day: date) -> str:
    """The union the person belonged to on that day: whoever moved since is visited by the old one.

    On the day of a move the new union's row comes later and has taken the person over.
    """
    query = select(Affiliation).where(
        Affiliation.member_id == person.id,
        Affiliation.from_on <= day,
        or_(Affiliation.to_on.is_(None), Affiliation.to_on >= day),
    )
    found = session.scalars(
        query.order_by(Affiliation.from_on.desc(), Affiliation.id.desc()).limit(1)
    ).first()
    return found.school_id if found else person.school_id


def _tell_the_person(session: Session, event: LifeEvent) -> None:
    notify(
        session,
        to=event.person_id,
        school=event.school_id,
        template="life-event-reported",
        link=f"/members/life-events/{event.id}",
    )
    if KINDS[event.kind].only_if_wished:
        remind(
            session,
            LifeEventLapses,
            at=clock.now() + ANSWER_WITHIN,
            key=event.id,
            data={"life_event_id": event.id},
        )


def _check_day(kind: str, occurred_on: date, known_at: datetime | None) -> None:
    today = clock.today()
    if occurred_on < today - LONGEST_AGO:
        raise Invalid(fields={"occurred_on": [_("That is more than a year ago.")]})
    if occurred_on > today and not KINDS[kind].may_lie_ahead:
        raise Invalid(fields={"occurred_on": [_("This day is still to come.")]})
    if occurred_on > today + LONGEST_AHEAD:
        raise Invalid(fields={"occurred_on": [_("That is more than half a year ahead.")]})
    if known_at is not None and known_at > clock.now():
        raise Invalid(fields={"known_at": [_("This moment is still to come.")]})
