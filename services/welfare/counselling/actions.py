"""Offering counselling, giving it times, taking one with a ticket, moving it, giving it back.

Nothing that a person does here is put on record, told to anybody or said on the bus: any of that would join a person
with a time.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import case, delete, null, select, update
from sqlalchemy.orm import Session

from services.welfare.counselling import queries
from services.welfare.counselling.models import (
    MOST_A_MONTH,
    CounsellingCount,
    CounsellingOffer,
    CounsellingSlot,
    hash_of,
    new_ticket,
    sign_of,
    this_month,
    token_of,
)
from shared.kit import audit, clock
from shared.kit.database import locked, locked_where
from shared.kit.messages import remind, reminder
from shared.kit.people import Person
from shared.kit.problems import Conflict, Invalid, NotFound

CounsellingSwept = reminder("counselling-swept")
AHEAD = timedelta(days=120)


class Taken(Conflict):
    slug = "time-taken"

    def __init__(self) -> None:
        super().__init__(_("Somebody was quicker. Please choose another time."))


def offer(
    session: Session, *, school_id: str, counsellor_id: str, place: str, about: str
) -> CounsellingOffer:
    """Name who counsels and where. Raises Invalid where that person is not of this union."""
    card = session.get(Person, counsellor_id)
    if card is None or card.school_id != school_id or card.erased or card.disabled:
        raise Invalid(fields={"counsellor_id": [_("Choose somebody of your own union.")]})
    found = CounsellingOffer(
        school_id=school_id, counsellor_id=counsellor_id, place=place, about=about, opened_on=clock.today()
    )
    session.add(found)
    audit.record(session, "counselling.offered", object_id=found.id, person_id=counsellor_id)
    _sweep_tomorrow(session, found.id)
    return found


def end(session: Session, found: CounsellingOffer) -> None:
    """It is offered no more; the times ahead are called off. Raises Conflict."""
    if found.ended_on is not None:
        raise Conflict(_("It has ended already."))
    found.ended_on = clock.today()
    _write(session, [found.id], called_off=True)
    audit.record(session, "counselling.ended", object_id=found.id)


def add_times(
    session: Session, found: CounsellingOffer, *, starts_at: datetime, minutes: int, count: int
) -> list[CounsellingSlot]:
    """So many times one after the other. Raises Conflict, Invalid."""
    if found.ended_on is not None:
        raise Conflict(_("It has ended already."))
    length = timedelta(minutes=minutes)
    if not clock.now() < starts_at <= clock.now() + AHEAD:
        raise Invalid(fields={"starts_at": [_("Within the next %(days)s days, please.", days=AHEAD.days)]})
    ends_at = starts_at + count * length
    known = [slot for slot in queries.slots(session, found) if not slot.called_off]
    if any(slot.starts_at < ends_at and starts_at < slot.ends_at for slot in known):
        raise Invalid(fields={"starts_at": [_("Some of these times are in your list already.")]})
    made = [
        CounsellingSlot(
            school_id=found.school_id,
            offer_id=found.id,
            starts_at=starts_at + n * length,
            ends_at=starts_at + (n + 1) * length,
        )
        for n in range(count)
    ]
    session.add_all(made)
    audit.record(session, "counselling.times", object_id=found.id, amount=count)
    return made


def call_off(session: Session, found: CounsellingOffer, slot_id: str) -> None:
    """A time falls through. Whoever took it learns it from the ticket: nobody could be told. Raises NotFound."""
    slot = session.get(CounsellingSlot, slot_id)
    if slot is None or slot.offer_id != found.id:
        raise NotFound
    _write(session, [found.id], only=slot_id, called_off=True)


# --- by ticket


def book(session: Session, *, person_id: str, slot_id: str) -> tuple[str, CounsellingSlot]:
    """Take a time. Returns the ticket, which is nowhere else from now on. Raises NotFound, Taken, Conflict."""
    offers = queries.lock_offers(session)
    slot = _free(session, offers, slot_id)
    _count(session, person_id)
    ticket = new_ticket()
    _put(session, offers, {slot.id: ticket})
    return ticket, slot


def move(session: Session, *, ticket: str, slot_id: str) -> CounsellingSlot:
    """Another time for the same ticket. Raises Invalid, NotFound, Taken."""
    offers = queries.lock_offers(session)
    old, slot = _held(session, ticket), _free(session, offers, slot_id)
    _put(session, offers, {old.id: None, slot.id: ticket})
    return slot


def cancel(session: Session, *, ticket: str) -> None:
    """Give the time back. Whose it was is not known, so the month's count stays. Raises Invalid."""
    offers = queries.lock_offers(session)
    _put(session, offers, {_held(session, ticket).id: None})


def look(session: Session, *, ticket: str) -> CounsellingSlot:
    """What a ticket is for. Raises Invalid."""
    return _held(session, ticket)


def _held(session: Session, ticket: str) -> CounsellingSlot:
    slot = queries.with_ticket(session, ticket)
    if slot is None:
        raise Invalid(
            fields={"ticket": [_("No time ahead belongs to this ticket. Please compare its letters.")]}
        )
    return slot


def _free(session: Session, offers: list[CounsellingOffer], slot_id: str) -> CounsellingSlot:
    slot = session.get(CounsellingSlot, slot_id, populate_existing=True)
    if slot is None or slot.offer_id not in {offer.id for offer in offers} or slot.starts_at <= clock.now():
        raise NotFound
    if slot.is_taken or slot.called_off:
        raise Taken
    return slot


def _put(session: Session, offers: list[CounsellingOffer], tickets: Mapping[str, str | None]) -> None:
    """Write tickets onto times, and every other time ahead as it is.

    PostgreSQL keeps with a row the transaction that wrote it last: were only the chosen time written, it would go with
    the count that was raised beside it.
    """
    here = {key: CounsellingSlot.id == key for key in tickets}
    signs = [(here[key], sign_of(ticket) if ticket else null()) for key, ticket in tickets.items()]
    hashes = [(here[key], hash_of(ticket) if ticket else null()) for key, ticket in tickets.items()]
    session.execute(
        update(CounsellingSlot)
        .where(
            CounsellingSlot.offer_id.in_([offer.id for offer in offers])
            | CounsellingSlot.id.in_(list(tickets)),
            CounsellingSlot.starts_at > clock.now(),
        )
        .values(
            sign=case(*signs, else_=CounsellingSlot.sign),
            ticket=case(*hashes, else_=CounsellingSlot.ticket),
        )
        .execution_options(synchronize_session=False)
    )


def _write(session: Session, offer_ids: list[str], only: str | None = None, **values: object) -> None:
    query = update(CounsellingSlot).where(
        CounsellingSlot.offer_id.in_(offer_ids), CounsellingSlot.starts_at > clock.now()
    )
    if only is not None:
        query = query.where(CounsellingSlot.id == only)
    session.execute(query.values(**values).execution_options(synchronize_session=False))


def _count(session: Session, person_id: str) -> None:
    """One more this month. Raises Conflict at the limit."""
    token = token_of(person_id, this_month())
    row = locked(session, CounsellingCount, token)
    if row is None:
        session.add(CounsellingCount(token=token, month=this_month(), taken=1))
    elif row.taken >= MOST_A_MONTH:
        raise Conflict(
            _(
                "You have taken %(most)s times this month, which is as many as can be taken. "
                "A time you hold can still be moved.",
                most=MOST_A_MONTH,
            )
        )
    else:
        row.taken += 1


# --- every night


def sweep(session: Session, offer_id: str) -> None:
    """Of a time that is over nothing is left but that it was taken; the counts of months that are over go."""
    found = locked(session, CounsellingOffer, offer_id)
    if found is None:
        return
    ended = (CounsellingSlot.offer_id == offer_id) & (CounsellingSlot.ends_at < clock.now())
    session.execute(
        update(CounsellingSlot)
        .where(ended, CounsellingSlot.ticket.is_not(None))
        .values(was_taken=True, sign=None, ticket=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(CounsellingCount).where(CounsellingCount.month < this_month()))
    waits = CounsellingSlot.ticket.is_not(None) & (CounsellingSlot.offer_id == offer_id)
    if found.ended_on is None or session.scalar(select(CounsellingSlot.id).where(waits).limit(1)) is not None:
        _sweep_tomorrow(session, offer_id)


def _sweep_tomorrow(session: Session, offer_id: str) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    remind(session, CounsellingSwept, at=tomorrow, key=offer_id, data={"offer_id": offer_id})


def forget(session: Session, person_id: str) -> int:
    """A counsellor was erased: what she offered ends and names nobody. Returns the number of offers."""
    rows = locked_where(session, CounsellingOffer, CounsellingOffer.counsellor_id == person_id)
    for found in rows:
        if found.ended_on is None:
            end(session, found)
        found.counsellor_id = None
    return len(rows)
