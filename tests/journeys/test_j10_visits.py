"""J-10 报告 → 探望, over HTTP: from a colleague's report to the visit, with everything that may come between."""

import pytest
from sqlalchemy import func, select

from shared.contracts.registry import find
from shared.contracts.welfare import VisitOverdue
from shared.kit.messages import Inbox, Outbox
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    return Scene(house)


def test_a_stay_in_hospital_is_visited_in_time(scene: Scene, frozen_clock: FrozenClock) -> None:
    """Reported on day 0, due on day 3; the carer's calendar has a slot; visited on day 2 with a lawful gift."""
    scene.report("hospitalized", "2026-09-07")
    [visit] = scene.visits()
    assert (visit["state"], visit["due_on"], visit["days_left"]) == ("assigned", "2026-09-10", 3)
    slots = scene.as_("何莉").get("/api/events/v1/calendar?first=2026-09-01&last=2026-09-30").text
    assert "hospital" not in slots
    assert "2026-09-10" in slots

    frozen_clock.at("2026-09-09T16:00")
    done = scene.complete(visit["id"], visited_on="2026-09-09", gift_fen=30000, fund="union")
    assert done.status_code == 200, done.text
    assert done.get_json()["report"]["pack_code"] == "guizhou"
    event = scene.life_event()
    assert event["first_help_at"] is not None
    assert event["state"] in ("reported", "confirmed"), "a stay in hospital ends at discharge, not at a visit"


def test_after_discharge_one_more_visit_follows_within_a_week(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    scene.report("hospitalized", "2026-09-07")
    [visit] = scene.visits()
    scene.complete(visit["id"], visited_on="2026-09-07")
    frozen_clock.at("2026-09-15T10:00")
    event_id = scene.life_event()["id"]
    ended = scene.as_("林晓雨").post(
        f"/api/members/v1/life-events/{event_id}/end", json={"ended_on": "2026-09-15"}
    )
    assert ended.status_code == 200, ended.text
    scene.house.settle()
    assert [visit["due_on"] for visit in scene.visits()] == ["2026-09-22"]


def test_i_what_is_not_done_by_the_day_is_overdue_and_the_chair_is_told(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    scene.report("hospitalized", "2026-09-07")
    frozen_clock.at("2026-09-11T09:00")
    scene.house.settle()
    assert len(scene.house.welfare.outbox(VisitOverdue)) == 1
    board = scene.as_("赵立新").get("/api/welfare/v1/visits?state=late").get_json()
    assert [visit["days_left"] for visit in board] == [-1]
    frozen_clock.at("2026-09-13T09:00")
    scene.house.settle()
    notices = scene.as_("赵立新").get("/api/members/v1/notices").get_json()
    assert notices, "the chair is told"
    assert "hospital" not in str(notices)
    assert "住院" not in scene.as_("赵立新").get("/members/notices/").text


def test_ii_a_gift_over_the_ceiling_is_refused_with_the_rule_and_an_operation_raises_it(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    scene.report("hospitalized", "2026-09-07")
    [visit] = scene.visits()
    refused = scene.complete(visit["id"], visited_on="2026-09-07", gift_fen=60000, fund="union")
    assert refused.status_code == 409
    problem = refused.get_json()
    assert problem["type"] == "/problems/over-ceiling"
    assert "500" in problem["detail"]
    assert scene.visits()[0]["state"] == "assigned", "nothing was recorded"
    assert (
        scene.complete(
            visit["id"], visited_on="2026-09-07", gift_fen=60000, fund="union", operation=True
        ).status_code
        == 200
    )


def test_iii_a_withdrawn_report_cancels_the_task(scene: Scene) -> None:
    scene.report("hospitalized", "2026-09-07")
    event_id = scene.life_event()["id"]
    withdrawn = scene.as_("林晓雨").post(f"/api/members/v1/life-events/{event_id}/withdraw")
    assert withdrawn.status_code == 200, withdrawn.text
    scene.house.settle()
    assert scene.visits() == []


def test_iv_the_same_event_delivered_twice_makes_one_task(scene: Scene) -> None:
    body = {"person_id": scene.ids["林晓雨"], "kind": "hospitalized", "occurred_on": "2026-09-07"}
    assert scene.as_("高远").post("/api/members/v1/life-events", json=body).status_code == 201
    with scene.house.members.reading() as session:
        said = session.scalars(
            select(Outbox.event).where(Outbox.type == "members.life-event.hospitalized.v1")
        ).one()
    scene.house.welfare.deliver(said.encode())
    scene.house.settle()
    scene.house.welfare.deliver(said.encode())
    scene.house.settle()
    assert len(scene.visits()) == 1


def test_v_a_school_on_variant_b_answers_childbirth_too(scene: Scene) -> None:
    current = scene.as_("赵立新").get("/api/welfare/v1/schemes/current").get_json()
    body = {"variant": "B", "replaces": current.get("version") or 0}
    chosen = scene.as_("赵立新").post("/api/welfare/v1/schemes", json=body)
    assert chosen.status_code == 201, chosen.text
    scene.report("hospitalized", "2026-09-07")
    scene.report("childbirth", "2026-09-06")
    assert sorted(visit["due_on"] for visit in scene.visits()) == ["2026-09-10", "2026-09-22"]


def test_vi_the_task_of_somebody_who_moves_follows_only_if_the_new_school_takes_it(scene: Scene) -> None:
    other = scene.school("实验小学")
    scene.person("许明兰", "carer", "organiser", school_id=other)
    scene.person("陶然", "chair", school_id=other)
    scene.report("hospitalized", "2026-09-07")
    _transfer(scene, "林晓雨", other)
    assert len(scene.visits("何莉")) == 1, "the old school keeps it until then"
    [offer] = scene.as_("许明兰").get("/api/welfare/v1/visits/offers").get_json()
    taken = scene.as_("许明兰").post(f"/api/welfare/v1/visits/offers/{offer['id']}/accept")
    assert taken.status_code == 200, taken.text
    scene.house.settle()
    assert scene.visits("何莉") == []
    assert len(scene.visits("许明兰")) == 1


def _transfer(scene: Scene, name: str, to: str) -> None:
    """Requested, released, accepted: as the register does it."""
    from services.members.people.actions import accept_transfer, release_transfer, request_transfer
    from services.members.people.models import Member
    from shared.kit import clock
    from shared.kit.database import locked

    with scene.house.members.transaction() as session:
        member = locked(session, Member, scene.ids[name])
        assert member is not None
        transfer = request_transfer(
            session, member, to_school_id=to, effective_on=clock.today(), by=scene.ids["许明兰"]
        )
        release_transfer(session, transfer, by=scene.ids["赵立新"])
        accept_transfer(session, transfer, by=scene.ids["许明兰"])
    scene.house.settle()


def test_every_committed_event_was_handled_once(scene: Scene, frozen_clock: FrozenClock) -> None:
    for kind in ("hospitalized", "childbirth", "marriage", "bereavement", "accident"):
        scene.report(kind, "2026-09-07")
    for service in scene.house.services.values():
        with service.reading() as session:
            doubled = session.execute(select(Inbox.id).group_by(Inbox.id).having(func.count() > 1)).all()
            waiting = session.scalars(select(Inbox.state).where(Inbox.state == "dead")).all()
        assert (doubled, waiting) == ([], [])
    assert find("members.life-event.hospitalized.v1") is not None
