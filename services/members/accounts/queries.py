"""Accounts as officers see them: who has one, who has a slip, who is shut out."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from services.members.accounts.models import Account, FirstUseSlip
from services.members.people.models import GONE, Member
from shared.kit import clock
from shared.kit.access import OFFICES, actor
from shared.kit.database import locked
from shared.kit.people import Person, matching, person
from shared.kit.problems import Forbidden, NotFound

# An office whose rights reach beyond the person: its account is not for every officer to reset.
_WITH_POWER = frozenset(OFFICES) - {"delegate", "group_leader"}


def accounts(school_id: str, q: str = "", state: str | None = None) -> Select[Any]:
    """People of a union, each with account and open slip where there is one; columns as AccountOut."""
    query = (
        select(
            Person.id.label("person_id"),
            Person.name,
            Person.pinyin,
            Person.group_id,
            Person.disabled,
            Person.offices,
            Account.login,
            Account.last_sign_in_at,
            Account.totp_since.is_not(None).label("has_second_factor"),
            FirstUseSlip.expires_at.label("slip_expires_at"),
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(
            FirstUseSlip,
            and_(
                FirstUseSlip.person_id == Person.id,
                FirstUseSlip.used_at.is_(None),
                FirstUseSlip.expires_at > clock.now(),
            ),
        )
        .where(Person.school_id == school_id, Person.erased.is_(False), Person.standing.not_in(GONE))
    )
    if q:
        query = query.where(matching(q))
    if state == "disabled":
        return query.where(Person.disabled.is_(True))
    if state is not None:
        query = query.where(Person.disabled.is_(False))
        return query.where(Account.id.is_not(None) if state == "open" else Account.id.is_(None))
    return query


def people_for_slips(
    session: Session, school_id: str, person_ids: Iterable[str], *, with_officers: bool
) -> list[Member]:
    """The people to print slips for, by pinyin. Raises NotFound for a stranger, Forbidden for an officer's account
    where the asker may not touch those: who resets an account can become its owner.
    """
    wanted = set(person_ids)
    query = select(Member).where(
        Member.id.in_(wanted), Member.school_id == school_id, Member.standing.not_in(GONE)
    )
    members = list(session.scalars(query.order_by(Member.pinyin, Member.id)))
    if len(members) != len(wanted):
        raise NotFound
    for member in members:
        _refuse_above(session, member.id, with_officers=with_officers)
    return members


def manageable(session: Session, person_id: str, school_id: str, *, with_officers: bool) -> Member:
    """A person of the union, locked, whose account may be opened and closed. Raises NotFound, Forbidden."""
    member = locked(session, Member, person_id)
    if member is None or member.school_id != school_id:
        raise NotFound
    _refuse_above(session, person_id, with_officers=with_officers)
    return member


def _refuse_above(session: Session, person_id: str, *, with_officers: bool) -> None:
    """Who may not touch officers' accounts touches none; the chair's is for the chair and the district alone."""
    if not with_officers and holds_power(session, person_id):
        raise Forbidden
    card, who = person(session, person_id), actor()
    is_chair = card is not None and card.holds("chair")
    if is_chair and not (who.is_district or "chair" in who.offices):
        raise Forbidden


def holds_power(session: Session, person_id: str) -> bool:
    card = person(session, person_id)
    return card is not None and gives_power(card.offices)


def gives_power(offices: list[dict[str, Any]]) -> bool:
    """Whether one of these offices, in term today, makes an account more than a person's own."""
    return any(office["code"] in _WITH_POWER for office in Person(offices=offices).offices_on(clock.today()))
