"""Saying how one liked an activity."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.activities.models import Activity
from services.events.opinions import queries
from services.events.opinions.models import MARKS, MarkCount, NotAsked, OpinionGiven
from shared.kit.people import Person


def give(session: Session, activity: Activity, person: Person, mark: int) -> None:
    """Count a mark; the activity is locked, so that two at once are two. Raises NotAsked."""
    if not queries.is_asked(session, activity, person.id):
        raise NotAsked()
    to = {"school_id": activity.school_id, "activity_id": activity.id}
    session.add(OpinionGiven(**to, person_id=person.id))
    counts = {
        one.mark: one
        for one in session.scalars(select(MarkCount).where(MarkCount.activity_id == activity.id))
    }
    if (
        not counts
    ):  # all five at once: an id tells when its row was made, and must not tell who gave this mark first
        counts = {known: MarkCount(**to, mark=known, number=0) for known in MARKS}
        session.add_all(counts.values())
    counts[mark].number += 1
    session.flush()
