"""Who holds, held or will hold which office of a union."""

from collections import defaultdict
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.members.offices.models import OfficeTerm
from services.members.people.models import Member

# The committee in the order in which it is usually read out.
COMMITTEE = (
    "chair",
    "vice_chair",
    "organiser",
    "publicist",
    "sports",
    "carer",
    "women",
    "auditor",
    "treasurer",
)


def holders(session: Session, school_id: str, on: date) -> dict[str, list[tuple[OfficeTerm, Member]]]:
    """Office → who holds it in the union on a day, or will take it later, by pinyin."""
    found: dict[str, list[tuple[OfficeTerm, Member]]] = defaultdict(list)
    query = (
        select(OfficeTerm, Member)
        .join(Member, Member.id == OfficeTerm.member_id)
        .where(OfficeTerm.school_id == school_id, or_(OfficeTerm.term_to.is_(None), OfficeTerm.term_to > on))
        .order_by(Member.pinyin, OfficeTerm.term_from)
    )
    for term, member in session.execute(query):
        found[term.code].append((term, member))
    return found


def terms_of(session: Session, member_id: str) -> list[OfficeTerm]:
    """Every term of a person, the latest first."""
    query = select(OfficeTerm).where(OfficeTerm.member_id == member_id)
    return list(session.scalars(query.order_by(OfficeTerm.term_from.desc(), OfficeTerm.id.desc())))


def offices_of_many(session: Session, school_id: str, on: date) -> dict[str, list[str]]:
    """Person → codes of the offices in term on a day, for a list."""
    found: dict[str, list[str]] = defaultdict(list)
    query = select(OfficeTerm.member_id, OfficeTerm.code).where(
        OfficeTerm.school_id == school_id,
        OfficeTerm.awaits_approval.is_(False),
        OfficeTerm.term_from <= on,
        or_(OfficeTerm.term_to.is_(None), OfficeTerm.term_to > on),
    )
    for member_id, code in session.execute(query.order_by(OfficeTerm.term_from, OfficeTerm.id)):
        found[member_id].append(code)
    return found
