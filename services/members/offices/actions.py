"""Appointing people to offices and ending their terms; rights follow the card that is published with it."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.members.groups.queries import leader_of, size_of
from services.members.offices.models import HELD_BY_ONE, INCOMPATIBLE, OfficeTerm
from services.members.people.cards import publish_card
from services.members.people.models import VOTING, Member
from services.members.schools.models import GROUP, Organisation
from shared.contracts.members import GroupAdjusted, OfficerChanged
from shared.kit import clock
from shared.kit.access import OFFICES
from shared.kit.database import locked
from shared.kit.messages import emit
from shared.kit.problems import Conflict, Invalid

TAKEN, RENEWED, ENDED = "taken", "renewed", "ended"
WITHOUT_MEMBERSHIP = ("principal", "district_officer", "operator")  # not elected by members

# What an election fills, where that is not an office of the same name.
BODIES = {"audit-committee": "auditor", "delegates": "delegate"}


class IncompatibleOffices(Conflict):
    """One person may not hold both (经审 apart from 财务 and 主席)."""

    slug = "incompatible-offices"
    title = _l("These two offices must be held by different people")


def appoint(
    session: Session,
    member: Member,
    code: str,
    *,
    scope: Organisation,
    term_from: date,
    term_to: date | None = None,
    duties: str = "",
    election_id: str | None = None,
) -> OfficeTerm:
    """Give a person an office. An office held by one passes over: its holder's term ends where this begins.

    `member` is locked; `term_to` is the first day without rights. Raises IncompatibleOffices, Invalid, Conflict.
    """
    if code not in OFFICES or (code == "group_leader") != (scope.kind == GROUP):
        raise Invalid(fields={"code": [_("This office does not exist there.")]})
    if term_to is not None and term_to <= term_from:
        raise Invalid(fields={"term_to": [_("The term must end after it begins.")]})
    if scope.school_id != member.school_id:
        raise Conflict(_("Only somebody of this union can hold its offices."))
    if code not in WITHOUT_MEMBERSHIP and member.standing not in VOTING:
        raise Conflict(_("Only a member in post can hold this office."))
    held = terms_overlapping(session, member.id, term_from, term_to)
    _refuse_incompatible(code, held)
    renewed = [term for term in held if term.code == code and term.scope_id == scope.id]
    for term in renewed:
        _cut(session, term, term_from)
    if code in HELD_BY_ONE or code == "group_leader":
        _relieve_others(session, code, scope, member, term_from)
    term = OfficeTerm(
        school_id=member.school_id,
        member_id=member.id,
        code=code,
        scope_id=scope.id,
        term_from=term_from,
        term_to=term_to,
        duties=duties,
        election_id=election_id,
        awaits_approval=False,
    )
    session.add(term)
    session.flush()
    publish_card(session, member)
    _say_changed(session, member, term, RENEWED if renewed else TAKEN)
    if code == "group_leader":
        say_group(session, scope.id)
    return term


def end_office(session: Session, member: Member, term: OfficeTerm, on: date) -> None:
    """End a term on a day; its rights end with that day's beginning, today's the same minute.

    `member`, who holds it, is locked.
    """
    if term.term_to is not None and term.term_to <= on:
        raise Conflict(_("This term is over already."))
    _cut(session, term, on)
    publish_card(session, member)
    _say_changed(session, member, term, ENDED)
    if term.code == "group_leader":
        say_group(session, term.scope_id)


def end_offices_of(session: Session, member: Member, on: date) -> None:
    """End all terms of somebody who retires, leaves or moves; the caller publishes the card. `member` is locked."""
    for term in terms_overlapping(session, member.id, on, None):
        _cut(session, term, on)
        _say_changed(session, member, term, ENDED)
        if term.code == "group_leader":
            say_group(session, term.scope_id)


def hand_over(
    session: Session, term: OfficeTerm, successor: Member, *, on: date, term_to: date | None = None
) -> OfficeTerm:
    """Pass an office to a successor on a day: the old rights end in the moment the new ones begin (交接).

    `term` is locked; the successor's term lasts as long as the old one would have, unless `term_to` is given.
    """
    if term.member_id == successor.id:
        raise Conflict(_("This person holds the office already."))
    until = term_to or (term.term_to if term.term_to and term.term_to > on else None)
    holder = locked(session, Member, term.member_id)
    scope = session.get(Organisation, term.scope_id)
    assert holder is not None
    assert scope is not None
    end_office(session, holder, term, on)
    return appoint(
        session, successor, term.code, scope=scope, term_from=on, term_to=until, duties=term.duties
    )


def take_over_election(
    session: Session,
    union: Organisation,
    *,
    election_id: str,
    body_code: str,
    winners: Sequence[str],
    term_from: date,
    term_to: date | None,
    needs_approval: bool,
) -> None:
    """Give the winners of a certified election their office, at once or when the district has agreed.

    The seats of a committee carry no office yet: it divides the work among its members afterwards (委员分工).
    The terms of those who held the office until now end with the new ones' beginning.
    """
    code = BODIES.get(body_code, body_code)
    if code not in OFFICES or _is_known(session, election_id):
        return
    for winner in winners:
        member = locked(session, Member, winner)
        if member is None or member.school_id != union.id:
            continue
        if needs_approval:
            session.add(
                OfficeTerm(
                    school_id=union.id,
                    member_id=winner,
                    code=code,
                    scope_id=union.id,
                    term_from=term_from,
                    term_to=term_to,
                    duties="",
                    election_id=election_id,
                    awaits_approval=True,
                )
            )
        else:
            appoint(
                session,
                member,
                code,
                scope=union,
                term_from=term_from,
                term_to=term_to,
                election_id=election_id,
            )
    if not needs_approval:
        _end_former(session, union, code, election_id, term_from)


def approve_election(session: Session, union: Organisation, election_id: str) -> list[OfficeTerm]:
    """The district agrees: the elected hold their offices from now on. Raises Conflict where nothing waits."""
    waiting = list(
        session.scalars(
            select(OfficeTerm).where(
                OfficeTerm.election_id == election_id,
                OfficeTerm.school_id == union.id,
                OfficeTerm.awaits_approval.is_(True),
            )
        )
    )
    if not waiting:
        raise Conflict(_("Nothing of this election waits for approval."))
    begins = max(clock.today(), waiting[0].term_from)
    appointed = []
    for term in waiting:
        member = locked(session, Member, term.member_id)
        assert member is not None
        session.delete(term)
        session.flush()
        appointed.append(
            appoint(
                session,
                member,
                term.code,
                scope=union,
                term_from=begins,
                term_to=term.term_to,
                election_id=election_id,
            )
        )
    _end_former(session, union, waiting[0].code, election_id, begins)
    return appointed


def terms_overlapping(
    session: Session, member_id: str, term_from: date, term_to: date | None
) -> list[OfficeTerm]:
    """A person's terms that share a day with a span; `term_to` is the first day outside it."""
    query = select(OfficeTerm).where(
        OfficeTerm.member_id == member_id,
        OfficeTerm.awaits_approval.is_(False),
        or_(OfficeTerm.term_to.is_(None), OfficeTerm.term_to > term_from),
    )
    if term_to is not None:
        query = query.where(OfficeTerm.term_from < term_to)
    return list(session.scalars(query.order_by(OfficeTerm.term_from, OfficeTerm.id)))


def say_group(session: Session, group_id: str) -> None:
    """Say who leads a group and how many are in it."""
    group = locked(session, Organisation, group_id)
    if group is None:
        return
    leader = leader_of(session, group_id)
    emit(
        session,
        GroupAdjusted,
        of=group,
        subject=group.id,
        school=group.school_id,
        group_id=group.id,
        leader_id=leader.id if leader else None,
        member_count=size_of(session, group_id),
        valid_from=clock.today(),
    )


def _refuse_incompatible(code: str, held: Sequence[OfficeTerm]) -> None:
    for term in held:
        if term.code in INCOMPATIBLE.get(code, ()):
            raise IncompatibleOffices(
                _(
                    "Who audits the money neither keeps it nor leads the union (经审 apart from 财务 and 主席)."
                ),
                fields={"code": [_("Not together with an office held already.")]},
            )


def _relieve_others(session: Session, code: str, scope: Organisation, successor: Member, on: date) -> None:
    others = select(OfficeTerm).where(
        OfficeTerm.code == code,
        OfficeTerm.scope_id == scope.id,
        OfficeTerm.member_id != successor.id,
        OfficeTerm.awaits_approval.is_(False),
        or_(OfficeTerm.term_to.is_(None), OfficeTerm.term_to > on),
    )
    for term in list(session.scalars(others)):
        holder = locked(session, Member, term.member_id)
        assert holder is not None
        end_office(session, holder, term, max(on, term.term_from))


def _end_former(session: Session, union: Organisation, code: str, election_id: str, on: date) -> None:
    """Whoever held the office by an earlier election or appointment and was not elected again."""
    former = select(OfficeTerm).where(
        OfficeTerm.code == code,
        OfficeTerm.scope_id == union.id,
        OfficeTerm.awaits_approval.is_(False),
        or_(OfficeTerm.election_id.is_(None), OfficeTerm.election_id != election_id),
        or_(OfficeTerm.term_to.is_(None), OfficeTerm.term_to > on),
    )
    for term in list(session.scalars(former)):
        holder = locked(session, Member, term.member_id)
        assert holder is not None
        end_office(session, holder, term, max(on, term.term_from))


def _is_known(session: Session, election_id: str) -> bool:
    return (
        session.scalar(select(OfficeTerm.id).where(OfficeTerm.election_id == election_id).limit(1))
        is not None
    )


def _cut(session: Session, term: OfficeTerm, on: date) -> None:
    """End a term on a day; one that never began goes."""
    if on < term.term_from or (on == term.term_from and term.term_from > clock.today()):
        session.delete(term)
    else:
        term.term_to = on
    session.flush()


def _say_changed(session: Session, member: Member, term: OfficeTerm, action: str) -> None:
    emit(
        session,
        OfficerChanged,
        of=member,
        subject=member.id,
        school=term.school_id,
        person_id=member.id,
        office_code=term.code,
        scope_id=term.scope_id,
        action=action,
        term_from=term.term_from,
        term_to=term.term_to,
    )
