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
from shared.kit.service import Service

GOAL = 1.3
FEW, MANY = 200, 200_000
TURNS = 60
CROWDED = "the delayed one"


def measure(place: Place, record: Record, _events: int, _rounds: int) -> list[tuple[str, float, float]]:
    """The few wait in welfare's inbox and the many in members', so that claims of both can take turns."""
    now, later = clock.now() - timedelta(minutes=1), clock.now() + timedelta(hours=1)
    shapes: dict[str, list[Any]] = {
        "200,000 due": _rows(MANY, now),
        "200,000 for later": _rows(MANY, later),
        "200,000 behind one delayed row": _rows(MANY, later, subject=CROWDED),
    }
    found = []
    for shape, others in shapes.items():
        empty(place)
        _fill(place, "welfare", _rows(FEW, now))
        _fill(place, "members", _rows(FEW, now) + others)
        few, many = place.service("welfare"), place.service("members")
        turns = [(_claim(few), _claim(many), _look(few), _look(many)) for _ in range(TURNS + 5)][5:]
        claim_few, claim_many, look_few, look_many = (median(column) for column in zip(*turns, strict=True))
        record.add(part="claims", shape=shape, columns="claim few, many; look few, many; ms", turns=turns)
        say(
            f"{shape}: a claim of 50 takes {claim_many:.2f} ms, beside 200 due {claim_few:.2f} ms; "
            f"a look on arrival {look_many:.2f} ms, beside {look_few:.2f} ms"
        )
        found.append((f"claim, {shape} / 200 due", claim_many / claim_few, GOAL))
        for service in (few, many):
            service.database.dispose()
    return found


def _rows(count: int, due_at: Any, subject: str | None = None) -> list[Any]:
    return [(event_id, TYPE, subject or event_id, event, due_at) for event_id, _, event in bodies(count)]


def _fill(place: Place, name: str, rows: list[Any]) -> None:
    columns = "id, type, subject, event, due_at, attempts, state"
    with place.connect(name, autocommit=False) as connection:
        connection.execute("TRUNCATE inbox")
        with connection.cursor().copy(f"COPY inbox ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((*row, 0, "waiting"))
        connection.commit()
    with place.connect(name) as connection:
        connection.execute("VACUUM ANALYZE inbox")


def _claim(service: Service) -> float:
    """Milliseconds; the same fifty again and again, since every claim is rolled back."""
    with serving(service), transaction() as session:
        session.connection()
        began = time.perf_counter()
        rows = worker._claim(session, 50)
        took = (time.perf_counter() - began) * 1000
        assert len(rows) == 50
        session.rollback()
    return took


def _look(service: Service) -> float:
    """Milliseconds to see whether anything waits of the subjects of fifty events that arrive, the crowded one among
    them."""
    subjects = {subject for _, subject, _ in bodies(49)} | {CROWDED}
    with serving(service), transaction() as session:
        session.connection()
        began = time.perf_counter()
        worker._delays(session, subjects)
        return (time.perf_counter() - began) * 1000
