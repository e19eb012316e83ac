"""Forming groups and moving people between them, keeping who was where."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.groups.models import GroupMembership
from services.members.offices.actions import end_office, say_group, terms_overlapping
from services.members.people.cards import publish_card
from services.members.people.models import GONE, Member
from services.members.schools.actions import close_organisation, found_organisation
from services.members.schools.models import GROUP, Organisation
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.problems import Conflict


def form_group(session: Session, union: Organisation, name: str) -> Organisation:
    """A new group of a union, with nobody in it yet. Raises NameTaken."""
    group = found_organisation(session, kind=GROUP, name=name, parent=union)
    say_group(session, group.id)
    return group


def dissolve_group(session: Session, group: Organisation) -> None:
    """Close a group that nobody is in; its history stays. `group` is locked."""
    close_organisation(session, group, clock.today())


def adjust_groups(session: Session, school_id: str, moves: Mapping[str, str | None]) -> list[Member]:
    """Move people (person → group, or None for no group) from today on, in one step (调整工会小组).

    Nobody is moved unless everybody can be. A leader who goes elsewhere leads the old group no longer.
    Raises Conflict for a person or group that is not of this union. Returns who was really moved.
    """
    groups = {
        group.id
        for group in session.scalars(
            select(Organisation).where(
                Organisation.school_id == school_id,
                Organisation.kind == GROUP,
                Organisation.closed_on.is_(None),
            )
        )
    }
    if any(target is not None and target not in groups for target in moves.values()):
        raise Conflict(_("This is no group of the union."))
    moved, touched = [], set()
    for member_id in sorted(
        moves
    ):  # always in one order, so that two officers at once cannot lock each other out
        member = locked(session, Member, member_id)
        if member is None or member.school_id != school_id or member.standing in GONE:
            raise Conflict(_("Somebody among these does not belong to this union any more."))
        target = moves[member_id]
        if member.group_id == target:
            continue
        touched |= {group_id for group_id in (member.group_id, target) if group_id}
        _step_down(session, member)
        move_to_group(session, member, target, clock.today())
        publish_card(session, member)
        moved.append(member)
    for group_id in sorted(touched):
        say_group(session, group_id)
    return moved


def move_to_group(session: Session, member: Member, group_id: str | None, on: date) -> None:
    """Write a person's group and its history; the caller publishes the card. `member` is locked or new."""
    current = session.scalars(
        select(GroupMembership).where(
            GroupMembership.member_id == member.id, GroupMembership.valid_to.is_(None)
        )
    ).first()
    if current is not None and current.valid_from >= on:
        session.delete(current)  # in and out on one day leaves no trace
    elif current is not None:
        current.valid_to = on - timedelta(days=1)
    member.group_id = group_id
    if group_id:
        session.add(
            GroupMembership(school_id=member.school_id, group_id=group_id, member_id=member.id, valid_from=on)
        )
    session.flush()


def _step_down(session: Session, member: Member) -> None:
    for term in terms_overlapping(session, member.id, clock.today(), None):
        if term.code == "group_leader" and term.scope_id == member.group_id:
            end_office(session, member, term, clock.today())
