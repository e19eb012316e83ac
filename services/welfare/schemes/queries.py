"""Which scheme holds for a school on a day, and within which limits of its district."""

from datetime import date

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from services.welfare.schemes.models import STANDARD, SchoolScheme, VisitingLimit
from services.welfare.schemes.variants import VARIANTS
from shared.kit.database import Id
from shared.kit.people import Organisation

# What every plan asks is built once: building a statement takes as long as asking it.
_IN_FORCE = (
    select(SchoolScheme)
    .where(SchoolScheme.school_id == bindparam("school_id"), SchoolScheme.effective_from <= bindparam("on"))
    .order_by(SchoolScheme.version.desc())
    .limit(1)
)
_BY_VERSION = select(SchoolScheme).where(
    SchoolScheme.school_id == bindparam("school_id"), SchoolScheme.version == bindparam("version")
)
_DISTRICT = (
    select(case((Organisation.kind == "district", Organisation.id), else_=Organisation.parent_id))
    .where(Organisation.id == bindparam("school_id"))
    .scalar_subquery()
)
_LIMITS = select(VisitingLimit.kind, VisitingLimit.max_days).where(
    VisitingLimit.school_id == func.coalesce(_DISTRICT, bindparam("school_id", type_=Id))
)
_STANDARD = [occasion.dump() for occasion in VARIANTS[STANDARD].occasions]


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
    return session.scalar(_IN_FORCE, {"school_id": school_id, "on": on}) or standard(school_id)


def by_version(session: Session, school_id: str, version: int) -> SchoolScheme:
    """The version that a task names."""
    found = session.scalar(_BY_VERSION, {"school_id": school_id, "version": version})
    return found or standard(school_id)


def standard(school_id: str) -> SchoolScheme:
    """The scheme of a school that has not chosen one; never stored."""
    return SchoolScheme(
        school_id=school_id,
        version=0,
        variant=STANDARD,
        effective_from=date.min,
        stored_occasions=_STANDARD,
    )


def limits(session: Session, school_id: str) -> dict[str, int]:
    """The longest days that the school's district allows, by kind; a district's own id gives its own."""
    return dict(session.execute(_LIMITS, {"school_id": school_id}).all())  # type: ignore[arg-type]
