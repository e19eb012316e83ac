"""Writing a school's own words into a system, and looking at it once a year."""

from typing import Any

from sqlalchemy.orm import Session

from services.welfare.systems.models import CareSystem
from services.welfare.systems.queries import find
from shared.kit import audit, clock
from shared.kit.database import locked
from shared.kit.people import Organisation


def describe(
    session: Session, *, school_id: str, code: str, name: str, words: str, links: list[dict[str, Any]]
) -> CareSystem:
    """Name a system and say what it asks; an empty name is the usual one."""
    system = _own(session, school_id, code)
    system.name, system.words, system.links = name or None, words or None, [dict(link) for link in links]
    session.flush()
    audit.record(session, "care-system.described", object_id=system.id)
    return system


def look_at(session: Session, *, school_id: str, code: str, finding: str, by: str) -> CareSystem:
    """Record what was found today; the last look is what the register shows, the audit keeps all days."""
    system = _own(session, school_id, code)
    system.finding, system.looked_on, system.looked_by = finding, clock.today(), by
    session.flush()
    audit.record(session, "care-system.looked-at", object_id=system.id)
    return system


def _own(session: Session, school_id: str, code: str) -> CareSystem:
    locked(session, Organisation, school_id)  # two that write first make one row
    found = find(session, school_id, code)
    if found is None:
        found = CareSystem(school_id=school_id, code=code, links=[])
        session.add(found)
        session.flush()
    return found
