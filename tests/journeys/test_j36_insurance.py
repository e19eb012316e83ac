"""J-36 互助保险推进 and J-51 保险公司: October's plan, joined by consent, told to the district as a rate, and handed to the
insurer by the school when every line has a consent."""

from typing import Any

import pytest

from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

INSURANCE = "/api/welfare/v1/insurance"
CONSENTS = "/api/members/v1/consents"
PLAN: dict[str, Any] = {
    "title": "职工互助保障", "audience": "everyone", "insurer": "省职工互助会", "premium_fen": 4800, "payer": "union",
    "opens_on": "2026-10-01", "closes_on": "2026-10-31",
}  # fmt: skip
MANY = [f"教师{n}" for n in "一二三四五六七八"]


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-10-09T09:00")
    made = Scene(house)
    for name in MANY:  # with the four of the scene, twelve
        made.person(name)
    house.settle()
    return made


def test_october_s_plan_is_joined_by_consent_reminded_once_and_goes_out_whole(scene: Scene) -> None:
    carer = scene.as_("何莉")
    opened = carer.post(INSURANCE, json=PLAN)
    assert opened.status_code == 201, opened.text
    plan = f"{INSURANCE}/{opened.get_json()['id']}"

    # a teacher agrees in the register and joins; the rest of them do, too, but four
    agreed = {name: scene.as_(name).post(CONSENTS, json={"purpose_code": "insurance"}) for name in MANY[:6]}
    scene.house.settle()
    for name in agreed:
        joined = scene.as_(name).put(f"{plan}/answer", json={"joins": True})
        assert (joined.status_code, joined.get_json()["own_answer"]) == (200, "phone"), joined.text
    paper = {"person_ids": [scene.ids["何莉"]], "signed_on": "2026-10-09"}
    assert carer.post(f"{plan}/people", json=paper).get_json() == {"count": 1}
    assert carer.post(f"{plan}/people", json={"person_ids": [scene.ids["林晓雨"]]}).get_json() == {"count": 1}

    # the district sees how far the school is, and nobody in it
    [rate] = scene.as_("区长明").get("/api/welfare/v1/district/insurance?year=2026").get_json()
    assert (rate["name"], rate["percent"]) == ("五马中学", 41), "five of twelve: seven, in steps of five"

    # the undecided are asked once, in their inbox
    assert carer.post(f"{plan}/remind").get_json() == {"count": 5}
    scene.house.settle()
    [told] = scene.as_("林晓雨").get("/api/members/v1/notices").get_json()
    assert "互助" not in told["title"] + told["text"], "no notice names what it is about"
    assert scene.as_(MANY[0]).get("/api/members/v1/notices").get_json() == []

    # J-51: one line without a consent, then one whose consent was taken back, keep the list in the house
    refused = carer.post(f"{plan}/hand-over")
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/consents-missing")
    assert [row["name"] for row in refused.get_json()["rows"]] == ["林晓雨"]
    carer.delete(f"{plan}/people/{scene.ids['林晓雨']}")
    given = agreed[MANY[0]].get_json()["id"]
    assert scene.as_(MANY[0]).post(f"{CONSENTS}/{given}/withdraw").status_code == 200
    scene.house.settle()
    refused = carer.post(f"{plan}/hand-over").get_json()
    assert [row["words"] for row in refused["rows"]] == [f"{MANY[0]}已撤回授权。"]
    carer.delete(f"{plan}/people/{scene.ids[MANY[0]]}")

    sent = carer.post(f"{plan}/hand-over").get_json()
    assert (sent["line_count"], sent["consent_count"], sent["total_fen"]) == (6, 6, 28800)
    assert carer.post(f"{plan}/close").status_code == 200
    scene.house.settle()
    [item] = scene.as_("高远").get("/api/voting/v1/disclosures?category=campaign").get_json()
    assert item["content"] == {"kind": "insurance", "participants": 6, "total_fen": 28800}
