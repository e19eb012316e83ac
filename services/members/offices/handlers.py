"""What an election means for the offices of a union."""

from sqlalchemy.orm import Session

from services.members.offices.actions import take_over_election
from services.members.schools.models import Organisation
from shared.contracts.voting import ElectionCertified
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(ElectionCertified)
def on_election_certified(session: Session, event: Received) -> None:
    union = locked(session, Organisation, event.school) if event.school else None
    if union is None:
        return
    data = event.data
    take_over_election(
        session,
        union,
        election_id=data["election_id"],
        body_code=data["body_code"],
        winners=data["winners"],
        term_from=data["term_from"],
        term_to=data["term_to"],
        needs_approval=data["needs_approval"],
    )
