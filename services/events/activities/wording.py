"""An activity's rule in words, with the names of its groups."""

from sqlalchemy.orm import Session

from services.events.activities.models import Activity
from shared.kit.people import organisation


def audience_words(session: Session, activity: Activity) -> str:
    """The rule as people and organisers read it. A group of another union, whoever wrote it there, has no name here."""
    groups = (organisation(session, group_id) for group_id in activity.audience.group_ids)
    names = {group.id: group.name for group in groups if group and group.tenant_id == activity.school_id}
    return activity.audience.words(activity.day, names)
