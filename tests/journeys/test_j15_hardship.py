"""J-15 困难职工建档, over HTTP: consent, application, survey, suggestion, two voices of three, November, and the end."""

import re

import pytest

from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

HARDSHIP = "/api/welfare/v1/hardship"
TOLD = {"size": 3, "income_fen": 320000, "medical_fen": 1800000}


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    scene = Scene(house)
    scene.person("吴强", "vice_chair", sex="male")
    scene.person("顾振海", "principal", sex="male")
    scene.person("孙丽", "group_leader")
    house.settle()
    return scene


def consent(scene: Scene) -> None:
    given = scene.as_("林晓雨").post("/api/members/v1/consents", json={"purpose_code": "family-finance"})
    assert given.status_code in (200, 201), given.text
    scene.house.settle()


def apply(scene: Scene) -> str:
    answer = scene.as_("林晓雨").post(f"{HARDSHIP}/applications", json={**TOLD, "story": "父亲长期透析"})
    assert answer.status_code == 201, answer.text
    scene.house.settle()
    return str(answer.get_json()["id"])


def survey(scene: Scene, case_id: str, on: str, **found: object) -> dict[str, object]:
    body = {**TOLD, "surveyed_on": on, "went": [scene.ids["何莉"]], "findings": "与申请一致", **found}
    answer = scene.as_("何莉").post(f"{HARDSHIP}/{case_id}/surveys", json=body)
    assert answer.status_code == 201, answer.text
    shown: dict[str, object] = answer.get_json()
    return shown


def decide(scene: Scene, case_id: str, level: str, *voters: str) -> None:
    body = {"level": level, "reason": "委员会依据走访情况"}
    answer = scene.as_("何莉").post(f"{HARDSHIP}/{case_id}/proposals", json=body)
    assert answer.status_code == 201, answer.text
    proposal = answer.get_json()["proposals"][-1]["id"]
    for voter in voters:
        said = scene.as_(voter).post(f"{HARDSHIP}/reviews/{proposal}/vote", json={"approves": True})
        assert said.status_code == 200, said.text
    scene.house.settle()


def test_from_the_application_to_the_file_through_november_and_to_the_erasure(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    before = scene.as_("林晓雨").post(f"{HARDSHIP}/applications", json={**TOLD, "story": "父亲长期透析"})
    assert before.get_json()["type"] == "/problems/consent-missing"
    consent(scene)
    case_id = apply(scene)
    told = scene.as_("何莉").get("/api/members/v1/notices").get_json()
    assert told, "the welfare officer hears that something waits"
    assert "透析" not in str(told)
    assert "困难" not in scene.as_("何莉").get("/members/notices/").text

    shown = survey(scene, case_id, "2026-09-07")
    [found] = shown["surveys"]  # type: ignore[misc]
    assert found["suggestion"] == "hardship"
    words = " / ".join(found["trace"])
    assert "3 人，人均 ¥1,066.66" in words
    assert "不超过 ¥1,080.00（标准的 3/2 倍）" in words
    decide(scene, case_id, "hardship", "何莉", "吴强")
    own = scene.as_("林晓雨").get(f"{HARDSHIP}/{case_id}").get_json()
    assert (own["state"], own["level"], own["active_from"]) == ("active", "hardship", "2026-09-07")

    for outsider in ("顾振海", "孙丽"):
        assert scene.as_(outsider).get(f"{HARDSHIP}/{case_id}").status_code == 403
    refused = [
        row["actor_id"] for row in scene.as_("林晓雨").get("/api/welfare/v1/reads").get_json()
        if row["action"] == "hardship.refused"
    ]  # fmt: skip
    assert sorted(refused) == sorted([scene.ids["顾振海"], scene.ids["孙丽"]])
    district = scene.as_("区长明").get("/api/welfare/v1/district/hardship").get_json()
    assert case_id not in str(district)
    assert scene.as_("区长明").get(f"{HARDSHIP}/{case_id}").status_code in (403, 404)

    frozen_clock.at("2026-12-01T09:00")
    scene.house.settle()
    missing = scene.as_("何莉").get(f"{HARDSHIP}?recheck=missing").get_json()
    assert [row["id"] for row in missing] == [case_id]
    survey(scene, case_id, "2026-12-01")
    assert scene.as_("何莉").get(f"{HARDSHIP}?recheck=missing").get_json() == []

    consents = scene.as_("林晓雨").get("/api/members/v1/consents").get_json()
    [given] = [row for row in consents if row["purpose_code"] == "family-finance"]
    scene.as_("林晓雨").post(f"/api/members/v1/consents/{given['id']}/withdraw")
    scene.house.settle()
    kept = scene.as_("何莉").get(f"{HARDSHIP}/{case_id}").get_json()
    assert (kept["state"], kept["person_id"], kept["story"]) == ("withdrawn", None, None)
    page = scene.as_("林晓雨").get("/members/consents/").text
    assert re.search("「关怀」已于[^<]*删除", page), "the person reads that it is gone"
