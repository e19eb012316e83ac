"""Reading rule packs: the latest, all versions, and the one in force on a day."""

from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.members.rules.models import RulePackVersion
from services.members.schools.models import DISTRICT, Organisation
from shared.kit.problems import NotFound


def latest(session: Session, code: str) -> RulePackVersion | None:
    """The newest version of a pack, in force or not yet."""
    query = (
        select(RulePackVersion).where(RulePackVersion.code == code).order_by(RulePackVersion.version.desc())
    )
    return session.scalars(query.limit(1)).first()


def latest_of_all() -> Select[RulePackVersion]:
    newest = select(RulePackVersion.code, func.max(RulePackVersion.version).label("version")).group_by(
        RulePackVersion.code
    )
    chosen = newest.subquery()
    return select(RulePackVersion).join(
        chosen, (RulePackVersion.code == chosen.c.code) & (RulePackVersion.version == chosen.c.version)
    )


def versions(code: str) -> Select[RulePackVersion]:
    return select(RulePackVersion).where(RulePackVersion.code == code)


def history(session: Session, code: str) -> list[RulePackVersion]:
    """Every version, newest first. Raises NotFound for an unknown pack."""
    found = list(session.scalars(versions(code).order_by(RulePackVersion.version.desc())))
    if not found:
        raise NotFound
    return found


def in_force(session: Session, code: str, on: date) -> RulePackVersion | None:
    """Which of a pack's versions counts on a day."""
    query = (
        versions(code).where(RulePackVersion.effective_from <= on).order_by(RulePackVersion.version.desc())
    )
    return next((each for each in session.scalars(query) if each.is_in_force(on)), None)


def followers(session: Session, code: str) -> set[str]:
    """The districts that have chosen a pack."""
    chosen = select(Organisation.id).where(Organisation.kind == DISTRICT, Organisation.rule_pack_code == code)
    return set(session.scalars(chosen))
