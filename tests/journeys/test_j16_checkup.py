"""J-16 女工体检: three half-days of twenty places; who comes has been, and nothing else is known."""

from typing import Any

import pytest

from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

CHECKUPS = "/api/welfare/v1/checkups"
ACTIVITIES = "/api/events/v1/activities"
DAYS = ("2026-03-03", "2026-03-04", "2026-03-05")


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-03-01T10:00")
    made = Scene(house)
    made.person("梅红", "women")
    house.settle()
    return made


def test_the_officer_for_women_opens_a_campaign_and_learns_who_came(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    officer, member, man = scene.as_("梅红"), scene.as_("林晓雨"), scene.as_("高远")
    asked: dict[str, Any] = {
        "title": "女工体检", "audience": "women", "provider": "市妇幼保健院", "capacity": 20,
        "slots": [{"day": day, "half": "morning"} for day in DAYS],
    }  # fmt: skip
    opened = officer.post(CHECKUPS, json=asked)
    assert opened.status_code == 201, opened.text
    campaign = opened.get_json()
    scene.house.settle()

    offered = [one for one in member.get(ACTIVITIES).get_json() if one["kind"] == "checkup"]
    assert [one["id"] for one in offered] == [slot["id"] for slot in campaign["slots"]]
    assert {one["capacity"] for one in offered} == {20}
    first, second, _third = (f"{ACTIVITIES}/{one['id']}/sign-up" for one in offered)
    assert member.post(first).status_code == 200
    twice = member.post(second)
    assert (twice.status_code, twice.get_json()["type"]) == (409, "/problems/one-place-only")
    refused = man.post(first)
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/outside-audience")

    frozen_clock.at("2026-03-03T07:50")
    officer, member, man = scene.as_("梅红"), scene.as_("林晓雨"), scene.as_("高远")
    ticked = officer.post(
        f"{ACTIVITIES}/{offered[0]['id']}/attendance", json={"person_id": scene.ids["林晓雨"]}
    )
    assert ticked.status_code == 200, ticked.text
    scene.house.settle()
    people = {
        row["name"]: row["attended_on"]
        for row in officer.get(f"{CHECKUPS}/{campaign['id']}/people").get_json()
    }
    assert people["林晓雨"] == "2026-03-03"
    assert people["梅红"] is None
    assert "高远" not in people
    [mine] = member.get(f"{CHECKUPS}/mine").get_json()
    assert set(mine) == {"campaign_id", "title", "provider", "attended_on"}
    assert man.get(f"{CHECKUPS}/mine").get_json() == []
    assert "2026年3月3日" in member.get("/welfare/checkups/").text
