"""The look of each morning, people who leave or move, and erasure."""

from datetime import date

from sqlalchemy.orm import Session

from services.welfare.confidences import actions
from services.welfare.consents.actions import erases
from shared.contracts.members import MemberLeft, MemberTransferred
from shared.kit.messages import Received, handles


@handles(actions.ConfidenceMorning)
def on_confidence_morning(session: Session, event: Received) -> None:
    actions.look_at(session, event.data["confidence_id"], date.fromisoformat(event.data["looked_on"]))


@handles(MemberLeft, MemberTransferred)
def on_member_gone(session: Session, event: Received) -> None:
    """It was told to the officer of one union: it does not stay with her, and does not go to another."""
    actions.end_all(session, event.data["person_id"], school_id=event.school)


@erases("confidence")
def erase_confidences(session: Session, person_id: str) -> int:
    return actions.erase_all(session, person_id)
