"""What a worker's memory is after a million messages, beside what it was after ten thousand."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.bus.stage import FORK, Place, bodies, empty, take_part
from bench.ground import Record, say
from shared.contracts import envelope
from shared.kit import encryption, telemetry, worker
from shared.kit.database import new_id

GOAL = 1.1
FEW, MANY = 10_000, 1_000_000
BATCH, CLEARED = 200, 50_000  # tables are emptied after so many, since it is not their size that is asked


def measure(place: Place, record: Record, events: int, _rounds: int) -> list[tuple[str, float, float]]:
    """A million where the rounds have at least 20,000 events; fifty times their number in a shorter run."""
    many = min(MANY, events * 50)
    empty(place)
    told, teller = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_receive, args=(place, many, teller), daemon=True)
    child.start()
    found: dict[int, int] = {}
    while many not in found:
        found |= told.recv()
    child.join()
    record.add(part="memory", kilobytes=found)
    say(f"memory of a worker: after {FEW} messages {found[FEW]} kB, after {many} {found[many]} kB")
    return [(f"memory of a worker after {many:,} messages / after {FEW:,}", found[many] / found[FEW], GOAL)]


def _receive(place: Place, many: int, teller: Any) -> None:
    telemetry.configure("error")
    encryption.use_keys(place.keys)
    take_part()
    service = place.service("welfare")
    taken = 0
    for batch in _batches():
        worker.receive(service, batch)
        taken += len(batch)
        if taken in (FEW, many):
            teller.send({taken: _kilobytes()})
        if taken % CLEARED == 0:
            with place.connect("welfare") as connection:
                connection.execute("TRUNCATE inbox, bench_effect")
        if taken >= many:
            return


def _batches() -> Iterator[list[envelope.Envelope]]:
    """The same few events with new ids, without end."""
    samples = bodies(BATCH)
    while True:
        yield [envelope.read(body.replace(event_id, new_id()).encode()) for event_id, _, body in samples]


def _kilobytes() -> int:
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])
