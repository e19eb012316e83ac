"""Reading what stops an activity, and how that was answered."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.stops.models import ALLOWED, OPEN, Stop


def of_activity(session: Session, activity_id: str) -> Sequence[Stop]:
    """All of them, the first first."""
    query = select(Stop).where(Stop.activity_id == activity_id)
    return session.scalars(query.order_by(Stop.stopped_at, Stop.id)).all()


def open_of(session: Session, activity_id: str) -> list[Stop]:
    return [stop for stop in of_activity(session, activity_id) if stop.state == OPEN]


def is_allowed(session: Session, activity_id: str, rule: str, actual: int) -> bool:
    """Has the chair answered for as much as that, or more?"""
    return any(
        stop.state == ALLOWED and stop.rule == rule and actual <= stop.actual
        for stop in of_activity(session, activity_id)
    )
