"""Reading counselling: what is offered here, which times are free, a counsellor's own, and how much it is used."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.counselling.models import (
    CounsellingOffer,
    CounsellingSlot,
    hash_of,
    month_of,
    this_month,
)
from services.welfare.district.withholding import is_few
from shared.kit import clock
from shared.kit.access import actor, within
from shared.kit.database import locked, locked_where
from shared.kit.people import Organisation
from shared.kit.problems import Forbidden, NotFound

BOOK, OFFER = "counselling.book", "counselling.offer"
MONTHS_BACK = 350  # days: whole months, or the oldest would shrink from day to day


def unions(session: Session) -> list[str]:
    """The asker's union and the district above it, whose offers are open to its schools."""
    school_id = str(actor().school_id)
    union = session.get(Organisation, school_id)
    return [school_id, *([union.parent_id] if union is not None and union.parent_id else [])]


def offers(session: Session) -> Sequence[CounsellingOffer]:
    """What the asker may choose among."""
    query = select(CounsellingOffer).where(
        CounsellingOffer.school_id.in_(unions(session)), CounsellingOffer.ended_on.is_(None)
    )
    return session.scalars(query.order_by(CounsellingOffer.id)).all()


def lock_offers(session: Session) -> list[CounsellingOffer]:
    """The same, locked: bookings queue up behind one another."""
    return locked_where(
        session,
        CounsellingOffer,
        CounsellingOffer.school_id.in_(unions(session)),
        CounsellingOffer.ended_on.is_(None),
    )


def free(session: Session) -> Sequence[CounsellingSlot]:
    """The times ahead that nobody has taken."""
    query = select(CounsellingSlot).where(
        CounsellingSlot.offer_id.in_([offer.id for offer in offers(session)]),
        CounsellingSlot.starts_at > clock.now(),
        CounsellingSlot.ticket.is_(None),
        CounsellingSlot.called_off.is_(False),
    )
    return session.scalars(query.order_by(CounsellingSlot.starts_at, CounsellingSlot.id)).all()


def with_ticket(session: Session, ticket: str) -> CounsellingSlot | None:
    """The time ahead that a ticket is for."""
    query = select(CounsellingSlot).where(
        CounsellingSlot.ticket == hash_of(ticket),
        CounsellingSlot.school_id.in_(unions(session)),
        CounsellingSlot.starts_at > clock.now(),
    )
    return session.scalars(query).first()


def own_offers(session: Session) -> Sequence[CounsellingOffer]:
    """Those of the union that keeps them, ended ones last."""
    query = select(CounsellingOffer).where(within(CounsellingOffer))
    newest = query.order_by(CounsellingOffer.ended_on.is_not(None), CounsellingOffer.id.desc())
    return session.scalars(newest.limit(50)).all()


def counsels(session: Session) -> Sequence[CounsellingOffer]:
    """The offers whose counsellor asks."""
    query = select(CounsellingOffer).where(
        within(CounsellingOffer),
        CounsellingOffer.counsellor_id == actor().person_id,
        CounsellingOffer.ended_on.is_(None),
    )
    return session.scalars(query.order_by(CounsellingOffer.id)).all()


def counselled(session: Session, offer_id: str, *, lock: bool = False) -> CounsellingOffer:
    """An offer, for its counsellor and for nobody else, whatever the office. Raises NotFound, Forbidden."""
    offer = locked(session, CounsellingOffer, offer_id) if lock else session.get(CounsellingOffer, offer_id)
    if offer is None or offer.school_id != actor().school_id:
        raise NotFound
    if offer.counsellor_id is None or offer.counsellor_id != actor().person_id:
        raise Forbidden
    return offer


def slots(session: Session, offer: CounsellingOffer) -> Sequence[CounsellingSlot]:
    """A counsellor's times from today on."""
    query = select(CounsellingSlot).where(
        CounsellingSlot.offer_id == offer.id, CounsellingSlot.starts_at >= _midnight(clock.today())
    )
    return session.scalars(query.order_by(CounsellingSlot.starts_at, CounsellingSlot.id)).all()


@dataclass(frozen=True)
class Use:
    """How many times were taken in a month that is over; None: fewer than five, or none at all."""

    month: str
    taken: int | None


def use(session: Session) -> list[Use]:
    """The last months, newest first. A month is told when it is over, once and for all: told from day to day, the
    difference of two days would be one person."""
    first = (clock.today().replace(day=1) - timedelta(days=MONTHS_BACK)).replace(day=1)
    query = select(CounsellingSlot).where(
        within(CounsellingSlot),
        CounsellingSlot.starts_at < clock.now(),
        CounsellingSlot.starts_at >= _midnight(first),
        CounsellingSlot.called_off.is_(False),
    )
    counts: Counter[str] = Counter()
    for slot in session.scalars(query):
        counts[month_of(clock.local(slot.starts_at).date())] += slot.is_taken or slot.was_taken
    over = sorted((month for month in counts if month < this_month()), reverse=True)
    return [
        Use(month, None if is_few(counts[month]) or not counts[month] else counts[month]) for month in over
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)
