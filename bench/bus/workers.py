"""A handler of 20 ms: how much faster four workers are than one. Waiting is not work, so two cores are enough."""

import time
from dataclasses import replace

from bench.bus.stage import TYPE, Place, bodies, empty, ours, running, until_effects
from bench.ground import Record, median, say
from shared.kit import clock

GOAL = 3.0
EVENTS = 1000


def measure(place: Place, record: Record, _events: int, rounds: int) -> list[tuple[str, float, float]]:
    slow = replace(place, pause=0.02)
    rates: dict[int, list[float]] = {1: [], 4: []}
    for turn in range(max(1, rounds // 2)):
        for count in (1, 4):
            rates[count].append(_rate(slow, count))
            record.add(part="workers", turn=turn, workers=count, events=EVENTS, rate=rates[count][-1])
    ratio = median(four / one for four, one in zip(rates[4], rates[1], strict=True))
    say(f"a handler of 20 ms: one worker {median(rates[1]):.0f}/s, four {median(rates[4]):.0f}/s")
    return [("a 20 ms handler: four workers / one", ratio, GOAL)]


def _rate(place: Place, workers: int) -> float:
    """A thousand events wait in the inbox when the workers begin."""
    empty(place)
    now = clock.now()
    with place.connect("welfare", autocommit=False) as connection:
        columns = "id, type, subject, event, due_at, attempts, state"
        with connection.cursor().copy(f"COPY inbox ({columns}) FROM STDIN") as copy:
            for event_id, subject, event in bodies(EVENTS):
                copy.write_row((event_id, TYPE, subject, event, now, 0, "waiting"))
        connection.commit()
    with running(*[(ours, ("worker", "welfare", place))] * workers):
        until_effects(place, 1)
        began = time.perf_counter()
        with place.connect("welfare") as connection:
            done = connection.execute("SELECT count(*) FROM bench_effect").fetchone()[0]  # type: ignore[index]
        until_effects(place, EVENTS)
        return (EVENTS - done) / (time.perf_counter() - began)
