"""The way into the union (入会): application, the group leader's opinion, the committee's decision."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.groups.actions import move_to_group
from services.members.groups.queries import leader_of
from services.members.joining.models import (
    APPROVED,
    DRAFT,
    OPEN,
    REFUSED,
    SUBMITTED,
    WEIGHED,
    WITHDRAWN,
    Application,
)
from services.members.people.actions.entering import check_places, say_joined
from services.members.people.cards import publish_card
from services.members.people.models import APPLICANT, FULL, LEFT, Member
from services.members.schools.actions import next_card_numbers, recount_members
from shared.kit import clock, people
from shared.kit.database import locked
from shared.kit.notices import notify
from shared.kit.problems import Conflict


class AlreadyMember(Conflict):
    """Only somebody who is no member can apply."""

    slug = "already-a-member"
    title = _l("You are a member already")


def draft(session: Session, member: Member, statement: str = "", group_id: str | None = None) -> Application:
    """The person's application, begun or changed; it is nobody else's business until it is submitted.

    `member` is locked. Raises AlreadyMember, Conflict when one is under way.
    """
    if member.standing not in (APPLICANT, LEFT):
        raise AlreadyMember()
    check_places(session, member.school_id, group_id, None)
    application = open_application(session, member.id)
    if application is None:
        application = Application(school_id=member.school_id, member_id=member.id, state=DRAFT)
        session.add(application)
    elif application.state != DRAFT:
        raise Conflict(_("Your application is under way."))
    application.statement, application.group_id = statement, group_id or member.group_id
    session.flush()
    return application


def submit(session: Session, application: Application) -> None:
    """Hand the application in: to the leader of the group, or straight to the committee where there is none."""
    _expect(application, DRAFT)
    application.state, application.submitted_at = SUBMITTED, clock.now()
    leader = leader_of(session, application.group_id) if application.group_id else None
    if leader is None:
        application.state = WEIGHED
        _tell_committee(session, application)
    else:
        _tell(session, application, leader.id, "application-to-weigh")


def weigh(session: Session, application: Application, by: str, *, supports: bool, opinion: str = "") -> None:
    """The group leader's word (组长「同意」 or doubts); the committee decides either way. `application` is locked."""
    _expect(application, SUBMITTED)
    if application.member_id == by:
        raise Conflict(_("Nobody weighs their own application."))
    application.opinion_by, application.opinion_at = by, clock.now()
    application.supported, application.opinion = supports, opinion or None
    application.state = WEIGHED
    _tell_committee(session, application)


def approve(session: Session, application: Application, by: str) -> Member:
    """The committee admits the person (委员会「批准」): card number, full standing, from today. `application` is locked."""
    _expect(application, WEIGHED)
    if application.member_id == by:
        raise Conflict(_("Nobody decides on their own application."))
    member = locked(session, Member, application.member_id)
    assert member is not None
    _decide(application, APPROVED, by)
    application.joined_on = member.joined_on = clock.today()
    member.standing, member.left_on, member.leave_reason = FULL, None, None
    member.card_number = member.card_number or next_card_numbers(session, member.school_id)[0]
    if application.group_id and application.group_id != member.group_id:
        move_to_group(session, member, application.group_id, clock.today())
    publish_card(session, member)
    say_joined(session, member)
    recount_members(session, member.school_id)
    _tell(session, application, member.id, "application-approved")
    return member


def refuse(session: Session, application: Application, by: str, reason: str) -> None:
    """The committee does not admit the person, and says why; they may apply again. `application` is locked."""
    _expect(application, WEIGHED)
    _decide(application, REFUSED, by)
    application.reason = reason
    _tell(session, application, application.member_id, "application-refused")


def withdraw(session: Session, application: Application) -> None:
    """The person thinks better of it. `application` is locked."""
    _expect(application, *OPEN)
    _decide(application, WITHDRAWN, application.member_id)


def open_application(session: Session, member_id: str) -> Application | None:
    """The application of a person that is not decided yet, locked; or None."""
    found = session.scalar(
        select(Application.id).where(Application.member_id == member_id, Application.state.in_(OPEN))
    )
    return locked(session, Application, found) if found else None


def _decide(application: Application, state: str, by: str) -> None:
    application.state, application.decided_by, application.decided_at = state, by, clock.now()


def _expect(application: Application, *states: str) -> None:
    if application.state not in states:
        raise Conflict(_("This application is not at that point any more."))


def _tell_committee(session: Session, application: Application) -> None:
    for code in ("chair", "organiser"):
        for officer in people.officers(session, application.school_id, code):
            _tell(session, application, officer.id, "application-to-decide")


def _tell(session: Session, application: Application, person_id: str, template: str) -> None:
    link = (
        "/members/joining/mine"
        if person_id == application.member_id
        else f"/members/joining/{application.id}"
    )
    notify(session, to=person_id, template=template, school=application.school_id, link=link)
