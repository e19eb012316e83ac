"""Rule packs: three provinces' figures, versions that begin on a day, and nothing that cannot be a rule (J-37)."""

import copy
from datetime import date
from typing import Any

import pytest

from services.members.rules import actions, queries
from services.members.rules.parameters import differences, faults_in, flat
from services.members.tests.builders import a_district, a_member, a_union
from shared.contracts.members import OrganisationChanged, RulePackPublished
from shared.kit import people
from shared.kit.testing.services import TestService

API = "/api/members/v1"

# domain figures of 2018, in yuan; None: that province says nothing
FIGURES = [
    # guizhou, anhui, guangdong
    ("festival-spring", 500, None, None),
    ("festival-other", 200, None, None),
    ("festivals-year", None, 1500, None),
    ("birthday", 300, 300, None),
    ("marriage", 500, 600, 1000),
    ("childbirth", 500, 600, 1000),
    ("hospitalized", 500, 1000, None),
    ("hospitalized-operation", 1000, None, None),
    ("member-death", 2000, 2000, 3000),
    ("relative-death", 1000, 1000, 1000),
    ("retirement", 500, 1000, 1000),
    ("training-prize", 500, None, None),
    ("meal", None, None, None),
]
# What the national rules give every province, and what one adds: (numerator, denominator).
SHARES = [("prize_share", [2, 3], [2, 3], [2, 3]), ("training_prize_share", [1, 5], None, None)]


@pytest.fixture
def members(service_of: Any) -> TestService:
    members = service_of("members")
    with members.transaction() as session:
        actions.load_standard_packs(session)
    return members


@pytest.fixture
def district(members: TestService) -> Any:
    return follows(members, a_district(members), "guizhou")


def follows(members: TestService, district: Any, code: str) -> Any:
    with members.transaction() as session:
        actions.choose_pack(session, district.id, code)
    return district


@pytest.fixture
def officer(members: TestService, district: Any) -> Any:
    return members.client(a_member(members, district, "吴强", offices=("district_officer",)))


def parameters_of(members: TestService, code: str = "guizhou") -> dict[str, Any]:
    with members.reading() as session:
        found = queries.latest(session, code)
        assert found is not None
        return copy.deepcopy(found.parameters)


def publish(
    officer: Any, members: TestService, effective_from: str, code: str = "guizhou", **ceilings: Any
) -> Any:
    parameters = parameters_of(members, code)
    parameters["ceilings_fen"] |= ceilings
    body = {
        "effective_from": effective_from,
        "parameters": parameters,
        "source": "省总工会办公室通知",
        "explanation": "住院慰问标准调整",
    }
    return officer.post(f"{API}/rule-packs/{code}/versions", json=body)


@pytest.mark.parametrize(("kind", "guizhou", "anhui", "guangdong"), FIGURES)
def test_the_figures_of_the_three_provinces(
    members: TestService, kind: str, guizhou: int | None, anhui: int | None, guangdong: int | None
) -> None:
    for code, yuan in (("guizhou", guizhou), ("anhui", anhui), ("guangdong", guangdong)):
        assert parameters_of(members, code)["ceilings_fen"][kind] == (None if yuan is None else yuan * 100), (
            code
        )


@pytest.mark.parametrize(("share", "guizhou", "anhui", "guangdong"), SHARES)
def test_the_shares_of_the_three_provinces(
    members: TestService, share: str, guizhou: Any, anhui: Any, guangdong: Any
) -> None:
    for code, wanted in (("guizhou", guizhou), ("anhui", anhui), ("guangdong", guangdong)):
        assert parameters_of(members, code).get(share) == wanted, code


@pytest.mark.parametrize("code", ["guizhou", "anhui", "guangdong"])
def test_every_figure_of_a_pack_names_the_article_that_it_stands_in(members: TestService, code: str) -> None:
    parameters = parameters_of(members, code)
    figures = {name for name, value in flat(parameters).items() if value is not None}
    assert figures <= set(parameters["articles"])


@pytest.mark.parametrize("code", ["guizhou", "anhui", "guangdong"])
def test_the_packs_of_the_house_keep_its_own_rules_and_are_marked_as_not_yet_checked(
    members: TestService, code: str
) -> None:
    assert faults_in(parameters_of(members, code)) == {}
    with members.reading() as session:
        assert queries.latest(session, code).doubtful is True
    assert len(parameters_of(members, code)["festivals"]) == 7


def test_loading_the_packs_again_changes_nothing(members: TestService) -> None:
    with members.transaction() as session:
        actions.load_standard_packs(session)
    assert len(members.outbox(RulePackPublished)) == 3


# --- J-37: v2 → v3, hospital 500 → 800 from 1 July


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2026-01-01", (2, 50000)),
        ("2026-06-30", (2, 50000)),
        ("2026-07-01", (3, 80000)),
        ("2027-01-01", (3, 80000)),
        ("2025-12-31", (1, 50000)),
        ("2017-12-31", (None, None)),
    ],
)
def test_a_visit_is_judged_by_the_version_of_its_day(
    members: TestService, district: Any, officer: Any, day: str, counts: tuple[int | None, int | None]
) -> None:
    version, fen = counts
    union = a_union(members, district=district)
    assert officer.put(f"{API}/rule-pack-choice", json={"code": "guizhou"}).status_code == 204
    assert publish(officer, members, "2026-01-01").status_code == 201
    assert publish(officer, members, "2026-07-01", hospitalized=80000).status_code == 201
    with members.reading() as session:
        pack = people.rule_pack(session, union.id, on=date.fromisoformat(day))
        assert (pack.version if pack else None) == version
        assert (pack.parameters["ceilings_fen"]["hospitalized"] if pack else None) == fen
    answer = officer.get(f"{API}/rule-packs/guizhou/in-force?on={day}")
    assert answer.status_code == (200 if version else 404)
    assert answer.json.get("version") == version


def test_the_earlier_version_ends_the_day_before_and_both_are_said(
    members: TestService, officer: Any
) -> None:
    publish(officer, members, "2026-07-01", hospitalized=80000)
    before, after = [event.data for event in members.outbox(RulePackPublished)[-2:]]
    assert (before["version"], before["effective_to"]) == (1, "2026-06-30")
    assert (after["version"], after["effective_from"], after["effective_to"]) == (2, "2026-07-01", None)
    assert before["pack_id"] != after["pack_id"]


def test_a_version_that_has_not_begun_may_be_replaced_from_its_own_day(
    members: TestService, officer: Any
) -> None:
    publish(officer, members, "2026-07-01", hospitalized=80000)
    assert publish(officer, members, "2026-07-01", hospitalized=90000).status_code == 201
    with members.reading() as session:
        counts = queries.in_force(session, "guizhou", date(2026, 7, 1))
        assert counts is not None and counts.version == 3
    assert [event.data["superseded"] for event in members.outbox(RulePackPublished)[-2:]] == [True, False]


def test_versions_are_published_in_the_order_of_their_days(members: TestService, officer: Any) -> None:
    publish(officer, members, "2026-07-01")
    refused = publish(officer, members, "2026-06-01")
    assert refused.status_code == 422 and "effective_from" in refused.json["errors"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"ceilings_fen": {"hospitalized": 500.5}}, "ceilings_fen.hospitalized"),
        ({"ceilings_fen": {"hospitalized": "500"}}, "ceilings_fen.hospitalized"),
        ({"ceilings_fen": {"hospitalized": True}}, "ceilings_fen.hospitalized"),
        ({"ceilings_fen": {"hospitalized": -1}}, "ceilings_fen.hospitalized"),
        ({"ceilings_fen": {"hospitalized": 100_000_001}}, "ceilings_fen.hospitalized"),
        ({"ceilings_fen": {"hospitalised": 50000}}, "ceilings_fen.hospitalised"),
        ({"ceilings_fen": [1]}, "ceilings_fen"),
        ({"ceilings_fen": None}, "ceilings_fen"),
        ({"festivals": ["spring", "womens-day"]}, "festivals"),
        ({"festivals": "spring"}, "festivals"),
        ({"prize_share": [3, 2]}, "prize_share"),
        ({"prize_share": [2, 0]}, "prize_share"),
        ({"prize_share": 0.66}, "prize_share"),
        ({"prize_share": [2, 3, 4]}, "prize_share"),
        ({"outing_times_dues": 2.5}, "outing_times_dues"),
        ({"retiree_fund_source": "lottery"}, "retiree_fund_source"),
        ({"articles": {"bribe": "第八条"}}, "articles"),
        ({"articles": {"prize_share": ""}}, "articles"),
        ({"bribe_fen": 1}, "bribe_fen"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_by_its_name(
    members: TestService, officer: Any, change: dict[str, Any], where: str
) -> None:
    body = {
        "effective_from": "2026-07-01",
        "parameters": {**parameters_of(members), **change},
        "source": "x",
        "explanation": "x",
    }
    refused = officer.post(f"{API}/rule-packs/guizhou/versions", json=body)
    assert refused.status_code == 422
    assert where in refused.json["errors"]
    assert len(members.outbox(RulePackPublished)) == 3


def test_differences_name_what_changed_and_nothing_else(members: TestService) -> None:
    before = parameters_of(members)
    after = copy.deepcopy(before)
    after["ceilings_fen"]["hospitalized"] = 80000
    after["prize_share"] = [1, 2]
    assert differences(before, after) == [
        ("ceilings_fen.hospitalized", 50000, 80000),
        ("prize_share", [2, 3], [1, 2]),
    ]
    assert differences(before, before) == []


# --- who


def test_a_district_chooses_its_pack_and_the_choice_is_said(
    members: TestService, district: Any, officer: Any
) -> None:
    assert officer.put(f"{API}/rule-pack-choice", json={"code": "anhui"}).status_code == 204
    said = members.outbox(OrganisationChanged)[-1].data
    assert (said["organisation_id"], said["rule_pack_code"]) == (district.id, "anhui")
    assert officer.put(f"{API}/rule-pack-choice", json={"code": "atlantis"}).status_code == 404


def test_a_schools_chair_neither_publishes_nor_chooses_but_everybody_reads(
    members: TestService, district: Any
) -> None:
    chair = members.client(
        a_member(members, a_union(members, district=district), "赵立新", offices=("chair",))
    )
    assert publish(chair, members, "2026-07-01").status_code == 403
    assert chair.put(f"{API}/rule-pack-choice", json={"code": "anhui"}).status_code == 403
    assert chair.get("/members/rules/guizhou/new").status_code == 403
    assert chair.get("/members/rules/guizhou").status_code == 200
    assert members.client().get(f"{API}/rule-packs").status_code == 401


@pytest.mark.parametrize("code", ["anhui", "guizhou"])
def test_a_district_changes_no_figures_by_which_another_reckons(
    members: TestService, district: Any, officer: Any, code: str
) -> None:
    elsewhere = follows(members, a_district(members, "远山区教育工会"), code)
    stranger = members.client(a_member(members, elsewhere, "钱远", offices=("district_officer",)))
    refused = publish(stranger, members, "2026-07-01")
    assert refused.status_code == 409
    assert len(members.outbox(RulePackPublished)) == 3
    assert publish(officer, members, "2026-07-01").status_code == (201 if code == "anhui" else 409)


# --- pages


def test_the_page_publishes_a_version_and_shows_what_changed(
    members: TestService, officer: Any, frozen_clock: Any
) -> None:
    frozen_clock.at("2026-06-10T09:00")
    form = {
        "effective_from": "2026-07-01",
        "source": "省总工会办公室通知",
        "explanation": "住院慰问标准调整",
        "ceiling_hospitalized": "800",
        "ceiling_marriage": "500.00",
        "outing_times_dues": "3",
        "retiree_fund_source": "administration",
        "festivals": ["spring", "mid-autumn", "miao-new-year"],
        "prize_share": "1 / 2",
    }
    assert officer.form("/members/rules/guizhou/new", {**form, "prize_share": "3/2"}).status_code == 422
    refused = officer.form("/members/rules/guizhou/new", {**form, "ceiling_hospitalized": "8oo"})
    assert refused.status_code == 422 and 'value="8oo"' in refused.text
    seen = officer.form("/members/rules/guizhou/new", form)
    assert seen.status_code == 200 and len(members.outbox(RulePackPublished)) == 3, "it is only looked at"
    for part in ("¥500.00 → ¥800.00", "+¥300.00", "2026年6月30日", "第2版", "住院慰问标准调整"):
        assert part in seen.text, part
    back = officer.form("/members/rules/guizhou/new", {**form, "step": "back"})
    assert back.status_code == 200 and 'value="800"' in back.text, "what was typed is there again"
    sent = officer.form("/members/rules/guizhou/new", {**form, "step": "publish"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/members/rules/guizhou?on=2026-07-01")
    page = officer.get("/members/rules/guizhou?on=2026-07-01").text
    assert "¥500.00 → ¥800.00" in page and "住院慰问标准调整" in page
    assert parameters_of(members)["ceilings_fen"]["birthday"] is None, "an empty field says nothing"
    now = parameters_of(members)
    assert now["festivals"] == ["spring", "mid-autumn", "miao-new-year"]
    assert (now["prize_share"], now["training_prize_share"]) == ([1, 2], None)
    assert now["articles"]["festivals"], "what the form does not show goes over"
    earlier = officer.get("/members/rules/guizhou?on=2026-06-30").text
    assert "2026年6月30日" in earlier and "<dd>¥800.00" not in earlier


@pytest.mark.parametrize("address", ["/members/rules/atlantis", "/members/rules/guizhou?on=yesterday"])
def test_packs_and_days_that_do_not_exist_are_not_found(officer: Any, address: str) -> None:
    assert officer.get(address).status_code == 404


def test_the_page_chooses_the_pack(members: TestService, officer: Any) -> None:
    assert officer.form("/members/rules/guangdong/choose").status_code == 303
    assert "本区执行" in officer.get("/members/rules/").text
