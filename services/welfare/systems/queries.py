"""The register as a school sees it: its own words over the usual ones, and the light of each duty today."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.systems.duties import light
from services.welfare.systems.models import DUTIES, SYSTEMS, CareSystem
from shared.kit.problems import NotFound


@dataclass(frozen=True)
class Entry:
    """One of the six. `light` is a state of duties, `found` the numbers behind it in words."""

    code: str
    name: str
    usual: str
    duty: str
    words: str | None
    links: list[dict[str, str]]
    light: str
    found: str
    looked_on: date | None
    looked_by: str | None
    finding: str | None
    version: int


def find(session: Session, school_id: str, code: str) -> CareSystem | None:
    return session.scalar(
        select(CareSystem).where(CareSystem.school_id == school_id, CareSystem.code == code)
    )


def register(session: Session, school_id: str) -> list[Entry]:
    """All six, in their order."""
    return [entry(session, school_id, code) for code in SYSTEMS]


def entry(session: Session, school_id: str, code: str) -> Entry:
    """One system. Raises NotFound for a code that is none of the six."""
    if code not in SYSTEMS:
        raise NotFound()
    own, shown = find(session, school_id, code), light(session, school_id, code)
    usual = str(SYSTEMS[code])
    return Entry(
        code=code,
        name=(own.name if own else None) or usual,
        usual=usual,
        duty=str(DUTIES[code]),
        words=own.words if own else None,
        links=own.links if own else [],
        light=shown.state,
        found=shown.words,
        looked_on=own.looked_on if own else None,
        looked_by=own.looked_by if own else None,
        finding=own.finding if own else None,
        version=own.version if own else 0,
    )
