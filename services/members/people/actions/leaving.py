"""Retiring, leaving, dying: what ends with a membership and what stays."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.members.groups.models import GroupMembership
from services.members.joining.models import OPEN, WITHDRAWN, Application
from services.members.offices.actions import end_offices_of
from services.members.people.cards import publish_card
from services.members.people.models import (
    DECEASED,
    EARLY_RETIRED_IN_POST,
    FULL,
    GONE,
    LEFT,
    RETIRED,
    VOTING,
    Affiliation,
    Member,
    Transfer,
)
from services.members.schools.actions import recount_members
from shared.contracts.members import MemberLeft, MemberRetired
from shared.kit import clock
from shared.kit.messages import emit, remind, reminder
from shared.kit.problems import Conflict

RetirementDue = reminder("retirement-due")


def retire(session: Session, member: Member, on: date) -> None:
    """Retire a member from a day on (退休): membership is kept, the vote and the offices end.

    A day still to come is entered now and takes effect then: the statutory age is changing, so it is never
    computed. `member` is locked. Raises Conflict for somebody without a vote.
    """
    if member.standing not in VOTING:
        raise Conflict(_("Only a member in post can retire."))
    member.retired_on = on
    if on > clock.today():
        remind(
            session, RetirementDue, at=on, key=member.id, data={"member_id": member.id, "on": on.isoformat()}
        )
        member.version += 1
        return
    member.standing = RETIRED
    end_offices_of(session, member, on=clock.today())
    publish_card(session, member)
    emit(
        session,
        MemberRetired,
        of=member,
        subject=member.id,
        school=member.school_id,
        person_id=member.id,
        effective_on=on,
        standing=RETIRED,
    )


def retire_early_in_post(session: Session, member: Member) -> None:
    """内退在岗: retired early but still at work, with every right of a member. `member` is locked."""
    if member.standing != FULL:
        raise Conflict(_("Only a member in post can retire."))
    member.standing = EARLY_RETIRED_IN_POST
    publish_card(session, member)


def leave(session: Session, member: Member, *, reason: str, on: date) -> None:
    """End a membership or an entry in the register (退会, 除名, death). `member` is locked.

    `reason` is one of LEAVE_REASONS. The file and its history stay; offices and open applications end.
    """
    if member.standing in GONE:
        raise Conflict(_("This person has left already."))
    was_member = member.standing not in ("applicant",)
    member.standing = DECEASED if reason == "deceased" else LEFT
    member.left_on, member.leave_reason = on, reason
    end_offices_of(session, member, on=clock.today())
    close_memberships(session, member, on)
    publish_card(session, member)
    if was_member:
        emit(
            session,
            MemberLeft,
            of=member,
            subject=member.id,
            school=member.school_id,
            person_id=member.id,
            reason_code=reason,
            effective_on=on,
        )
        recount_members(session, member.school_id)


def close_memberships(session: Session, member: Member, on: date) -> None:
    """End whatever binds a person to the union: affiliation, group, applications, transfers under way."""
    for affiliation in session.scalars(
        select(Affiliation).where(Affiliation.member_id == member.id, Affiliation.to_on.is_(None))
    ):
        affiliation.to_on = on
    for membership in session.scalars(
        select(GroupMembership).where(
            GroupMembership.member_id == member.id, GroupMembership.valid_to.is_(None)
        )
    ):
        membership.valid_to = on
    member.group_id = None
    for application in session.scalars(
        select(Application).where(Application.member_id == member.id, Application.state.in_(OPEN))
    ):
        application.state, application.decided_at = WITHDRAWN, clock.now()
    for transfer in session.scalars(
        select(Transfer).where(
            Transfer.member_id == member.id, or_(Transfer.state == "requested", Transfer.state == "released")
        )
    ):
        transfer.state, transfer.closed_at = "declined", clock.now()
