"""An activity that the year's budget cannot pay for, over HTTP: stopped, allowed by the chair with a reason, completed;
another one shrinks until the budget carries it."""

from typing import Any

import pytest

from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

EVENTS, WELFARE = "/api/events/v1/activities", "/api/welfare/v1"


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-06-15T10:00")
    made = Scene(house)
    made.person("范动", "sports")
    made.person("钱程", "treasurer")
    house.settle()
    plan = {"lines": {"activity-sports": 500000}, "reserve_percent": 0}
    drafted = made.as_("钱程").put(f"{WELFARE}/budgets/2026", json=plan)
    assert drafted.status_code in (200, 201), drafted.text
    approved = made.as_("赵立新").post(f"{WELFARE}/budgets/2026/approve", json={"resolution": "六月例会"})
    assert approved.status_code == 200, approved.text
    house.settle()
    return made


def ask(scene: Scene, who: str, method: str, url: str, status: int, **given: Any) -> Any:
    answer = scene.as_(who).open(method, url, **given)
    scene.house.settle()
    assert answer.status_code == status, answer.text
    return answer.get_json()


def announce(scene: Scene, title: str, budget_fen: int) -> str:
    """An activity of 范动 that is open for sign-up; its address."""
    times = {"starts_at": "2026-06-26T16:00:00+08:00", "ends_at": "2026-06-26T17:30:00+08:00"}
    paid = {"budget_fen": budget_fen, "fund_source": "union"}
    made = ask(scene, "范动", "POST", EVENTS, 201, json={"title": title, "kind": "contest", **times, **paid})
    url = f"{EVENTS}/{made['id']}"
    ask(scene, "范动", "POST", f"{url}/publish", 200)
    return url


def test_what_the_budget_cannot_pay_waits_for_the_chair_or_shrinks(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    contest = announce(scene, "拔河比赛", 600000)
    assert ask(scene, "林晓雨", "POST", f"{contest}/sign-up", 409)["type"] == "/problems/sign-up-closed"
    [stop] = ask(scene, "范动", "GET", f"{contest}/stops", 200)
    assert (stop["rule"], stop["most"], stop["actual"]) == ("budget-line", 500000, 600000)
    assert "因经费暂停" in scene.as_("赵立新").get("/members/notices/").text
    ask(scene, "赵立新", "POST", f"{contest}/stops/allow", 200, json={"reason": "校庆"})
    ask(scene, "林晓雨", "POST", f"{contest}/sign-up", 200)

    walk = announce(scene, "健步走", 100000)
    body = {"budget_fen": 90000}
    [stop] = ask(scene, "范动", "GET", f"{walk}/stops", 200)
    assert stop["most"] == 0, "the contest has bespoken more than there is"
    version = ask(scene, "范动", "GET", walk, 200)["version"]
    ask(scene, "范动", "PATCH", walk, 200, json=body, headers={"If-Match": f'"{version}"'})
    shrunk = ask(scene, "范动", "GET", walk, 200)
    assert shrunk["is_stopped"], "looked at again, and still too much"
    ask(scene, "范动", "POST", f"{contest}/cancel", 200, json={"reason": "下雨"})
    version = ask(scene, "范动", "GET", walk, 200)["version"]
    ask(scene, "范动", "PATCH", walk, 200, json={"budget_fen": 80000}, headers={"If-Match": f'"{version}"'})
    assert not ask(scene, "范动", "GET", walk, 200)["is_stopped"]

    frozen_clock.at("2026-06-26T18:00")
    scene.house.settle()
    over = ask(scene, "范动", "POST", f"{walk}/complete", 409, json={"spend_fen": 80001})
    assert over["type"] == "/problems/stopped-for-money"
    ask(scene, "赵立新", "POST", f"{walk}/stops/allow", 200, json={"reason": "多买一瓶水"})
    ask(scene, "范动", "POST", f"{walk}/complete", 200, json={"spend_fen": 80001})
    [cost] = ask(scene, "钱程", "GET", f"{WELFARE}/activity-costs", 200)
    assert (cost["budget_fen"], cost["spend_fen"]) == (80000, 80001)
    assert not ask(scene, "范动", "GET", walk, 200)["is_stopped"], "what welfare says of it was answered"
