"""Reading inspections: what everybody may see, what the committee and the school see, and who goes."""

from typing import Any

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from services.welfare.inspections.kinds import KINDS
from services.welfare.inspections.models import CLOSED, OPEN, PLANNED, Inspection, InspectionFinding
from shared.kit.access import actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.problems import Forbidden, NotFound

ALL, KEEP, ANSWER = "inspections.all", "inspections.keep", "inspections.answer"


def inspections(filters: dict[str, Any]) -> Keyset:
    """Those of the school that the asker may see, the latest first."""
    query = select(Inspection).where(within(Inspection), _may_see())
    match filters.get("state"):
        case "open":
            query = query.where(Inspection.state.in_((PLANNED, OPEN)))
        case "done":
            query = query.where(Inspection.state == CLOSED)
        case _:
            pass
    if filters.get("kind"):
        query = query.where(Inspection.kind == filters["kind"])
    newest_first = filters.get("sort", "-due_on") == "-due_on"
    return Keyset(query, [Inspection.due_on, Inspection.id], descending=newest_first)


def visible(session: Session, inspection_id: str, *, lock: bool = False) -> Inspection:
    """Raises NotFound, also for what is not open to the asker."""
    found = get_within(session, Inspection, inspection_id, lock=lock)
    if not (KINDS[found.kind].open_to_all or actor().may(ALL) or goes(found)):
        raise NotFound()
    return found


def goes(inspection: Inspection) -> bool:
    """Whether the asker is on its roster."""
    return actor().person_id in inspection.roster


def may_inspect(inspection: Inspection) -> bool:
    """Who is on the roster, and those who keep the inspections."""
    return goes(inspection) or actor().may(KEEP)


def to_inspect(session: Session, inspection_id: str) -> Inspection:
    """One to hold or to look at again, locked. Raises NotFound, Forbidden."""
    found = visible(session, inspection_id, lock=True)
    if not may_inspect(found):
        raise Forbidden
    return found


def finding_of(inspection: Inspection, finding_id: str) -> InspectionFinding:
    """Raises NotFound."""
    for finding in inspection.findings:
        if finding.id == finding_id:
            return finding
    raise NotFound()


def _may_see() -> Any:
    who = actor()
    if who.may(ALL):
        return True
    open_kinds = [code for code, kind in KINDS.items() if kind.open_to_all]
    return or_(Inspection.kind.in_(open_kinds), cast(Inspection.roster, String).contains(str(who.person_id)))
