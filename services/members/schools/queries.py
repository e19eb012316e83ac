"""The tree of a district and its counts, hidden where they could point at people."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.people.models import MEMBERS, Member
from services.members.schools.models import GROUP, TENANTS, WORKPLACE, Organisation
from shared.kit.paging import Keyset

SMALL = 5
FEW, HIDDEN = "few", "hidden"  # a count of 1 to 4; one that would give a hidden one away


def unions(district_id: str, q: str = "") -> Keyset:
    """The unions of a district by name; `q` is part of it."""
    query = select(Organisation).where(Organisation.parent_id == district_id, Organisation.kind.in_(TENANTS))
    if q.strip():
        query = query.where(Organisation.name.contains(q.strip(), autoescape=True))
    return Keyset(query, order=[Organisation.name, Organisation.id])


def inside(session: Session, union_id: str) -> dict[str, list[Organisation]]:
    """The living workplaces and groups of a union, by kind and name."""
    query = select(Organisation).where(
        Organisation.school_id == union_id,
        Organisation.kind.in_((WORKPLACE, GROUP)),
        Organisation.closed_on.is_(None),
    )
    found: dict[str, list[Organisation]] = {WORKPLACE: [], GROUP: []}
    for organisation in session.scalars(query.order_by(Organisation.name)):
        found[organisation.kind].append(organisation)
    return found


def counts_of(session: Session, union_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Union → standing → how many, for the district's page; nothing finer, and no names."""
    found: dict[str, dict[str, int]] = {union_id: dict.fromkeys(MEMBERS, 0) for union_id in union_ids}
    query = (
        select(Member.school_id, Member.standing, func.count())
        .where(Member.school_id.in_(union_ids), Member.standing.in_(MEMBERS))
        .group_by(Member.school_id, Member.standing)
    )
    for school_id, standing, count in session.execute(query):
        found[school_id][standing] = count
    return found


def veiled(counts: Sequence[int]) -> list[int | str]:
    """Counts whose sum is shown beside them, as a district may see them.

    1 to 4 becomes FEW; where only one is veiled, the next smallest is HIDDEN too, so that the sum does not
    give it away. A nought says nothing about anybody and stays.
    """
    shown: list[int | str] = [FEW if 0 < count < SMALL else count for count in counts]
    if shown.count(FEW) == 1:
        others = [place for place, count in enumerate(shown) if count not in (FEW, 0)]
        for place in sorted(others, key=lambda place: counts[place])[:1]:
            shown[place] = HIDDEN
    return shown
