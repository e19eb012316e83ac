"""Whoever checked in where gifts are fetched has fetched theirs, unless the tick is taken back; a moved time follows."""

from sqlalchemy.orm import Session

from services.welfare.gifts.actions import handing_out
from shared.contracts.events import ActivityChanged, CheckinRecorded, CheckinWithdrawn
from shared.kit.messages import Received, handles


@handles(CheckinRecorded)
def on_checkin_recorded(session: Session, event: Received) -> None:
    handing_out.came(session, event.data["activity_id"], event.data["person_id"])


@handles(CheckinWithdrawn)
def on_checkin_withdrawn(session: Session, event: Received) -> None:
    handing_out.did_not_come(session, event.data["activity_id"], event.data["person_id"])


@handles(ActivityChanged)
def on_activity_changed(session: Session, event: Received) -> None:
    if event.data["change"] == "moved" and event.data["starts_at"] is not None:
        handing_out.moved(session, event.data["activity_id"], event.data["starts_at"])
