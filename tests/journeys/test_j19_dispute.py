"""J-19 劳动争议, over HTTP: application, fifteen days, a hearing in calendars, an agreement; and the case that fails."""

import pytest

from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

DISPUTES = "/api/welfare/v1/disputes"
TOLD = {"regime": "labour", "matter": "contract", "statement": "合同到期未续签", "known_on": "2026-09-01"}


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    scene = Scene(house)
    for name, office in (("顾振海", "principal"), ("孙丽", "group_leader")):
        scene.person(name, office)
    scene.person("吴兰")
    house.settle()
    for name, side in (("吴兰", "employees"), ("高远", "employer")):
        body = {
            "person_id": scene.ids[name],
            "side": side,
            "term_from": "2026-09-01",
            "leads": name == "吴兰",
        }
        assert scene.as_("赵立新").post(f"{DISPUTES}/committee", json=body).status_code == 201
    return scene


def test_from_the_application_to_the_agreement_and_to_arbitration(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    def apply() -> str:
        answer = scene.as_("林晓雨").post(DISPUTES, json=TOLD)
        assert answer.status_code == 201, answer.text
        scene.house.settle()
        return str(answer.get_json()["id"])

    def step(key: str, to: str, words: str = "") -> None:
        answer = scene.as_("吴兰").post(f"{DISPUTES}/{key}/steps", json={"to": to, "words": words})
        assert answer.status_code == 200, answer.text
        scene.house.settle()

    def slots(name: str) -> list[str]:
        span = "first=2026-09-01&last=2026-09-30"
        days = scene.as_(name).get(f"/api/events/v1/calendar?{span}").get_json()
        return [entry["link"] for entry in days if entry["kind"] == "hearing"]

    first = apply()
    told = scene.as_("吴兰").get("/api/members/v1/notices").get_json()
    assert told and "合同" not in str(told), "who mediates hears that something waits, and not what"
    for outsider in ("赵立新", "顾振海", "孙丽", "何莉"):
        assert scene.as_(outsider).get(f"{DISPUTES}/{first}").status_code == 403
    step(first, "accepted")
    fixed = scene.as_("吴兰").post(f"{DISPUTES}/{first}/hearing", json={"hearing_on": "2026-09-10"})
    assert fixed.status_code == 200, fixed.text
    scene.house.settle()
    for name in ("林晓雨", "吴兰", "高远"):
        assert slots(name) == [f"/welfare/disputes/{first}"]
    assert slots("赵立新") == []
    step(first, "agreement", "九月底前续签三年")
    assert slots("林晓雨") == []

    second = apply()
    step(second, "accepted")
    frozen_clock.at("2026-09-19T09:00")
    scene.house.settle()
    warned = scene.as_("高远").get("/api/members/v1/notices").get_json()
    assert [notice["link"] for notice in warned][0] == f"/welfare/disputes/{second}", "the twelfth day"
    step(second, "failed", "学校不同意续签")
    own = scene.as_("林晓雨").get(f"{DISPUTES}/{second}").get_json()
    assert (own["state"], own["arbitrate_by"]) == ("failed", "2027-09-01")
    readers = {row["actor_id"] for row in scene.as_("林晓雨").get("/api/welfare/v1/reads").get_json()}
    assert readers == {scene.ids[name] for name in ("赵立新", "顾振海", "孙丽", "何莉")}
