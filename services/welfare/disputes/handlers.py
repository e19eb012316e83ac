"""The fifteen days of a dispute run; people leave or move; an erased person's disputes name nobody."""

from sqlalchemy.orm import Session

from services.welfare.consents.actions import erases
from services.welfare.disputes import actions
from services.welfare.disputes.models import Dispute
from shared.contracts.members import MemberLeft, MemberTransferred
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(actions.DisputeWanted)
def on_dispute_wanted(session: Session, event: Received) -> None:
    dispute = locked(session, Dispute, event.data["dispute_id"])
    if dispute is not None:
        actions.remind_of_wish(session, dispute)


@handles(actions.DisputeDue)
def on_dispute_due(session: Session, event: Received) -> None:
    dispute = locked(session, Dispute, event.data["dispute_id"])
    if dispute is not None:
        actions.remind_of_clock(session, dispute)


@handles(MemberLeft, MemberTransferred)
def on_member_gone(session: Session, event: Received) -> None:
    """What is disputed with a school is not carried to another union; arbitration stays open to the person."""
    actions.end_all(session, event.data["person_id"], school_id=event.school)


@erases("dispute")  # rests on no consent: it goes with the person
def erase_disputes(session: Session, person_id: str) -> int:
    return actions.erase_all(session, person_id)
