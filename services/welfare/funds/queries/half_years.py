"""Reading the half-years of a union's books."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.funds.models import FinancePeriod
from shared.kit.access import within
from shared.kit.paging import Keyset


def latest(session: Session, school_id: str, limit: int = 4) -> list[FinancePeriod]:
    """The last half-years, the newest first."""
    return list(
        session.scalars(
            select(FinancePeriod)
            .where(FinancePeriod.school_id == school_id)
            .order_by(FinancePeriod.period.desc())
            .limit(limit)
        )
    )


def listing() -> Keyset:
    """Every half-year of the asker's union, the newest first."""
    return Keyset(
        select(FinancePeriod).where(within(FinancePeriod)),
        [FinancePeriod.period, FinancePeriod.id],
        descending=True,
    )


def find(session: Session, school_id: str, period: str) -> FinancePeriod | None:
    return session.scalar(
        select(FinancePeriod).where(FinancePeriod.school_id == school_id, FinancePeriod.period == period)
    )
