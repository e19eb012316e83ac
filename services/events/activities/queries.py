"""The lists of activities that pages, panels and the API share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, with_expression

from services.events.activities.models import ANNOUNCED, CANCELLED, DRAFT, HELD, PAST, UPCOMING, Activity
from services.events.registrations.models import PLACED, WAITING, Registration
from shared.kit import clock
from shared.kit.paging import Keyset
from shared.kit.people import Organisation

SORTS = {"starts_at": Activity.starts_at, "title": Activity.title}


def listing(
    school_id: str | None,
    *,
    with_drafts: bool,
    q: str = "",
    kind: str = "",
    state: str = "",
    when: str = "",
    sort: str = "",
) -> Keyset:
    """The activities of a school, filtered and sorted as the address says; `sort` is a key of SORTS, - turns it round."""
    query = select(Activity).where(Activity.school_id == school_id)
    if not with_drafts:
        query = query.where(Activity.state != DRAFT)
    if q:
        query = query.where(Activity.title.icontains(q, autoescape=True))
    if kind:
        query = query.where(Activity.kind == kind)
    if state:
        query = query.where(Activity.state == state)
    if when == UPCOMING:
        query = query.where(Activity.ends_at >= clock.now())
    elif when == PAST:
        query = query.where(Activity.ends_at < clock.now())
    sort = sort or ("-starts_at" if when == PAST else "starts_at")
    column = SORTS[sort.removeprefix("-")]
    return Keyset(with_tally(query), [column, Activity.id], descending=sort.startswith("-"))


def with_tally(query: Select[Any]) -> Select[Any]:
    """The same activities, each with how many have a place and how many wait."""
    return query.options(
        with_expression(Activity.placed, _count_of(PLACED)),
        with_expression(Activity.waiting, _count_of(WAITING)),
    )


def shown(session: Session, activity_id: str) -> Activity:
    """An activity as the API shows it after a change."""
    session.flush()
    query = with_tally(select(Activity).where(Activity.id == activity_id))
    return session.execute(query, execution_options={"populate_existing": True}).scalar_one()


def open_for_signup(session: Session, school_id: str, limit: int) -> Sequence[Activity]:
    """The next ones that take sign-ups, or will."""
    query = select(Activity).where(
        Activity.school_id == school_id, Activity.state.in_(ANNOUNCED), Activity.starts_at > clock.now()
    )
    return session.scalars(with_tally(query).order_by(Activity.starts_at, Activity.id).limit(limit)).all()


def waiting_for_organiser(session: Session, school_id: str, limit: int) -> Sequence[Activity]:
    """Drafts to settle and publish, held ones to complete, and those that the money stops."""
    query = select(Activity).where(
        Activity.school_id == school_id, or_(Activity.state.in_((DRAFT, HELD)), Activity.is_stopped)
    )
    return session.scalars(query.order_by(Activity.starts_at, Activity.id).limit(limit)).all()


def between(session: Session, school_id: str, start: datetime, end: datetime) -> Sequence[Activity]:
    """What is announced, on, or over in a span of time."""
    query = select(Activity).where(
        Activity.school_id == school_id,
        Activity.state.not_in((DRAFT, CANCELLED)),
        Activity.starts_at < end,
        Activity.ends_at >= start,
    )
    return session.scalars(query.order_by(Activity.starts_at, Activity.id)).all()


def groups_of(session: Session, school_id: str) -> Sequence[Organisation]:
    """The union groups (工会小组) of a school, by name, for the rule of an activity."""
    query = select(Organisation).where(Organisation.tenant_id == school_id, Organisation.kind == "group")
    return session.scalars(query.order_by(Organisation.name)).all()


def _count_of(state: str) -> Any:
    return (
        select(func.count())
        .where(Registration.activity_id == Activity.id, Registration.state == state)
        .correlate(Activity)
        .scalar_subquery()
    )
