"""A request that waits is remembered; people leave or move; an erased person's requests name nobody."""

from sqlalchemy.orm import Session

from services.welfare.consents.actions import erases
from services.welfare.requests import actions
from services.welfare.requests.models import MemberRequest
from shared.contracts.members import MemberLeft, MemberTransferred
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(actions.RequestDue)
def on_request_due(session: Session, event: Received) -> None:
    found = locked(session, MemberRequest, event.data["request_id"])
    if found is not None:
        actions.remind_of(session, found)


@handles(MemberLeft, MemberTransferred)
def on_member_gone(session: Session, event: Received) -> None:
    actions.end_all(session, event.data["person_id"], school_id=event.school)


@erases("request")  # rests on no consent: it goes with the person
def erase_requests(session: Session, person_id: str) -> int:
    return actions.erase_all(session, person_id)
