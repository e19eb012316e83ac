"""The feed: what is public, of whom one may hear, in order, from where one was; and what a late reader is told."""

import threading
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from shared.contracts import envelope
from shared.kit import feed, people, retention, tokens
from shared.kit.database import new_id
from shared.kit.relay import relay_once
from shared.kit.testing import scratch
from shared.kit.testing.builders import a_person, a_school
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import TEST_KID, Client, TestService, test_key
from shared.kit.tests.test_relay import Wire

URL = "/api/members/v1/feed"
PUBLIC = "members.membership.counted.v1"


class Scene:
    """Two schools of a district, and programs that read."""

    def __init__(self, test: TestService) -> None:
        self.test = test
        self.district = a_school(test, "明德区教育工会", kind="district")
        self.ours, self.theirs = (a_school(test, name, district=self.district) for name in ("甲校", "乙校"))

    def say(self, *schools: people.Organisation, type_: str = PUBLIC) -> list[str]:
        """One event of each; sent, so that they have their places."""
        said = [scratch.say_sample(self.test, type_, school.id) for school in schools]
        relay_once(self.test.service, Wire())
        return said

    def program(self, of: people.Organisation, *scopes: str) -> Client:
        token = tokens.sign(
            test_key(),
            TEST_KID,
            new_id(),
            kind="program",
            scopes=list(scopes or [feed.READ]),
            school_id=of.id,
        )
        return Client({"members": self.test.app}, None, token)


@pytest.fixture
def scene(service_of: Callable[..., TestService], frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    return Scene(service_of("members", outbox_days=30))


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == feed.BATCH
    return [envelope.read(orjson.dumps(event)).id for event in answer.get_json(force=True)]


def test_a_school_hears_of_itself_and_a_district_of_its_schools(scene: Scene) -> None:
    ours, theirs, at_the_top = scene.say(scene.ours, scene.theirs, scene.district)
    elsewhere = a_school(scene.test, "远校")
    scene.say(elsewhere)
    assert ids(scene.program(scene.ours).get(URL)) == [ours]
    assert ids(scene.program(scene.district).get(URL)) == [ours, theirs, at_the_top]
    assert ids(scene.program(scene.district).get(f"{URL}?school={scene.theirs.id}")) == [theirs]
    assert scene.program(scene.ours).get(f"{URL}?school={scene.theirs.id}").status_code == 404
    officer = scene.test.client(a_person(scene.test, scene.ours, offices=["chair"]))
    assert ids(officer.get(URL)) == [ours]


def test_nothing_internal_is_in_it_and_nobody_without_the_scope_reads_it(scene: Scene) -> None:
    scratch.say(scene.test, new_id())
    scene.say(scene.ours, type_="members.life-event.hospitalized.v1")
    (public,) = scene.say(scene.ours)
    reader = scene.program(scene.ours)
    assert ids(reader.get(URL)) == [public]
    for type_ in ("members.life-event.hospitalized.v1", "members.group.adjusted.v1", "nothing"):
        assert reader.get(f"{URL}?types={type_}").status_code == 422
    assert ids(reader.get(f"{URL}?types=members.dues.period-closed.v1,{PUBLIC}")) == [public]
    assert ids(reader.get(f"{URL}?types=voting.ballot.certified.v1")) == [], "another service's"
    assert scene.program(scene.ours, "people.see").get(URL).status_code == 403
    assert scene.test.client().get(URL).status_code == 401
    assert scene.test.client(a_person(scene.test, scene.ours, "员")).get(URL).status_code == 403


def test_a_reader_goes_on_where_it_was_and_misses_nothing(scene: Scene) -> None:
    said = scene.say(*[scene.ours] * 3, scene.theirs, *[scene.ours] * 2)
    wanted = [event for n, event in enumerate(said) if n != 3]
    reader, heard, link = scene.program(scene.ours), [], f"{URL}?limit=2"
    for _ in range(4):
        answer = reader.get(link)
        heard += ids(answer)
        link = answer.headers["Link"].split(">")[0][1:]
        assert f"after={answer.headers[feed.POSITION]}" in link
    assert heard == wanted
    (later,) = scene.say(scene.ours)
    assert ids(reader.get(link)) == [later]
    assert ids(reader.get(f"{URL}?after=999999999")) == []


def test_it_waits_for_the_next_one_but_only_few_may(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "LOOK", 0.01)
    (first,) = scene.say(scene.ours)
    reader = scene.program(scene.ours)
    position = reader.get(URL).headers[feed.POSITION]
    looked = threading.Event()
    read = feed.read

    def looking(*arguments: Any) -> feed.Piece:
        piece = read(*arguments)
        looked.set()
        return piece

    monkeypatch.setattr(feed, "read", looking)
    heard: list[str] = []
    waiting = threading.Thread(
        target=lambda: heard.extend(ids(reader.get(f"{URL}?after={position}&wait=20")))
    )
    waiting.start()
    assert looked.wait(10)
    (second,) = scene.say(scene.ours)
    waiting.join(10)
    assert heard == [second] != [first]

    monkeypatch.setattr(feed, "_waiting", threading.BoundedSemaphore(1))
    feed._waiting.acquire()
    position = reader.get(URL).headers[feed.POSITION]
    assert ids(reader.get(f"{URL}?after={position}&wait=20")) == [], "at once, since enough wait already"
    assert reader.get(f"{URL}?wait=21").status_code == 422


def test_who_comes_too_late_is_told_so(scene: Scene, frozen_clock: FrozenClock) -> None:
    scene.say(scene.ours)
    reader = scene.program(scene.ours)
    position = reader.get(URL).headers[feed.POSITION]
    frozen_clock.advance(days=20)
    _missed, kept = scene.say(scene.ours, scene.ours)
    frozen_clock.advance(days=31)
    with scene.test.transaction() as session:
        retention.purge(session, scene.test.service.config)
    reader = scene.program(scene.ours)  # its token lasts ten minutes
    late = reader.get(f"{URL}?after={position}")
    assert (late.status_code, late.get_json()["type"]) == (410, "/problems/feed-too-late")
    assert ids(reader.get(f"{URL}?after={late.get_json()['earliest'] - 1}")) == [kept]
    assert ids(reader.get(URL)) == [kept]


def test_an_answer_is_bounded_in_bytes(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    said = scene.say(*[scene.ours] * 3)
    monkeypatch.setattr(feed, "MOST_BYTES", 1)
    reader = scene.program(scene.ours)
    answer = reader.get(URL)
    assert ids(answer) == said[:1]
    assert ids(reader.get(f"{URL}?after={answer.headers[feed.POSITION]}")) == said[1:2]
