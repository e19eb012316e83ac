"""What the district sees of voting: how many polls a school held and rolls it froze. Things, never people.

No turnout and no size of a roll: a rate beside a small roll would point at persons.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.voting.polls.models import CLOSED, OPEN, Poll
from services.voting.rolls.models import Roll
from shared.kit import clock
from shared.kit.people import Organisation, schools_under


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One union in one calendar year; `open_now` is of today, whatever the year."""

    school: Organisation
    closed: int
    open_now: int
    rolls: int


def table(session: Session, district_id: str, year: int) -> list[SchoolRow]:
    """The unions of a district by name."""
    schools = schools_under(session, district_id)
    ids = [school.id for school in schools]
    begins, ends = _new_year(year), _new_year(year + 1)
    closed = _counts(
        session, Poll, ids, Poll.status == CLOSED, Poll.closed_at >= begins, Poll.closed_at < ends
    )
    open_now = _counts(session, Poll, ids, Poll.status == OPEN)
    rolls = _counts(
        session, Roll, ids, Roll.poll_id.is_(None), Roll.frozen_at >= begins, Roll.frozen_at < ends
    )
    return [
        SchoolRow(one, closed.get(one.id, 0), open_now.get(one.id, 0), rolls.get(one.id, 0))
        for one in schools
    ]


def _counts(
    session: Session, model: type[Poll | Roll], ids: list[str], *conditions: ColumnElement[bool]
) -> dict[str, int]:
    query = select(model.school_id, func.count()).where(model.school_id.in_(ids), *conditions)
    return {row[0]: row[1] for row in session.execute(query.group_by(model.school_id))}


def _new_year(year: int) -> datetime:
    return datetime.combine(date(year, 1, 1), time(), clock.SHANGHAI)
