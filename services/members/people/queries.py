"""The reads that the register's lists, pages and reports share."""

from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.members.people.models import GONE, MEMBERS, Affiliation, Member, Transfer
from services.members.schools.models import TENANTS, Organisation
from shared.kit.database import locked
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound

SORTS = ("name", "group", "joined")
_LONG_AGO = date(1900, 1, 1)


def register(
    school_id: str,
    *,
    q: str = "",
    group_id: str | None = None,
    standing: str | None = None,
    post_kind: str | None = None,
    sort: str = "name",
) -> Keyset:
    """People of a union; those who left only where they are asked for. `sort` is one of SORTS, -name downwards."""
    query = select(Member).where(Member.school_id == school_id)
    query = query.where(Member.standing == standing if standing else Member.standing.not_in(GONE))
    if q.strip():
        query = query.where(matching(q))
    if group_id:
        query = query.where(Member.group_id == group_id)
    if post_kind:
        query = query.where(Member.post_kind == post_kind)
    order: list[Any] = [Member.pinyin, Member.id]
    if sort.lstrip("-") == "group":
        query = query.outerjoin(Organisation, Organisation.id == Member.group_id)
        order = [func.coalesce(Organisation.name, ""), *order]
    elif sort.lstrip("-") == "joined":
        order = [func.coalesce(Member.joined_on, _LONG_AGO), *order]
    return Keyset(query, order=order, descending=sort.startswith("-"))


def matching(text: str) -> Any:
    """WHERE: the name contains the Han text, or pinyin or initials start with the Latin text (zs → 张三)."""
    letters = text.strip().lower().replace(" ", "")
    if not letters.isascii():
        return Member.name.contains(letters, autoescape=True)
    return or_(
        Member.pinyin.startswith(letters, autoescape=True),
        Member.initials.startswith(letters, autoescape=True),
        func.lower(Member.name).startswith(letters, autoescape=True),
    )


def counts(session: Session, school_id: str) -> dict[str, int]:
    """How many there are of each standing."""
    query = (
        select(Member.standing, func.count()).where(Member.school_id == school_id).group_by(Member.standing)
    )
    return dict(session.execute(query).all())


def staff_and_members(found: dict[str, int]) -> tuple[int, int]:
    """Everybody in post, members or not; and the members, the retired included."""
    staff = sum(count for standing, count in found.items() if standing not in (*GONE, "retired"))
    return staff, sum(count for standing, count in found.items() if standing in MEMBERS)


def affiliations(session: Session, member_id: str) -> list[tuple[Affiliation, str]]:
    """Where a person belonged, and the union's name; the latest first."""
    query = (
        select(Affiliation, Organisation.name)
        .join(Organisation, Organisation.id == Affiliation.school_id)
        .where(Affiliation.member_id == member_id)
        .order_by(Affiliation.from_on.desc(), Affiliation.id.desc())
    )
    return [(affiliation, name) for affiliation, name in session.execute(query)]


def other_unions(session: Session, school_id: str) -> list[Organisation]:
    """The other unions of the same district, to which somebody can go."""
    here = session.get(Organisation, school_id)
    query = select(Organisation).where(
        Organisation.kind.in_(TENANTS),
        Organisation.id != school_id,
        Organisation.closed_on.is_(None),
        Organisation.parent_id == (here.parent_id if here else None),
    )
    return list(session.scalars(query.order_by(Organisation.name)))


def transfers(school_id: str) -> Keyset:
    """Transfers out of and into a union, the latest first."""
    query = select(Transfer).where(or_(Transfer.school_id == school_id, Transfer.to_school_id == school_id))
    return Keyset(query, order=[Transfer.requested_at, Transfer.id], descending=True)


def transfer(session: Session, transfer_id: str, school_id: str, *, as_new: bool | None = None) -> Transfer:
    """A transfer that concerns a union, locked; `as_new`: only as the one that takes over (or lets go).

    Raises NotFound for everybody else's.
    """
    found = locked(session, Transfer, transfer_id)
    sides = {True: ("to_school_id",), False: ("school_id",), None: ("school_id", "to_school_id")}[as_new]
    if found is None or school_id not in [getattr(found, side) for side in sides]:
        raise NotFound
    return found
