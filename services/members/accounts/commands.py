"""What an operator does with accounts: let the first administrator in, change the key that signs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.accounts.actions.slips import issue_slip
from services.members.offices.actions import appoint
from services.members.people.actions import enter
from services.members.people.models import FULL, Member
from services.members.rules.actions import load_standard_packs
from services.members.schools.actions import found_organisation
from services.members.schools.models import DISTRICT, SCHOOL, Organisation
from shared.kit import clock
from shared.kit.database import locked


def first_administrator(
    session: Session, *, district: str, name: str, login: str, school: str | None = None
) -> str:
    """Someone who can sign in and do the rest from the pages: the district's officer, or a school's chair.

    Makes the district and the school where they are missing. Run again for the same person it gives another
    slip. Returns the address that sets the password, good once and for 30 days.
    """
    load_standard_packs(session)
    place = _place(session, DISTRICT, district, None)
    if school is not None:
        place = _place(session, SCHOOL, school, place)
    found = session.scalars(
        select(Member.id).where(Member.school_id == place.id, Member.name == name)
    ).first()
    member = locked(session, Member, found) if found else None
    if member is None:
        # Sex and birth date are unknown to an operator; the register asks for them, so the person corrects them.
        member = enter(
            session,
            school_id=place.id,
            name=name,
            sex="female",
            birth_date=clock.today().replace(month=1, day=1),
            standing=FULL,
        )
    code = "chair" if school is not None else "district_officer"
    appoint(session, member, code, scope=place, term_from=clock.today())
    return issue_slip(session, member, login=login).address


def _place(session: Session, kind: str, name: str, parent: Organisation | None) -> Organisation:
    query = select(Organisation).where(
        Organisation.kind == kind, Organisation.name == name, Organisation.closed_on.is_(None)
    )
    found = session.scalars(query).first()
    return found or found_organisation(session, kind=kind, name=name, parent=parent)
