"""A school that we hear of is told of its festivals from then on."""

from datetime import date

from sqlalchemy.orm import Session

from services.events.school_calendars import actions
from shared.contracts.members import OrganisationChanged
from shared.kit.messages import Received, handles


@handles(OrganisationChanged)
def on_organisation_changed(session: Session, event: Received) -> None:
    if event.data["kind"] in ("school", "joint_union") and event.data["status"] == "active":
        actions.watch_festivals(session, event.data["organisation_id"])


@handles(actions.FestivalAhead)
def on_festival_ahead(session: Session, event: Received) -> None:
    actions.festival_ahead(session, event.data["watch_id"], date.fromisoformat(event.data["day"]))
