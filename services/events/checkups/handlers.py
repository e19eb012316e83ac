"""Welfare opens a campaign of check-ups: each of its half-days becomes an activity that people sign up for."""

from sqlalchemy.orm import Session

from services.events.checkups import actions
from shared.contracts.welfare import CheckupCampaignOpened
from shared.kit.messages import Received, handles


@handles(CheckupCampaignOpened)
def on_checkup_campaign_opened(session: Session, event: Received) -> None:
    assert event.school, "the school that holds it"
    for slot in event.data["slots"] or ():
        actions.offer(
            session,
            school_id=event.school,
            campaign_id=event.data["campaign_id"],
            is_for_women=event.data["audience_code"] == "women",
            **slot,
        )
