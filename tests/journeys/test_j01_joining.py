"""J-01 我要入会, over HTTP: the person applies, the group weighs, the committee approves; every service takes note."""

import pytest
from sqlalchemy import select

from shared.contracts.members import MemberJoined
from shared.kit import people
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

MINE = "/api/members/v1/applications/mine"


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    scene = Scene(house)
    scene.person("周明", "group_leader", sex="male")
    scene.person("丁小满", standing="applicant", post_kind="temporary")
    house.settle()
    return scene


def test_a_temporary_employee_becomes_a_member(scene: Scene) -> None:
    newcomer, leader, chair = scene.as_("丁小满"), scene.as_("周明"), scene.as_("赵立新")
    applied = newcomer.put(MINE, json={"statement": "我要入会", "group_id": scene.group_id})
    assert applied.status_code == 200, applied.text
    assert newcomer.post(f"{MINE}/submit").status_code == 200
    application_id = applied.get_json()["id"]
    url = f"/api/members/v1/applications/{application_id}"

    early = chair.post(f"{url}/approve")
    assert early.status_code == 409, "the group is heard first"
    assert newcomer.get("/api/voting/v1/polls").status_code == 403, "no ballot before admission"
    assert leader.post(f"{url}/opinion", json={"supports": True}).status_code == 200
    assert leader.post(f"{url}/approve").status_code == 403
    approved = chair.post(f"{url}/approve")
    assert approved.status_code == 200, approved.text
    scene.house.settle()

    assert scene.member("丁小满").card_number is not None
    assert "会员" in newcomer.get("/members/people/me").text
    assert "丁小满" in leader.get(f"/members/groups/{scene.group_id}").text
    joined = [event.data for event in scene.house.members.outbox(MemberJoined)]
    assert [said["category"] for said in joined if said["person_id"] == scene.ids["丁小满"]] == ["temporary"]
    for name in ("events", "welfare", "voting"):
        with scene.house.services[name].reading() as session:
            card = people.person(session, scene.ids["丁小满"])
        assert card is not None
        assert card.standing == "full"
    assert newcomer.get("/api/voting/v1/polls").status_code == 200


def test_her_welcome_is_drafted(scene: Scene) -> None:
    from services.events.activities.models import Activity

    newcomer = scene.as_("丁小满")
    application_id = newcomer.put(
        MINE, json={"statement": "我要入会", "group_id": scene.group_id}
    ).get_json()["id"]
    newcomer.post(f"{MINE}/submit")
    url = f"/api/members/v1/applications/{application_id}"
    scene.as_("周明").post(f"{url}/opinion", json={"supports": True})
    scene.as_("赵立新").post(f"{url}/approve")
    scene.house.settle()
    with scene.house.events.reading() as session:
        ours = select(Activity).where(Activity.state == "draft", Activity.school_id == scene.school_id)
        drafts = session.scalars(ours).all()
    assert [draft.title for draft in drafts] == ["新会员欢迎会"]
