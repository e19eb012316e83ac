"""Choosing and adapting a visiting scheme over HTTP, within the caps of the district."""

import pytest

from services.welfare.occasions import KINDS
from services.welfare.schemes.variants import VARIANTS

BASE = "/api/welfare/v1/schemes"


@pytest.fixture
def chair(union):
    return union.welfare.client(union.chair)


@pytest.fixture
def officer(union):
    return union.welfare.client(union.person("钱区", school=union.district, offices=["district_officer"]))


def test_the_schemes_to_choose_from_are_shown_with_their_days(chair):
    shown = {variant["code"]: variant for variant in chair.get(f"{BASE}/variants").json}
    assert list(shown) == ["standard", "A", "B", "C", "D", "E", "F"]
    hospital = shown["A"]["occasions"][0]
    assert (hospital["due_days"], hospital["repeat_days"], hospital["after_end_days"]) == (3, 30, 7)
    assert [o["code"] for o in shown["A"]["occasions"] if not o["active"]] == [
        "family-dispute",
        "neighbour-dispute",
    ]


def test_a_school_that_chose_nothing_has_the_standard_one(chair):
    assert chair.get(f"{BASE}/current").json["version"] == 0
    assert chair.get(BASE).json == []


def test_the_chair_chooses_and_adapts_and_each_choice_is_a_version(chair):
    assert chair.post(BASE, json={"variant": "B", "replaces": 0}).json["version"] == 1
    adapted = chair.post(
        BASE,
        json={
            "variant": "B",
            "replaces": 1,
            "effective_from": "2026-09-01",
            "occasions": [
                {"code": "hospitalized", "kinds": ["hospitalized"], "due_days": 2, "name": "生病必访"}
            ],
        },
    )
    assert adapted.status_code == 201, adapted.json
    assert chair.get(f"{BASE}/current").json["version"] == 1
    later = chair.get(f"{BASE}/current?on=2026-09-01").json
    assert (later["version"], later["occasions"][0]["due_days"], later["occasions"][0]["name"]) == (
        2,
        2,
        "生病必访",
    )
    assert [version["version"] for version in chair.get(BASE).json] == [2, 1]


def test_a_choice_over_an_unseen_version_is_refused(chair):
    chair.post(BASE, json={"variant": "A", "replaces": 0})
    assert chair.post(BASE, json={"variant": "B", "replaces": 0}).status_code == 412


@pytest.mark.parametrize(
    "fault",
    [
        {"variant": "Z"},
        {"effective_from": "2020-01-01"},
        {"occasions": []},
        {"occasions": [{"code": "x", "kinds": ["boredom"]}]},
        {"occasions": [{"code": "x", "kinds": ["hardship"], "due_days": 0}]},
        {"occasions": [{"code": "x", "kinds": ["hardship"], "active": False}]},
        {"occasions": [{"code": "x", "kinds": ["hardship"]}, {"code": "x", "kinds": ["housing"]}]},
        {"occasions": [{"code": "x", "kinds": ["family-dispute"], "active": True, "office": "carer"}]},
        {"occasions": [{"code": "x", "kinds": ["hardship"], "team": ["chair", "women", "principal"]}]},
    ],
)
def test_a_scheme_that_cannot_be_is_refused(chair, fault):
    assert chair.post(BASE, json={"variant": "A", "replaces": 0} | fault).status_code == 422
    assert chair.get(BASE).json == []


def test_only_the_chair_chooses_and_only_the_district_caps(union, chair, officer):
    for person in (union.carer, union.colleague):
        assert (
            union.welfare.client(person).post(BASE, json={"variant": "A", "replaces": 0}).status_code == 403
        )
    assert chair.put(f"{BASE}/limits/hospitalized", json={"max_days": 2}).status_code == 403
    assert officer.post(BASE, json={"variant": "A", "replaces": 0}).status_code == 403


def test_no_school_may_take_longer_than_its_district_allows(chair, officer):
    assert officer.put(f"{BASE}/limits/hospitalized", json={"max_days": 5}).status_code == 204
    assert chair.get(f"{BASE}/limits").json == {"hospitalized": 5}
    too_long = {
        "variant": "A",
        "replaces": 0,
        "occasions": [{"code": "hospitalized", "kinds": ["hospitalized"], "due_days": 6}],
    }
    answer = chair.post(BASE, json=too_long)
    assert answer.json["errors"] == {"hospitalized.due_days": ["区里规定最多 5 天。"]}
    assert officer.put(f"{BASE}/limits/hospitalized", json={"max_days": None}).status_code == 204
    assert chair.post(BASE, json=too_long).status_code == 201


def test_a_cap_for_what_does_not_exist_is_refused(officer):
    assert officer.put(f"{BASE}/limits/boredom", json={"max_days": 2}).status_code == 422


def test_the_usual_figures_are_those_of_the_rules():
    """Due days, days until the chair's, repeats and follow-ups, as the union's own table has them."""
    table = {
        kind: (k.due_days, k.escalate_days, k.repeat_days, k.after_end_days) for kind, k in KINDS.items()
    }
    assert table == {
        "hospitalized": (3, 2, 30, 7),
        "bereavement": (1, 0, None, None),
        "childbirth": (15, 7, None, None),
        "marriage": (15, 7, None, None),
        "retirement": (10, 5, None, None),
        "hardship": (7, 7, 91, None),
        "accident": (1, 0, None, None),
        "family-dispute": (3, 3, None, None),
        "neighbour-dispute": (3, 3, None, None),
        "housing": (14, 14, None, None),
        "achievement": (7, None, None, None),
        "sick-leave": (7, 7, None, None),
        "death": (1, 0, None, None),
        "retiree-visit": (184, 0, None, None),
    }


def test_a_joint_visit_is_made_by_union_and_school_leaders(union):
    principal = union.person("校长石", offices=["principal"])
    union.choose("D")
    union.report()
    assert union.task().goes == [union.chair.id, principal.id]
    assert all(len(o.team) <= 2 for variant in VARIANTS.values() for o in variant.occasions)
