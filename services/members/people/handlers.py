"""What happens in the register when a day comes."""

from datetime import date

from sqlalchemy.orm import Session

from services.members.people.actions import RetirementDue, retire
from services.members.people.models import VOTING, Member
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(RetirementDue)
def on_retirement_due(session: Session, event: Received) -> None:
    """Retire whoever is still due to retire on that day; the day may have been changed meanwhile."""
    member = locked(session, Member, event.data["member_id"])
    day = date.fromisoformat(event.data["on"])
    if member is not None and member.standing in VOTING and member.retired_on == day:
        retire(session, member, day)
