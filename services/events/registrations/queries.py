"""Who has a place, who waits and at which turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.activities.models import DRAFT, PAST, Activity
from services.events.registrations.models import CANCELLED, PLACED, WAITING, Registration
from shared.kit import clock
from shared.kit.paging import Keyset
from shared.kit.people import Person, matching


@dataclass(frozen=True)
class Tally:
    """How full an activity is; `free` is None where there is no limit."""

    placed: int
    waiting: int
    capacity: int | None

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.placed)

    @property
    def is_full(self) -> bool:
        """Nobody more can be placed at once: no place is free, or somebody waits for it already."""
        return self.capacity is not None and (self.free == 0 or self.waiting > 0)


def tallies(session: Session, activities: Sequence[Activity]) -> dict[str, Tally]:
    """How full each of these is, in one question."""
    counts: dict[tuple[str, str], int] = {
        (activity_id, state): count
        for activity_id, state, count in session.execute(
            select(Registration.activity_id, Registration.state, func.count())
            .where(Registration.activity_id.in_([activity.id for activity in activities]))
            .group_by(Registration.activity_id, Registration.state)
        )
    }
    return {
        activity.id: Tally(
            counts.get((activity.id, PLACED), 0), counts.get((activity.id, WAITING), 0), activity.capacity
        )
        for activity in activities
    }


def tally(session: Session, activity: Activity) -> Tally:
    return tallies(session, [activity])[activity.id]


def of_person(session: Session, activity_id: str, person_id: str) -> Registration | None:
    return session.scalar(
        select(Registration).where(
            Registration.activity_id == activity_id, Registration.person_id == person_id
        )
    )


def mine_among(session: Session, person_id: str, activities: Sequence[Activity]) -> dict[str, Registration]:
    """The person's open registrations among these activities, by activity."""
    rows = session.scalars(
        select(Registration).where(
            Registration.person_id == person_id,
            Registration.state != CANCELLED,
            Registration.activity_id.in_([activity.id for activity in activities]),
        )
    )
    return {row.activity_id: row for row in rows}


def open_of(session: Session, activity_id: str, *states: str) -> list[Registration]:
    """Those with a place, then those who wait, each in their turn."""
    return list(
        session.scalars(
            select(Registration)
            .where(
                Registration.activity_id == activity_id, Registration.state.in_(states or (PLACED, WAITING))
            )
            .order_by(Registration.state, Registration.turn)  # "placed" sorts before "waiting"
        )
    )


def next_turn(session: Session, activity_id: str) -> int:
    """The end of the line. The activity must be locked, or two get the same turn."""
    last = session.scalar(select(func.max(Registration.turn)).where(Registration.activity_id == activity_id))
    return (last or 0) + 1


def position_in_line(session: Session, registration: Registration) -> int:
    """1 for whoever is next (候补第1位)."""
    before = session.scalar(
        select(func.count()).where(
            Registration.activity_id == registration.activity_id,
            Registration.state == WAITING,
            Registration.turn < registration.turn,
        )
    )
    return (before or 0) + 1


def held_ahead(session: Session, person_id: str, school_id: str) -> list[str]:
    """Activities of a school, not yet begun, in which the person has a place or waits; in one fixed order."""
    return list(
        session.scalars(
            select(Activity.id)
            .join(Registration, Registration.activity_id == Activity.id)
            .where(
                Registration.person_id == person_id,
                Registration.state != CANCELLED,
                Activity.school_id == school_id,
                Activity.starts_at > clock.now(),
            )
            .order_by(Activity.id)
        )
    )


@dataclass(frozen=True)
class Place:
    """What a person holds: a place, or a turn with its position in the line."""

    activity_id: str
    person_id: str
    state: str
    position: int | None
    signed_up_at: datetime


def place_of(session: Session, registration: Registration) -> Place:
    """A registration as its person sees it."""
    waits = registration.state == WAITING
    return Place(
        registration.activity_id,
        registration.person_id,
        registration.state,
        position_in_line(session, registration) if waits else None,
        registration.signed_up_at,
    )


def listing(activity_id: str, q: str = "") -> Keyset:
    """Everybody on the list with their cards: places first, then the waiting line, each in turn."""
    query = (
        select(Registration, Person)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.activity_id == activity_id, Registration.state != CANCELLED)
    )
    if q:
        query = query.where(matching(q))
    return Keyset(query, [Registration.state, Registration.turn, Registration.id])


def listing_of_person(person_id: str, when: str = "") -> Keyset:
    """What a person signed up for, the latest first."""
    query = (
        select(Registration, Activity)
        .join(Activity, Activity.id == Registration.activity_id)
        .where(Registration.person_id == person_id, Registration.state != CANCELLED, Activity.state != DRAFT)
    )
    if when:
        query = query.where(
            Activity.ends_at < clock.now() if when == PAST else Activity.ends_at >= clock.now()
        )
    return Keyset(query, [Activity.starts_at, Activity.id], descending=True)


def holds_another_of(session: Session, activity: Activity, person_id: str) -> bool:
    """Whether the person has a place, or waits for one, on another day of the same series."""
    query = (
        select(Registration.id)
        .join(Activity, Activity.id == Registration.activity_id)
        .where(
            Activity.series == activity.series,
            Activity.id != activity.id,
            Activity.state != CANCELLED,
            Registration.person_id == person_id,
            Registration.state.in_((PLACED, WAITING)),
        )
    )
    return session.scalar(query.limit(1)) is not None
