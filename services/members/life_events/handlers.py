"""What welfare's visits mean to a life event, and what happens when nobody answers."""

from sqlalchemy.orm import Session

from services.members.life_events import actions
from services.members.life_events.models import LifeEvent
from shared.contracts.welfare import VisitCompleted
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(VisitCompleted)
def on_visit_completed(session: Session, event: Received) -> None:
    """Stamp the first help. Visits without a life event (to retirees, at festivals) are none of ours."""
    life_event_id = event.data.get("life_event_id")
    life_event = locked(session, LifeEvent, life_event_id) if life_event_id else None
    if life_event is not None:
        actions.visited(session, life_event, event.data["visited_on"], event.time)


@handles(actions.LifeEventLapses)
def on_life_event_lapses(session: Session, event: Received) -> None:
    life_event = locked(session, LifeEvent, event.data["life_event_id"])
    if life_event is not None:
        actions.lapse(session, life_event)
