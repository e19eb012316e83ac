"""Draining a backlog: ours with every promise, beside four peers that store one row a message and promise less.

The queue is full before the one worker starts; the clock runs from a worker's first effects to its last. Each peer has
an environment of its own, made when it is first asked for: their dependencies exclude one another's and ours.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.bus.stage import Place, bodies, channel, dsn, empty, fill_outbox, ours, running, until_effects
from bench.ground import Record, median, say

GOAL = 2.0
PEERS = {
    "celery": ["celery==5.7.0"],
    "dramatiq": ["dramatiq[rabbitmq]==2.2.1"],
    "faststream": ["faststream[rabbit]==0.7.8"],
    "nameko": ["nameko==2.14.1", "setuptools==80.9.0"],
}
PROGRAMS = Path(__file__).parent / "peers"
ENVIRONMENTS = Path(sys.prefix) / "peers"
FIRST = 0.1  # of the backlog is drained before the clock starts: whoever is at work by then is warm


def measure(place: Place, record: Record, events: int, rounds: int) -> list[tuple[str, float, float]]:
    rates: dict[str, list[float]] = {"ours": [], **{name: [] for name in PEERS}}
    count = events // 2
    for turn in range(rounds):
        for who, found in rates.items():
            empty(place)
            with _ours(place, count) if who == "ours" else _peer(who, place, count):
                rate = _timed(place, count)
            found.append(rate)
            record.add(part="backlog", turn=turn, who=who, events=count, rate=rate)
    say("a backlog: " + ", ".join(f"{who} {median(found):.0f}/s" for who, found in rates.items()))
    best = [max(turn) for turn in zip(*(rates[name] for name in PEERS), strict=True)]
    ratio = median(mine / theirs for mine, theirs in zip(rates["ours"], best, strict=True))
    return [("draining a backlog / the best of four peers", ratio, GOAL)]


def _timed(place: Place, count: int) -> float:
    first = int(count * FIRST)
    until_effects(place, first)
    with place.connect("welfare") as connection:
        began = time.perf_counter()
        done = connection.execute("SELECT count(*) FROM bench_effect").fetchone()[0]  # type: ignore[index]
    until_effects(place, count)
    return (count - done) / (time.perf_counter() - began)


@contextmanager
def _ours(place: Place, count: int) -> Iterator[None]:
    with running((ours, ("relay", "members", place))):
        fill_outbox(place, bodies(count))
        with place.connect("members") as connection:
            left = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
            while connection.execute(left).fetchone() != (0,):
                time.sleep(0.05)
    with running((ours, ("worker", "welfare", place))):
        yield


@contextmanager
def _peer(name: str, place: Place, count: int) -> Iterator[None]:
    python, program = _environment(name), PROGRAMS / f"{name}_peer.py"
    told = {
        **os.environ,
        "PEER_BROKER": place.broker,
        "PEER_DSN": dsn(place.welfare),
        "PYTHONPATH": str(PROGRAMS),
    }
    lines = "".join(f"{body}\n" for _, _, body in bodies(count))
    subprocess.run([python, program, "fill"], input=lines, text=True, env=told, check=True)
    worker = subprocess.Popen([python, program, "work"], env=told)
    try:
        yield
    finally:
        worker.kill()
        worker.wait()
        with channel(place.broker) as opened:
            for queue in ("peer", "peer.DQ", "peer.XQ", "evt-speaker-said--peer.store"):
                opened.queue_delete(queue)


def _environment(name: str) -> Path:
    """The Python that has this peer."""
    folder, wanted = ENVIRONMENTS / name, [*PEERS[name], "psycopg[binary]==3.3.9"]
    python, stamp = folder / "bin" / "python", folder / "wanted"
    if not stamp.exists() or stamp.read_text() != str(wanted):
        say(f"an environment for {name}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", *wanted], check=True)
        stamp.write_text(str(wanted))
    return python
