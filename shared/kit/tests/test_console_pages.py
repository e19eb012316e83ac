"""The console as an operator sees it at a screen and as a program asks it; nobody else sees any of it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from shared.contracts import envelope
from shared.contracts.members import MemberHospitalized
from shared.kit import clock, relay, worker
from shared.kit.console import lists
from shared.kit.database import new_id
from shared.kit.messages import DEAD, Inbox, Outbox
from shared.kit.testing import scratch
from shared.kit.testing.builders import a_person, a_school
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import Client, TestService
from shared.kit.tests.test_console import A, B, C, Poison, die, receive
from shared.kit.tests.test_relay import Wire

API, PAGES = "/api/welfare/v1/console", "/welfare/console/"


@pytest.fixture
def welfare(service_of: Callable[..., TestService], frozen_clock: FrozenClock) -> TestService:
    frozen_clock.at("2026-09-07T10:00")
    return service_of("welfare")


@pytest.fixture
def poison(welfare: TestService) -> Iterator[Poison]:
    poison = Poison()
    with scratch.handling("welfare", poison):
        yield poison


@pytest.fixture
def operator(welfare: TestService) -> Client:
    school = a_school(welfare, "明德区教育工会", kind="district")
    return welfare.client(a_person(welfare, school, "马启明", offices=["operator"]))


@pytest.fixture
def three_dead(welfare: TestService, poison: Poison, frozen_clock: FrozenClock) -> list[str]:
    """The ids of three dead messages; whatever killed them is mended."""
    frozen_clock.at("2026-09-06T20:00")  # dying takes until ten o'clock
    poison.failing = {A, B, C}
    receive(welfare, *[scratch.hear(welfare, subject, 1) for subject in (A, B, C)])
    die(welfare, frozen_clock)
    poison.failing = set()
    with welfare.reading() as session:
        return list(session.scalars(select(Inbox.id).where(Inbox.state == DEAD).order_by(Inbox.position)))


def states(test: TestService) -> list[str]:
    with test.reading() as session:
        found = select(Inbox.state).where(Inbox.type == scratch.SAID.type).order_by(Inbox.position)
        return list(session.scalars(found))


def listed(operator: Client, rule: str) -> list[dict[str, Any]]:
    answer = operator.get(f"{API}/{rule}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()
    return found


def test_the_dead_tell_why_since_when_and_how_often(operator: Client, three_dead: list[str]) -> None:
    first, *_ = listed(operator, "dead")
    assert (first["id"], first["type"], first["attempts"]) == (three_dead[0], scratch.SAID.type, 7)
    assert first["error"].startswith("ZeroDivisionError at ")
    assert first["first_failed_at"] < first["due_at"], "the first failure and the last"
    state = operator.get(API).get_json()
    assert (state["mood"], state["handling"]["dead"]) == ("late", {"number": 3, "more": False})


def test_lists_are_searched_sorted_paged_and_exported(operator: Client, three_dead: list[str]) -> None:
    assert [row["id"] for row in listed(operator, f"dead?q={three_dead[1]}")] == [three_dead[1]]
    assert len(listed(operator, "dead?q=ZeroDivision")) == 3
    assert listed(operator, "dead?q=KeyError") == listed(operator, "dead?type=no.such.thing.v1") == []
    assert [row["id"] for row in listed(operator, "dead?sort=-since")] == three_dead[::-1]
    page = operator.get(f"{API}/dead?limit=2")
    assert len(page.get_json()) == 2 and 'rel="next"' in page.headers["Link"]
    rows = operator.get(f"{PAGES}dead?format=csv&q=Zero").text.splitlines()
    assert (len(rows), three_dead[0] in rows[1]) == (4, True)
    assert operator.get(f"{PAGES}dead?sort=-attempts&q=nothing").status_code == 200


def test_one_or_many_are_tried_again_over_http(
    welfare: TestService, operator: Client, three_dead: list[str]
) -> None:
    asked = {"ids": three_dead[:1], "reason": "mended"}
    assert operator.post(f"{API}/redrive", json=asked).get_json() == {"amount": 1}
    assert operator.post(f"{API}/redrive", json={"type": scratch.SAID.type}).get_json() == {"amount": 2}
    welfare.work()
    assert states(welfare) == ["handled"] * 3
    again = operator.post(f"{API}/redrive", json={"everything": True})
    assert (again.status_code, again.get_json()["type"]) == (409, "/problems/message-not-dead")
    assert [act["amount"] for act in listed(operator, "acts")] == [2, 1]


@pytest.mark.parametrize("body", [{}, {"everything": False}, {"ids": [A], "everything": True}])
def test_what_is_to_be_tried_again_is_said_in_exactly_one_way(operator: Client, body: dict[str, Any]) -> None:
    assert operator.post(f"{API}/redrive", json=body).status_code == 422


def test_ticked_messages_are_tried_again_from_the_page_and_the_act_is_shown(
    welfare: TestService, operator: Client, three_dead: list[str]
) -> None:
    operator.form(f"{PAGES}redrive", {"ids": three_dead[:2], "reason": "方案已补"})
    welfare.work()
    assert sorted(states(welfare)) == ["dead", "handled", "handled"]
    shown = operator.get(f"{PAGES}acts").text
    assert shown.count("方案已补") == 2 and "马启明" in shown
    assert "方案已补" in operator.get(f"{PAGES}messages/{three_dead[0]}").text
    nothing = operator.form(f"{PAGES}redrive", {})
    assert nothing.status_code == 303
    assert "请选择要重投的消息" in operator.get(f"{PAGES}dead").text


def test_giving_up_asks_for_a_reason_and_keeps_it(
    welfare: TestService, operator: Client, three_dead: list[str]
) -> None:
    url = f"{PAGES}messages/{three_dead[0]}/skip"
    assert operator.get(url).status_code == 200
    assert operator.form(url, {"reason": " "}).status_code == 422
    assert states(welfare) == ["dead"] * 3
    assert operator.form(url, {"reason": "本人已撤回"}).status_code == 303
    assert operator.get(url).status_code == 404, "it is given up already"
    assert operator.post(f"{API}/messages/{three_dead[1]}/skip", json={}).status_code == 422
    said = {"reason": "withdrawn"}
    assert operator.post(f"{API}/messages/{three_dead[1]}/skip", json=said).status_code == 200
    assert states(welfare) == ["skipped", "skipped", "dead"]
    assert [act["reason"] for act in listed(operator, "acts")] == ["withdrawn", "本人已撤回"]


def test_sending_again_first_says_how_many(welfare: TestService, operator: Client) -> None:
    ids = [scratch.say(welfare, A, n) for n in range(3)]
    assert [row["id"] for row in listed(operator, "unsent")] == ids
    relay.relay_once(welfare.service, Wire())
    with welfare.reading() as session:
        second = session.scalars(select(Outbox.position).where(Outbox.id == ids[1])).one()
    assert operator.get(f"{API}/resend?position={second}").get_json() == {"number": 2, "more": False}
    asked = {"position": str(second), "reason": "恢复"}
    page = operator.form(f"{PAGES}resend", asked)
    assert "2 个事件" in page.text and listed(operator, "unsent") == []
    assert operator.form(f"{PAGES}resend", {}).status_code == 422
    nothing = operator.form(f"{PAGES}resend", {"position": "999999"})
    assert nothing.status_code == 422 and 'value="999999"' in nothing.text
    operator.form(f"{PAGES}resend", asked | {"confirmed": "yes"})
    wire = Wire()
    relay.relay_once(welfare.service, wire)
    assert wire.sent == ids[1:]
    assert operator.post(f"{API}/resend", json={"since": "2026-09-07T00:00"}).get_json() == {"amount": 3}
    assert operator.post(f"{API}/resend", json={}).status_code == 422


def test_no_page_and_no_answer_says_what_happened_or_to_whom(
    welfare: TestService, operator: Client, frozen_clock: FrozenClock
) -> None:
    person, school, life_event = new_id(), new_id(), new_id()
    day = {"occurred_on": clock.today(), "reported_at": clock.now()}
    data = {"life_event_id": life_event, "person_id": person, "kind": "hospitalized", "privacy": "normal"}
    message_id = new_id()
    body = envelope.make(
        id=message_id,
        type=MemberHospitalized.type,
        subject=person,
        time=clock.now(),
        data=MemberHospitalized.check(data | day),
        school=school,
    )
    worker.receive(welfare.service, [envelope.read(body)])
    with welfare.transaction() as session:
        row = session.scalars(select(Inbox).where(Inbox.id == message_id)).one()
        row.state, row.event, row.type = DEAD, body.decode(), MemberHospitalized.type
        row.error, row.due_at = "KeyError at welfare/visits/handlers.py:1", clock.now()
    told = ""
    for url in (
        *(f"{PAGES}{rule}" for rule in ("", "panels/state", "dead", "dead?format=csv", "waiting", "acts")),
        *(f"{PAGES}messages/{message_id}{end}" for end in ("", "/skip")),
        *(f"{API}{rule}" for rule in ("", "/dead", "/waiting", f"/messages/{message_id}")),
    ):
        answer = operator.get(url)
        assert answer.status_code == 200, url
        told += json.dumps(answer.get_json()) if answer.is_json else answer.text
    assert "members.life-event" in told
    for secret in ("hospital", person, school, life_event):
        assert secret not in told


def test_what_an_event_says_is_never_even_fetched_for_a_list(
    welfare: TestService, three_dead: list[str]
) -> None:
    with welfare.reading() as session:
        row = session.scalars(lists.dead().query).first()
        with pytest.raises(Exception, match="event"):
            _ = row.event


@pytest.mark.parametrize("office", ["chair", "district_officer", "auditor"])
def test_no_other_office_opens_the_console(welfare: TestService, office: str) -> None:
    school = a_school(welfare)
    officer = welfare.client(a_person(welfare, school, "赵立新", offices=[office]))
    assert officer.get(PAGES).status_code == officer.get(API).status_code == 403
    assert officer.form(f"{PAGES}redrive", {"everything": "true"}).status_code == 403
    assert welfare.client().get(API).status_code == 401


@pytest.mark.parametrize("kind", [*lists.KINDS, ""])
def test_what_waits_is_told_apart_on_its_page(
    welfare: TestService, operator: Client, poison: Poison, kind: str
) -> None:
    receive(welfare, scratch.hear(welfare, A, 1))
    welfare.work()
    shown = {row["attempts"] for row in listed(operator, f"waiting?kind={kind}" if kind else "waiting")}
    assert shown == ({1} if kind in ("delayed", "") else set())
    assert operator.get(f"{PAGES}waiting?kind={kind}&type={scratch.SAID.type}").status_code == 200
