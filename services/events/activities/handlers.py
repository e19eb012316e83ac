"""What the clock does to an activity: sign-up ends, the activity is over."""

from sqlalchemy.orm import Session

from services.events.activities import actions
from services.events.activities.models import Activity
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(actions.SignUpEnds)
def on_sign_up_ends(session: Session, event: Received) -> None:
    if activity := locked(session, Activity, event.data["activity_id"]):
        actions.end_signup_when_due(activity)


@handles(actions.ActivityEnds)
def on_activity_ends(session: Session, event: Received) -> None:
    if activity := locked(session, Activity, event.data["activity_id"]):
        actions.hold_when_due(activity)
