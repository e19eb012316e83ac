"""The other services say when they have erased what a withdrawn consent covered."""

from sqlalchemy.orm import Session

from services.members.consents import actions
from shared.contracts.events import EventsErasureCompleted
from shared.contracts.voting import VotingErasureCompleted
from shared.contracts.welfare import WelfareErasureCompleted
from shared.kit.messages import Received, handles


@handles(EventsErasureCompleted, WelfareErasureCompleted, VotingErasureCompleted)
def on_erasure_completed(session: Session, event: Received) -> None:
    actions.note_erasure(session, event.type.split(".")[0], event.data)
