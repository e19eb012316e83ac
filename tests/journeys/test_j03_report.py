"""J-03 我同事住院了, over HTTP: three answers, a tick, and no more for the one who reports; the colleague is told."""

import pytest

from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    return Scene(house)


def test_the_one_who_reports_never_learns_more(scene: Scene) -> None:
    scene.report("hospitalized", "2026-09-07")
    event_id = scene.life_event()["id"]
    reporter = scene.as_("高远")
    assert reporter.get(f"/api/members/v1/life-events/{event_id}").status_code == 404
    assert reporter.get("/api/members/v1/life-events").get_json() == []
    assert reporter.post(f"/api/members/v1/life-events/{event_id}/withdraw").status_code == 404
    assert reporter.get("/api/members/v1/life-events/open").status_code == 403
    assert reporter.get("/api/welfare/v1/visits/mine").get_json() == []


def test_the_colleague_is_told_and_may_confirm_or_withdraw(scene: Scene) -> None:
    scene.report("hospitalized", "2026-09-07")
    inbox = scene.as_("林晓雨").get("/members/notices/").text
    assert "有人为你报告了一件事，可确认或撤回" in inbox
    assert "住院" not in inbox
    event_id = scene.life_event()["id"]
    assert scene.as_("林晓雨").post(f"/api/members/v1/life-events/{event_id}/confirm").status_code == 200
    assert scene.life_event()["state"] == "confirmed"
    assert scene.as_("林晓雨").post(f"/api/members/v1/life-events/{event_id}/withdraw").status_code == 200
    assert scene.life_event()["outcome"] == "withdrawn"
    assert scene.life_event()["kind"] is None, "what it was is erased"


def test_a_second_report_of_the_same_makes_no_second_task_and_looks_alike(scene: Scene) -> None:
    first = scene.report("hospitalized", "2026-09-07")
    second = scene.report("hospitalized", "2026-09-07", by="赵立新")
    assert first != second
    assert len(scene.visits()) == 1


def test_nobody_of_another_school_can_be_reported(scene: Scene) -> None:
    other = scene.school("实验小学")
    scene.person("陶然", school_id=other)
    scene.house.settle()
    body = {"person_id": scene.ids["陶然"], "kind": "hospitalized", "occurred_on": "2026-09-07"}
    assert scene.as_("高远").post("/api/members/v1/life-events", json=body).status_code == 404
