"""Reading aid: lists without a reason, one request on record, what is to be paid, totals that name nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.aid.models import APPROVED, KINDS, PAID, PUPIL, RECEIVED, AidRequest
from services.welfare.pupils.queries import paid_in
from shared.kit import audit
from shared.kit.access import actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.people import Person, matching
from shared.kit.problems import Forbidden, Refused

KEEP = "aid.keep"
FEWEST = 5  # a smaller number of people is not told


def requests(filters: dict[str, Any]) -> Keyset:
    """The school's requests, for those who keep them."""
    query = select(AidRequest).where(within(AidRequest))
    for name in ("state", "kind"):
        if filters.get(name):
            query = query.where(getattr(AidRequest, name) == filters[name])
    if filters.get("q"):
        matches = select(Person.id).where(within(Person), matching(filters["q"]))
        query = query.where(AidRequest.person_id.in_(matches) | (AidRequest.pupil_ref == filters["q"]))
    newest_first = filters.get("sort", "-requested_on") == "-requested_on"
    return Keyset(query, [AidRequest.requested_on, AidRequest.id], descending=newest_first)


def own_requests() -> Keyset:
    query = select(AidRequest).where(within(AidRequest), AidRequest.person_id == actor().person_id)
    return Keyset(query, [AidRequest.requested_on, AidRequest.id], descending=True)


def to_pay() -> Keyset:
    """What was granted and waits for the treasurer, the oldest first."""
    query = select(AidRequest).where(within(AidRequest), AidRequest.state == APPROVED)
    return Keyset(query, [AidRequest.decided_on, AidRequest.id])


def visible(session: Session, request_id: str, *, lock: bool = False) -> AidRequest:
    """A request for whom it is about, and for those who keep them. Raises NotFound; Refused for others."""
    request = get_within(session, AidRequest, request_id, lock=lock)
    who = actor()
    if request.person_id is not None and request.person_id == who.person_id:
        return request
    if not who.may(KEEP):
        raise Refused("aid", request.id, request.person_id)
    return request


def own(session: Session, request_id: str) -> AidRequest:
    """One's own, locked. Raises NotFound, Refused, Forbidden."""
    request = visible(session, request_id, lock=True)
    if request.person_id != actor().person_id:
        raise Forbidden
    return request


def record_read(session: Session, request: AidRequest) -> None:
    """Somebody opens why it was asked for; the person sees who and when."""
    if request.person_id is not None and request.person_id != actor().person_id:
        audit.record_look(session, "aid.read", object_id=request.id, person_id=request.person_id)


@dataclass(frozen=True)
class Total:
    """Aid of one kind paid in a year; both None where fewer than five were helped, so that nobody is known by it."""

    kind: str
    number: int | None
    amount_fen: int | None


@dataclass(frozen=True)
class Payment:
    """What was paid at once; `whom` holds what people are told apart by."""

    paid_on: date
    id: str
    whom: frozenset[str]
    amount_fen: int


def totals(session: Session, school_id: str, year: int, *, exact: bool) -> list[Total]:
    """What was paid in a year by kind, the programmes for pupils among it. Not exact: members and pupils alone, in steps
    of five people."""
    payments: dict[str, list[Payment]] = {kind: [] for kind in KINDS}
    singly = select(AidRequest).where(
        AidRequest.school_id == school_id,
        AidRequest.state.in_((PAID, RECEIVED)),
        AidRequest.paid_on >= date(year, 1, 1),
        AidRequest.paid_on <= date(year, 12, 31),
    )
    for one in session.scalars(singly):
        assert one.paid_on is not None
        whom = frozenset({one.person_id or one.pupil_ref or one.id})
        payments[one.kind].append(Payment(one.paid_on, one.id, whom, one.granted_fen or 0))
    for many in paid_in(session, school_id, year):
        payments[PUPIL].append(Payment(many.paid_on, many.id, frozenset(many.codes), many.amount_fen))
    if exact:
        return [_all(kind, found) for kind, found in payments.items() if found]
    pupils = payments.pop(PUPIL)
    members = [one for found in payments.values() for one in found]
    return [_in_steps("member", members), _in_steps(PUPIL, pupils)]


def _all(kind: str, payments: Sequence[Payment]) -> Total:
    """Payments to members; of pupils how many there are."""
    people = {key for one in payments for key in one.whom}
    number = len(people) if kind == PUPIL else len(payments)
    return Total(kind, number, sum(one.amount_fen for one in payments))


def _in_steps(kind: str, payments: Sequence[Payment]) -> Total:
    """How many people were helped, and with how much, up to the payment that completed the last five of them.

    Whoever looks again tomorrow sees the sum for five more people, and never what one of them was given.
    """
    helped: set[str] = set()
    amount_fen = 0
    told = Total(kind, None, None) if payments else Total(kind, 0, 0)
    for one in sorted(payments, key=lambda one: (one.paid_on, one.id)):
        helped |= one.whom
        amount_fen += one.amount_fen
        if len(helped) >= (told.number or 0) + FEWEST:
            told = Total(kind, len(helped), amount_fen)
    return told
