"""Days on which the rules ask something, the end of what is over, and erasure."""

from sqlalchemy.orm import Session

from services.welfare.confidences import actions
from services.welfare.consents.actions import erases
from shared.kit.messages import Received, handles


@handles(actions.ConfidenceDue)
def on_confidence_due(session: Session, event: Received) -> None:
    actions.remind_of(session, event.data["confidence_id"])


@handles(actions.ConfidenceOver)
def on_confidence_over(session: Session, event: Received) -> None:
    actions.drop(session, event.data["confidence_id"])


@erases("confidence")
def erase_confidences(session: Session, person_id: str) -> int:
    return actions.erase_all(session, person_id)
