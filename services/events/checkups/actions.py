"""The half-days of a check-up (体检): what the campaign asks for, as activities with places and a list at the door.

An activity bears the id of its slot; so welfare knows who came by the activity of the check-in, and asks nothing.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from services.events.activities import actions as activities
from services.events.activities.models import Activity
from shared.kit import clock

KIND = "checkup"
TITLE = "教职工体检"  # content, in the language of the school's own papers
WOMEN = "女教职工体检"
IN_POST = ["full", "early_retired_in_post"]


def offer(
    session: Session,
    *,
    school_id: str,
    campaign_id: str,
    is_for_women: bool,
    slot_id: str,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int,
) -> None:
    """Open sign-up for one half-day, once. What has begun meanwhile stays a draft for the organisers to move."""
    if session.get(Activity, slot_id) is not None:
        return
    activity = activities.draft(
        session,
        school_id,
        None,
        id=slot_id,
        title=WOMEN if is_for_women else TITLE,
        kind=KIND,
        series=campaign_id,
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=capacity,
        audience_rule={"sex": "female" if is_for_women else None, "standings": IN_POST},
        walk_ins=True,
    )
    if starts_at > clock.now():
        activities.publish(session, activity)
