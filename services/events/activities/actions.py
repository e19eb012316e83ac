"""What organisers do with an activity: draft, publish, change, close, cancel, complete.

All but `draft` take the activity locked.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.events.activities.models import ANNOUNCED, DRAFT, HELD, PUBLISHED, Activity, NotInThisState
from services.events.attendance import queries as attendance
from services.events.opinions import queries as opinions
from services.events.registrations import actions as registrations
from services.events.registrations import queries as registered
from services.events.stops import actions as stops
from shared.contracts.events import ActivityChanged, ActivityCompleted, ActivityScheduled
from shared.kit import clock
from shared.kit.messages import emit, remind, reminder
from shared.kit.problems import Invalid

SignUpEnds = reminder("sign-up-ends")
ActivityEnds = reminder("activity-ends")


def draft(session: Session, school_id: str, organiser_id: str | None, **fields: Any) -> Activity:
    """A new activity that only organisers see."""
    _check_times(
        fields["starts_at"], fields["ends_at"], fields.get("signup_opens_at"), fields.get("signup_closes_at")
    )
    _check_money(fields.get("budget_fen"), fields.get("fund_source"))
    activity = Activity(school_id=school_id, organiser_id=organiser_id, state=DRAFT, **fields)
    session.add(activity)
    session.flush()
    return activity


def publish(session: Session, activity: Activity) -> None:
    """Announce it: from now on people may sign up, and those already on the list are told."""
    if activity.starts_at <= clock.now():
        raise Invalid(fields={"starts_at": [_("The activity would lie in the past.")]})
    activity.publish()
    _emit_scheduled(session, activity)
    registrations.tell_all(session, activity, "place-given")
    _follow_the_clock(session, activity)


def change(session: Session, activity: Activity, **fields: Any) -> None:
    """Change what was entered. Another time is a move: everybody on the list is told; more room lets people move up.

    Another sum answers what it was stopped for, and is said anew, so that welfare looks at it again.
    """
    if activity.state not in (DRAFT, *ANNOUNCED):
        raise NotInThisState(activity_state=activity.state)
    starts_at, ends_at = fields.get("starts_at", activity.starts_at), fields.get("ends_at", activity.ends_at)
    opens_at = fields.get("signup_opens_at", activity.signup_opens_at)
    closes_at = fields.get("signup_closes_at", activity.signup_closes_at)
    _check_times(starts_at, ends_at, opens_at, closes_at)
    _check_money(
        fields.get("budget_fen", activity.budget_fen), fields.get("fund_source", activity.fund_source)
    )
    is_moved = (starts_at, ends_at) != (activity.starts_at, activity.ends_at)
    is_retimed = is_moved or closes_at != activity.signup_closes_at
    sum_before = _sum_of(activity)
    for name, value in fields.items():
        setattr(activity, name, value)
    if activity.state in ANNOUNCED and _sum_of(activity) != sum_before:
        stops.settle(session, activity)
        _emit_scheduled(session, activity)
    if activity.state in ANNOUNCED and is_retimed:
        activity.retime()
        _follow_the_clock(session, activity)
    if activity.state in ANNOUNCED and is_moved:
        _emit_changed(session, activity, "moved")
        registrations.tell_all(session, activity, "activity-moved")
    registrations.move_up(session, activity)


def cancel(session: Session, activity: Activity, reason: str) -> None:
    """Call it off. Everybody on the list of an announced one is told."""
    announced = activity.state in ANNOUNCED
    activity.cancel(reason)
    stops.settle(session, activity)
    if announced:
        _emit_changed(session, activity, "cancelled")
        registrations.tell_all(session, activity, "activity-cancelled")


def complete(session: Session, activity: Activity, spend_fen: int, winners: int) -> bool:
    """Close the books of an activity that was held: what it cost, how many prizes (fen, people).

    False, and it is stopped, where it cost more than was planned and the chair has not answered for that (E-12).
    Raises Invalid, MoneyStops (another rule is open).
    """
    attended = attendance.count(session, activity.id)
    if winners > attended:
        raise Invalid(
            fields={"winners": [_("Only %(attended)s people were there.", attended=attended)]},
            attended=attended,
        )
    if activity.state == HELD and stops.watch_spending(session, activity, spend_fen):
        return False
    stops.must_go_on(session, activity)
    activity.complete(spend_fen, winners)
    activity.sum_told_by = emit(
        session,
        ActivityCompleted,
        of=activity,
        subject=activity.id,
        school=activity.school_id,
        activity_id=activity.id,
        kind=activity.kind,
        invited=registered.tally(session, activity).placed,
        attended=attended,
        winners=winners,
        spend_fen=spend_fen,
        satisfaction_hundredths=opinions.mean_hundredths(session, activity.id),
    )
    return True


def end_signup_when_due(activity: Activity) -> None:
    """The clock closes the sign-up, unless its end was moved meanwhile."""
    if activity.state == PUBLISHED and clock.now() >= activity.signup_ends_at:
        activity.close_signup()


def hold_when_due(activity: Activity) -> None:
    """The clock makes an announced activity held, unless it was moved meanwhile."""
    if activity.state in ANNOUNCED and clock.now() >= activity.ends_at:
        activity.hold()


def _sum_of(activity: Activity) -> tuple[Any, ...]:
    """What welfare judges of it: the heading, the sum, the fund."""
    return activity.kind, activity.budget_fen, activity.fund_source


def _emit_scheduled(session: Session, activity: Activity) -> None:
    activity.sum_told_by = emit(
        session,
        ActivityScheduled,
        of=activity,
        subject=activity.id,
        school=activity.school_id,
        activity_id=activity.id,
        kind=activity.kind,
        audience_code=activity.audience.code,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        budget_fen=activity.budget_fen,
        fund_source=activity.fund_source,
    )


def _emit_changed(session: Session, activity: Activity, what: str) -> None:
    emit(
        session,
        ActivityChanged,
        of=activity,
        subject=activity.id,
        school=activity.school_id,
        activity_id=activity.id,
        change=what,
        starts_at=activity.starts_at,
    )


def _follow_the_clock(session: Session, activity: Activity) -> None:
    # The moment is part of the key: an earlier one must not wait behind a later one of the same activity.
    for kind, at in ((SignUpEnds, activity.signup_ends_at), (ActivityEnds, activity.ends_at)):
        remind(session, kind, at=at, key=f"{activity.id}:{at:%Y%m%d%H%M}", data={"activity_id": activity.id})


def _check_times(
    starts_at: datetime, ends_at: datetime, opens_at: datetime | None, closes_at: datetime | None
) -> None:
    wrong = {}
    if ends_at <= starts_at:
        wrong["ends_at"] = [_("The end must come after the beginning.")]
    if closes_at and closes_at > starts_at:
        wrong["signup_closes_at"] = [_("Sign-up must end before the activity begins.")]
    if opens_at and opens_at >= (closes_at or starts_at):
        wrong["signup_opens_at"] = [_("Sign-up must open before it ends.")]
    if wrong:
        raise Invalid(fields=wrong)


def _check_money(budget_fen: int | None, fund_source: str | None) -> None:
    if budget_fen and not fund_source:
        raise Invalid(fields={"fund_source": [_("Say which fund pays.")]})
