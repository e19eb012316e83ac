"""An outside program that knows only docs/subscribe.md: it gets every public type there is, on every way, and nothing else.

The programs are taken out of the document and run beside the package that outsiders install; the types come from the
contracts, so that a new public one is covered here the day it is written.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pika
import pytest
from werkzeug.serving import make_server

from deploy.routes import service_of
from deploy.subscribers import Broker, Mistake
from services.members.webhooks import outside
from shared.contracts.registry import SERVICES, all_events, find
from shared.kit.feed import public_types
from shared.kit.service import ROOT
from shared.kit.testing import nodes, scratch
from shared.kit.testing.builders import a_person, a_school
from shared.kit.testing.fixtures import _rabbit
from shared.kit.testing.services import Client, House, until

GUIDE = (ROOT / "docs" / "subscribe.md").read_text(encoding="utf-8")
LIFE_EVENT = "members.life-event.hospitalized.v1"


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`unionhall-contracts` alone, as an outsider has it."""
    folder = tmp_path_factory.mktemp("package")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
    source = shutil.copytree(
        ROOT / "shared" / "contracts", folder / "source"
    )  # building leaves files beside it
    subprocess.run([*pip, "--target", folder / "lib", source], check=True, capture_output=True)
    return folder / "lib"


class Outsider:
    """Runs the programs of the document in a folder of its own."""

    def __init__(self, folder: Path, package: Path) -> None:
        self.folder = folder
        self._package = package
        for name, text in re.findall(r"^```\w+ (\S+)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL):
            (folder / name).write_text(text, encoding="utf-8")

    def start(self, name: str, **environment: str) -> "subprocess.Popen[str]":
        program = ["sh"] if name.endswith(".sh") else [sys.executable]
        known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(self._package), "PYTHONUTF8": "1"}
        out = (self.folder / f"{name}.out").open("w")
        return subprocess.Popen(
            [*program, name], cwd=self.folder, env=known | environment, stdout=out, text=True
        )

    def run(self, name: str, **environment: str) -> str:
        assert self.start(name, **environment).wait(60) == 0
        return self.said(name)

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.out").read_text()


class Scene:
    """A school, its chair, and the whole house at an address."""

    def __init__(self, house: House, address: str) -> None:
        self.house, self.address = house, address
        district = a_school(house, "明德区教育工会", kind="district")
        self.school = a_school(house, "甲校", district=district)
        self.other = a_school(house, "乙校", district=district)
        self.chair: Client = house.client(a_person(house, self.school, "赵立新", offices=["chair"]))

    def program(self) -> dict[str, str]:
        asked = {"name": "官网", "scopes": ["feed.read"]}
        made = self.chair.post("/api/members/v1/programs", json=asked).json
        client = {"client_id": made["id"], "client_secret": made["client_secret"]}
        self.house.client().post("/api/members/v1/token", json=client)  # so that the key is on its way
        self.house.settle()
        return {"UNIONHALL": self.address} | {name.upper(): value for name, value in client.items()}

    def say_everything(self) -> dict[str, str]:
        """Every public type in the name of our school and of another, and a life event. Returns event id → type, ours."""
        said: dict[str, str] = {}
        self.of_others = set()
        for event in all_events():
            if event.audience == "public":
                producer = self.house.services[event.producer]
                said[scratch.say_sample(producer, event.type, self.school.id)] = event.type
                self.of_others.add(scratch.say_sample(producer, event.type, self.other.id))
        scratch.say_sample(self.house.members, LIFE_EVENT, self.school.id)
        self.house.settle()
        assert set(said.values()) == set(public_types()) and "events.activity.scheduled.v1" in said.values()
        return said

    def is_ours_alone(self, got: dict[str, str], said: dict[str, str]) -> bool:
        """Whether somebody heard all that was said of our school (and what followed from it), and of no other."""
        return (
            got.items() >= said.items()
            and set(got.values()) == set(public_types())
            and not (got.keys() & self.of_others)
        )


@pytest.fixture
def scene(house: House) -> Iterator[Scene]:
    members = house.members.service
    members.config = replace(members.config, webhooks_inside=True)  # the receivers are on this machine

    def door(environ: dict[str, Any], start_response: Any) -> Any:
        return house.services[service_of(environ["PATH_INFO"])].app(environ, start_response)

    server = make_server("127.0.0.1", 0, door, threaded=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield Scene(house, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    serving.join(10)


@pytest.fixture
def outsider(tmp_path: Path, package: Path) -> Outsider:
    return Outsider(tmp_path, package)


def heard(lines: str) -> dict[str, str]:
    return dict(line.split()[:2] for line in lines.splitlines())  # type: ignore[misc]


def test_the_feed_gives_every_public_type_to_the_programs_of_the_document(
    scene: Scene, outsider: Outsider
) -> None:
    program = scene.program()
    said = scene.say_everything()
    got = heard(outsider.run("feed.py", **program))
    assert scene.is_ours_alone(got, said)
    assert outsider.run("feed.py", **program) == "", "it goes on where it was"
    by_curl = {}
    for service in SERVICES:
        batch = orjson.loads(outsider.run("feed.sh", SERVICE=service, **program))
        by_curl |= {event["id"]: event["type"] for event in batch}
    assert by_curl == got


def test_webhooks_bring_every_public_type_to_the_receiver_of_the_document(
    scene: Scene, outsider: Outsider
) -> None:
    port = nodes.free_port()
    asked = {"name": "官网", "url": f"http://127.0.0.1:{port}/"}
    inside = scene.chair.post("/api/members/v1/webhooks", json=asked | {"types": [LIFE_EVENT]})
    assert inside.status_code == 422
    made = scene.chair.post("/api/members/v1/webhooks", json=asked).json
    receiver = outsider.start("webhook.py", PORT=str(port), SECRET=made["secret"])
    try:
        nodes.until(lambda: answers(port), "the receiver of the document")
        members = scene.house.members.service
        assert outside.deliver_due(members) == 1
        said = scene.say_everything()
        until(lambda: not outside.deliver_due(members))
        got = heard(outsider.said("webhook.py"))
        assert scene.is_ours_alone(got, said)
        log = scene.chair.get(f"/api/members/v1/webhooks/{made['id']}/deliveries?limit=200").json
        assert {one["state"] for one in log} == {"delivered"} and {one["event_id"] for one in log} == set(got)
    finally:
        receiver.kill()
        receiver.wait(10)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


# --- AMQP


class Amqp:
    """Two subscribers at the broker of the house."""

    def __init__(self, house: House) -> None:
        rabbit = _rabbit()
        at = urlsplit(rabbit.node.url)
        self.vhost = urlsplit(house.members.service.config.broker_url).path[1:]
        self.broker = Broker(rabbit.node.management, at.username or "", at.password or "", self.vhost)
        self.user, password, self.queue = self.broker.add("platform")
        self.other_queue = self.broker.add("museum", ["voting.ballot.certified.v1"])[2]
        self.url = rabbit.url(self.vhost, self.user, password)

    def channel(self) -> Any:
        return pika.BlockingConnection(pika.URLParameters(self.url)).channel()


@pytest.fixture
def amqp(house: House) -> Iterator[Amqp]:
    made = Amqp(house)
    yield made
    for name in ("platform", "museum"):
        made.broker.remove(name)


@pytest.mark.only_mode("distributed")
def test_amqp_brings_every_public_type_of_all_and_nothing_else(
    scene: Scene, amqp: Amqp, outsider: Outsider
) -> None:
    said = scene.say_everything()
    got = heard(outsider.run("amqp.py", BROKER=amqp.url, QUEUE=amqp.queue))
    assert got.items() >= said.items()
    assert set(got.values()) == set(public_types()), "no life event, and nothing else from within"
    assert {find(type_).audience for type_ in got.values()} == {"public"}  # type: ignore[union-attr]


@pytest.mark.only_mode("distributed")
def test_a_subscriber_is_refused_everything_but_its_own_queue(amqp: Amqp) -> None:
    attempts = {
        "a forged event": lambda c: c.basic_publish("union.events", "voting.ballot.certified.v1", b"{}"),
        "a forged public event": lambda c: c.basic_publish("union.feed", "voting.ballot.certified.v1", b"{}"),
        "straight into an inbox": lambda c: c.basic_publish("", "members.inbox", b"{}"),
        "the internal exchange": lambda c: c.queue_bind(amqp.queue, "union.events", LIFE_EVENT),
        "more of the feed than it was given": lambda c: c.queue_bind(amqp.queue, "union.feed", "#"),
        "an inbox": lambda c: c.basic_get("welfare.inbox"),
        "another's queue": lambda c: c.basic_get(amqp.other_queue),
        "what is set aside": lambda c: c.basic_get("union.dead"),
        "a queue of its own": lambda c: c.queue_declare("sub.platform.mine"),
        "emptying": lambda c: c.queue_delete(amqp.queue),
    }
    for what, attempt in attempts.items():
        channel = amqp.channel()
        channel.confirm_delivery()
        try:
            attempt(channel)
        except pika.exceptions.ChannelClosedByBroker as answer:
            assert "ACCESS_REFUSED" in str(answer), what
        else:
            pytest.fail(f"a subscriber could do this: {what}")
        finally:
            channel.connection.close()


@pytest.mark.only_mode("distributed")
def test_a_subscriber_that_is_gone_fills_no_disk_and_can_be_removed(scene: Scene, amqp: Amqp) -> None:
    told = _rabbit().api("GET", f"/queues/{amqp.vhost}/{amqp.queue}").json()["arguments"]
    assert told["x-overflow"] == "drop-head" and {"x-max-length-bytes", "x-message-ttl", "x-expires"} <= set(
        told
    )
    assert {one.user for one in amqp.broker.subscribers()} >= {"sub.platform", "sub.museum"}
    for name in ("Members", "x", "a b", "../users", "members.inbox"):
        with pytest.raises(Mistake):
            amqp.broker.add(name)
    with pytest.raises(Mistake):
        amqp.broker.add("museum", [LIFE_EVENT])
    with pytest.raises(Mistake):
        amqp.broker.remove("nobody")
