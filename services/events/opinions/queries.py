"""Reading opinions: whether somebody is asked, and the mean once it may be told."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.activities.models import HELD, Activity
from services.events.attendance.models import Attendance
from services.events.opinions.models import FEWEST, MarkCount, OpinionGiven


def is_asked(session: Session, activity: Activity, person_id: str) -> bool:
    """Somebody who came and has not answered, while the books are open."""
    return activity.state == HELD and any(
        one.id == activity.id for one in to_answer(session, activity.school_id, person_id)
    )


def to_answer(session: Session, school_id: str, person_id: str) -> Sequence[Activity]:
    """The activities that somebody came to and is asked about, the latest first."""
    answered = select(OpinionGiven.activity_id).where(OpinionGiven.person_id == person_id)
    query = (
        select(Activity)
        .join(Attendance, Attendance.activity_id == Activity.id)
        .where(
            Activity.school_id == school_id,
            Activity.state == HELD,
            Attendance.person_id == person_id,
            Attendance.withdrawn_at.is_(None),
            Activity.id.not_in(answered),
        )
    )
    return session.scalars(query.order_by(Activity.starts_at.desc(), Activity.id)).all()


def mean_hundredths(session: Session, activity_id: str) -> int | None:
    """The mean mark times 100, rounded half up; None under five answers."""
    counted = session.scalars(select(MarkCount).where(MarkCount.activity_id == activity_id)).all()
    answers = sum(one.number for one in counted)
    if answers < FEWEST:
        return None
    total = sum(one.mark * one.number for one in counted)
    return (200 * total + answers) // (2 * answers)
