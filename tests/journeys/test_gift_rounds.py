"""端午慰问: a round is proposed, opened, fetched at the counter, by a colleague and at the door, and booked once."""

from typing import Any

import pytest

from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

GIFTS = "/api/welfare/v1/gifts"
TOLD = {
    "occasion": "dragon-boat", "audience": "in-post", "items": ["粽子礼盒", "食用油"], "per_head_fen": 15000,
    "fund": "union", "place": "union-office",
    "pickup_from": "2026-06-17T12:00:00+08:00", "pickup_to": "2026-06-18T17:30:00+08:00",
}  # fmt: skip


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-06-15T10:00")
    made = Scene(house)
    made.person("吴强", "vice_chair", sex="male")
    made.person("孙悦", "treasurer")
    house.settle()
    return made


def send(scene: Scene, who: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = scene.as_(who).post(GIFTS + path, json=body or {})
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_gifts_are_given_by_the_rules_fetched_in_every_way_and_booked_once(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    refused = send(scene, "何莉", "", TOLD | {"occasion": "womens-day", "happens_on": "2026-03-08"}, 201)
    assert [breach["rule"] for breach in refused["breaches"]] == ["festival"]
    assert send(scene, "何莉", f"/{refused['id']}/propose", status=409)["type"] == "/problems/rule-broken"

    made = send(scene, "何莉", "", TOLD, 201)
    assert (made["happens_on"], made["breaches"]) == ("2026-06-19", [])
    path = f"/{made['id']}"
    send(scene, "何莉", f"{path}/propose")
    for voter in ("何莉", "赵立新"):
        send(scene, voter, f"{path}/vote", {"approves": True})
    assert send(scene, "何莉", f"{path}/open")["eligible"] == 6
    scene.house.settle()

    member = scene.as_("林晓雨")
    [mine] = member.get(f"{GIFTS}/mine").get_json()
    notices = member.get("/api/members/v1/notices").get_json()
    assert "gift-ready" in {notice["template"] for notice in notices}
    slot = member.get(f"/api/events/v1/activities/{made['id']}").get_json()
    assert (slot["kind"], slot["place"], slot["starts_at"]) == (
        "gift",
        "工会办公室",
        "2026-06-17T04:00:00+00:00",
    )
    chosen = member.put(f"{GIFTS}/shares/{mine['id']}/choice", json={"item_id": mine["items"][1]["id"]})
    assert chosen.status_code == 200, chosen.text

    frozen_clock.at("2026-06-17T12:10")
    door = {"person_id": scene.ids["高远"]}
    came = scene.as_("赵立新").post(f"/api/events/v1/activities/{made['id']}/attendance", json=door)
    assert came.status_code == 200, came.text
    scene.house.settle()
    rows = scene.as_("何莉").get(f"{GIFTS}{path}/shares").get_json()
    share = {row["person_id"]: row for row in rows}
    assert share[scene.ids["高远"]]["state"] == "taken"
    lines = [{"key": mine["code"]}, {"key": str(share[scene.ids["孙悦"]]["number"]),
                                     "taken_by": str(share[scene.ids["林晓雨"]]["number"])}]  # fmt: skip
    assert send(scene, "何莉", f"{path}/handed-out", {"lines": lines}) == {"handed_out": 2}
    unclaimed = scene.as_("何莉").get(f"{GIFTS}{path}/shares?state=waiting").get_json()
    assert {row["person_id"] for row in unclaimed} == {scene.ids[name] for name in ("何莉", "赵立新", "吴强")}

    end = {"cost_fen": 88800, "spent_on": "2026-06-17", "reason": "三份留待返校领取"}
    closed = send(scene, "何莉", f"{path}/close", end)
    assert closed["figures"] == {"waiting": 3, "taken": 3, "returned": 0, "proxy": 1}
    send(scene, "何莉", f"{path}/close", end, status=409)
    entries = scene.as_("孙悦").get("/api/welfare/v1/ledger").get_json()
    assert [(one["source"], one["amount_fen"]) for one in entries if one["source"] == "gift-round"] == [
        ("gift-round", 88800)
    ]
