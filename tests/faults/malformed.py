"""Bytes that are no event of ours, or hardly: mutated samples, broken JSON, wild values. The same from the same seed."""

import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pika
from sqlalchemy import func, select

from shared.contracts import envelope
from shared.contracts.registry import all_events
from shared.kit.database import new_id
from shared.kit.messages import Inbox
from shared.kit.testing.services import SAMPLES, until
from shared.kit.transport import DEAD
from tests.faults.pair import Pair

Message = tuple[bytes, str | None]  # body, content type

WILD: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, 2**63, "", " ", "\u0000", "ÿ", "x" * 300, "2026-13-45", "NaN", [], [[]], {}, {"a": {}},
)  # fmt: skip
TYPES = (None, "", "text/plain", "application/json", "application/cloudevents+json; charset=utf-8", "x" * 100)


def messages(seed: int, count: int) -> Iterator[Message]:
    chance = random.Random(seed)
    samples = sorted(
        path.read_bytes() for cls in all_events() for path in (SAMPLES / cls.type).glob("*.json")
    )
    for _ in range(count):
        body = chance.choice(samples)
        for _ in range(chance.choice((1, 1, 2, 5))):
            body = chance.choice(MUTATIONS)(chance, body)
        yield body, envelope.CONTENT_TYPE if chance.random() < 0.95 else chance.choice(TYPES)


def _cut(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def _flip(chance: random.Random, body: bytes) -> bytes:
    found = bytearray(body or b"x")
    for _ in range(chance.choice((1, 2, 20))):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def _noise(chance: random.Random, _body: bytes) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 10, 1000)))


def _nest(chance: random.Random, _body: bytes) -> bytes:
    return chance.choice((b"[", b'{"a":')) * chance.choice((10, 5000))


def _large(chance: random.Random, body: bytes) -> bytes:
    return body + b" " * chance.choice((10, 70_000))


def _within(
    change: Callable[[random.Random, dict[str, Any]], None],
) -> Callable[[random.Random, bytes], bytes]:
    """A change of the JSON object; what is none stays as it is."""

    def mutate(chance: random.Random, body: bytes) -> bytes:
        try:
            said = orjson.loads(body)
            change(chance, said)
            return orjson.dumps(said)
        except (ValueError, TypeError, AttributeError, KeyError, IndexError):
            return body

    return mutate


def _drop(chance: random.Random, said: dict[str, Any]) -> None:
    del said[chance.choice(sorted(said))]


def _wild(chance: random.Random, said: dict[str, Any]) -> None:
    said[chance.choice(sorted(said))] = chance.choice(WILD)


def _wild_data(chance: random.Random, said: dict[str, Any]) -> None:
    said["id"] = str(new_id())
    said["data"][chance.choice(sorted(said["data"]))] = chance.choice(WILD)


def _unknown_type(chance: random.Random, said: dict[str, Any]) -> None:
    said["type"] = chance.choice(("members.person.changed.v99", "nobody.knows.this.v1", "Members", "*.#"))


def _more(chance: random.Random, said: dict[str, Any]) -> None:
    said[chance.choice(("extra", "Extra", "with space", "ä"))] = chance.choice(WILD)


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _cut,
    _flip,
    _noise,
    _nest,
    _large,
    *(_within(change) for change in (_drop, _wild, _wild_data, _unknown_type, _more)),
)


@dataclass(frozen=True)
class Count:
    """What became of the messages."""

    sent: int
    dead: int  # in the dead queue
    repeated: int  # an id that had come before
    stored: int
    alive: bool  # a good event behind them all was handled, once

    @property
    def is_exact(self) -> bool:
        return self.sent == self.dead + self.repeated + self.stored and self.alive


def survive(pair: Pair, found: list[Message]) -> Count:
    """Bring all of them to welfare's queue, then a good event, and count."""
    assert pair.broker is not None
    connection = pika.BlockingConnection(pika.URLParameters(pair.broker))
    channel = connection.channel()
    readable = []
    for body, content_type in found:
        properties = pika.BasicProperties(content_type=content_type, delivery_mode=2)
        channel.basic_publish("", "welfare.inbox", body, properties)
        with contextlib.suppress(envelope.MalformedEvent):
            if content_type == envelope.CONTENT_TYPE:
                readable.append(envelope.read(body).id)
    pair.begin()
    last = new_id()  # some mutants are still good events of the same type: theirs is another subject
    pair.say(last)
    until(lambda: last in pair.done(), 120)
    hopeless = len(found) - len(readable)

    def dead() -> int:
        return int(channel.queue_declare(DEAD, passive=True).method.message_count)

    until(lambda: dead() >= hopeless, 60)
    with pair.welfare.reading() as session:
        own = select(func.count()).where(Inbox.type.not_like("self.%"), Inbox.subject.not_in(pair.said))
        stored = session.scalar(own) or 0
    alive = pair.done()[last] == [1]
    count = Count(len(found), dead(), len(readable) - len(set(readable)), stored, alive)
    connection.close()
    return count
