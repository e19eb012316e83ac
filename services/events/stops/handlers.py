"""Welfare says that a rule on money was broken: the activity whose money it is stops until somebody has answered."""

import orjson
from sqlalchemy.orm import Session

from services.events.activities.models import CANCELLED, Activity
from services.events.stops import actions
from shared.contracts.welfare import FinanceRuleBreached
from shared.kit.database import locked
from shared.kit.messages import Received, handles

ACTIVITY = "activity"


@handles(FinanceRuleBreached)
def on_finance_rule_breached(session: Session, event: Received) -> None:
    """What is said of expenses and bookings has its own way to the chair, in welfare."""
    data = event.data
    activity = locked(session, Activity, data["source_id"]) if data["source_type"] == ACTIVITY else None
    if activity is None or activity.state == CANCELLED or _is_overtaken(activity, event):
        return
    counts = data["limit_count"] is not None
    most, actual = ("limit_count", "actual_count") if counts else ("limit_fen", "actual_fen")
    actions.stop(session, activity, data["rule_id"], most=data[most], actual=data[actual], counts=counts)


def _is_overtaken(activity: Activity, event: Received) -> bool:
    """Is it about a sum that was changed meanwhile? Of the newer one welfare speaks, if there is anything to say."""
    cause = orjson.loads(event.raw).get("causationid") if event.raw else None
    return None not in (cause, activity.sum_told_by) and cause != activity.sum_told_by
