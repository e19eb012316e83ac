"""Reading hardship cases: which are on file on a day, and (audited) what a file says."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.welfare.hardship.models import HardshipCase


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
