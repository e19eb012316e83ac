"""Stopping an activity for its money, and letting it go on. Each takes the activity locked."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.events.activities.models import Activity
from services.events.stops import queries
from services.events.stops.models import BUDGET, MoneyStops, Stop
from services.events.stops.wording import rule_words
from shared.kit import audit
from shared.kit.notices import notify
from shared.kit.people import officers

PERSONAL = "personal"  # what each pays for oneself is no money of the union


def stop(
    session: Session, activity: Activity, rule: str, *, most: int, actual: int, counts: bool = False
) -> Stop | None:
    """Stop it until the rule is answered. None where the chair has answered for as much already."""
    if queries.is_allowed(session, activity.id, rule, actual):
        return None
    found = next((one for one in queries.open_of(session, activity.id) if one.rule == rule), None)
    is_new = found is None
    found = found or Stop(school_id=activity.school_id, activity_id=activity.id, rule=rule)
    found.most, found.actual, found.counts = most, actual, counts
    session.add(found)
    activity.is_stopped = True
    session.flush()
    if is_new:
        _tell(session, activity, "activity-stopped", _chairs(session, activity) | {activity.organiser_id})
    return found


def allow(session: Session, activity: Activity, *, reason: str, by: str) -> list[Stop]:
    """The chair answers for every rule that is open, and the activity goes on. Raises Conflict where none is."""
    stops = queries.open_of(session, activity.id)
    if not stops:
        raise MoneyStops(_("Nothing stops it any more."))
    for one in stops:
        one.allow(by, reason)
    activity.is_stopped = False
    audit.record(session, "activity.money-allowed", object_id=activity.id, school_id=activity.school_id)
    _tell(session, activity, "activity-goes-on", {activity.organiser_id} - {by})
    return stops


def settle(session: Session, activity: Activity, rules: Iterable[str] | None = None) -> None:
    """What it was stopped for is no more: the sum was changed, or the activity called off. `rules`: these alone."""
    for one in queries.open_of(session, activity.id):
        if rules is None or one.rule in rules:
            one.settle()
    session.flush()
    activity.is_stopped = bool(queries.open_of(session, activity.id))


def refusal(session: Session, activity: Activity) -> MoneyStops:
    """Every open rule in words."""
    words = [rule_words(one) for one in queries.open_of(session, activity.id)]
    return MoneyStops(" ".join([*words, _("The chair gives the reason, or the sum is changed.")]))


def must_go_on(session: Session, activity: Activity) -> None:
    """Raises MoneyStops where a rule is open."""
    if queries.open_of(session, activity.id):
        raise refusal(session, activity)


def watch_spending(session: Session, activity: Activity, spend_fen: int) -> Stop | None:
    """Did it cost more than was planned? Then it is stopped, unless the chair answered for that; a lower sum settles it."""
    planned = activity.budget_fen
    if planned is None or activity.fund_source == PERSONAL or spend_fen <= planned:
        settle(session, activity, [BUDGET])
        return None
    return stop(session, activity, BUDGET, most=planned, actual=spend_fen)


def _chairs(session: Session, activity: Activity) -> set[str | None]:
    return {card.id for card in officers(session, activity.school_id, "chair")}


def _tell(session: Session, activity: Activity, template: str, people: Iterable[Any]) -> None:
    for person_id in sorted(filter(None, people)):
        notify(
            session,
            to=person_id,
            school=activity.school_id,
            template=template,
            parameters={"title": activity.title},
            link=f"/events/activities/{activity.id}",
        )
