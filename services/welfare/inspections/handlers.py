"""The days of inspections: somebody was to go, something was to be mended."""

from sqlalchemy.orm import Session

from services.welfare.inspections import actions
from services.welfare.inspections.models import Inspection
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(actions.InspectionDue)
def on_inspection_due(session: Session, event: Received) -> None:
    found = locked(session, Inspection, event.data["inspection_id"])
    if found is not None:
        actions.remind_of_inspection(session, found)


@handles(actions.MendingDue)
def on_mending_due(session: Session, event: Received) -> None:
    found = locked(session, Inspection, event.data["inspection_id"])
    if found is not None:
        actions.remind_of_mending(session, found)
