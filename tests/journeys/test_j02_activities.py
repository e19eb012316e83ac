"""J-02 报名乒乓球赛, over HTTP: a place, a turn on the waiting list, a check-in; and who may take part."""

from datetime import date
from typing import Any

import pytest

from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

WOMEN = {"sex": "female"}
UNDER_36 = {"age_max": 35, "age_on": "activity day"}


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-02-25T10:00")
    return Scene(house)


def an_activity(scene: Scene, audience: dict[str, Any], **more: Any) -> str:
    body = {
        "title": "三八乒乓球赛",
        "kind": "contest",
        "place": "体育馆",
        "audience": audience,
        "starts_at": "2026-03-08T14:00",
        "ends_at": "2026-03-08T17:00",
        **more,
    }
    drafted = scene.as_("赵立新").post("/api/events/v1/activities", json=body)
    assert drafted.status_code == 201, drafted.text
    activity_id: str = drafted.get_json()["id"]
    published = scene.as_("赵立新").post(f"/api/events/v1/activities/{activity_id}/publish")
    assert published.status_code == 200, published.text
    return activity_id


def sign_up(scene: Scene, activity_id: str, who: str) -> Any:
    return scene.as_(who).post(f"/api/events/v1/activities/{activity_id}/sign-up")


def test_the_seventeenth_of_sixteen_waits_and_moves_up_when_one_withdraws(scene: Scene) -> None:
    women = [f"女师{chr(0x4E00 + n)}" for n in range(17)]
    for name in women:
        scene.person(name)
    scene.house.settle()
    activity_id = an_activity(scene, WOMEN, capacity=16)
    places = [sign_up(scene, activity_id, name).get_json() for name in women]
    assert [place["state"] for place in places] == ["placed"] * 16 + ["waiting"]
    page = scene.as_(women[16]).get(f"/events/activities/{activity_id}").text
    assert "候补第1位" in page.replace(" ", "")

    assert scene.as_(women[3]).post(f"/api/events/v1/activities/{activity_id}/withdraw").status_code == 204
    scene.house.settle()
    [mine] = scene.as_(women[16]).get("/api/events/v1/me/registrations").get_json()
    assert mine["state"] == "placed"
    assert "已报名" in scene.as_(women[16]).get(f"/events/activities/{activity_id}").text
    notices = scene.as_(women[16]).get("/api/members/v1/notices").get_json()
    assert len(notices) == 1


def test_she_checks_in_by_the_code_at_the_door(scene: Scene, frozen_clock: FrozenClock) -> None:
    activity_id = an_activity(scene, WOMEN)
    assert sign_up(scene, activity_id, "林晓雨").status_code == 200
    frozen_clock.at("2026-03-08T13:55")
    code = scene.as_("赵立新").get(f"/api/events/v1/activities/{activity_id}/door-code").get_json()
    arrived = scene.as_("林晓雨").post("/api/events/v1/check-ins", json={"token": code["token"]})
    assert arrived.status_code == 200, arrived.text
    again = scene.as_("林晓雨").post("/api/events/v1/check-ins", json={"token": code["token"]})
    assert again.status_code == 200
    attendance = scene.as_("赵立新").get(f"/api/events/v1/activities/{activity_id}/attendance").get_json()
    assert len(attendance) == 1


def test_a_man_is_told_the_rule(scene: Scene) -> None:
    activity_id = an_activity(scene, WOMEN)
    refused = sign_up(scene, activity_id, "高远")
    assert refused.status_code in (403, 409, 422), refused.text
    page = scene.as_("高远").get(f"/events/activities/{activity_id}").text
    assert "不在参加范围" in page
    assert "女" in page


@pytest.mark.parametrize(
    ("born", "may"),
    [
        (date(1991, 3, 8), True),  # 35 today
        (date(1990, 3, 8), False),  # 36 today
        (date(1990, 3, 9), True),  # 36 tomorrow
        (date(1992, 2, 29), True),
    ],
)
def test_up_to_35_means_completed_years_on_the_day(scene: Scene, born: date, may: bool) -> None:
    scene.person("小青年", birth_date=born)
    scene.house.settle()
    activity_id = an_activity(scene, UNDER_36, title="35周岁以下教学比赛")
    assert (sign_up(scene, activity_id, "小青年").status_code == 200) == may
