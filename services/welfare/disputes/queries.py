"""Reading disputes: who mediates, one's own, the committee's list; a case on record for everybody but its person."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.welfare.disputes.models import OPEN, Dispute, Mediator, SteppedAside
from shared.kit import audit, clock
from shared.kit.access import actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.people import IS_THERE, Person, matching
from shared.kit.problems import Forbidden, Refused


def in_term(day: date) -> Any:
    """WHERE: a seat is held on that day."""
    return (Mediator.term_from <= day) & or_(Mediator.term_to.is_(None), Mediator.term_to >= day)


def committee(session: Session, school_id: str) -> Sequence[Mediator]:
    """Those who mediate today, who leads them first."""
    query = (
        select(Mediator)
        .join(Person, Person.id == Mediator.person_id)
        .where(
            Mediator.school_id == school_id, Person.school_id == school_id, in_term(clock.today()), IS_THERE
        )
    )
    return session.scalars(query.order_by(Mediator.leads.desc(), Mediator.side, Mediator.id)).all()


def mediators_of(session: Session, dispute: Dispute) -> list[Mediator]:
    """Those of the committee who mediate in this dispute: not its person, and nobody who stepped aside."""
    without = {dispute.person_id, *(one.person_id for one in dispute.aside)}
    return [one for one in committee(session, dispute.school_id) if one.person_id not in without]


def mediates(session: Session) -> bool:
    """Whether the asker sits in the committee of the own school today."""
    who = actor()
    return any(seat.person_id == who.person_id for seat in committee(session, str(who.school_id)))


def own_disputes() -> Keyset:
    query = select(Dispute).where(within(Dispute), Dispute.person_id == actor().person_id)
    return Keyset(query, [Dispute.applied_on, Dispute.id], descending=True)


def disputes(session: Session, filters: dict[str, Any]) -> Keyset:
    """The committee's list, without the mediator's own and those from which the mediator stepped aside.

    Raises Forbidden for those who do not mediate.
    """
    if not mediates(session):
        raise Forbidden
    who = actor().person_id
    left = select(SteppedAside.dispute_id).where(within(SteppedAside), SteppedAside.person_id == who)
    query = select(Dispute).where(
        within(Dispute), or_(Dispute.person_id.is_(None), Dispute.person_id != who), Dispute.id.not_in(left)
    )
    if filters.get("state") == "open":
        query = query.where(Dispute.state.in_(OPEN))
    elif filters.get("state"):
        query = query.where(Dispute.state == filters["state"])
    if filters.get("q"):
        found = select(Person.id).where(within(Person), matching(filters["q"]))
        query = query.where(Dispute.person_id.in_(found))
    newest_first = filters.get("sort", "-applied_on") == "-applied_on"
    return Keyset(query, [Dispute.applied_on, Dispute.id], descending=newest_first)


def visible(session: Session, dispute_id: str, *, lock: bool = False) -> Dispute:
    """A case for its person and for those who mediate in it. Raises NotFound; Refused for everybody else."""
    dispute = get_within(session, Dispute, dispute_id, lock=lock)
    who = actor().person_id
    if who is not None and who in {
        dispute.person_id,
        *(one.person_id for one in mediators_of(session, dispute)),
    }:
        return dispute
    raise Refused("dispute", dispute.id, dispute.person_id)


def own(session: Session, dispute_id: str) -> Dispute:
    """One's own, locked. Raises NotFound, Refused, Forbidden."""
    dispute = visible(session, dispute_id, lock=True)
    if dispute.person_id != actor().person_id:
        raise Forbidden
    return dispute


def to_mediate(session: Session, dispute_id: str) -> Dispute:
    """A case of somebody else, locked, for a mediator. Raises NotFound, Refused, Forbidden."""
    dispute = visible(session, dispute_id, lock=True)
    if dispute.person_id == actor().person_id:
        raise Forbidden
    return dispute


def record_read(session: Session, dispute: Dispute) -> None:
    """A mediator opens it; the person sees who and when."""
    if dispute.person_id is not None and dispute.person_id != actor().person_id:
        audit.record_look(session, "dispute.read", object_id=dispute.id, person_id=dispute.person_id)
