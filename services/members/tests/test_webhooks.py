"""Webhooks: signed, confirmed, only what is public and one's own, never inwards, retried, and one apart from another."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from services.members.tests.builders import a_district, a_member, a_union, again
from services.members.webhooks import actions, addresses, outside, sending
from services.members.webhooks.models import Webhook, WebhookDelivery
from shared.contracts import envelope
from shared.contracts.members import MembersNoticeRequested
from shared.contracts.promises import samples
from shared.kit import people
from shared.kit.database import new_id
from shared.kit.testing.services import TestService

API = "/api/members/v1/webhooks"
PUBLIC, OTHER = "members.membership.counted.v1", "voting.ballot.certified.v1"


class Receiver:
    """An outside system; `answer` says what it does with a call, None to confirm as one should."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[Any, bytes], bool] | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.calls.append(({k.lower(): v for k, v in self.headers.items()}, body))
                if outer.answer is None or not outer.answer(self, body):
                    said = json.loads(body)
                    reply(self, 200, json.dumps({"challenge": said.get("data", {}).get("challenge")}))

            def log_message(self, *_arguments: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?key=1"

    @property
    def events(self) -> list[envelope.Envelope]:
        return [
            envelope.read(body) for headers, body in self.calls if "cloudevents" in headers["content-type"]
        ]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def reply(handler: Any, status: int, text: str = "", **headers: str) -> bool:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(text)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(text.encode())
    return True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def members(service_of: Any, frozen_clock: Any) -> TestService:
    return service_of("members", webhooks_inside=True)


@pytest.fixture
def union(members: TestService) -> Any:
    return a_union(members, district=a_district(members))


@pytest.fixture
def chair(members: TestService, union: Any) -> Any:
    return members.client(a_member(members, union, "赵立新", offices=("chair",)))


def subscribed(members: TestService, who: Any, url: str, **values: Any) -> dict[str, Any]:
    made = who.post(API, json={"name": "官网", "url": url, **values})
    assert made.status_code == 201, made.text
    outside.deliver_due(members.service)
    shown = who.get(f"{API}/{made.json['id']}").json
    assert shown["state"] == "active", shown
    return made.json


def tell(members: TestService, school: str, type_: str = PUBLIC) -> str:
    """A public event of some service reaches members."""
    sample = envelope.read(samples(type_)[0])
    return members.deliver(
        envelope.make(
            id=new_id(), type=type_, subject=school, time=sample.time, data=sample.data, school=school
        )
    )


def log(members: TestService) -> list[WebhookDelivery]:
    with members.reading() as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


# --- what is told, and signed how


def test_an_event_arrives_as_it_was_said_with_a_signature_that_the_standard_verifies(
    members: TestService, union: Any, chair: Any, receiver: Receiver
) -> None:
    secret = subscribed(members, chair, receiver.url)["secret"]
    told = tell(members, union.id)
    assert outside.deliver_due(members.service) == 1
    headers, body = receiver.calls[-1]
    assert headers["webhook-id"] == told == envelope.read(body).id
    Verifier(secret).verify(body, headers)
    for changed in (body.replace(b"126", b"127"), body + b" "):
        with pytest.raises(WebhookVerificationError):
            Verifier(secret).verify(changed, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(sending.new_secret()).verify(body, headers)
    assert [one.state for one in log(members)] == ["delivered"]
    assert outside.deliver_due(members.service) == 0, "once"


def test_after_a_rotation_both_secrets_verify_for_a_day(
    members: TestService, union: Any, chair: Any, receiver: Receiver, frozen_clock: Any
) -> None:
    made = subscribed(members, chair, receiver.url)
    fresh = chair.post(f"{API}/{made['id']}/secret").json["secret"]
    assert fresh != made["secret"]
    tell(members, union.id)
    outside.deliver_due(members.service)
    headers, body = receiver.calls[-1]
    for secret in (made["secret"], fresh):
        Verifier(secret).verify(body, headers)
    with members.reading() as session:
        webhook = session.get(Webhook, made["id"])
        assert webhook is not None and made["secret"] not in webhook.secret_sealed
        frozen_clock.advance(hours=24)
        assert webhook.secrets() == [fresh]
    for shown in (chair.get(API).text, chair.get(f"/members/webhooks/{made['id']}").text):
        assert "whsec_" not in shown and "key=1" not in shown, "the secret, and the receiver's own key"


def test_a_school_hears_only_of_itself_and_each_only_what_it_asked_for(
    members: TestService, union: Any, chair: Any, receiver: Receiver
) -> None:
    district = members.client(
        a_member(members, _district_of(members, union), "区干", offices=("district_officer",))
    )
    other = a_union(members, "实验小学", district=_district_of(members, union))
    elsewhere = a_union(members, "远校")
    subscribed(members, chair, f"{receiver.url}&who=school")
    subscribed(members, district, f"{receiver.url}&who=district")
    subscribed(members, district, f"{receiver.url}&who=one", only_school=other.id, types=[OTHER])
    refused = district.post(API, json={"name": "x", "url": receiver.url, "only_school": elsewhere.id})
    assert refused.status_code == 404
    ours, theirs, certified = tell(members, union.id), tell(members, other.id), tell(members, other.id, OTHER)
    tell(members, elsewhere.id)
    while outside.deliver_due(members.service):
        pass
    told: dict[str, set[str]] = {}
    with members.reading() as session:
        for one in session.scalars(select(WebhookDelivery)):
            webhook = session.get(Webhook, one.webhook_id)
            told.setdefault(webhook.url.rsplit("=")[-1], set()).add(one.event_id)  # type: ignore[union-attr]
    assert told == {"school": {ours}, "district": {ours, theirs, certified}, "one": {certified}}
    assert sorted(event.id for event in receiver.events) == sorted([ours, ours, theirs, certified, certified])


def _district_of(members: TestService, union: Any) -> Any:
    with members.reading() as session:
        return session.get(type(union), union.parent_id)


# --- confirmation


def test_nothing_is_sent_before_the_receiver_has_given_the_challenge_back(
    members: TestService, union: Any, chair: Any, receiver: Receiver, frozen_clock: Any
) -> None:
    receiver.answer = lambda handler, _body: reply(handler, 200, "hello")
    made = chair.post(API, json={"name": "官网", "url": receiver.url}).json
    outside.deliver_due(members.service)
    tell(members, union.id)
    shown = chair.get(f"{API}/{made['id']}").json
    assert (shown["state"], shown["error"]) == ("unproved", "no-confirmation")
    assert log(members) == []
    receiver.answer = None
    frozen_clock.advance(seconds=6)
    outside.deliver_due(members.service)
    assert chair.get(f"{API}/{made['id']}").json["state"] == "active"
    Verifier(made["secret"]).verify(receiver.calls[-1][1], receiver.calls[-1][0])


# --- inwards never


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1:8443/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://2130706433/",
        "https://224.0.0.1/",
    ],
)
@pytest.mark.only_engine("sqlite")
def test_an_inner_address_is_refused_when_it_is_saved(service_of: Any, url: str) -> None:
    members = service_of("members")
    chair = members.client(a_member(members, a_union(members), "赵立新", offices=("chair",)))
    refused = chair.post(API, json={"name": "官网", "url": url})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["url"])
    page = chair.form("/members/webhooks/new", {"name": "官网", "url": url})
    assert page.status_code == 422 and "官网" in page.text, "what was typed is kept"


@pytest.mark.only_engine("sqlite")
@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.215.14/",
        "ftp://x/",
        "https://",
        "https://u:p@93.184.215.14/",
        "https://x:99999/",
        "x\u202e",
    ],
)
def test_what_is_no_open_https_address_is_refused(url: str) -> None:
    with pytest.raises(addresses.Refused):
        addresses.look(url)


@pytest.mark.only_engine("sqlite")
def test_a_name_that_leads_inwards_later_is_refused_at_the_call(
    members: TestService, chair: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads = {"to": "93.184.215.14"}

    def resolved(_host: str, port: int, *_kind: Any, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (leads["to"], port))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolved)
    assert addresses.look("https://school.example/hook").address == "93.184.215.14"
    leads["to"] = "127.0.0.1"
    port = receiver.server.server_port
    outcome = sending.send(f"https://school.example:{port}/", {}, b"{}")
    assert (outcome.error, receiver.calls) == ("inner-address", [])


@pytest.mark.only_engine("sqlite")
def test_the_call_goes_to_the_address_that_was_looked_at(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def resolved(host: str, port: int, *_kind: Any, **_more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolved)
    outcome = sending.send(f"http://no-such.example:{receiver.server.server_port}/", {}, b"{}", private=True)
    assert (outcome.status, asked.count("no-such.example")) == (200, 1)
    assert receiver.calls[0][0]["host"].startswith("no-such.example")


# --- receivers that behave badly


def test_redirects_are_not_followed_and_an_endless_answer_is_cut(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answer = lambda handler, _body: reply(handler, 302, Location=receiver.url)
    assert sending.send(receiver.url, {}, b"{}", private=True).status == 302
    assert len(receiver.calls) == 1
    gone = threading.Event()

    def drip(handler: Any, _body: bytes) -> bool:
        handler.send_response(200)
        try:
            while not gone.wait(0.02):
                handler.wfile.write(b"X-Slow: 1\r\n")
        except OSError:
            gone.set()
        return True

    receiver.answer = drip
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    assert sending.send(receiver.url, {}, b"{}", private=True).error in ("no-answer", "no-answer-in-time")
    assert gone.wait(10)
    receiver.answer = lambda handler, _body: reply(handler, 200, "x" * 100_000)
    assert len(sending.send(receiver.url, {}, b"{}", private=True).answer) == sending.MOST_READ


def test_a_slow_receiver_holds_up_nobody_else(
    members: TestService, union: Any, chair: Any, receiver: Receiver
) -> None:
    slow, quick_done, release = Receiver(), threading.Event(), threading.Event()
    subscribed(members, chair, slow.url)
    subscribed(members, chair, receiver.url)

    def wait(_handler: Any, _body: bytes) -> bool:
        return not release.wait(20)

    def note(_handler: Any, _body: bytes) -> bool:
        if len(receiver.events) == 3:
            quick_done.set()
        return False

    slow.answer, receiver.answer = wait, note
    stop = threading.Event()
    for _ in range(3):
        tell(members, union.id)
    running = threading.Thread(target=outside.run, args=(members.service, stop))
    running.start()
    try:
        assert quick_done.wait(15)
        assert len(slow.events) == 1, "one is under way, and two wait behind it"
    finally:
        release.set()
        stop.set()
        running.join(20)
        slow.close()


def test_what_failed_is_tried_again_later_and_given_up_in_the_end(
    members: TestService, union: Any, chair: Any, receiver: Receiver, frozen_clock: Any
) -> None:
    made = subscribed(members, chair, receiver.url)
    receiver.answer = lambda handler, _body: reply(handler, 400)
    told = tell(members, union.id)
    outside.deliver_due(members.service)
    assert outside.deliver_due(members.service) == 0, "later"
    for delay in actions.DELAYS:
        frozen_clock.advance(seconds=delay.total_seconds() + 1)
        assert outside.deliver_due(members.service) == 1
    (given_up,) = log(members)
    assert (given_up.state, given_up.error, given_up.attempts) == (
        "failed",
        "status-400",
        len(actions.DELAYS) + 1,
    )
    assert len({headers["webhook-id"] for headers, _body in receiver.calls[1:]}) == 1, (
        "the same id at each try"
    )

    receiver.answer = None
    chair = members.client(given_up_by(members))  # the sign-in is over by now
    listed = chair.get(f"{API}/{made['id']}/deliveries?state=failed&q={told}").json
    assert [one["id"] for one in listed] == [given_up.id]
    assert "status-400" in chair.get(f"{API}/{made['id']}/deliveries?format=csv").text
    assert chair.post(f"{API}/{made['id']}/deliveries/{given_up.id}/replay").status_code == 204
    assert outside.deliver_due(members.service) == 1
    assert log(members)[0].state == "delivered"
    since = (given_up.created_at - timedelta(minutes=1)).isoformat()
    assert chair.post(f"{API}/{made['id']}/replay", json={"since": since}).json == {"amount": 1}
    none = chair.post(f"{API}/{made['id']}/replay", json={"since": since, "failed_only": True})
    assert (none.status_code, none.json["type"]) == (409, "/problems/nothing-to-replay")


def given_up_by(members: TestService) -> Any:
    with members.reading() as session:
        webhook = session.scalars(select(Webhook)).one()
        return session.get(people.Person, webhook.created_by)


def test_after_three_days_it_is_switched_off_and_its_officers_are_told(
    members: TestService, union: Any, chair: Any, receiver: Receiver, frozen_clock: Any
) -> None:
    made = subscribed(members, chair, receiver.url)
    receiver.answer = lambda handler, _body: reply(handler, 503, Retry_After="60")
    for _ in range(4):
        tell(members, union.id)
        outside.deliver_due(members.service)
        frozen_clock.advance(days=1, minutes=1)
    webhook = again(members, Webhook(id=made["id"]))
    assert (webhook.state, webhook.error) == ("disabled", "status-503")
    (notice,) = members.outbox(MembersNoticeRequested)[-1:]
    assert notice.data["template"] == "webhook-disabled" and notice.data["link"].endswith(made["id"])
    calls = len(receiver.calls)
    tell(members, union.id)
    assert (outside.deliver_due(members.service), len(receiver.calls)) == (0, calls)


def test_a_receiver_that_is_gone_is_switched_off_at_once_and_can_begin_anew(
    members: TestService, union: Any, chair: Any, receiver: Receiver
) -> None:
    made = subscribed(members, chair, receiver.url)
    receiver.answer = lambda handler, _body: reply(handler, 410)
    tell(members, union.id)
    outside.deliver_due(members.service)
    assert chair.get(f"{API}/{made['id']}").json["state"] == "disabled"
    receiver.answer = None
    assert chair.form(f"/members/webhooks/{made['id']}/check").status_code == 303
    outside.deliver_due(members.service)
    assert chair.get(f"{API}/{made['id']}").json["state"] == "active"


def test_a_union_has_at_most_ten_and_a_lease_that_a_crash_left_ends(
    members: TestService, union: Any, chair: Any, receiver: Receiver, frozen_clock: Any
) -> None:
    subscribed(members, chair, receiver.url)
    tell(members, union.id)
    assert len(outside.claim(members.service, 5)) == 1, "and now the process dies"
    assert outside.claim(members.service, 5) == []
    frozen_clock.advance(seconds=61)
    assert outside.deliver_due(members.service) == 1
    for n in range(actions.MOST - 1):
        assert chair.post(API, json={"name": str(n), "url": receiver.url}).status_code == 201
    refused = chair.post(API, json={"name": "eleven", "url": receiver.url})
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/too-many-webhooks")
    page = chair.form("/members/webhooks/new", {"name": "eleven", "url": receiver.url})
    assert page.status_code == 422 and "eleven" in page.text


def test_old_deliveries_are_forgotten_and_waiting_ones_kept(
    members: TestService, union: Any, chair: Any, receiver: Receiver, frozen_clock: Any
) -> None:
    subscribed(members, chair, receiver.url)
    tell(members, union.id)
    outside.deliver_due(members.service)
    waiting = tell(members, union.id)
    frozen_clock.advance(days=31)
    assert outside.forget(members.service) == 1
    assert [one.event_id for one in log(members)] == [waiting]


def test_the_pages_make_show_change_pause_and_remove(
    members: TestService, union: Any, chair: Any, receiver: Receiver
) -> None:
    made = chair.form("/members/webhooks/new", {"name": "官网", "url": receiver.url, "types": PUBLIC})
    assert made.status_code == 200 and "whsec_" in made.text
    (shown,) = chair.get(API).json
    outside.deliver_due(members.service)
    tell(members, union.id, OTHER)
    tell(members, union.id)
    outside.deliver_due(members.service)
    page = f"/members/webhooks/{shown['id']}"
    text = chair.get(page).text
    assert PUBLIC in text and "127.0.0.1" in text
    assert [one.type for one in log(members)] == [PUBLIC]
    assert chair.get(f"{page}?format=csv").text.count("members.membership") == 1
    assert chair.get("/members/webhooks/?q=官").text.count("官网") == 1
    (one,) = log(members)
    assert chair.form(f"{page}/deliveries/{one.id}/replay").status_code == 303
    assert chair.form(f"{page}/replay", {"since": "2020-01-01T00:00"}).status_code == 303
    assert chair.form(f"{page}/edit", {"name": "新官网", "url": receiver.url}).status_code == 303
    assert chair.get(f"{API}/{shown['id']}").json["types"] == []
    assert "新官网" in chair.get(f"{page}/edit").text
    assert "whsec_" in chair.form(f"{page}/secret").text
    assert chair.form(f"{page}/pause").status_code == 303
    assert chair.get(f"{API}/{shown['id']}").json["state"] == "paused"
    assert chair.form(f"{page}/remove").status_code == 303
    assert chair.get(API).json == [] and log(members) == []
