"""Saying how one liked an activity."""

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from services.events.activities.models import Activity
from services.events.opinions import queries
from services.events.opinions.models import MARKS, MarkCount, NotAsked, OpinionGiven
from shared.kit.people import Person


def give(session: Session, activity: Activity, person: Person, mark: int) -> None:
    """Count a mark; the activity is locked, so that two at once are two. Raises NotAsked.

    Every mark's row is written at each answer, given or not: PostgreSQL keeps with a row the transaction that wrote it
    last, and that is the one which says who has answered.
    """
    if not queries.is_asked(session, activity, person.id):
        raise NotAsked()
    to = {"school_id": activity.school_id, "activity_id": activity.id}
    session.add(OpinionGiven(**to, person_id=person.id))
    of_activity = MarkCount.activity_id == activity.id
    if session.scalar(select(MarkCount.id).where(of_activity).limit(1)) is None:
        # all five at once: an id tells when its row was made, and must not tell who gave this mark first
        session.add_all(MarkCount(**to, mark=known, number=0) for known in MARKS)
        session.flush()
    session.execute(
        update(MarkCount)
        .where(of_activity)
        .values(number=MarkCount.number + case((MarkCount.mark == mark, 1), else_=0))
    )
