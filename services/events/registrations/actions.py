"""Places change hands: sign up, withdraw, and moving up from the waiting list.

Each takes the activity locked, so that two people who want the last place are served one after the other.
"""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.events.activities.models import ANNOUNCED, DRAFT, Activity, NotInThisState
from services.events.activities.wording import audience_words
from services.events.registrations import queries
from services.events.registrations.models import (
    WAITING,
    NotSignedUp,
    OnePlaceOnly,
    OutsideAudience,
    Registration,
    SignUpClosed,
)
from shared.kit.clock import local
from shared.kit.database import locked
from shared.kit.notices import notify
from shared.kit.people import Person


def sign_up(session: Session, activity: Activity, person: Person) -> Registration:
    """Take a place, or the next turn on the waiting list. Doing it twice changes nothing.

    Raises SignUpClosed, OutsideAudience (with the rule in words), OnePlaceOnly.
    """
    if not activity.takes_signups:
        raise SignUpClosed()
    must_admit(session, activity, person)
    _must_be_the_only_place(session, activity, person)
    return enter(session, activity, person.id)[0]


def add(session: Session, activity: Activity, person: Person, by_id: str) -> Registration:
    """An organiser signs somebody up, before, during or after the time of sign-up; the rule holds all the same."""
    if activity.state not in (DRAFT, *ANNOUNCED):
        raise NotInThisState(activity_state=activity.state)
    must_admit(session, activity, person)
    _must_be_the_only_place(session, activity, person)
    registration, is_new = enter(session, activity, person.id, by_id)
    if is_new and activity.state in ANNOUNCED:
        tell(session, activity, person.id, "place-given")
    return registration


def withdraw(session: Session, activity: Activity, person_id: str) -> None:
    """Give a place or a turn back; the next in line moves up."""
    registration = queries.of_person(session, activity.id, person_id)
    if registration is None or not registration.is_open:
        raise NotSignedUp()
    if not (activity.is_draft or activity.is_ahead):
        raise NotInThisState(activity_state=activity.state)
    registration.cancel()
    move_up(session, activity)


def remove(session: Session, activity: Activity, person_id: str) -> None:
    """An organiser takes somebody off the list, and they are told."""
    withdraw(session, activity, person_id)
    if activity.state in ANNOUNCED:
        tell(session, activity, person_id, "place-taken-away")


def move_up(session: Session, activity: Activity) -> None:
    """Give free places to those who wait longest, and tell them."""
    if not (activity.is_draft or activity.is_ahead):
        return
    session.flush()
    free = queries.tally(session, activity).free
    waiting = queries.open_of(session, activity.id, WAITING)
    for registration in waiting if free is None else waiting[:free]:
        registration.place()
        if not activity.is_draft:
            tell(session, activity, registration.person_id, "place-moved-up")


def give_up_places(session: Session, person_id: str, school_id: str) -> None:
    """Cancel what a person holds in activities ahead at a school which they leave."""
    for activity_id in queries.held_ahead(session, person_id, school_id):
        activity = locked(session, Activity, activity_id)
        assert activity is not None
        registration = queries.of_person(session, activity.id, person_id)
        if registration is not None and registration.is_open:
            registration.cancel()
            move_up(session, activity)


def tell_all(session: Session, activity: Activity, template: str) -> None:
    """Tell everybody who has a place or waits."""
    for registration in queries.open_of(session, activity.id):
        tell(session, activity, registration.person_id, template)


def tell(session: Session, activity: Activity, person_id: str, template: str) -> None:
    """A notice about an activity; its title and beginning are all that it says."""
    notify(
        session,
        to=person_id,
        school=activity.school_id,
        template=template,
        parameters={"title": activity.title, "starts_at": f"{local(activity.starts_at):%Y-%m-%d %H:%M}"},
        link=f"/events/activities/{activity.id}",
    )


def enter(
    session: Session, activity: Activity, person_id: str, added_by_id: str | None = None
) -> tuple[Registration, bool]:
    """Put a person on the list without asking the rule: the place or turn, and whether it is new."""
    registration = queries.of_person(session, activity.id, person_id)
    if registration is not None and registration.is_open:
        return registration, False
    has_room = not queries.tally(session, activity).is_full
    turn = queries.next_turn(session, activity.id)
    if registration is None:
        registration = Registration(
            school_id=activity.school_id, activity_id=activity.id, person_id=person_id
        )
    registration.take_turn(turn, added_by_id)
    if has_room:
        registration.place()
    session.add(registration)
    session.flush()
    return registration, True


def must_admit(session: Session, activity: Activity, person: Person) -> None:
    """Raises OutsideAudience, with the rule in words, where the rule does not let the person in."""
    if not activity.audience.admits(person, activity.day):
        rule = audience_words(session, activity)
        raise OutsideAudience(detail=_("It is for: %(rule)s.", rule=rule), rule=rule)


def _must_be_the_only_place(session: Session, activity: Activity, person: Person) -> None:
    """Raises OnePlaceOnly where the person has a place on another day of the same offer."""
    if activity.series is not None:
        locked(session, Person, person.id)  # two days asked for at once are one
        if queries.holds_another_of(session, activity, person.id):
            raise OnePlaceOnly()
