"""Reading rule packs: the latest, all versions, and the one in force on a day."""

from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.members.rules.models import RulePackVersion
from shared.kit.problems import NotFound


def latest(session: Session, code: str) -> RulePackVersion | None:
    """The newest version of a pack, in force or not yet."""
    query = select(RulePackVersion).where(RulePackVersion.code == code).order_by(RulePackVersion.version.desc())
    return session.scalars(query.limit(1)).first()


def latest_of_all() -> Select[tuple[RulePackVersion]]:
    newest = select(RulePackVersion.code, func.max(RulePackVersion.version).label("version")).group_by(RulePackVersion.code)
    chosen = newest.subquery()
    return select(RulePackVersion).join(
        chosen, (RulePackVersion.code == chosen.c.code) & (RulePackVersion.version == chosen.c.version)
    )


def versions(session: Session, code: str) -> list[RulePackVersion]:
    """Every version, newest first. Raises NotFound for an unknown pack."""
    query = select(RulePackVersion).where(RulePackVersion.code == code).order_by(RulePackVersion.version.desc())
    found = list(session.scalars(query))
    if not found:
        raise NotFound
    return found


def version(session: Session, code: str, number: int) -> RulePackVersion:
    query = select(RulePackVersion).where(RulePackVersion.code == code, RulePackVersion.version == number)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def in_force(found: list[RulePackVersion], on: date) -> RulePackVersion | None:
    """Which of a pack's versions counts on a day."""
    return next((each for each in found if each.is_in_force(on)), None)
