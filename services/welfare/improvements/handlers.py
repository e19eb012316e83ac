"""A proposal that became somebody's work is an improvement to follow; an erased person suggested nothing."""

from sqlalchemy.orm import Session

from services.welfare.consents.actions import erases
from services.welfare.improvements import actions
from shared.contracts.voting import ProposalStageChanged
from shared.kit.messages import Received, handles


@handles(ProposalStageChanged)
def on_proposal_stage_changed(session: Session, event: Received) -> None:
    if event.school:
        actions.follow_proposal(session, event.school, event.data)


@erases("improvement")  # rests on no consent: it goes with the person
def forget_suggestions(session: Session, person_id: str) -> int:
    return actions.forget(session, person_id)
