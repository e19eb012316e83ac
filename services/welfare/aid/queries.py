"""Reading aid: lists without a reason, one request on record, what is to be paid, totals that name nobody."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
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


def totals(session: Session, school_id: str, year: int, *, exact: bool) -> list[Total]:
    """What was paid in a year by kind, the programmes for pupils among it. Not exact: members and pupils alone, small
    numbers withheld."""
    rows = session.execute(
        select(AidRequest.kind, func.count(), func.sum(AidRequest.granted_fen))
        .where(
            AidRequest.school_id == school_id,
            AidRequest.state.in_((PAID, RECEIVED)),
            AidRequest.paid_on >= date(year, 1, 1),
            AidRequest.paid_on <= date(year, 12, 31),
        )
        .group_by(AidRequest.kind)
    )
    found = {kind: (int(number), int(total)) for kind, number, total in rows}
    programmes = paid_in(session, school_id, year)
    if programmes.codes:
        found[PUPIL] = (
            len(programmes.codes | _pupils_of(session, school_id, year)),
            found.get(PUPIL, (0, 0))[1] + programmes.amount_fen,
        )
    if exact:
        return [Total(kind, *found[kind]) for kind in KINDS if kind in found]
    pupils = found.pop(PUPIL, (0, 0))
    members = tuple(sum(part) for part in zip(*found.values(), strict=True)) if found else (0, 0)
    return [_told("member", *members), _told("pupil", *pupils)]


def _pupils_of(session: Session, school_id: str, year: int) -> set[str]:
    """The codes for which single requests were paid in a year."""
    query = select(AidRequest.pupil_ref).where(
        AidRequest.school_id == school_id,
        AidRequest.pupil_ref.is_not(None),
        AidRequest.paid_on >= date(year, 1, 1),
        AidRequest.paid_on <= date(year, 12, 31),
    )
    return {code for code in session.scalars(query) if code}


def _told(kind: str, number: int, amount_fen: int) -> Total:
    return Total(kind, None, None) if 0 < number < FEWEST else Total(kind, number, amount_fen)
