"""The November survey (特困教师调研): every case on file is looked at again, and what was missed is an alarm.

A school with a case on file has one message to itself for the next 1 November, and then one for 1 December.
"""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.hardship.models import ACTIVE, HardshipCase, RecheckCampaign
from services.welfare.telling import tell_office
from shared.kit import clock
from shared.kit.database import locked, locked_where
from shared.kit.messages import remind, reminder
from shared.kit.people import Organisation

RecheckOpens = reminder("hardship-recheck-opens")
RecheckCloses = reminder("hardship-recheck-closes")
LIST = "/welfare/hardship/?recheck=missing"


def plan_recheck(session: Session, school_id: str, today: date) -> None:
    """See that the next November of a school is planned, once."""
    locked(session, Organisation, school_id)  # two cases taken on file at once plan one campaign
    year = today.year if today < date(today.year, 11, 1) else today.year + 1
    if _campaign(session, school_id, year) is None:
        session.add(RecheckCampaign(school_id=school_id, year=year))
        data = {"school_id": school_id, "year": year}
        remind(session, RecheckOpens, at=date(year, 11, 1), key=school_id, data=data)


def open_recheck(session: Session, school_id: str, year: int) -> None:
    """November begins: whoever keeps the files is told, and all of them are to be looked at by its end."""
    campaign = _campaign(session, school_id, year)
    if campaign is None or campaign.opened_at is not None:
        return
    campaign.opened_at = clock.now()
    if to_recheck(session, school_id, year):
        _tell(session, "carer", "yearly-survey-open", school_id, due_on=date(year, 11, 30).isoformat())
    data = {"school_id": school_id, "year": year}
    remind(session, RecheckCloses, at=date(year, 12, 1), key=school_id, data=data)


def close_recheck(session: Session, school_id: str, year: int) -> None:
    """December begins: what was not looked at is counted and told; the next November is planned."""
    campaign = _campaign(session, school_id, year)
    if campaign is None or campaign.closed_at is not None:
        return
    campaign.closed_at = clock.now()
    campaign.missing = len(to_recheck(session, school_id, year))
    if campaign.missing:
        for office in ("carer", "chair"):
            _tell(session, office, "yearly-survey-missing", school_id, count=campaign.missing)
    if session.scalar(
        select(HardshipCase.id)
        .where(HardshipCase.school_id == school_id, HardshipCase.state == ACTIVE)
        .limit(1)
    ):
        plan_recheck(session, school_id, clock.today())


def to_recheck(session: Session, school_id: str, year: int) -> list[HardshipCase]:
    """Cases that were on file when November began and have not been looked at since."""
    first = date(year, 11, 1)
    cases = session.scalars(
        select(HardshipCase)
        .where(
            HardshipCase.school_id == school_id,
            HardshipCase.state == ACTIVE,
            HardshipCase.active_from < first,
        )
        .order_by(HardshipCase.id)
    )
    return [case for case in cases if not case.was_rechecked_since(first)]


def _campaign(session: Session, school_id: str, year: int) -> RecheckCampaign | None:
    rows = locked_where(
        session, RecheckCampaign, RecheckCampaign.school_id == school_id, RecheckCampaign.year == year
    )
    return rows[0] if rows else None


def _tell(session: Session, office: str, template: str, school_id: str, **parameters: Any) -> None:
    tell_office(session, office, template, school_id=school_id, link=LIST, **parameters)
