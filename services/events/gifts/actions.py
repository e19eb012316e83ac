"""When and where gifts are fetched (福利领取): an activity in everybody's calendar, with a list at the door.

It bears the id of the round; so welfare knows what was fetched by the activity of the check-in, and asks nothing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.events.activities import actions as activities
from services.events.activities.models import Activity
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.people import MEMBERS, WITH_VOTE

KIND = "gift"
# Content, in the language of the school's own papers; what it is does not stand in a calendar.
TITLE = "福利领取"
TITLES = {
    "new-year": "元旦福利领取",
    "spring": "春节福利领取",
    "womens-day": "三八节福利领取",
    "qingming": "清明节福利领取",
    "labour": "五一福利领取",
    "dragon-boat": "端午节福利领取",
    "teachers-day": "教师节福利领取",
    "mid-autumn": "中秋节福利领取",
    "national": "国庆节福利领取",
    "double-ninth": "重阳节福利领取",
}
PLACES = {
    "union-office": "工会办公室",
    "union-home": "教工之家",
    "canteen": "食堂",
    "gate": "传达室",
    "gym": "体育馆",
    "offices": "送到各办公室",
}
WHO: dict[str, dict[str, Any]] = {
    "everyone": {"standings": list(MEMBERS)},
    "in-post": {"standings": list(WITH_VOTE)},
    "women": {"standings": list(WITH_VOTE), "sex": "female"},
    "retired": {"standings": ["retired"]},
}
HINT = "领取码和可选物品见「关怀」→「福利发放」。不必报名；请人代领的，出示领取码。"


def offer(
    session: Session,
    *,
    school_id: str,
    round_id: str,
    festival_code: str,
    audience_code: str | None,
    place_code: str | None,
    starts_at: datetime,
    ends_at: datetime,
) -> None:
    """Put the time for fetching into the calendar, once. One that has begun meanwhile stays a draft."""
    if session.get(Activity, round_id) is not None:
        return
    activity = activities.draft(
        session,
        school_id,
        None,
        id=round_id,
        title=TITLES.get(festival_code, TITLE),
        kind=KIND,
        description=HINT,
        place=PLACES.get(place_code or "", ""),
        starts_at=starts_at,
        ends_at=ends_at,
        audience_rule=WHO.get(audience_code or "", {}),
        walk_ins=True,
    )
    if starts_at > clock.now():
        activities.publish(session, activity)


def take_away(session: Session, round_id: str) -> None:
    """The round was closed before its time came: nobody has to come any more."""
    activity = locked(session, Activity, round_id)
    if activity is not None and (activity.is_ahead or activity.is_draft):
        activities.cancel(session, activity, "本次福利发放已结束")
