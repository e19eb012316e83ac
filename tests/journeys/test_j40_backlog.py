"""J-40 消息堆积: welfare is away while 200 life events are reported; then every task is there once, and poison heals."""

from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.visits.models import VisitTask
from shared.contracts.members import MemberHospitalized
from shared.kit.messages import Inbox, Received, _handlers
from shared.kit.run import commands_of
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

KINDS = ("hospitalized", "childbirth", "marriage", "bereavement", "accident")


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    return Scene(house)


def report(scene: Scene, name: str, kind: str) -> None:
    body = {"person_id": scene.ids[name], "kind": kind, "occurred_on": "2026-09-07"}
    assert scene.as_("高远").post("/api/members/v1/life-events", json=body).status_code == 201


def test_200_events_reported_while_welfare_is_away_are_200_tasks_when_it_is_back(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    people = [f"同事{chr(0x4E00 + n)}" for n in range(40)]
    for name in people:
        scene.person(name)
    scene.house.settle()
    scene.house.down.add("welfare")
    for kind in KINDS:
        for name in people:
            report(scene, name, kind)
    scene.house.settle()
    with scene.house.welfare.reading() as session:
        assert session.scalars(select(VisitTask)).all() == []

    frozen_clock.advance(minutes=10)
    scene.house.down.clear()
    scene.house.settle()
    with scene.house.welfare.reading() as session:
        tasks = session.scalars(select(VisitTask)).all()
        handled = session.execute(select(Inbox.subject, Inbox.position).order_by(Inbox.position)).all()
    assert len(tasks) == 200
    assert len({task.life_event_id for task in tasks}) == 200
    assert len([row for row in handled if row.subject in {scene.ids[name] for name in people}]) >= 200


@pytest.fixture
def poisoned(scene: Scene) -> Iterator[list[Any]]:
    """While something stands in this list, welfare's handler fails for 林晓雨."""
    functions = _handlers["welfare"][MemberHospitalized.type]
    healthy, broken = list(functions), [True]

    def handler(session: Session, event: Received) -> None:
        if broken and event.subject == scene.ids["林晓雨"]:
            raise ZeroDivisionError
        for function in healthy:
            function(session, event)

    functions[:] = [handler]
    yield broken
    functions[:] = healthy


def let_it_die(scene: Scene, frozen_clock: FrozenClock) -> None:
    """Two people fall ill; the message about one of them is poison."""
    scene.person("许明兰")
    scene.house.settle()
    report(scene, "林晓雨", "hospitalized")
    report(scene, "许明兰", "hospitalized")
    for _ in range(8):
        scene.house.settle()
        frozen_clock.advance(hours=2)
    assert len(scene.visits()) == 1, "others are not held up"


def test_a_poisoned_event_is_set_aside_and_redriven_by_command(
    scene: Scene, frozen_clock: FrozenClock, poisoned: list[Any]
) -> None:
    let_it_die(scene, frozen_clock)
    poisoned.clear()
    commands = commands_of(scene.house.welfare.service)
    listed = CliRunner().invoke(commands, ["dead"])
    assert "ZeroDivisionError" in listed.output
    assert "hospital" not in listed.output, "not even the operator learns what happened"
    assert CliRunner().invoke(commands, ["redrive", "--all"]).output.startswith("1 ")
    scene.house.settle()
    assert len(scene.visits()) == 2


def test_the_operator_does_the_same_over_http_and_it_is_on_record(
    scene: Scene, frozen_clock: FrozenClock, poisoned: list[Any]
) -> None:
    scene.person("马启明", "operator", school_id=scene.district_id)
    let_it_die(scene, frozen_clock)
    poisoned.clear()
    operator, console = scene.as_("马启明"), "/api/welfare/v1/console"
    assert operator.get(console).get_json()["handling"]["dead"]["number"] == 1
    (dead,) = operator.get(f"{console}/dead").get_json()
    assert (dead["type"], dead["attempts"]) == ("members.life-event", 7)
    assert "ZeroDivisionError" in dead["error"]
    asked = {"ids": [dead["id"]], "reason": "the scheme was mended"}
    assert operator.post(f"{console}/redrive", json=asked).get_json() == {"amount": 1}
    scene.house.settle()
    assert len(scene.visits()) == 2
    assert operator.get(f"{console}/dead").get_json() == []
    (act,) = operator.get(f"{console}/acts").get_json()
    assert (act["actor_id"], act["reason"]) == (scene.ids["马启明"], "the scheme was mended")
    assert scene.as_("赵立新").get(console).status_code == 403
