"""What home shows of members' own: what waits for this person, and the union in two figures."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.life_events.models import REPORTED, LifeEvent
from services.members.notices.queries import unread_count
from shared.kit.people import MEMBERS, WITH_VOTE, Person


@dataclass(frozen=True)
class Waiting:
    """Unread notices, and what others reported that waits for this person's word."""

    notices: int
    reports: int

    @property
    def is_empty(self) -> bool:
        return not (self.notices or self.reports)


@dataclass(frozen=True)
class Union:
    people: int
    members: int
    with_vote: int


def waiting_for(session: Session, person_id: str) -> Waiting:
    reports = select(func.count()).where(LifeEvent.person_id == person_id, LifeEvent.state == REPORTED)
    return Waiting(unread_count(session, person_id), session.scalar(reports) or 0)


def union_figures(session: Session, school_id: str) -> Union:
    """How many belong here, are members, and have a vote."""
    query = select(Person.standing, func.count()).where(
        Person.school_id == school_id, Person.erased.is_(False)
    )
    counts = session.execute(query.group_by(Person.standing)).all()
    here = {standing: count for standing, count in counts if standing not in ("left", "deceased")}
    return Union(
        sum(here.values()),
        sum(here.get(standing, 0) for standing in MEMBERS),
        sum(here.get(standing, 0) for standing in WITH_VOTE),
    )


def teaching_week(calendar: dict[str, Any] | None, today: date) -> int | None:
    """Which week of the term it is, counted from the Monday of its first day; None in the holidays."""
    for term in (calendar or {}).get("terms", ()):
        first, last = date.fromisoformat(str(term["starts_on"])), date.fromisoformat(str(term["ends_on"]))
        if first <= today <= last:
            return ((today - first).days + first.weekday()) // 7 + 1
    return None
