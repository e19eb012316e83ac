"""Entering many people at once, in a handful of statements however many they are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from services.members.groups.models import GroupMembership
from services.members.people.models import MEMBERS, Affiliation, Member
from services.members.people.names import reading
from services.members.schools.actions import keep_card_numbers, next_card_numbers
from shared.kit import clock
from shared.kit.database import new_id


def enter_many(session: Session, school_id: str, entries: Sequence[dict[str, Any]]) -> list[Member]:
    """People as new rows of one union, from fields that are known to be good.

    Cards are left to the caller, who publishes them when offices, too, are there. Each member without a card
    number gets one; those that come along are never given again.
    """
    today = clock.today()
    keep_card_numbers(session, school_id, [e["card_number"] for e in entries if e.get("card_number")])
    numberless = sum(entry["standing"] in MEMBERS and not entry.get("card_number") for entry in entries)
    numbers = iter(next_card_numbers(session, school_id, numberless))
    members = [_member(school_id, dict(entry), numbers) for entry in entries]
    session.add_all(members)
    session.flush()
    if members:
        session.execute(
            insert(Affiliation),
            [
                {
                    "id": new_id(),
                    "member_id": m.id,
                    "school_id": school_id,
                    "workplace_id": m.workplace_id,
                    "from_on": m.joined_on or today,
                }
                for m in members
            ],
        )
    if grouped := [m for m in members if m.group_id]:
        session.execute(
            insert(GroupMembership),
            [
                {
                    "id": new_id(),
                    "school_id": school_id,
                    "group_id": m.group_id,
                    "member_id": m.id,
                    "valid_from": m.joined_on or today,
                }
                for m in grouped
            ],
        )
    return members


def _member(school_id: str, fields: dict[str, Any], numbers: Any) -> Member:
    identity_number, phone = fields.pop("identity_number", None), fields.pop("phone", None)
    if fields["standing"] in MEMBERS:
        fields["joined_on"] = fields.get("joined_on") or clock.today()
        fields["card_number"] = fields.get("card_number") or next(numbers)
    else:
        fields.pop("card_number", None)
    defaults = {"post_kind": "established", "is_teacher": True, "titles": [], "disabled": False, "version": 0}
    pinyin, initials = reading(fields["name"])
    member = Member(school_id=school_id, pinyin=pinyin, initials=initials, **{**defaults, **fields})
    member.identity_number, member.phone = identity_number, phone
    return member
