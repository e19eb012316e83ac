"""What a claim of fifty rows costs with 200,000 rows waiting, in three shapes, beside 200 rows waiting.

In each shape the due rows are of subjects of their own; what differs is what else waits.
"""

import time
from datetime import timedelta
from typing import Any

from bench.bus.stage import TYPE, Place, bodies, empty
from bench.ground import Record, median, say
from shared.kit import clock, worker
from shared.kit.database import serving, transaction

GOAL = 1.3
FEW, MANY = 200, 200_000
TURNS = 40


def measure(place: Place, record: Record, _events: int, _rounds: int) -> list[tuple[str, float, float]]:
    now, later = clock.now() - timedelta(minutes=1), clock.now() + timedelta(hours=1)
    shapes: dict[str, list[Any]] = {
        "200 due": [],
        "200,000 due": _rows(MANY, now),
        "200,000 for later": _rows(MANY, later),
        "200,000 behind one delayed row": _rows(MANY, later, subject="the delayed one"),
    }
    costs: dict[str, float] = {}
    for shape, others in shapes.items():
        empty(place)
        _fill(place, _rows(FEW, now) + others)
        claim, receive = _claims(place), _receives(place)
        costs[shape] = median(claim)
        record.add(part="claims", shape=shape, claim_ms=claim, receive_ms=receive)
        say(
            f"claim of 50, {shape}: {costs[shape]:.2f} ms; a look at what waits on arrival {median(receive):.2f} ms"
        )
    few = costs.pop("200 due")
    return [(f"claim, {shape} / 200 due", cost / few, GOAL) for shape, cost in costs.items()]


def _rows(count: int, due_at: Any, subject: str | None = None) -> list[Any]:
    return [(event_id, TYPE, subject or event_id, event, due_at) for event_id, _, event in bodies(count)]


def _fill(place: Place, rows: list[Any]) -> None:
    columns = "id, type, subject, event, due_at, attempts, state"
    with place.connect("welfare", autocommit=False) as connection:
        with connection.cursor().copy(f"COPY inbox ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((*row, 0, "waiting"))
        connection.commit()
    with place.connect("welfare") as connection:
        connection.execute("VACUUM ANALYZE inbox")


def _claims(place: Place) -> list[float]:
    """The same fifty again and again: every claim is rolled back."""
    service, found = place.service("welfare"), []
    with serving(service):
        for _ in range(TURNS):
            with transaction() as session:
                began = time.perf_counter()
                rows = worker._claim(session, 50)
                found.append((time.perf_counter() - began) * 1000)
                assert len(rows) == 50
                session.rollback()
    service.database.dispose()
    return found


def _receives(place: Place) -> list[float]:
    """Whether something waits of the subjects of fifty events that arrive, the crowded subject among them."""
    service, found = place.service("welfare"), []
    subjects = {subject for _, subject, _ in bodies(49)} | {"the delayed one"}
    with serving(service):
        for _ in range(TURNS):
            with transaction() as session:
                began = time.perf_counter()
                worker._delays(session, subjects)
                found.append((time.perf_counter() - began) * 1000)
    service.database.dispose()
    return found
