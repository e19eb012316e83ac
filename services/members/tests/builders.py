"""A district, unions, groups and people for the tests of members, made by the same actions as real ones."""

from datetime import date
from typing import Any

from services.members.groups.actions import form_group
from services.members.offices.actions import appoint
from services.members.people.actions import enter
from services.members.people.models import Member
from services.members.schools.actions import found_organisation
from services.members.schools.models import DISTRICT, SCHOOL, Organisation
from shared.kit import people
from shared.kit.database import locked
from shared.kit.testing.services import TestService


def a_district(members: TestService, name: str = "明德区教育工会") -> Organisation:
    with members.transaction() as session:
        return found_organisation(session, kind=DISTRICT, name=name)


def a_union(
    members: TestService,
    name: str = "五马中学",
    *,
    district: Organisation | None = None,
    kind: str = SCHOOL,
    headcount: int = 126,
) -> Organisation:
    district = district or a_district(members, f"{name}的区")
    with members.transaction() as session:
        return found_organisation(session, kind=kind, name=name, parent=district, headcount=headcount)


def a_group(members: TestService, union: Organisation, name: str = "语文组") -> Organisation:
    with members.transaction() as session:
        found = session.get(Organisation, union.id)
        assert found is not None
        return form_group(session, found, name)


def a_member(
    members: TestService,
    union: Organisation,
    name: str = "林晓雨",
    *,
    offices: tuple[str, ...] = (),
    leads: Organisation | None = None,
    standing: str = "full",
    **more: Any,
) -> Member:
    """A person of the register, with offices of the union since 2020, perhaps leading a group."""
    values = {"sex": "female", "birth_date": date(1990, 5, 17), **more}
    with members.transaction() as session:
        member = enter(session, school_id=union.id, name=name, standing=standing, **values)
        for code in offices:
            appoint(session, member, code, scope=_again(session, union), term_from=date(2020, 1, 1))
        if leads:
            appoint(session, member, "group_leader", scope=_again(session, leads), term_from=date(2020, 1, 1))
        return member


def card(members: TestService, member_id: str) -> people.Person:
    """Members' own copy of a person card: what every other service will hold, too."""
    with members.reading() as session:
        found = people.person(session, member_id)
        assert found is not None
        return found


def again(members: TestService, row: Any) -> Any:
    """A row as it is now."""
    with members.reading() as session:
        return session.get(type(row), row.id)


def _again(session: Any, organisation: Organisation) -> Organisation:
    found = locked(session, Organisation, organisation.id)
    assert found is not None
    return found
