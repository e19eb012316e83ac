"""Counselling over HTTP. What is done with a ticket is a PUT: a POST with an Idempotency-Key would keep its answer."""

from typing import Any

from services.welfare.counselling import actions, queries
from services.welfare.counselling.models import CounsellingOffer
from services.welfare.counselling.schemas import (
    Booked,
    Booking,
    CounsellingOfferIn,
    CounsellingOfferOut,
    CounsellorTimeOut,
    Move,
    Ticket,
    TimeOut,
    TimesIn,
    UseOut,
)
from shared.kit.access import ANYONE_SIGNED_IN, actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction

api = Api("counselling", description="Counselling under a ticket that names nobody.")


@api.get("/counselling/offers", allow=queries.BOOK)
@api.response(200, CounsellingOfferOut(many=True))
def offers() -> Any:
    """What is offered by one's own union and by the district."""
    with reading() as session:
        return queries.offers(session)


@api.post("/counselling/offers", allow=queries.OFFER)
@api.arguments(CounsellingOfferIn)
@api.response(201, CounsellingOfferOut)
def offer(body: dict[str, Any]) -> Any:
    """Name who counsels, and where."""
    with transaction() as session:
        return actions.offer(session, school_id=str(actor().school_id), **body)


@api.post("/counselling/offers/<uuid:offer_id>/end", allow=queries.OFFER)
@api.response(200, CounsellingOfferOut)
def end(offer_id: str) -> Any:
    """End an offer; the times ahead are called off."""
    with transaction() as session:
        found = get_within(session, CounsellingOffer, offer_id, lock=True)
        actions.end(session, found)
        return found


@api.get("/counselling/use", allow=queries.OFFER)
@api.response(200, UseOut(many=True))
def use() -> Any:
    """Times taken by month, for months that are over and from five upwards."""
    with reading() as session:
        return queries.use(session)


@api.get("/counselling/offers/<uuid:offer_id>/times", allow=ANYONE_SIGNED_IN)
@api.response(200, CounsellorTimeOut(many=True))
def times(offer_id: str) -> Any:
    """The counsellor's own list; 403 for everybody else."""
    with reading() as session:
        return queries.slots(session, queries.counselled(session, offer_id))


@api.post("/counselling/offers/<uuid:offer_id>/times", allow=ANYONE_SIGNED_IN)
@api.arguments(TimesIn)
@api.response(201, TimeOut(many=True))
def add_times(body: dict[str, Any], offer_id: str) -> Any:
    """The counsellor gives times."""
    with transaction() as session:
        return actions.add_times(session, queries.counselled(session, offer_id, lock=True), **body)


@api.post("/counselling/offers/<uuid:offer_id>/times/<uuid:slot_id>/call-off", allow=ANYONE_SIGNED_IN)
@api.response(204)
def call_off(offer_id: str, slot_id: str) -> None:
    """The counsellor calls a time off; whoever holds its ticket sees that when looking."""
    with transaction() as session:
        actions.call_off(session, queries.counselled(session, offer_id, lock=True), slot_id)


@api.get("/counselling/times", allow=queries.BOOK)
@api.response(200, TimeOut(many=True))
def free_times() -> Any:
    """The times ahead that are free."""
    with reading() as session:
        return queries.free(session)


@api.put("/counselling/booking", allow=queries.BOOK)
@api.arguments(Booking)
@api.response(201, Booked)
def book(body: dict[str, Any]) -> Any:
    """Take a time. The answer holds the ticket, this once. 409 `time-taken`, or when the month's times are used up."""
    with transaction() as session:
        ticket, slot = actions.book(session, person_id=str(actor().person_id), **body)
        return {name: getattr(slot, name) for name in TimeOut().fields} | {"ticket": ticket}


@api.put("/counselling/booking/look", allow=queries.BOOK)
@api.arguments(Ticket)
@api.response(200, TimeOut)
def look(body: dict[str, Any]) -> Any:
    """What a ticket is for, and whether it was called off."""
    with reading() as session:
        return actions.look(session, **body)


@api.put("/counselling/booking/move", allow=queries.BOOK)
@api.arguments(Move)
@api.response(200, TimeOut)
def move(body: dict[str, Any]) -> Any:
    """Another time for the same ticket; it counts as none."""
    with transaction() as session:
        return actions.move(session, **body)


@api.put("/counselling/booking/cancel", allow=queries.BOOK)
@api.arguments(Ticket)
@api.response(204)
def cancel(body: dict[str, Any]) -> None:
    """Give a time back."""
    with transaction() as session:
        actions.cancel(session, **body)
