"""Reads of rolls: who is entitled on a day, what a frozen roll holds, and whether its hash still fits."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.voting.rolls.audiences import DELEGATES, GROUP
from services.voting.rolls.history import Membership, membership_on
from services.voting.rolls.models import Constituency, Entitled, Roll, RollEntry, Statement, Teacher
from services.voting.rolls.standings import may_vote
from shared.kit.people import Organisation, Person


def entitled_on(
    session: Session, school_id: str, day: date, audience: str, group_id: str | None = None
) -> list[Entitled]:
    """Those entitled in a union on a day, by what has been heard so far, in the order of their ids."""
    marked = select(Teacher.person_id).where(Teacher.school_id == school_id)
    teachers = set(session.scalars(marked)) if audience == DELEGATES else set()
    return sorted(
        Entitled(person_id, member.group_id, person_id in teachers)
        for person_id, member in _members_on(session, school_id, day)
        if may_vote(member.standing or "")
        and (audience != DELEGATES or school_id in member.delegate_of)
        and (audience != GROUP or member.group_id == group_id)
    )


def _members_on(session: Session, school_id: str, day: date) -> Iterator[tuple[str, Membership]]:
    """Whoever belonged to the union on that day. Somebody who came or went is known by all that was said of them."""
    ever_here = select(Statement.person_id).where(Statement.school_id == school_id)
    said: dict[str, list[Statement]] = defaultdict(list)
    for statement in session.scalars(select(Statement).where(Statement.person_id.in_(ever_here))):
        said[statement.person_id].append(statement)
    for person_id, statements in said.items():
        member = membership_on(day, statements)
        if member.school_id == school_id:
            yield person_id, member


def heard_until(session: Session, school_id: str) -> datetime | None:
    """When members last said something about this union that has reached us: how far our copy goes."""
    return session.scalar(select(func.max(Statement.said_at)).where(Statement.school_id == school_id))


def known_since(session: Session, school_id: str) -> date | None:
    """The first day of which anything has been said about this union."""
    return session.scalar(select(func.min(Statement.effective_on)).where(Statement.school_id == school_id))


def lines(session: Session, roll: Roll) -> list[Entitled]:
    """The people of a roll: as frozen, or as of its day by what is known now."""
    if not roll.is_frozen:
        return entitled_on(session, roll.school_id, roll.as_of, roll.audience, roll.group_id)
    entries = session.scalars(select(RollEntry).where(RollEntry.roll_id == roll.id))
    return sorted(Entitled(entry.person_id, entry.group_id, entry.teacher) for entry in entries)


def recomputed_hash(session: Session, roll: Roll) -> str:
    """The hash of what the tables hold now; differs from `roll.sha256` only if somebody changed them."""
    return hashlib.sha256(roll.canonical(lines(session, roll))).hexdigest()


def rolls(school_id: str, *, q: str = "", status: str | None = None) -> Select[tuple[Roll]]:
    """A union's rolls, for lists."""
    query = select(Roll).where(Roll.school_id == school_id)
    if q:
        query = query.where(Roll.title.icontains(q, autoescape=True))
    if status:
        query = query.where(Roll.status == status)
    return query


def frozen_rolls(session: Session, school_id: str) -> list[Roll]:
    """Rolls frozen for an assembly, which a poll may use; the newest first."""
    query = rolls(school_id, status="frozen").where(Roll.poll_id.is_(None)).order_by(Roll.frozen_at.desc())
    return list(session.scalars(query))


def cards(session: Session, person_ids: Iterable[str]) -> dict[str, Person]:
    """The cards of people by id, as far as there are any."""
    found = session.scalars(select(Person).where(Person.id.in_(list(person_ids))))
    return {card.id: card for card in found}


def groups(session: Session, school_id: str) -> list[Organisation]:
    """The union's groups that are not dissolved, by name."""
    query = select(Organisation).where(
        Organisation.tenant_id == school_id, Organisation.kind == "group", Organisation.status == "active"
    )
    return list(session.scalars(query.order_by(Organisation.name)))


def constituencies(session: Session, school_id: str) -> dict[str, Constituency]:
    """The union's groups by id."""
    found = session.scalars(select(Constituency).where(Constituency.school_id == school_id))
    return {group.id: group for group in found}
