"""Members come and retire: their gathering drafts itself."""

from sqlalchemy.orm import Session

from services.events.welcomes import actions
from shared.contracts.members import MemberJoined, MemberRetired
from shared.kit.messages import Received, handles


@handles(MemberJoined)
def on_member_joined(session: Session, event: Received) -> None:
    assert event.school, "the school that was joined"
    actions.invite(session, actions.WELCOME, event.school, event.data["person_id"], event.data["joined_on"])


@handles(MemberRetired)
def on_member_retired(session: Session, event: Received) -> None:
    assert event.school, "the school one retires from"
    actions.invite(
        session, actions.FAREWELL, event.school, event.data["person_id"], event.data["effective_on"]
    )
