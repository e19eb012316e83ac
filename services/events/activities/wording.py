"""An activity's rule in words, with the names of its groups."""

from sqlalchemy.orm import Session

from services.events.activities.models import Activity
from shared.kit.people import organisation


def audience_words(session: Session, activity: Activity) -> str:
    """The rule as people and organisers read it."""
    groups = (organisation(session, group_id) for group_id in activity.audience.group_ids)
    return activity.audience.words(activity.day, {group.id: group.name for group in groups if group})
