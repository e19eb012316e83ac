"""J-14 春节慰问 and J-07, over HTTP: the festival comes near and a round is there; two voices; a group leader goes with
a sheet and types what comes back; closed by 小年 with its figures."""

from datetime import date
from typing import Any

import pytest

from shared.contracts.welfare import GiftRoundChanged, VisitCompleted, VisitTaskCreated
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

ROUNDS = "/api/welfare/v1/rounds"


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2027-01-05T10:00")
    made = Scene(house)
    made.person("孙丽", "group_leader")
    for n in range(6):
        made.person(f"退休{n}", standing="retired", birth_date=date(1944, 3, 1 + n))
    made.person("六十九", standing="retired", birth_date=date(1957, 2, 7))
    house.settle()
    return made


def ask(scene: Scene, who: str, method: str, url: str, status: int = 200, **given: Any) -> Any:
    answer = scene.as_(who).open(method, url, **given)
    assert answer.status_code == status, answer.text
    scene.house.settle()
    return answer.get_json() if url.startswith("/api/") else answer


def test_the_round_from_the_festival_to_its_figures(scene: Scene, frozen_clock: FrozenClock) -> None:
    frozen_clock.at("2027-01-07T10:00")  # thirty days before: events says so by itself
    scene.house.settle()
    [made] = ask(scene, "何莉", "GET", ROUNDS)
    assert (made["kind"], made["as_of"], made["due_on"]) == ("spring", "2027-02-06", "2027-01-30")
    one = f"{ROUNDS}/{made['id']}"
    lines = ask(scene, "何莉", "GET", f"{one}/lines")
    assert len(lines) == 6, "seventy on the festival's day, and nobody younger"
    for line in lines:
        ask(scene, "何莉", "PATCH", f"{ROUNDS}/lines/{line['id']}", json={"gift_fen": 30000, "area": "老城"})
    ask(scene, "何莉", "PATCH", f"{ROUNDS}/lines/{lines[0]['id']}", json={"gift_fen": 50000})

    ask(scene, "何莉", "POST", f"{one}/open", 409)
    ask(scene, "何莉", "POST", f"{one}/propose")
    ask(scene, "孙丽", "GET", one, 403)
    for voter in ("何莉", "赵立新"):
        ask(scene, voter, "POST", f"{one}/vote", json={"approves": True})
    shown = ask(scene, "何莉", "GET", one)
    assert (shown["state"], [route["area"] for route in shown["routes"]]) == ("approved", ["老城"])
    team = {"team": [scene.ids["孙丽"], scene.ids["何莉"]]}
    ask(scene, "何莉", "PUT", f"{ROUNDS}/routes/{shown['routes'][0]['id']}", json=team)
    ask(scene, "何莉", "POST", f"{one}/open")
    assert len(scene.house.welfare.outbox(VisitTaskCreated)) == 6
    assert len(scene.visits("孙丽")) == 6

    frozen_clock.at("2027-01-20T10:00")
    ask(scene, "何莉", "POST", f"{one}/codes", 202)
    sheet = ask(scene, "孙丽", "GET", f"/welfare/rounds/{made['id']}/sheets").text
    assert sheet.count("uh-qr") == 6 and "退休0" in sheet
    typed = {"visited_on": "2027-01-20", "lines": "1\n2 2\n3"}  # J-07: three returns
    answer = scene.as_("孙丽").form(f"/welfare/rounds/{made['id']}/results", typed)
    assert answer.status_code == 303, answer.text
    scene.house.settle()
    [first] = ask(scene, "何莉", "GET", f"{one}/lines?result=done&limit=1")
    assert first["number"] == 1, "his row says visited; he needed no login"

    rest = [{"number": n, "result": "done", "visited_on": "2027-01-20"} for n in (2, 4, 5, 6)]
    wrong = [{**rest[0], "gift_fen": 60000}]
    assert "500" in str(ask(scene, "何莉", "POST", f"{one}/results", 422, json={"results": wrong}))
    ask(scene, "何莉", "POST", f"{one}/results", 202, json={"results": rest})
    ask(scene, "何莉", "POST", f"{one}/close", 202, json={})
    ended = ask(scene, "何莉", "GET", one)
    assert ended["state"] == "closed"
    assert (ended["figures"]["done"], ended["figures"]["on_time"]) == (6, 6)
    assert ended["figures"]["given_fen"] == {"administration": 200000}
    assert len(scene.house.welfare.outbox(VisitCompleted)) == 6
    told = [event.data["state"] for event in scene.house.welfare.outbox(GiftRoundChanged)]
    assert told == ["approved", "open", "closed"]
