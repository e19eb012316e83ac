"""From the outbox to the effect: ours with every promise, one relay and one worker, beside the same tuned by hand.

Live: both ends run while the outbox is filled at once. Backlog: the queue is full before the worker starts.
"""

import time

from bench.bus import hand
from bench.bus.stage import Place, bodies, empty, fill_outbox, ours, running, until_effects
from bench.ground import Record, median, say

GOAL = 0.5


def measure(place: Place, record: Record, events: int, rounds: int) -> list[tuple[str, float, float]]:
    rates: dict[str, list[float]] = {"hand": [], "ours": []}
    for turn in range(rounds):
        for who, rate in (("hand", _hand(place, events)), ("ours", _ours(place, events))):
            rates[who].append(rate)
            record.add(part="pipeline", turn=turn, who=who, events=events, rate=rate)
    ratio = median(mine / theirs for mine, theirs in zip(rates["ours"], rates["hand"], strict=True))
    say(f"pipeline: by hand {median(rates['hand']):.0f}/s, ours {median(rates['ours']):.0f}/s")
    return [("pipeline with all promises / tuned by hand", ratio, GOAL)]


def _ours(place: Place, events: int) -> float:
    empty(place)
    with running((ours, ("relay", "members", place)), (ours, ("worker", "welfare", place))):
        return _timed(place, events, "outbox")


def _hand(place: Place, events: int) -> float:
    empty(place)
    with running((hand.relay, (place,)), (hand.consumer, (place,))):
        return _timed(place, events, "hand_outbox")


def _timed(place: Place, events: int, outbox: str) -> float:
    """A first event shows that all are at work; then the others at once."""
    fill_outbox(place, bodies(1), outbox)
    until_effects(place, 1)
    rows = bodies(events)
    fill_outbox(place, rows, outbox)
    began = time.perf_counter()
    until_effects(place, events + 1)
    return events / (time.perf_counter() - began)
