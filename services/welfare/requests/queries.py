"""Reading requests: one's own, the officers' list without the words, one on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare.requests.models import ANSWERED, KINDS, OPEN, MemberRequest
from shared.kit import audit, clock
from shared.kit.access import actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.people import Person, matching
from shared.kit.problems import Forbidden, Refused

KEEP = "requests.keep"


def own_requests() -> Keyset:
    query = select(MemberRequest).where(within(MemberRequest), MemberRequest.person_id == actor().person_id)
    return Keyset(query, [MemberRequest.asked_on, MemberRequest.id], descending=True)


def helped_with(session: Session) -> Sequence[MemberRequest]:
    """Those that an officer gave to the asker to see to, while they are open."""
    query = select(MemberRequest).where(
        within(MemberRequest), MemberRequest.helper_id == actor().person_id, MemberRequest.state.in_(OPEN)
    )
    return session.scalars(query.order_by(MemberRequest.due_on, MemberRequest.id)).all()


@dataclass(frozen=True)
class Outcome:
    """How many of a kind were asked this year, and how many of them were settled."""

    kind: str
    asked: int
    settled: int


def outcomes(session: Session) -> list[Outcome]:
    """This year by kind, for those who keep them anyway."""
    counted = session.execute(
        select(
            MemberRequest.kind,
            func.count(),
            func.count().filter(MemberRequest.state == ANSWERED),
        )
        .where(within(MemberRequest), MemberRequest.asked_on >= date(clock.today().year, 1, 1))
        .group_by(MemberRequest.kind)
    )
    found = {kind: Outcome(kind, asked, settled) for kind, asked, settled in counted}
    return [found[kind] for kind in KINDS if kind in found]


def requests(filters: dict[str, Any]) -> Keyset:
    """The school's requests, for those who keep them."""
    query = select(MemberRequest).where(within(MemberRequest))
    if filters.get("state") == "open":
        query = query.where(MemberRequest.state.in_(OPEN))
    elif filters.get("state"):
        query = query.where(MemberRequest.state == filters["state"])
    if filters.get("kind"):
        query = query.where(MemberRequest.kind == filters["kind"])
    if filters.get("q"):
        found = select(Person.id).where(within(Person), matching(filters["q"]))
        query = query.where(MemberRequest.person_id.in_(found))
    newest_first = filters.get("sort", "-asked_on") == "-asked_on"
    return Keyset(query, [MemberRequest.asked_on, MemberRequest.id], descending=newest_first)


def visible(session: Session, request_id: str, *, lock: bool = False) -> MemberRequest:
    """A request for its person, its helper and those who keep them. Raises NotFound; Refused for others."""
    found = get_within(session, MemberRequest, request_id, lock=lock)
    if not is_own(found) and not is_helper(found) and not actor().may(KEEP):
        raise Refused("request", found.id, found.person_id)
    return found


def is_own(found: MemberRequest) -> bool:
    return found.person_id is not None and found.person_id == actor().person_id


def is_helper(found: MemberRequest) -> bool:
    """Whether the asker sees to it without an office."""
    return found.helper_id is not None and found.helper_id == actor().person_id


def own(session: Session, request_id: str) -> MemberRequest:
    """One's own, locked. Raises NotFound, Refused, Forbidden."""
    found = visible(session, request_id, lock=True)
    if not is_own(found):
        raise Forbidden
    return found


def to_answer(session: Session, request_id: str, to: str = ANSWERED) -> MemberRequest:
    """Somebody else's, locked, for an officer, or for the helper who settles it: nobody answers what he asked.

    Raises NotFound, Refused, Forbidden.
    """
    found = visible(session, request_id, lock=True)
    if is_own(found) or (to != ANSWERED and not actor().may(KEEP)):
        raise Forbidden
    return found


def to_give(session: Session, request_id: str) -> MemberRequest:
    """Somebody else's, locked, for an officer. Raises NotFound, Refused, Forbidden."""
    found = to_answer(session, request_id)
    if not actor().may(KEEP):
        raise Forbidden
    return found


def record_read(session: Session, found: MemberRequest) -> None:
    """An officer opens it; the person sees who and when."""
    if found.person_id is not None and not is_own(found):
        audit.record_look(session, "request.read", object_id=found.id, person_id=found.person_id)
