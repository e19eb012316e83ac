"""A person moves to another school with a visit still owed: the new school is asked, never told."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.schemes import queries as schemes
from services.welfare.visits.actions.planning import find_task, occasion_of, put_on_the_board
from services.welfare.visits.actions.staffing import Officers
from services.welfare.visits.actions.stopping import cancel_visit
from services.welfare.visits.models import (
    ACCEPTED,
    DECLINED,
    HANDED_OVER,
    OFFERED,
    OPEN,
    HandOver,
    VisitTask,
)
from shared.kit import audit, clock
from shared.kit.database import locked
from shared.kit.notices import notify
from shared.kit.people import person
from shared.kit.problems import Conflict


class OfferIsOver(Conflict):
    """The offer has been answered, or the visit made meanwhile."""

    slug = "offer-is-over"
    title = _l("This offer has been answered, or the visit was made meanwhile.")


def offer_open_visits(session: Session, *, person_id: str, to_school_id: str) -> None:
    """Offer each open task of a person to the school that the person moves to; the old school keeps it till then."""
    tasks = session.scalars(
        select(VisitTask)
        .where(
            VisitTask.person_id == person_id, VisitTask.state.in_(OPEN), VisitTask.school_id != to_school_id
        )
        .order_by(VisitTask.id)
    )
    for task in tasks:
        offer_visit(session, task, to_school_id)


def offer_visit(session: Session, task: VisitTask, to_school_id: str) -> HandOver | None:
    """Ask a school's welfare officer to take over a task; asked once."""
    known = session.scalar(
        select(HandOver).where(HandOver.school_id == to_school_id, HandOver.task_id == task.id)
    )
    if known is not None or not task.is_open:
        return known
    offer = HandOver(
        school_id=to_school_id,
        from_school_id=task.school_id,
        task_id=task.id,
        person_id=task.person_id,
        due_on=task.due_on,
    )
    session.add(offer)
    officer = Officers(session, to_school_id).responsible(
        "chair" if task.restricted else "carer", (task.person_id,)
    )
    if officer is not None:
        notify(
            session,
            to=officer.id,
            school=to_school_id,
            template="visit-offered",
            parameters={"due_on": task.due_on.isoformat()},
            link="/welfare/visits/offers",
        )
    return offer


def accept_offer(session: Session, offer: HandOver, *, by: str) -> VisitTask:
    """Take a task over: it ends at the old school and begins at the new one, under the new one's scheme.

    Raises Conflict when the offer was answered, or the task has been done meanwhile.
    """
    _answer(offer, ACCEPTED, by)
    old = locked(session, VisitTask, offer.task_id)
    if old is None or not old.is_open:
        raise OfferIsOver()
    known = find_task(session, offer.school_id, old.cause, old.stage, old.round)
    if known is not None:
        raise OfferIsOver()
    matter = old.matter
    scheme = schemes.in_force(session, offer.school_id, clock.today())
    card = person(session, old.person_id)
    occasion = scheme.answering(matter["kind"], card.sex if card else None) or occasion_of(session, old)
    new = VisitTask(
        school_id=offer.school_id,
        cause=old.cause,
        stage=old.stage,
        round=old.round,
        life_event_id=old.life_event_id,
        person_id=old.person_id,
        group=old.group,
        restricted=old.restricted,
        scheme_version=scheme.version,
        matter=matter | {"occasion": occasion.code},
        reported_on=old.reported_on,
        due_on=max(old.due_on, clock.today()),
        office="chair" if old.restricted else occasion.office,
    )
    cancel_visit(session, old, outcome=HANDED_OVER)
    audit.record(session, "visit.taken-over", object_id=new.id, person_id=new.person_id)
    return put_on_the_board(session, new, () if old.restricted else occasion.team)


def decline_offer(session: Session, offer: HandOver, *, by: str) -> None:
    """Leave the task with the old school, whose officer is told. Raises Conflict when it was answered."""
    _answer(offer, DECLINED, by)
    task = locked(session, VisitTask, offer.task_id)
    if task is not None and task.is_open and task.assignee_id:
        notify(
            session,
            to=task.assignee_id,
            school=task.school_id,
            template="visit-offer-declined",
            parameters={"due_on": task.due_on.isoformat()},
            link=f"/welfare/visits/{task.id}",
        )
    audit.record(session, "visit.offer-declined", object_id=offer.task_id, person_id=offer.person_id)


def _answer(offer: HandOver, state: str, by: str) -> None:
    if offer.state != OFFERED:
        raise OfferIsOver(state=offer.state)
    offer.state, offer.answered_by = state, by
