"""`./dev bench rounds`: a Spring Festival round of 2,000 visits, opened, printed and closed in bulk, in both modes.

Each stage is clocked from the request of the officer until the job behind it says 100 % (printing: until the whole
page is there), with relay and worker at work beside it. The limit is ten seconds each. What the figures stand beside:
the same rows, written one visit after the other through the ordinary actions, a hundred of them, and multiplied.
"""

import argparse
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.ground import Record, conditions, table
from services.welfare.rounds.actions import deciding, drafting, opening, results
from services.welfare.rounds.actions.results import Result
from services.welfare.rounds.models import VisitRound
from services.welfare.visits.actions.planning import plan_visit
from services.welfare.visits.actions.reporting import Report, complete_visit
from shared.kit import clock, encryption, migrate, relay, telemetry, worker
from shared.kit.config import Config
from shared.kit.database import locked, new_id
from shared.kit.jobs import RUNNING, Job
from shared.kit.service import Service
from shared.kit.testing import servers
from shared.kit.testing.builders import a_person, a_rule_pack, a_school
from shared.kit.testing.services import Client, TestService
from shared.kit.transport import Local, Rabbit, declare_topology

LIMIT = 10.0
STAGES = ("opened", "codes", "printed", "reported", "closed")


def main() -> None:
    options = argparse.ArgumentParser(prog="./dev bench rounds", description=__doc__)
    options.add_argument("--visits", type=int, default=2000)
    options.add_argument("--mode", choices=MODES, nargs="*", default=list(MODES))
    options.add_argument("--throw-away", action="store_true", help="do not keep the samples")
    asked = options.parse_args()
    telemetry.configure("error")
    encryption.use_keys(encryption.new_key())
    record, lines = Record("rounds", keep=not asked.throw_away), []
    for mode in asked.mode:
        conditions(record)
        with MODES[mode]() as service:
            took = Round(service, asked.visits).walk()
        record.add(mode=mode, visits=asked.visits, **took)
        printing = took["codes"] + took["printed"]
        for name, seconds in (
            ("opened", took["opened"]),
            ("printed", printing),
            ("closed", took["reported"] + took["closed"]),
        ):
            beside = took.get(f"{name} one by one")
            ratio = f"{seconds / beside:.2f}" if beside else ""
            verdict = "met" if seconds <= LIMIT else "not met"
            lines.append((mode, name, f"{seconds:.1f}", f"{beside:.1f}" if beside else "", ratio, verdict))
    table(("mode", f"{asked.visits} visits", "s", "one by one s", "ratio", f"≤ {LIMIT:.0f} s"), lines)
    record.close()


class Round:
    """五马中学 with as many retired colleagues, and the round that visits them."""

    def __init__(self, service: Service, visits: int) -> None:
        self.welfare, self.visits = TestService(service), visits
        district = a_school(self.welfare, "明德区教育工会", kind="district", rule_pack_code="guizhou")
        a_rule_pack(self.welfare)
        self.school = a_school(self.welfare, district=district)
        self.carer = a_person(self.welfare, self.school, "何莉", offices=["carer"])
        self.chair = a_person(self.welfare, self.school, "赵立新", offices=["chair"])
        for n in range(visits):
            a_person(self.welfare, self.school, f"退休{n}", standing="retired", birth_date=date(1945, 1, 1))

    def walk(self) -> dict[str, float]:
        """Seconds of each stage."""
        took = self._one_by_one()
        today = clock.today()
        with self.welfare.transaction() as session:
            made = drafting.open_round(
                session, school_id=self.school.id, kind="spring", year=today.year + 1, gift_fen=30000
            )
            round_id = made.id
            deciding.propose(session, made, by=self.carer.id)
            for voter in (self.carer, self.chair):
                deciding.vote(session, made, by=voter.id, approves=True, reason=None)
        lines = [Result(n, "done", today) for n in range(1, self.visits + 1)]
        host = {"host": "https://union.example/"}
        took["opened"] = self._clocked(round_id, opening.begin)
        took["codes"] = self._clocked(round_id, opening.draw_codes, **host)
        client, began = Client({"welfare": self.welfare.app}, self.carer.id), time.perf_counter()
        sheet = client.get(f"/welfare/rounds/{round_id}/sheets")
        assert sheet.status_code == 200 and sheet.text.count("uh-qr") == self.visits, sheet.status_code
        took["printed"] = time.perf_counter() - began
        took["reported"] = self._clocked(round_id, results.take_results, results=lines)
        took["closed"] = self._clocked(round_id, results.close, reason=None)
        return took

    def _clocked(self, round_id: str, action: Callable[..., Any], **given: Any) -> float:
        """From the request until its job is done; progress is asked for as a browser would."""
        began = time.perf_counter()
        with self.welfare.transaction() as session:
            made = locked(session, VisitRound, round_id)
            job = action(session, made, by=self.carer.id, **given)
            job_id, seen = job.id, {0}
        while True:
            with self.welfare.reading() as session:
                found = session.scalars(select(Job).where(Job.id == job_id)).one()
                seen.add(found.percent)
                if found.state != RUNNING:
                    assert found.percent == 100, found.message
                    break
            time.sleep(0.1)
        assert found.total < 1000 or len(seen) > 2, "no progress was shown"
        return time.perf_counter() - began

    def _one_by_one(self, sample: int = 100) -> dict[str, float]:
        """What as many visits would take through the ordinary actions, by a sample of a hundred."""
        today, took, ids = clock.today(), {}, []
        began = time.perf_counter()
        for _n in range(sample):
            with self.welfare.transaction() as session:
                task = plan_visit(
                    session, school_id=self.school.id, person_id=self.chair.id, kind="housing",
                    cause=f"bench:{new_id()}", occurred_on=today, reported_on=today,
                )  # fmt: skip
                assert task is not None
                ids.append(task.id)
        took["opened one by one"] = (time.perf_counter() - began) * self.visits / sample
        began = time.perf_counter()
        for task_id in ids:
            with self.welfare.transaction() as session:
                task = locked(session, type(task), task_id)
                assert task is not None
                complete_visit(
                    session, task, Report(today, [self.carer.id], 10000, "union"), by=self.carer.id
                )
        took["closed one by one"] = (time.perf_counter() - began) * self.visits / sample
        return took


@contextmanager
def _working(service: Service, transport: Any) -> Iterator[None]:
    """Relay and worker of welfare, as threads."""
    stop = threading.Event()
    roles = (lambda: relay.run(service, transport, stop), lambda: worker.run(service, stop))
    threads = [threading.Thread(target=role, daemon=True) for role in roles]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=5)


@contextmanager
def embedded() -> Iterator[Service]:
    folder = Path(tempfile.mkdtemp())
    service = Service(Config.read("welfare", {}, database_url=f"sqlite:///{folder}/welfare.db"))
    migrate.upgrade(service)
    with _working(service, Local({"welfare": lambda events: worker.receive(service, events)})):
        yield service
    shutil.rmtree(folder)


@contextmanager
def distributed() -> Iterator[Service]:
    database, broker = servers.start_postgres(durable=True), servers.start_rabbit()
    try:
        vhost = broker.add_vhost("rounds")
        declare_topology(vhost)
        service = Service(
            Config.read("welfare", {}, database_url=database.create_database("welfare"), broker_url=vhost)
        )
        migrate.upgrade(service)
        with _working(service, Rabbit(vhost, "welfare")):
            yield service
    finally:
        broker.stop()
        database.stop()


MODES: dict[str, Any] = {"embedded": embedded, "distributed": distributed}

if __name__ == "__main__":
    main()
