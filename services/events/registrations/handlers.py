"""Who leaves a school gives up the places they hold there."""

from sqlalchemy.orm import Session

from services.events.registrations import actions
from shared.contracts.members import MemberLeft, MemberTransferred
from shared.kit.messages import Received, handles


@handles(MemberTransferred)
def on_member_transferred(session: Session, event: Received) -> None:
    assert event.school, "the school that the person leaves"
    actions.give_up_places(session, event.data["person_id"], event.school)


@handles(MemberLeft)
def on_member_left(session: Session, event: Received) -> None:
    assert event.school, "the school that the person leaves"
    actions.give_up_places(session, event.data["person_id"], event.school)
