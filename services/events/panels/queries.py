"""What home shows of events: what I can join, what I have joined, and what waits for its organiser."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from services.events.activities import queries as activities
from services.events.activities.models import Activity
from services.events.bulletins import queries as bulletins
from services.events.bulletins.models import Bulletin
from services.events.opinions import queries as opinions
from services.events.registrations import queries as registrations
from services.events.registrations.models import Registration
from shared.kit.people import Person

MOST = 4
_LOOKED_AT = 30


@dataclass(frozen=True)
class Week:
    """A person's activities in brief."""

    to_settle: list[Activity]
    joined: list[tuple[Activity, Registration]]
    to_join: list[Activity]
    sheets: Sequence[Bulletin]
    to_answer: Sequence[Activity]

    @property
    def is_empty(self) -> bool:
        return not (self.to_settle or self.joined or self.to_join or self.sheets or self.to_answer)


def week_of(session: Session, person: Person, organises: bool) -> Week:
    """At most a handful of each."""
    ahead = activities.open_for_signup(session, person.school_id, _LOOKED_AT)
    mine = registrations.mine_among(session, person.id, ahead)
    to_join = [a for a in ahead if a.id not in mine and a.takes_signups and a.audience.admits(person, a.day)]
    return Week(
        to_settle=list(activities.waiting_for_organiser(session, person.school_id, MOST))
        if organises
        else [],
        joined=[(a, mine[a.id]) for a in ahead if a.id in mine][:MOST],
        to_join=to_join[:MOST],
        sheets=bulletins.fresh(session),
        to_answer=opinions.to_answer(session, person.school_id, person.id)[:MOST],
    )
