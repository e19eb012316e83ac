"""Every public event of every service goes to the webhooks that are to hear it."""

from sqlalchemy.orm import Session

from services.members.webhooks import actions
from shared.contracts.registry import all_events
from shared.kit.messages import Received, handles


@handles(*(event for event in all_events() if event.audience == "public"))
def on_public(session: Session, event: Received) -> None:
    if event.school is not None:
        actions.enqueue(session, event_id=event.id, type_=event.type, school_id=event.school, event=event.raw)
