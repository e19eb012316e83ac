"""Transfers between unions of the district (转会): requested, released by the old union, accepted by the new.

The person stays where they are until the new union has accepted; then everything moves in one transaction.
"""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.groups.models import GroupMembership
from services.members.offices.actions import end_offices_of
from services.members.people.actions.entering import check_places, for_change
from services.members.people.actions.leaving import close_memberships
from services.members.people.cards import publish_card
from services.members.people.models import MEMBERS, Affiliation, Member, Transfer
from services.members.schools.actions import next_card_numbers, recount_members
from services.members.schools.models import Organisation
from shared.contracts.members import MemberTransferred
from shared.kit import clock
from shared.kit.messages import emit
from shared.kit.problems import Conflict

REQUESTED, RELEASED, ACCEPTED, DECLINED = "requested", "released", "accepted", "declined"


def request_transfer(
    session: Session, member: Member, *, to_school_id: str, effective_on: date, by: str
) -> Transfer:
    """Ask that a member may go to another union of the same district. `member` is locked."""
    here = session.get(Organisation, member.school_id)
    there = session.get(Organisation, to_school_id)
    if here is None or there is None or not there.is_tenant or not there.is_active or there.id == here.id:
        raise Conflict(_("Choose another union."), fields={"to_school_id": [_("Choose another union.")]})
    if there.parent_id != here.parent_id:
        raise Conflict(_("Only unions of the same district take over members."))
    if member.standing not in MEMBERS:
        raise Conflict(_("Only a member can be transferred."))
    if session.scalar(
        select(Transfer.id).where(Transfer.member_id == member.id, Transfer.state.in_((REQUESTED, RELEASED)))
    ):
        raise Conflict(_("A transfer of this person is under way."))
    transfer = Transfer(
        member_id=member.id,
        school_id=member.school_id,
        to_school_id=to_school_id,
        effective_on=effective_on,
        requested_by=by,
        state=REQUESTED,
    )
    session.add(transfer)
    session.flush()
    return transfer


def release_transfer(session: Session, transfer: Transfer, by: str) -> None:
    """The old union lets go. `transfer` is locked."""
    _expect(transfer, REQUESTED)
    transfer.state, transfer.released_by, transfer.released_at = RELEASED, by, clock.now()


def decline_transfer(session: Session, transfer: Transfer, by: str) -> None:
    """Either union says no; the person stays. `transfer` is locked."""
    _expect(transfer, REQUESTED, RELEASED)
    transfer.state, transfer.closed_by, transfer.closed_at = DECLINED, by, clock.now()


def accept_transfer(
    session: Session,
    transfer: Transfer,
    by: str,
    group_id: str | None = None,
    workplace_id: str | None = None,
) -> None:
    """The new union takes the member over, today. `transfer` is locked."""
    _expect(transfer, RELEASED)
    if transfer.effective_on > clock.today():
        raise Conflict(_("This transfer begins on %(day)s.", day=transfer.effective_on))
    check_places(session, transfer.to_school_id, group_id, workplace_id)
    transfer.state, transfer.closed_by, transfer.closed_at = ACCEPTED, by, clock.now()
    member = for_change(session, transfer.member_id)
    old_school, today = member.school_id, clock.today()
    end_offices_of(session, member, on=today)
    close_memberships(session, member, today)
    emit(
        session,
        MemberTransferred,
        of=member,
        subject=member.id,
        school=old_school,
        person_id=member.id,
        to_school_id=transfer.to_school_id,
        effective_on=today,
    )
    (card_number,) = next_card_numbers(session, transfer.to_school_id)
    member.staff_number, member.card_number = None, card_number
    member.school_id, member.group_id, member.workplace_id = transfer.to_school_id, group_id, workplace_id
    session.add(
        Affiliation(member_id=member.id, school_id=member.school_id, workplace_id=workplace_id, from_on=today)
    )
    if group_id:
        session.add(
            GroupMembership(
                school_id=member.school_id, group_id=group_id, member_id=member.id, valid_from=today
            )
        )
    publish_card(session, member)
    recount_members(session, old_school)
    recount_members(session, member.school_id)


def _expect(transfer: Transfer, *states: str) -> None:
    if transfer.state not in states:
        raise Conflict(_("This transfer has been decided already."))
