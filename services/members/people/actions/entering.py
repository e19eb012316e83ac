"""Entering a person into the register and correcting what it says."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.groups.models import GroupMembership
from services.members.people.cards import publish_card
from services.members.people.models import APPLICANT, MEMBERS, VOTING, Affiliation, Member
from services.members.people.names import reading
from services.members.schools.actions import next_card_numbers, recount_members
from services.members.schools.models import Organisation
from shared.contracts.members import MemberJoined
from shared.kit import audit, clock
from shared.kit.database import locked
from shared.kit.encryption import fingerprint
from shared.kit.messages import emit
from shared.kit.problems import Conflict

CORRECTABLE = (
    "name",
    "sex",
    "birth_date",
    "post_kind",
    "is_teacher",
    "staff_number",
    "titles",
    "workplace_id",
)


class IdentityKnown(Conflict):
    """Somebody in the register has this identity number."""

    slug = "identity-known"
    title = _l("This person is in the register already")


def enter(
    session: Session,
    *,
    school_id: str,
    name: str,
    sex: str,
    birth_date: date,
    post_kind: str = "established",
    standing: str = APPLICANT,
    group_id: str | None = None,
    workplace_id: str | None = None,
    identity_number: str | None = None,
    phone: str | None = None,
    joined_on: date | None = None,
    **more: Any,
) -> Member:
    """Enter one person, as somebody who may join or (an existing membership) as a member.

    Raises IdentityKnown; NotFound-like Conflict where the group is not one of the union.
    """
    if identity_number and identity_is_known(session, identity_number):
        raise IdentityKnown(
            _(
                "Somebody with this identity number is in the register of the district. If they come from another "
                "school, ask for their transfer."
            ),
            fields={"identity_number": [_("Known already.")]},
        )
    check_places(session, school_id, group_id, workplace_id)
    pinyin, initials = reading(name)
    is_member = standing in MEMBERS
    member = Member(
        school_id=school_id,
        workplace_id=workplace_id,
        group_id=group_id,
        name=name,
        pinyin=pinyin,
        initials=initials,
        sex=sex,
        birth_date=birth_date,
        post_kind=post_kind,
        standing=standing,
        version=0,
        joined_on=(joined_on or clock.today()) if is_member else None,
        card_number=next_card_numbers(session, school_id)[0] if is_member else None,
        is_teacher=more.pop("is_teacher", True),
        titles=more.pop("titles", []),
        **more,
    )
    member.identity_number, member.phone = identity_number, phone
    session.add(member)
    since = member.joined_on or clock.today()
    session.add(
        Affiliation(member_id=member.id, school_id=school_id, workplace_id=workplace_id, from_on=since)
    )
    if group_id:
        session.add(
            GroupMembership(
                school_id=school_id, group_id=group_id, member_id=member.id, valid_from=clock.today()
            )
        )
    session.flush()
    publish_card(session, member)
    if standing in VOTING:
        say_joined(session, member)
    if is_member:
        recount_members(session, school_id)
    return member


def say_joined(session: Session, member: Member) -> None:
    """Say that somebody is a member from now on."""
    emit(
        session,
        MemberJoined,
        of=member,
        subject=member.id,
        school=member.school_id,
        person_id=member.id,
        group_id=member.group_id,
        category=member.post_kind,
        standing=member.standing,
        joined_on=member.joined_on,
    )


def correct(session: Session, member: Member, **changes: Any) -> None:
    """Correct what the register says of a person (one of CORRECTABLE). `member` is locked."""
    assert set(changes) <= set(CORRECTABLE), changes
    if "workplace_id" in changes:
        check_places(session, member.school_id, None, changes["workplace_id"])
    for name, value in changes.items():
        setattr(member, name, value)
    if "name" in changes:
        member.pinyin, member.initials = reading(member.name)
    publish_card(session, member)


def change_phone(session: Session, member: Member, phone: str | None) -> None:
    """A person's own telephone number; sensitive, so it stays here. `member` is locked."""
    member.phone = phone
    member.version += 1


def read_sensitive(session: Session, member: Member, reason: str) -> dict[str, str | None]:
    """Identity number and phone in clear. The read is recorded, and the person can see it."""
    audit.record(session, "person.sensitive-read", object_id=member.id, person_id=member.id, reason=reason)
    return {"identity_number": member.identity_number, "phone": member.phone}


def identity_is_known(session: Session, identity_number: str) -> bool:
    """Whether anybody in the district has this identity number."""
    found = session.scalar(
        select(Member.id).where(Member.identity_fingerprint == fingerprint(identity_number)).limit(1)
    )
    return found is not None


def check_places(session: Session, school_id: str, group_id: str | None, workplace_id: str | None) -> None:
    """Refuse a group or workplace that is not a living one of the union."""
    for key, name in ((group_id, "group_id"), (workplace_id, "workplace_id")):
        place = session.get(Organisation, key) if key else None
        if key and (place is None or place.school_id != school_id or not place.is_active):
            raise Conflict(
                _("This is no group or workplace of the union."), fields={name: [_("Choose another.")]}
            )


def for_change(session: Session, member_id: str) -> Member:
    """A member's row, locked, that is known to be there."""
    member = locked(session, Member, member_id)
    assert member is not None
    return member
