"""Reading hardship cases: which are on file on a day; lists without a word of what was told; a file, on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from services.welfare.hardship.models import (
    ACTIVE,
    APPLIED,
    IN_REVIEW,
    NOMINATED,
    OPEN,
    OPEN_PROPOSAL,
    RECHECK,
    SURVEYED,
    HardshipCase,
    HardshipProposal,
    HardshipSurvey,
    last_recheck_over,
)
from shared.kit import audit, clock
from shared.kit.access import actor, get_within, within
from shared.kit.database import locked
from shared.kit.paging import Keyset
from shared.kit.people import Person, matching
from shared.kit.problems import Forbidden, NotFound, Refused

KEEP = "hardship.keep"


@dataclass(frozen=True)
class ActiveCase:
    """A case that is on file: whose and at which level. Whoever lists people by it must not say why they are there."""

    case_id: str
    person_id: str
    level: str


def active_on(session: Session, school_id: str, day: date) -> list[ActiveCase]:
    """The hardship cases of a school that are on file on a day."""
    rows = session.execute(
        select(HardshipCase.id, HardshipCase.person_id, HardshipCase.level)
        .where(
            HardshipCase.school_id == school_id,
            HardshipCase.person_id.is_not(None),
            HardshipCase.active_from <= day,
            or_(HardshipCase.active_to.is_(None), HardshipCase.active_to > day),
        )
        .order_by(HardshipCase.id)
    )
    return [ActiveCase(row.id, row.person_id, row.level) for row in rows]


# --- lists


def cases(filters: dict[str, Any]) -> Keyset:
    """The cases of the asker's school, for those who keep them: open ones unless another state is asked for."""
    query = select(HardshipCase).where(within(HardshipCase))
    match filters.get("state") or "open":
        case "open":
            query = query.where(HardshipCase.state.in_(OPEN))
        case "all":
            pass
        case state:
            query = query.where(HardshipCase.state == state)
    if filters.get("level"):
        query = query.where(HardshipCase.level == filters["level"])
    if filters.get("recheck") == "missing":
        query = query.where(_misses_recheck(clock.today()))
    if filters.get("q"):
        matches = select(Person.id).where(within(Person), matching(filters["q"]))
        query = query.where(HardshipCase.person_id.in_(matches))
    newest_first = filters.get("sort", "-begun_on") == "-begun_on"
    return Keyset(query, [HardshipCase.begun_on, HardshipCase.id], descending=newest_first)


def own_cases() -> Keyset:
    """The asker's own cases, the newest first."""
    query = select(HardshipCase).where(within(HardshipCase), HardshipCase.person_id == actor().person_id)
    return Keyset(query, [HardshipCase.begun_on, HardshipCase.id], descending=True)


def my_reviews(session: Session) -> list[HardshipProposal]:
    """What waits for the asker's voice."""
    me = str(actor().person_id)
    proposals = session.scalars(
        select(HardshipProposal)
        .where(within(HardshipProposal), HardshipProposal.state == OPEN_PROPOSAL)
        .order_by(HardshipProposal.id)
    )
    return [proposal for proposal in proposals if me in proposal.reviewers and proposal.vote_of(me) is None]


def _misses_recheck(today: date) -> Any:
    opened = last_recheck_over(today)
    rechecked = select(HardshipSurvey.case_id).where(
        HardshipSurvey.kind == RECHECK, HardshipSurvey.surveyed_on >= opened
    )
    return and_(
        HardshipCase.state == ACTIVE,
        HardshipCase.active_from < opened,
        HardshipCase.id.not_in(rechecked),
    )


# --- one case


def visible(session: Session, case_id: str, *, lock: bool = False) -> HardshipCase:
    """A case for the person it is about, and for those who keep the files. Raises NotFound; Refused for others."""
    case = get_within(session, HardshipCase, case_id, lock=lock)
    who = actor()
    if case.person_id is not None and case.person_id == who.person_id:
        return case
    if not who.may(KEEP):
        raise Refused("hardship", case.id, case.person_id)
    return case


def own(session: Session, case_id: str) -> HardshipCase:
    """One's own case, locked. Raises NotFound for another's; Refused where it is a colleague's."""
    case = visible(session, case_id, lock=True)
    if case.person_id != actor().person_id:
        raise Forbidden
    return case


def kept(session: Session, case_id: str) -> HardshipCase:
    """A case to work on, locked: by those who keep the files, and by nobody on his own. Raises Refused, Forbidden."""
    case = visible(session, case_id, lock=True)
    if case.person_id == actor().person_id:
        raise Forbidden
    return case


def record_read(session: Session, case: HardshipCase, reason: str | None = None) -> None:
    """Somebody opens what was told; the person sees who and when. One's own is nobody's business."""
    if case.person_id is not None and case.person_id != actor().person_id:
        audit.record_look(
            session, "hardship.read", object_id=case.id, person_id=case.person_id, reason=reason
        )


def under_review(
    session: Session, proposal_id: str, *, lock: bool = False
) -> tuple[HardshipCase, HardshipProposal]:
    """A proposal and its case, for its three reviewers. Raises NotFound; Refused for others of the school."""
    proposal = get_within(session, HardshipProposal, proposal_id)
    case = (locked if lock else _get)(session, HardshipCase, proposal.case_id)
    if case is None:
        raise NotFound
    if actor().person_id not in proposal.reviewers:
        raise Refused("hardship", case.id, case.person_id)
    if lock:
        session.refresh(proposal)
    return case, proposal


def _get(session: Session, model: Any, key: str) -> Any:
    return session.get(model, key)


# --- counts


@dataclass(frozen=True)
class Counts:
    """How the files of a school stand, in numbers, for those who keep them."""

    nominated: int
    to_survey: int
    to_propose: int
    in_review: int
    on_file: int
    missing_recheck: int


def counts(session: Session) -> Counts:
    by_state: dict[str, int] = dict(
        session.execute(
            select(HardshipCase.state, func.count()).where(within(HardshipCase)).group_by(HardshipCase.state)
        ).all()
    )
    missing = session.scalar(
        select(func.count())
        .select_from(HardshipCase)
        .where(within(HardshipCase), _misses_recheck(clock.today()))
    )
    states = (NOMINATED, APPLIED, SURVEYED, IN_REVIEW, ACTIVE)
    return Counts(*(by_state.get(state, 0) for state in states), missing or 0)


def taken_on_file(
    session: Session, school_ids: Sequence[str], begins: date, ends: date
) -> list[tuple[str, str, date, int]]:
    """Cases taken on file from a day on and before another: school, level, day, how many."""
    query = select(HardshipCase.school_id, HardshipCase.level, HardshipCase.active_from, func.count()).where(
        HardshipCase.school_id.in_(school_ids),
        HardshipCase.active_from >= begins,
        HardshipCase.active_from < ends,
    )
    rows = session.execute(
        query.group_by(HardshipCase.school_id, HardshipCase.level, HardshipCase.active_from)
    )
    return [(school_id, level, day, count) for school_id, level, day, count in rows if day is not None]
