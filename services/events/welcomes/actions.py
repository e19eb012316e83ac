"""Gatherings that draft themselves: the welcome of new members (新会员欢迎会), the farewell of retirees (欢送座谈).

One a school and month; whoever joins or retires later in the month is added to the same list. It stays a
draft until an organiser settles place and hour and publishes it.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.activities import actions as activities
from services.events.activities.models import ANNOUNCED, DRAFT, Activity
from services.events.registrations import actions as registrations
from services.events.school_calendars.queries import working_days
from shared.kit import clock
from shared.kit.database import locked

WELCOME, FAREWELL = "welcome", "farewell"
# A title is content, in the language of the school's own papers.
TITLES = {WELCOME: "新会员欢迎会", FAREWELL: "退休教师欢送座谈"}
# Who joined longer ago came by an import of the roster and needs no welcome.
STILL_NEW = timedelta(days=62)
BEGINS, LASTS = time(14, 30), timedelta(hours=1, minutes=30)


def invite(session: Session, kind: str, school_id: str, person_id: str, since: date) -> None:
    """Put a person on the list of the month's gathering, drafting it if it is the first."""
    if clock.today() - since > STILL_NEW:
        return
    gathering = _gathering(session, kind, school_id, max(since, clock.today()))
    if gathering.state in (DRAFT, *ANNOUNCED):
        _registration, is_new = registrations.enter(session, gathering, person_id)
        if is_new and gathering.state in ANNOUNCED:
            registrations.tell(session, gathering, person_id, "place-given")


def _gathering(session: Session, kind: str, school_id: str, day: date) -> Activity:
    starts_at = _union_afternoon(session, school_id, day)
    occasion = f"{kind}:{school_id}:{clock.local(starts_at):%Y-%m}"
    found = session.scalar(select(Activity.id).where(Activity.occasion == occasion))
    if found is not None and (gathering := locked(session, Activity, found)) is not None:
        return gathering
    return activities.draft(
        session,
        school_id,
        None,
        title=TITLES[kind],
        kind=kind,
        occasion=occasion,
        starts_at=starts_at,
        ends_at=starts_at + LASTS,
        walk_ins=True,
    )


def _union_afternoon(session: Session, school_id: str, day: date) -> datetime:
    """The afternoon of the next last working day of a month (月末半天)."""
    days = working_days(session, school_id, day.year, day.year + 1)
    return datetime.combine(days.next_month_end(day), BEGINS, clock.SHANGHAI)
