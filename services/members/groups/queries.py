"""Groups with their leaders and members, today or on a day gone by."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.members.groups.models import GroupMembership
from services.members.offices.models import OfficeTerm
from services.members.people.models import GONE, Member
from services.members.schools.models import GROUP, Organisation
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.problems import NotFound


@dataclass(frozen=True)
class GroupSummary:
    """One line of the list of groups; a group without a leader is a vacancy."""

    group: Organisation
    leader: Member | None
    size: int


def groups_of(session: Session, school_id: str, *, closed: bool = False) -> list[Organisation]:
    """The living groups of a union (or all), by name."""
    query = select(Organisation).where(Organisation.school_id == school_id, Organisation.kind == GROUP)
    if not closed:
        query = query.where(Organisation.closed_on.is_(None))
    return list(session.scalars(query.order_by(Organisation.name)))


def group(session: Session, group_id: str, school_id: str, lock: bool = False) -> Organisation:
    """A group of a union. Raises NotFound for anything else."""
    found = locked(session, Organisation, group_id) if lock else session.get(Organisation, group_id)
    if found is None or found.kind != GROUP or found.school_id != school_id:
        raise NotFound
    return found


def summaries(session: Session, school_id: str) -> list[GroupSummary]:
    """Every living group with its leader and size, in three queries however many there are."""
    groups = groups_of(session, school_id)
    ids = [group.id for group in groups]
    sizes = dict(
        session.execute(
            select(Member.group_id, func.count())
            .where(Member.group_id.in_(ids), Member.standing.not_in(GONE))
            .group_by(Member.group_id)
        ).all()
    )
    leaders = {term.scope_id: member for term, member in session.execute(_leading(ids, clock.today()))}
    return [GroupSummary(group, leaders.get(group.id), sizes.get(group.id, 0)) for group in groups]


def leader_of(session: Session, group_id: str, on: date | None = None) -> Member | None:
    """The leader (组长) of a group on a day (today), or None: a vacancy."""
    found = session.execute(_leading([group_id], on or clock.today()).limit(1)).first()
    return found[1] if found else None


def size_of(session: Session, group_id: str) -> int:
    """How many are in a group today."""
    query = select(func.count()).where(Member.group_id == group_id, Member.standing.not_in(GONE))
    return session.scalar(query) or 0


def members_on(session: Session, group_id: str, on: date) -> list[Member]:
    """Who was in a group on a day, by pinyin; both ends of a membership count."""
    query = (
        select(Member)
        .join(GroupMembership, GroupMembership.member_id == Member.id)
        .where(
            GroupMembership.group_id == group_id,
            GroupMembership.valid_from <= on,
            or_(GroupMembership.valid_to.is_(None), GroupMembership.valid_to >= on),
        )
        .order_by(Member.pinyin, Member.id)
    )
    return list(session.scalars(query))


def _leading(group_ids: list[str], on: date):  # type: ignore[no-untyped-def]
    return (
        select(OfficeTerm, Member)
        .join(Member, Member.id == OfficeTerm.member_id)
        .where(
            OfficeTerm.code == "group_leader",
            OfficeTerm.scope_id.in_(group_ids),
            OfficeTerm.term_from <= on,
            or_(OfficeTerm.term_to.is_(None), OfficeTerm.term_to > on),
        )
    )
