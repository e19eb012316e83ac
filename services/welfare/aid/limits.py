"""What the rules say of a sum: the year's limit for the level on file, what was granted already, what is left."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare.aid.models import GRANTED, AidRequest
from services.welfare.hardship.models import NONE, HardshipCase
from services.welfare.standards import ceiling
from shared.kit.people import RulePack, rule_pack, rule_pack_used


@dataclass(frozen=True)
class Limit:
    """How far aid to one person may go this year, by one version of the rules (fen); no limit is None."""

    level: str
    limit_fen: int | None
    granted_fen: int
    pack: RulePack | None

    @property
    def left_fen(self) -> int | None:
        return None if self.limit_fen is None else max(self.limit_fen - self.granted_fen, 0)

    def allows(self, amount_fen: int) -> bool:
        return self.left_fen is None or amount_fen <= self.left_fen


def limit_of(session: Session, request: AidRequest, day: date) -> Limit:
    """The limit for whom a request is for, on a day; what this very request was granted is left out."""
    level = _level(session, request.person_id, day)
    # what was granted keeps the version that it was granted by
    pack = rule_pack_used(session, request.pack_code, request.pack_version) or rule_pack(
        session, request.school_id, day
    )
    name = "other" if level == NONE else level
    return Limit(level, ceiling(pack, f"aid-{name}"), _granted(session, request, day.year), pack)


def _level(session: Session, person_id: str | None, day: date) -> str:
    if person_id is None:
        return NONE
    found = session.scalar(
        select(HardshipCase.level).where(
            HardshipCase.person_id == person_id,
            HardshipCase.active_from <= day,
            HardshipCase.active_to.is_(None) | (HardshipCase.active_to > day),
        )
    )
    return found or NONE


def _granted(session: Session, request: AidRequest, year: int) -> int:
    whose = (
        AidRequest.person_id == request.person_id
        if request.person_id is not None
        else AidRequest.pupil_ref == request.pupil_ref
    )
    total = session.scalar(
        select(func.sum(AidRequest.granted_fen)).where(
            whose,
            AidRequest.school_id == request.school_id,
            AidRequest.id != request.id,
            AidRequest.state.in_(GRANTED),
            AidRequest.decided_on >= date(year, 1, 1),
            AidRequest.decided_on <= date(year, 12, 31),
        )
    )
    return int(total or 0)
