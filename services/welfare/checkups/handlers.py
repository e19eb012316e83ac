"""Who arrived at a half-day has been; a half-day that events moved or called off follows; people leave; the next one."""

from sqlalchemy.orm import Session

from services.welfare.checkups import actions
from services.welfare.checkups.models import CheckupCampaign
from services.welfare.consents.actions import erases
from shared.contracts.events import ActivityChanged, CheckinRecorded, CheckinWithdrawn
from shared.contracts.members import MemberLeft, MemberTransferred
from shared.kit.messages import Received, handles


@handles(CheckinRecorded)
def on_checkin_recorded(session: Session, event: Received) -> None:
    actions.came(session, event.data["activity_id"], event.data["person_id"], event.data["at"])


@handles(CheckinWithdrawn)
def on_checkin_withdrawn(session: Session, event: Received) -> None:
    actions.did_not_come(session, event.data["activity_id"], event.data["person_id"])


@handles(ActivityChanged)
def on_activity_changed(session: Session, event: Received) -> None:
    actions.slot_changed(session, event.data["activity_id"], event.data["change"], event.data["starts_at"])


@handles(actions.CheckupAgain)
def on_checkup_again(session: Session, event: Received) -> None:
    campaign = session.get(CheckupCampaign, event.data["campaign_id"])
    if campaign is not None:
        actions.remind_of_next(session, campaign)


@handles(MemberLeft, MemberTransferred)
def on_member_gone(session: Session, event: Received) -> None:
    """What nobody but the person could open has nobody any more who can."""
    actions.drop_records(session, event.data["person_id"])


@erases("checkup")
def forget_attendance(session: Session, person_id: str) -> int:
    return actions.forget(session, person_id)
