"""What follows a report: the person's word, the first visit, the end. Events are passed in locked."""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.members.life_events.actions.reporting import LifeEventLapses, announce_when_due
from services.members.life_events.kinds import KINDS
from services.members.life_events.models import CONFIRMED, REPORTED, LifeEvent, LifeEventReport
from shared.contracts.members import LifeEventClosed
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.messages import emit
from shared.kit.problems import Conflict, Invalid

__all__ = ["LifeEventLapses", "confirm", "end", "lapse", "take_back", "visited", "withdraw"]


def confirm(session: Session, event: LifeEvent) -> None:
    """The person says that it is so. Raises Conflict when it is over."""
    _expect_open(event)
    event.confirm()
    announce_when_due(session, event)


def withdraw(session: Session, event: LifeEvent) -> None:
    """The person objects: nobody comes, and what it was and who reported it is forgotten.

    The reports stay without saying about what, so that a reporter sees the same tick as before.
    """
    _expect_open(event)
    reports = update(LifeEventReport).where(LifeEventReport.life_event_id == event.id)
    session.execute(reports.values(life_event_id=None))
    _close(session, event, "withdrawn", clock.today())


def end(session: Session, event: LifeEvent, on: date) -> None:
    """It ended on a day: discharge from hospital, back at work. Raises Invalid (on), Conflict."""
    _expect_open(event)
    if not event.announced:
        raise Conflict(_("The person has not yet said whether somebody should come."))
    if on > clock.today():
        raise Invalid(fields={"ended_on": [_("This day is still to come.")]})
    if on < event.occurred_on:
        raise Invalid(fields={"ended_on": [_("It cannot end before it began.")]})
    _close(session, event, "ended", on)


def visited(session: Session, event: LifeEvent, on: date, said_at: datetime) -> None:
    """Somebody came. The first visit is stamped; what has no duration is over with it."""
    if event.first_help_at is None:
        # A visit entered on a later day is stamped with the morning of its own.
        at = said_at if clock.local(said_at).date() == on else clock.morning_of(on)
        event.first_help_at = max(at, event.reported_at)
    if event.is_open and not KINDS[event.kind].lasts:
        _close(session, event, "ended", on)


def lapse(session: Session, event: LifeEvent) -> None:
    """Two weeks without the person's word on what is only done if wished: as if withdrawn."""
    if event.state == REPORTED and not event.announced:
        withdraw(session, event)


def take_back(session: Session, report: LifeEventReport) -> None:
    """A reporter's second thoughts within ten minutes. The event goes too, unless it stands without this report.

    Raises Conflict when it is too late. Taking back twice changes nothing.
    """
    if report.taken_back_at is not None:
        return
    if clock.now() > report.may_be_taken_back_until:
        raise Conflict(_("Ten minutes have passed; the person can still withdraw it."))
    report.taken_back_at = clock.now()
    event = locked(session, LifeEvent, report.life_event_id) if report.life_event_id else None
    if event is None or not event.is_open:
        return
    others = session.scalars(
        select(LifeEventReport.id).where(
            LifeEventReport.life_event_id == event.id,
            LifeEventReport.id != report.id,
            LifeEventReport.taken_back_at.is_(None),
        )
    ).first()
    own_word = event.state == CONFIRMED and report.reporter_id != event.person_id
    if others is None and not own_word:
        _close(session, event, "error", clock.today())


def _close(session: Session, event: LifeEvent, outcome: str, on: date) -> None:
    event.close(outcome, on)
    if event.announced:  # nobody need hear the end of what they never heard of
        emit(
            session,
            LifeEventClosed,
            of=event,
            subject=event.person_id,
            school=event.school_id,
            life_event_id=event.id,
            person_id=event.person_id,
            outcome=outcome,
            ended_on=on,
        )


def _expect_open(event: LifeEvent) -> None:
    if not event.is_open:
        raise Conflict(_("This is over already."))
