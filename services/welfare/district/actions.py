"""Telling the district the figures of a half-year: once."""

from sqlalchemy.orm import Session

from services.welfare.district import queries
from services.welfare.district.models import DistrictFigures
from services.welfare.district.topics import TOPICS
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.people import Organisation, schools_under


def tell(session: Session, district_id: str, topic: str, period: str) -> None:
    """Reckon the figures of a half-year that has settled, unless they were told before. The first look does it."""
    if clock.today() < queries.told_on(period) or queries.told(session, district_id, topic, period):
        return
    locked(session, Organisation, district_id)  # two that look at once are told the same
    if queries.told(session, district_id, topic, period):
        return
    school_ids = [school.id for school in schools_under(session, district_id)]
    session.add(
        DistrictFigures(
            school_id=district_id,
            topic=topic,
            period=period,
            figures=queries.reckon(session, school_ids, TOPICS[topic], period),
        )
    )
    session.flush()
