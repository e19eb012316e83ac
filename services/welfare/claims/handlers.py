"""Claims that lie too long, papers whose days are over, and a consent that was withdrawn."""

from sqlalchemy.orm import Session

from services.welfare.claims import actions
from services.welfare.claims.models import InsuranceClaim
from services.welfare.consents.actions import erases
from services.welfare.insurance.models import PURPOSE
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(actions.ClaimDue)
def on_claim_due(session: Session, event: Received) -> None:
    claim = locked(session, InsuranceClaim, event.data["claim_id"])
    if claim is not None:
        actions.remind_of(session, claim, event.data["state"])


@handles(actions.PapersExpire)
def on_papers_expire(session: Session, event: Received) -> None:
    claim = locked(session, InsuranceClaim, event.data["claim_id"])
    if claim is not None:
        actions.delete_papers(session, claim)


@erases(PURPOSE)
def end_claims(session: Session, person_id: str) -> int:
    return actions.end_all(session, person_id)
