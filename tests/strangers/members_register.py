"""Cases for the register of members: people, what each may do with their own entry, moves, and the unions of a district."""

from typing import Any

from services.members.people import actions
from services.members.people.models import Member
from services.members.schools.actions import found_organisation
from services.members.schools.models import SCHOOL, Organisation
from shared.kit import clock, people
from shared.kit.testing.builders import a_person
from tests.strangers.cases import Case, Ours, Route
from tests.strangers.members_own import found_places

API = "/api/members/v1"
PAGES = "/members"
PHONE = "13912345678"
ANY_VERSION = {"If-Match": "*"}
Cases = dict[Route, Case]


def cases(ours: Ours) -> Cases:
    """Every guarded route of people and schools."""
    found_places(ours)
    return {
        **_lists(ours),
        **_one_person(ours),
        **_endings(ours),
        **_entering(ours),
        **_oneself(ours),
        **_transfers(ours),
        **_own_union(ours),
        **_district(ours),
    }


def _colleague(ours: Ours, name: str = "", *, school_id: str = "") -> people.Person:
    """A member of ours (or of the union named) in the register."""
    with ours.house.members.transaction() as session:
        member = actions.enter(
            session,
            school_id=school_id or ours.school.id,
            name=name or f"丁{chr(0x5400 + len(ours.marks))}",
            sex="female",
            birth_date=clock.today().replace(year=1990, day=1),
            standing="full",
            phone=PHONE,
        )
        session.flush()
        card = people.person(session, member.id)
    assert card is not None
    ours.mark(card.id, card.name, PHONE)
    return card


def _lists(ours: Ours) -> Cases:
    """Found by pinyin: a search for the name would stand in the box of whoever searched."""
    chair, listed = ours.officers["chair"], _colleague(ours, "安楠宁")
    return {
        ("GET", url): Case(chair, f"{url}?q=annanning", shared=True, shows=listed.id)
        for url in (f"{API}/people", f"{PAGES}/people/")
    }


def _one_person(ours: Ours) -> Cases:
    chair, seen = ours.officers["chair"], _colleague(ours)
    api, page = f"{API}/people/<uuid:person_id>", f"{PAGES}/people/<uuid:person_id>"
    why = {"reason": "核对医保名册"}
    form = {"name": "丁改", "sex": "male", "birth_date": "1991-02-03", "post_kind": "contract"}
    return {
        ("GET", api): Case(chair, f"{API}/people/{seen.id}", shows=seen.name),
        ("GET", page): Case(chair, f"{PAGES}/people/{seen.id}", shows=seen.name),
        ("GET", f"{page}/edit"): Case(chair, f"{PAGES}/people/{seen.id}/edit", shows=seen.name),
        ("GET", f"{page}/end"): Case(chair, f"{PAGES}/people/{seen.id}/end", shows=seen.name),
        ("POST", f"{api}/sensitive-reads"): Case(
            chair, f"{API}/people/{_colleague(ours).id}/sensitive-reads", json=why, shows=PHONE
        ),
        ("POST", f"{page}/sensitive"): Case(
            chair, f"{PAGES}/people/{_colleague(ours).id}/sensitive", form=why, shows=PHONE
        ),
        ("PATCH", api): Case(
            chair, f"{API}/people/{_colleague(ours).id}", json={"titles": ["高级教师"]}, headers=ANY_VERSION
        ),
        ("POST", f"{page}/edit"): Case(chair, f"{PAGES}/people/{_colleague(ours).id}/edit", form=form),
    }


def _endings(ours: Ours) -> Cases:
    """The ways out of a membership, over HTTP and on the page."""
    chair, today = ours.officers["chair"], clock.today().isoformat()
    ways: dict[str, dict[str, Any]] = {
        "retire": {"on": today},
        "leave": {"on": today, "reason": "own-wish"},
    }
    found: Cases = {}
    for way, body in ways.items():
        found["POST", f"{API}/people/<uuid:person_id>/{way}"] = Case(
            chair, f"{API}/people/{_colleague(ours).id}/{way}", json=body
        )
        found["POST", f"{PAGES}/people/<uuid:person_id>/{way}"] = Case(
            chair, f"{PAGES}/people/{_colleague(ours).id}/{way}", form=body
        )
    return found


def _entering(ours: Ours) -> Cases:
    """Whoever enters somebody does so in their own union."""
    chair = ours.officers["chair"]
    newcomer = {"name": "丁新", "sex": "female", "birth_date": "1999-09-09", "post_kind": "established"}
    return {
        ("GET", f"{PAGES}/people/new"): Case(chair, f"{PAGES}/people/new", shared=True),
        ("POST", f"{PAGES}/people/new"): Case(chair, f"{PAGES}/people/new", form=newcomer, shared=True),
        ("POST", f"{API}/people"): Case(chair, f"{API}/people", json=newcomer, shared=True),
    }


def _oneself(ours: Ours) -> Cases:
    """One's own entry, which somebody has looked into."""
    mine, why = _colleague(ours), ours.mark("核对慰问名单")
    looked = ours.client("chair").post(f"{API}/people/{mine.id}/sensitive-reads", json={"reason": why})
    assert looked.status_code == 200, looked.text
    other = "13887654321"
    return {
        ("GET", f"{API}/people/me"): Case(mine, f"{API}/people/me", shared=True, shows=mine.id),
        ("GET", f"{API}/people/me/reads"): Case(mine, f"{API}/people/me/reads", shared=True, shows=why),
        ("GET", f"{PAGES}/people/me"): Case(mine, f"{PAGES}/people/me", shared=True, shows=why),
        ("PUT", f"{API}/people/me/phone"): Case(
            mine, f"{API}/people/me/phone", json={"phone": other}, shared=True
        ),
        ("POST", f"{PAGES}/people/me/phone"): Case(
            mine, f"{PAGES}/people/me/phone", form={"phone": other}, shared=True
        ),
    }


def _transfers(ours: Ours) -> Cases:
    """Moves between us and a third union, of which the strangers are no part."""
    chair, today = ours.officers["chair"], clock.today()
    with ours.house.members.transaction() as session:
        district = session.get(Organisation, ours.district.id)
        third = found_organisation(session, kind=SCHOOL, name="第三所学校", parent=district).id

    def asked(*, to_us: bool = False, released: bool = False) -> str:
        there, here = (ours.school.id, third) if to_us else (third, ours.school.id)
        moving = _colleague(ours, school_id=here)
        with ours.house.members.transaction() as session:
            member = session.get(Member, moving.id)
            assert member is not None
            transfer = actions.request_transfer(
                session, member, to_school_id=there, effective_on=today, by=chair.id
            )
            if released:
                actions.release_transfer(session, transfer, by=chair.id)
        return ours.mark(transfer.id)

    one, rule = f"{API}/transfers", f"{API}/transfers/<uuid:transfer_id>"
    body = {"to_school_id": third, "effective_on": today.isoformat()}
    waiting, leaving = asked(), [_colleague(ours) for _ in range(2)]
    return {
        ("GET", one): Case(chair, one, shared=True, shows=waiting),
        ("GET", f"{PAGES}/transfers/"): Case(chair, f"{PAGES}/transfers/", shared=True, shows=waiting),
        ("POST", one): Case(chair, one, json={**body, "person_id": leaving[0].id}),
        ("POST", f"{PAGES}/people/<uuid:person_id>/transfer"): Case(
            chair, f"{PAGES}/people/{leaving[1].id}/transfer", form=body
        ),
        ("POST", f"{rule}/release"): Case(chair, f"{one}/{asked()}/release"),
        ("POST", f"{rule}/decline"): Case(chair, f"{one}/{asked()}/decline"),
        ("POST", f"{rule}/accept"): Case(chair, f"{one}/{asked(to_us=True, released=True)}/accept", json={}),
        ("POST", f"{PAGES}/transfers/<uuid:transfer_id>/<any(release, accept, decline):step>"): Case(
            chair, f"{PAGES}/transfers/{asked(to_us=True, released=True)}/accept", form={}
        ),
    }


def _own_union(ours: Ours) -> Cases:
    """No id stands in these addresses: everybody has to do with their own union."""
    chair, url = ours.officers["chair"], f"{API}/unions/mine"
    return {
        ("GET", url): Case(chair, url, shared=True, shows=ours.school.id),
        ("PATCH", url): Case(
            chair, url, json={"headcount": 130}, headers=ANY_VERSION, shared=True, shows=ours.school.id
        ),
    }


def _district(ours: Ours) -> Cases:
    """The district's own: its officer may, nobody of a school."""
    officer, school = a_person(ours.house, ours.district, "区主任", offices=["district_officer"]), ours.school
    union = {"kind": "school", "headcount": 60, "chair_name": "丁主", "chair_sex": "male"} | {
        "chair_birth_date": "1980-01-02"
    }
    found: Cases = {
        ("GET", rule): Case(officer, rule.replace("<uuid:union_id>", school.id), district=True, shows=shown)
        for rule, shown in (
            (f"{API}/unions", school.id),
            (f"{API}/unions/<uuid:union_id>/counts", ""),
            (f"{PAGES}/schools/", school.id),
            (f"{PAGES}/schools/new", ""),
            (f"{PAGES}/schools/<uuid:union_id>", school.name),
        )
    }
    found["POST", f"{API}/unions"] = Case(
        officer, f"{API}/unions", json={**union, "name": "第四所学校"}, district=True
    )
    found["POST", f"{PAGES}/schools/new"] = Case(
        officer, f"{PAGES}/schools/new", form={**union, "name": "第五所学校"}, district=True
    )
    return found
