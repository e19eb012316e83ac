"""Each night what is over is emptied; the offers of an erased counsellor end."""

from sqlalchemy.orm import Session

from services.welfare.consents.actions import erases
from services.welfare.counselling import actions
from shared.kit.messages import Received, handles


@handles(actions.CounsellingSwept)
def on_counselling_swept(session: Session, event: Received) -> None:
    actions.sweep(session, event.data["offer_id"])


@erases("counselling")
def forget_counsellor(session: Session, person_id: str) -> int:
    return actions.forget(session, person_id)
