"""Publishes person cards: the one way by which other services learn who somebody is and what they may do."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.members.offices.models import OfficeTerm
from services.members.people.models import Member
from shared.contracts.members import PersonChanged
from shared.kit import clock, people
from shared.kit.messages import emit


def publish_card(session: Session, member: Member) -> None:
    """Say the card of a person, one version on, and keep our own copy. `member` is locked or new."""
    publish_cards(session, [member])


def publish_cards(session: Session, members: Sequence[Member], *, erased: bool = False) -> None:
    """Say many cards at once; an erased one has its personal fields empty."""
    terms = _terms_of(session, [member.id for member in members])
    cards = []
    for member in members:
        member.version += 1
        data = card_of(member, terms[member.id])
        if erased:
            data |= _NOTHING_PERSONAL
        emit(session, PersonChanged, of=member, subject=member.id, school=member.school_id, **data)
        cards.append(data)
    people.apply_cards(session, cards)


def card_of(member: Member, terms: Sequence[OfficeTerm]) -> dict[str, Any]:
    """The fields of a person card."""
    return {
        "person_id": member.id,
        "school_id": member.school_id,
        "workplace_id": member.workplace_id,
        "group_id": member.group_id,
        "name": member.name,
        "pinyin": member.pinyin,
        "pinyin_initials": member.initials,
        "sex": member.sex,
        "birth_date": member.birth_date,
        "post_kind": member.post_kind,
        "standing": member.standing,
        "offices": [
            {
                "code": term.code,
                "scope_id": term.scope_id,
                "term_from": term.term_from,
                "term_to": term.term_to,
            }
            for term in terms
        ],
        "signed_out_before": member.signed_out_before,
        "disabled": member.disabled,
        "erased": False,
        "version": member.version,
    }


_NOTHING_PERSONAL: dict[str, Any] = {
    "name": "",
    "pinyin": "",
    "pinyin_initials": "",
    "sex": None,
    "birth_date": None,
    "post_kind": None,
    "offices": [],
    "disabled": True,
    "erased": True,
}


def _terms_of(session: Session, member_ids: list[str]) -> dict[str, list[OfficeTerm]]:
    """The offices that are or will be in term, for each person; those that are over are history."""
    found: dict[str, list[OfficeTerm]] = defaultdict(list)
    query = select(OfficeTerm).where(
        OfficeTerm.member_id.in_(member_ids),
        OfficeTerm.awaits_approval.is_(False),
        or_(OfficeTerm.term_to.is_(None), OfficeTerm.term_to > clock.today()),
    )
    for term in session.scalars(query.order_by(OfficeTerm.term_from, OfficeTerm.id)):
        found[term.member_id].append(term)
    return found
