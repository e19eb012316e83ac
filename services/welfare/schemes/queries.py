"""Which scheme holds for a school on a day, and within which limits of its district."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.schemes.models import STANDARD, SchoolScheme, VisitingLimit
from services.welfare.schemes.variants import VARIANTS
from shared.kit.people import organisation


def latest(session: Session, school_id: str) -> SchoolScheme | None:
    return session.scalar(
        select(SchoolScheme)
        .where(SchoolScheme.school_id == school_id)
        .order_by(SchoolScheme.version.desc())
        .limit(1)
    )


def versions(session: Session, school_id: str) -> list[SchoolScheme]:
    """All a school has chosen so far, the newest first."""
    return list(
        session.scalars(
            select(SchoolScheme)
            .where(SchoolScheme.school_id == school_id)
            .order_by(SchoolScheme.version.desc())
        )
    )


def in_force(session: Session, school_id: str, on: date) -> SchoolScheme:
    """The scheme of a school on a day: its latest decision that is in force, else the standard one."""
    chosen = session.scalar(
        select(SchoolScheme)
        .where(SchoolScheme.school_id == school_id, SchoolScheme.effective_from <= on)
        .order_by(SchoolScheme.version.desc())
        .limit(1)
    )
    return chosen or standard(school_id)


def by_version(session: Session, school_id: str, version: int) -> SchoolScheme:
    """The version that a task names."""
    found = session.scalar(
        select(SchoolScheme).where(SchoolScheme.school_id == school_id, SchoolScheme.version == version)
    )
    return found or standard(school_id)


def standard(school_id: str) -> SchoolScheme:
    """The scheme of a school that has not chosen one; never stored."""
    scheme = SchoolScheme(school_id=school_id, version=0, variant=STANDARD, effective_from=date.min)
    scheme.occasions = VARIANTS[STANDARD].occasions
    return scheme


def limits(session: Session, school_id: str) -> dict[str, int]:
    """The longest days that the school's district allows, by kind; a district's own id gives its own."""
    school = organisation(session, school_id)
    district_id = school_id if school is None or school.kind == "district" else school.parent_id
    rows = session.scalars(select(VisitingLimit).where(VisitingLimit.school_id == district_id))
    return {row.kind: row.max_days for row in rows}
