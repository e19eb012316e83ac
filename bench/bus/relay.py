"""The relay alone: a full outbox to a queue that nobody reads, beside pika's SelectConnection with a window of 1000."""

import time

from bench.bus.hand import Publisher
from bench.bus.stage import TYPE, Place, bodies, empty, fill_outbox
from bench.ground import Record, median, say
from shared.kit.relay import Relay, _only_one
from shared.kit.transport import EXCHANGE, Rabbit

GOAL = 0.6


def measure(place: Place, record: Record, events: int, rounds: int) -> list[tuple[str, float, float]]:
    rates: dict[str, list[float]] = {"limit": [], "ours": []}
    for turn in range(rounds):
        for who, rate in (("limit", _limit(place, events)), ("ours", _ours(place, events))):
            rates[who].append(rate)
            record.add(part="relay", turn=turn, who=who, events=events, rate=rate)
    limit, ours = median(rates["limit"]), median(rates["ours"])
    ratio = median(mine / theirs for mine, theirs in zip(rates["ours"], rates["limit"], strict=True))
    say(f"relay alone: limit {limit:.0f}/s, ours {ours:.0f}/s")
    return [("relay alone / SelectConnection with window 1000", ratio, GOAL)]


def _limit(place: Place, events: int) -> float:
    empty(place)
    rows = [(event_id, event) for event_id, _, event in bodies(events)]
    publisher = Publisher(place.broker, EXCHANGE, TYPE)
    began = time.perf_counter()
    publisher.send(rows)
    took = time.perf_counter() - began
    publisher.connection.close()
    return events / took


def _ours(place: Place, events: int) -> float:
    empty(place)
    fill_outbox(place, bodies(events))
    service, transport = place.service("members"), Rabbit(place.broker, "members")
    with _only_one(service.database) as oldest:
        assert oldest is not None
        relay = Relay(service, transport, oldest)
        began = time.perf_counter()
        while relay.send():
            if relay.is_full:
                relay.mark()
        relay.mark()
        took = time.perf_counter() - began
    transport.close()
    service.database.dispose()
    return events / took
