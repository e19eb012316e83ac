"""Reading improvements: what all see, one's own suggestions, and those that wait for the chair."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.welfare.improvements.models import DONE, OPEN, SHOWN_TO_ALL, Improvement
from shared.kit.access import actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound

KEEP = "improvements.keep"


def improvements(filters: dict[str, Any]) -> Keyset:
    """Those of the school that the asker may see, the latest first."""
    query = select(Improvement).where(within(Improvement), _may_see())
    match filters.get("state"):
        case "open":
            query = query.where(Improvement.state.in_(OPEN))
        case "done":
            query = query.where(Improvement.state == DONE)
        case _:
            pass
    if filters.get("q"):
        query = query.where(Improvement.title.contains(filters["q"], autoescape=True))
    newest_first = filters.get("sort", "-begun_on") == "-begun_on"
    return Keyset(query, [Improvement.begun_on, Improvement.id], descending=newest_first)


def visible(session: Session, improvement_id: str, *, lock: bool = False) -> Improvement:
    """Raises NotFound, also for another's suggestion that was not taken on."""
    found = get_within(session, Improvement, improvement_id, lock=lock)
    if not (found.state in SHOWN_TO_ALL or actor().may(KEEP) or is_own(found)):
        raise NotFound()
    return found


def is_own(found: Improvement) -> bool:
    return found.suggested_by is not None and found.suggested_by == actor().person_id


def _may_see() -> Any:
    if actor().may(KEEP):
        return True
    return or_(Improvement.state.in_(SHOWN_TO_ALL), Improvement.suggested_by == actor().person_id)
