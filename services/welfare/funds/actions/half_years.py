"""Watching a union's half-years: the auditors are called when one ends, and the chair is told when it stays secret."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.funds.models import PUBLISHED, RUNNING, FinancePeriod
from services.welfare.periods import after, bounds, half_year_of, public_by
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.messages import remind, reminder
from shared.kit.notices import notify
from shared.kit.people import officers

HalfYearEnds = reminder("half-year-ends")
AccountsSoonDue = reminder("accounts-soon-due")
AccountsLate = reminder("accounts-late")
SOON = timedelta(days=10)
AGAIN = timedelta(days=7)
PAGE = "/welfare/money/periods"


def watch(session: Session, school_id: str) -> None:
    """See to it that the present half-year of a union is watched; doing it again changes nothing."""
    if _find(session, school_id, half_year_of(clock.today())) is None:
        period_of(session, school_id, half_year_of(clock.today()))


def period_of(session: Session, school_id: str, period: str) -> FinancePeriod:
    """The half-year of a union, locked; made and watched where nobody asked for it before."""
    known = _find(session, school_id, period)
    if known is not None:
        found = locked(session, FinancePeriod, known.id)
        assert found is not None
        return found
    made = FinancePeriod(school_id=school_id, period=period, state=RUNNING)
    session.add(made)
    session.flush()
    remind(session, HalfYearEnds, at=bounds(period)[1], key=made.id, data={"period_id": made.id})
    return made


def end(session: Session, period_id: str) -> None:
    """A half-year is over: call those who examine it, remember by when it is to be public, watch the next one."""
    period = locked(session, FinancePeriod, period_id)
    if period is None:
        return
    watch(session, period.school_id)
    if _find(session, period.school_id, after(period.period)) is None:
        period_of(session, period.school_id, after(period.period))
    if period.state == PUBLISHED:
        return
    _tell(session, period, "accounts-to-examine", ("auditor",))
    due, data = public_by(period.period), {"period_id": period.id}
    remind(session, AccountsSoonDue, at=due - SOON, key=period.id, data=data)
    remind(session, AccountsLate, at=due + timedelta(days=1), key=period.id, data=data)


def remind_of_publishing(session: Session, period_id: str) -> None:
    period = locked(session, FinancePeriod, period_id)
    if period is not None and period.state != PUBLISHED:
        _tell(session, period, "accounts-soon-due", ("treasurer", "auditor"))


def fall_late(session: Session, period_id: str) -> None:
    """The members should have seen it by now: the chair is told, and every week anew."""
    period = locked(session, FinancePeriod, period_id)
    if period is None or period.state == PUBLISHED:
        return
    _tell(session, period, "accounts-late", ("chair", "treasurer"))
    remind(session, AccountsLate, at=clock.today() + AGAIN, key=period.id, data={"period_id": period.id})


def _find(session: Session, school_id: str, period: str) -> FinancePeriod | None:
    return session.scalar(
        select(FinancePeriod).where(FinancePeriod.school_id == school_id, FinancePeriod.period == period)
    )


def _tell(session: Session, period: FinancePeriod, template: str, offices: tuple[str, ...]) -> None:
    told = {card.id for office in offices for card in officers(session, period.school_id, office)}
    for person_id in sorted(told):
        notify(
            session,
            to=person_id,
            school=period.school_id,
            template=template,
            parameters={"due_on": public_by(period.period).isoformat()},
            link=PAGE,
        )
