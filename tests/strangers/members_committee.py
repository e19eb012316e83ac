"""Cases for the committee's work in members: groups, offices, applications to join, and rosters."""

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select

from services.members.imports import actions as imports
from services.members.imports.models import RosterImport
from services.members.joining import actions as joining
from services.members.offices.actions import appoint, take_over_election
from services.members.people.actions import enter
from services.members.people.models import Member
from services.members.schools.actions import found_organisation
from services.members.schools.models import GROUP, SCHOOL, Organisation
from services.members.tests.rosters import HEADINGS, a_row, identity_number, xlsx
from shared.kit import clock, people
from shared.kit.database import locked, new_id
from shared.kit.testing.builders import a_person
from tests.strangers.cases import Case, Ours, Route
from tests.strangers.members_own import found_places

API, PAGES = "/api/members/v1", "/members"
BROWSER = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
TERM = date(2024, 9, 1)
GROUP_NAME = "我们的第一组"  # the first by name: rosters to fill in give it as an example
Cases = dict[Route, Case]


def cases(ours: Ours) -> Cases:
    """Every guarded route of groups, offices, joining and imports."""
    found_places(ours)
    _found_other_schools(ours)
    _form_group(ours, GROUP_NAME, ours.group_id)
    _form_group(ours, "我们的第二组")
    return {**_groups(ours), **_offices(ours), **_elections(ours), **_joining(ours), **_imports(ours)}


def _found_other_schools(ours: Ours) -> None:
    """The strangers' school in the register, too: they are refused for who they are, not for having no union."""
    with ours.house.members.transaction() as session:
        district = locked(session, Organisation, ours.district.id)
        copies = select(people.Organisation).where(people.Organisation.parent_id == ours.district.id)
        for copy in session.scalars(copies.where(people.Organisation.kind == SCHOOL)).all():
            if session.get(Organisation, copy.id) is None:
                found_organisation(session, kind=SCHOOL, name=copy.name, parent=district, id=copy.id)


def _form_group(ours: Ours, name: str, group_id: str | None = None) -> str:
    with ours.house.members.transaction() as session:
        union = session.get(Organisation, ours.school.id)
        group = found_organisation(session, kind=GROUP, name=name, parent=union, id=group_id)
    ours.mark(group.id, name)
    return group.id


def _enter(ours: Ours, *, office: str = "", standing: str = "full", group_id: str | None = None) -> Any:
    """Somebody of ours in the register, perhaps in an office: the card, and the term's id."""
    with ours.house.members.transaction() as session:
        member = enter(
            session,
            school_id=ours.school.id,
            name=f"丁{chr(0x5800 + len(ours.marks))}",
            sex="female",
            birth_date=date(1990, 5, 17),
            standing=standing,
            group_id=group_id,
        )
        term_id = ""
        if office:
            scope = session.get(Organisation, group_id if office == "group_leader" else ours.school.id)
            assert scope is not None
            term_id = ours.mark(appoint(session, member, office, scope=scope, term_from=TERM).id)
        card = people.person(session, member.id)
    assert card is not None
    ours.mark(card.id, card.name)
    return card, term_id


def _groups(ours: Ours) -> Cases:
    chair, group = ours.officers["chair"], f"{PAGES}/groups/<uuid:group_id>"
    listed, _term = _enter(ours, group_id=ours.group_id)
    moved, _term = _enter(ours)
    return {
        ("GET", f"{API}/groups"): Case(chair, f"{API}/groups", shared=True, shows=ours.group_id),
        ("GET", f"{PAGES}/groups/"): Case(chair, f"{PAGES}/groups/", shared=True, shows=ours.group_id),
        ("GET", f"{API}/groups/<uuid:group_id>/members"): Case(
            chair, f"{API}/groups/{ours.group_id}/members", shows=listed.id
        ),
        ("GET", group): Case(chair, f"{PAGES}/groups/{ours.group_id}", shows=listed.name),
        # Whoever forms a group forms it in the own union.
        ("POST", f"{API}/groups"): Case(chair, f"{API}/groups", json={"name": "新组"}, shared=True),
        ("POST", f"{PAGES}/groups/"): Case(chair, f"{PAGES}/groups/", form={"name": "又一组"}, shared=True),
        ("POST", f"{API}/groups/<uuid:group_id>/dissolve"): Case(
            chair, f"{API}/groups/{_form_group(ours, '我们的空组')}/dissolve"
        ),
        ("POST", f"{group}/dissolve"): Case(
            chair, f"{PAGES}/groups/{_form_group(ours, '我们的旧组')}/dissolve", form={}
        ),
        # A stranger who names our people hears that somebody is not of the union; that nobody was moved
        # shows when our officer moves one.
        ("POST", f"{API}/group-adjustments"): Case(
            chair,
            f"{API}/group-adjustments",
            json={"moves": [{"person_id": moved.id, "group_id": ours.group_id}]},
            shared=True,
            shows='"moved": 1',
        ),
        ("GET", f"{PAGES}/groups/adjust"): Case(
            chair, f"{PAGES}/groups/adjust", shared=True, shows=listed.name
        ),
        ("POST", f"{PAGES}/groups/adjust"): Case(
            chair, f"{PAGES}/groups/adjust", form={listed.id: ""}, shared=True, shows=listed.name
        ),
    }


def _offices(ours: Ours) -> Cases:
    chair, term = ours.officers["chair"], f"{PAGES}/offices/<uuid:term_id>"
    holder, listed = _enter(ours, office="publicist")
    terms = [_enter(ours, office="sports")[1] for _ in range(4)]
    persons = [_enter(ours)[0].id for _ in range(4)]
    office = {"code": "women", "scope_id": ours.school.id, "term_from": TERM.isoformat()}
    return {
        ("GET", f"{API}/offices"): Case(chair, f"{API}/offices", shared=True, shows=listed),
        ("GET", f"{PAGES}/offices/"): Case(chair, f"{PAGES}/offices/", shared=True, shows=listed),
        ("GET", term): Case(chair, f"{PAGES}/offices/{listed}", shows=holder.name),
        ("GET", f"{PAGES}/offices/appoint"): Case(
            chair, f"{PAGES}/offices/appoint", shared=True, shows=holder.name
        ),
        ("POST", f"{API}/offices"): Case(chair, f"{API}/offices", json=office | {"person_id": persons[0]}),
        ("POST", f"{PAGES}/offices/appoint"): Case(
            chair, f"{PAGES}/offices/appoint", form=office | {"person_id": persons[1]}
        ),
        ("POST", f"{API}/offices/<uuid:term_id>/end"): Case(chair, f"{API}/offices/{terms[0]}/end", json={}),
        ("POST", f"{term}/end"): Case(chair, f"{PAGES}/offices/{terms[1]}/end", form={}),
        ("POST", f"{API}/offices/<uuid:term_id>/hand-over"): Case(
            chair, f"{API}/offices/{terms[2]}/hand-over", json={"person_id": persons[2]}
        ),
        ("POST", f"{term}/hand-over"): Case(
            chair, f"{PAGES}/offices/{terms[3]}/hand-over", form={"person_id": persons[3]}
        ),
    }


def _elections(ours: Ours) -> Cases:
    """The district agrees to our election; nobody of a school does, not even our own chair."""
    winner, _term = _enter(ours)
    election_id = ours.mark(new_id())
    with ours.house.members.transaction() as session:
        union = locked(session, Organisation, ours.school.id)
        assert union is not None
        take_over_election(
            session,
            union,
            election_id=election_id,
            body_code="delegates",
            winners=[winner.id],
            term_from=clock.today(),
            term_to=None,
            needs_approval=True,
        )
    return {
        ("POST", f"{API}/unions/<uuid:union_id>/elections/<uuid:election_id>/approve"): Case(
            a_person(ours.house, ours.district, "本区干部", offices=["district_officer"]),
            f"{API}/unions/{ours.school.id}/elections/{election_id}/approve",
            district=True,
            shows=winner.id,
        )
    }


def _joining(ours: Ours) -> Cases:
    chair, leader = ours.officers["chair"], _enter(ours, office="group_leader", group_id=ours.group_id)[0]

    def applicant(group_id: str | None = None, submitted: bool = False) -> tuple[people.Person, str]:
        """Somebody who writes an application; submitted, it waits for the leader, or (no group) the committee."""
        person, _term = _enter(ours, standing="applicant")
        with ours.house.members.transaction() as session:
            member = locked(session, Member, person.id)
            assert member is not None
            application = joining.draft(session, member, "我愿意入会", group_id)
            if submitted:
                joining.submit(session, application)
        return person, ours.mark(application.id)

    def to_decide() -> str:
        return applicant(submitted=True)[1]

    def to_weigh() -> str:
        return applicant(ours.group_id, submitted=True)[1]

    body = {"statement": "我愿意入会"}
    mine, page = f"{API}/applications/mine", f"{PAGES}/joining/mine"
    one, one_page = f"{API}/applications/<uuid:application_id>", f"{PAGES}/joining/<uuid:application_id>"
    person, own = applicant()
    waiting = to_decide()
    opinion = {"supports": True, "opinion": "同意"}
    return {
        ("GET", mine): Case(person, mine, shared=True, shows=own),
        ("GET", page): Case(person, page, shared=True, shows=person.name),
        ("PUT", mine): Case(_enter(ours, standing="applicant")[0], mine, json=body, shared=True),
        ("POST", page): Case(_enter(ours, standing="applicant")[0], page, form=body, shared=True),
        ("POST", f"{mine}/submit"): Case(applicant()[0], f"{mine}/submit"),
        ("POST", f"{mine}/withdraw"): Case(applicant()[0], f"{mine}/withdraw"),
        ("POST", f"{page}/withdraw"): Case(applicant()[0], f"{page}/withdraw", form={}),
        ("GET", f"{API}/applications"): Case(chair, f"{API}/applications", shared=True, shows=waiting),
        ("GET", f"{PAGES}/joining/"): Case(chair, f"{PAGES}/joining/", shared=True, shows=waiting),
        ("GET", one): Case(chair, f"{API}/applications/{waiting}", shows=waiting),
        ("GET", one_page): Case(chair, f"{PAGES}/joining/{waiting}", shows=waiting),
        ("POST", f"{one}/opinion"): Case(leader, f"{API}/applications/{to_weigh()}/opinion", json=opinion),
        ("POST", f"{one_page}/weigh"): Case(leader, f"{PAGES}/joining/{to_weigh()}/weigh", form=opinion),
        ("POST", f"{one}/approve"): Case(chair, f"{API}/applications/{to_decide()}/approve"),
        ("POST", f"{one_page}/approve"): Case(chair, f"{PAGES}/joining/{to_decide()}/approve", form={}),
        ("POST", f"{one}/refuse"): Case(
            chair, f"{API}/applications/{to_decide()}/refuse", json={"reason": "资料不全"}
        ),
        ("POST", f"{one_page}/refuse"): Case(
            chair, f"{PAGES}/joining/{to_decide()}/refuse", form={"reason": "资料不全"}
        ),
    }


def _imports(ours: Ours) -> Cases:
    chair, order = ours.officers["chair"], count(2, 2)  # even: the identity numbers of women

    def taken() -> str:
        """A roster of two people whom nobody knows yet."""
        rows = [
            a_row(name, 身份证号=identity_number(order=next(order)), 手机="", 小组=GROUP_NAME)
            for name in ("戊某某", "己某某")
        ]
        with ours.house.members.transaction() as session:
            roster = imports.take(
                session, xlsx([HEADINGS, *rows]), "名册.xlsx", school_id=ours.school.id, owner_id=chair.id
            )
        return ours.mark(roster.id)

    listed, deeds = taken(), ("commit", "discard", "undo", "mend")
    by_api, by_page = ({deed: taken() for deed in deeds} for _ in range(2))
    dropped = taken()
    ours.mark("戊某某", "己某某")
    ours.house.members.work()
    with ours.house.members.transaction() as session:
        for roster_id in (by_api["undo"], by_page["undo"]):
            roster = locked(session, RosterImport, roster_id)
            assert roster is not None
            imports.commit(session, roster)
    ours.house.members.work()

    one, page = f"{API}/imports/<uuid:import_id>", f"{PAGES}/imports/<uuid:import_id>"
    template, list_page = "imports/template.xlsx", f"{PAGES}/imports/"
    mended = {"name": "庚某某"}
    upload = xlsx([HEADINGS, a_row(手机="")])
    found: Cases = {
        ("POST", f"{API}/imports"): Case(chair, f"{API}/imports", file=upload, shared=True),
        ("POST", list_page): Case(chair, list_page, file=upload, headers=BROWSER, shared=True),
        ("GET", f"{API}/imports"): Case(chair, f"{API}/imports", shared=True, shows=listed),
        ("GET", list_page): Case(chair, list_page, shared=True, shows=listed),
        ("GET", one): Case(chair, f"{API}/imports/{listed}", shows=listed),
        ("GET", f"{one}/rows"): Case(chair, f"{API}/imports/{listed}/rows?show=all", shows="戊某某"),
        ("GET", page): Case(chair, f"{list_page}{listed}", shows="戊某某"),
        ("GET", f"{page}/annotated.xlsx"): Case(chair, f"{list_page}{listed}/annotated.xlsx", shows="戊某某"),
        ("PUT", f"{one}/rows/<int:row>"): Case(
            chair, f"{API}/imports/{by_api['mend']}/rows/2", json={"cells": mended}
        ),
        ("DELETE", f"{one}/rows/<int:row>"): Case(chair, f"{API}/imports/{dropped}/rows/2"),
        ("POST", f"{page}/rows/<int:row>"): Case(chair, f"{list_page}{by_page['mend']}/rows/2", form=mended),
    }
    for prefix in (API, PAGES):
        found["GET", f"{prefix}/{template}"] = Case(
            chair, f"{prefix}/{template}", shared=True, shows=GROUP_NAME
        )
    for deed in ("commit", "discard", "undo"):
        body: dict[str, bool] | None = {} if deed == "commit" else None
        found["POST", f"{one}/{deed}"] = Case(chair, f"{API}/imports/{by_api[deed]}/{deed}", json=body)
        found["POST", f"{page}/{deed}"] = Case(chair, f"{list_page}{by_page[deed]}/{deed}", form={})
    return found
