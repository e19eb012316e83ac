"""Changes to the tree of organisations; each is published as the organisation's whole state."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.people.models import MEMBERS, Member
from services.members.schools.models import (
    ACTIVE,
    CLOSED,
    DISTRICT,
    GROUP,
    JOINT_UNION,
    SCHOOL,
    TENANTS,
    WORKPLACE,
    Organisation,
)
from shared.contracts.members import OrganisationChanged
from shared.kit import clock, people
from shared.kit.database import locked, new_id
from shared.kit.messages import emit
from shared.kit.problems import Conflict, Invalid

PARENTS = {
    DISTRICT: (None,),
    SCHOOL: (DISTRICT,),
    JOINT_UNION: (DISTRICT,),
    WORKPLACE: TENANTS,
    GROUP: (*TENANTS, WORKPLACE),
}
# Where the rules change: committee of three from 25 members, assembly of delegates from 80 staff,
# delegates' election from 100 members, larger committees from 201 and 1001.
_BANDS = (25, 80, 100, 201, 1001)
SMALL_COUNT = 5  # a public count below it could point at people


class NameTaken(Conflict):
    """There is a living organisation of that kind and name under the same parent."""

    slug = "name-taken"
    title = _l("There is one of this name already")


def found_organisation(
    session: Session,
    *,
    kind: str,
    name: str,
    parent: Organisation | None = None,
    headcount: int = 0,
    opened_on: date | None = None,
    rule_pack_code: str | None = None,
    id: str | None = None,  # noqa: A002
) -> Organisation:
    """Enter an organisation under its parent and publish it.

    Raises Invalid where the tree allows no such child, NameTaken.
    """
    if (parent.kind if parent else None) not in PARENTS[kind]:
        raise Invalid(
            _("This cannot stand under that organisation."), fields={"parent_id": [_("Choose another.")]}
        )
    taken = select(Organisation.id).where(
        Organisation.parent_id == (parent.id if parent else None),
        Organisation.kind == kind,
        Organisation.name == name,
        Organisation.closed_on.is_(None),
    )
    if session.scalar(taken):
        raise NameTaken(fields={"name": [_("There is one of this name already.")]})
    own_id = id or new_id()
    founded = Organisation(
        id=own_id,
        kind=kind,
        name=name,
        parent_id=parent.id if parent else None,
        headcount=headcount,
        school_id=own_id if parent is None or kind in TENANTS else parent.school_id,
        status=ACTIVE,
        opened_on=opened_on or clock.today(),
        rule_pack_code=rule_pack_code,
        member_count=0,
        last_card_number=0,
        version=0,
    )
    session.add(founded)
    session.flush()
    publish_organisation(session, founded)
    return founded


def change_organisation(
    session: Session, organisation: Organisation, *, name: str | None = None, headcount: int | None = None
) -> None:
    """Rename it, or take over the number of staff that the school reports. `organisation` is locked."""
    if name is not None:
        organisation.name = name
    if headcount is not None:
        organisation.headcount = headcount
    publish_organisation(session, organisation)


def choose_rule_pack(session: Session, organisation: Organisation, code: str | None) -> None:
    """The province's pack that a district follows, or a union of its own. `organisation` is locked."""
    organisation.rule_pack_code = code
    publish_organisation(session, organisation)


def close_organisation(session: Session, organisation: Organisation, on: date) -> None:
    """Close a group, a workplace or a school that nobody belongs to any more. `organisation` is locked."""
    here = select(func.count()).where(
        (Member.school_id == organisation.id)
        | (Member.group_id == organisation.id)
        | (Member.workplace_id == organisation.id),
        Member.standing.in_(MEMBERS),
    )
    if count := session.scalar(here):
        raise Conflict(_("%(count)s people still belong here.", count=count))
    organisation.status, organisation.closed_on = CLOSED, on
    publish_organisation(session, organisation)


def recount_members(session: Session, school_id: str) -> None:
    """Count a union's members again, and publish the number if it has changed."""
    union = locked(session, Organisation, school_id)
    if union is None:
        return
    count = session.scalar(
        select(func.count()).where(Member.school_id == school_id, Member.standing.in_(MEMBERS))
    )
    if count != union.member_count:
        union.member_count = count or 0
        publish_organisation(session, union)


def next_card_numbers(session: Session, school_id: str, count: int = 1) -> list[int]:
    """Numbers for new member cards (会员证), each given once in a union."""
    union = locked(session, Organisation, school_id)
    assert union is not None
    first = union.last_card_number + 1
    union.last_card_number += count
    return list(range(first, first + count))


def keep_card_numbers(session: Session, school_id: str, given: list[int]) -> None:
    """Numbers on cards that exist already are never given again."""
    if given:
        union = locked(session, Organisation, school_id)
        assert union is not None
        union.last_card_number = max(union.last_card_number, *given)


def publish_organisation(session: Session, organisation: Organisation) -> None:
    """Say the whole state of an organisation, and keep our own copy like every other service."""
    organisation.version += 1
    data = {
        "organisation_id": organisation.id,
        "kind": organisation.kind,
        "name": organisation.name,
        "parent_id": organisation.parent_id,
        "tenant_id": None if organisation.kind == DISTRICT else organisation.school_id,
        "status": organisation.status,
        "headcount_band": band_of(organisation.headcount) if organisation.is_tenant else None,
        "member_count": _public_count(organisation),
        "rule_pack_code": organisation.rule_pack_code,
        "version": organisation.version,
    }
    emit(
        session,
        OrganisationChanged,
        of=organisation,
        subject=organisation.id,
        school=organisation.school_id,
        **data,
    )
    people.apply_organisation(session, data)


def band_of(headcount: int) -> str:
    """The band of a headcount within which the same rules hold: 126 → 100-200."""
    lower = 0
    for bound in _BANDS:
        if headcount < bound:
            return f"{lower}-{bound - 1}"
        lower = bound
    return f"{lower}+"


def _public_count(organisation: Organisation) -> int | None:
    if not organisation.is_tenant or 0 < organisation.member_count < SMALL_COUNT:
        return None
    return organisation.member_count
