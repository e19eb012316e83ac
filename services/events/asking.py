"""Who asks, and what they can reach: themselves, a colleague, an activity of their school."""

from sqlalchemy.orm import Session

from services.events.activities.models import Activity
from shared.kit.access import actor, get_within
from shared.kit.people import Person, person
from shared.kit.problems import Forbidden, NotFound


def myself(session: Session) -> Person:
    """The asker's card. Raises Forbidden for a program, which is nobody."""
    who = actor()
    card = person(session, who.person_id) if who.person_id and not who.is_program else None
    if card is None:
        raise Forbidden()
    return card


def colleague(session: Session, person_id: str | None) -> Person:
    """A person of the asker's school. Raises NotFound for a stranger, and for nobody."""
    card = person(session, person_id) if person_id else None
    if card is None or card.school_id != actor().school_id or card.erased:
        raise NotFound()
    return card


def visible_activity(session: Session, activity_id: str, lock: bool = False) -> Activity:
    """An activity of the asker's school. Raises NotFound for a stranger's, and for a draft of others."""
    activity = get_within(session, Activity, activity_id, lock=lock)
    if activity.is_draft and not actor().may("activities.organise"):
        raise NotFound()
    return activity
