"""`./dev soak`: the bus under every mishap at once, for as long as one likes, on servers that keep what they confirm.

Two services tell each other events at a steady pace while processes, the broker and the database are killed and the
network between them is cut, stalled and slowed. At the end the books are compared, and everything that happened is
kept as JSON lines, from which the report is reckoned (`ledger.py`).
"""

import argparse
import contextlib
import os
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from shared.kit import encryption, telemetry
from shared.kit.messages import Inbox, Outbox
from shared.kit.service import discover_handlers
from shared.kit.testing import servers
from shared.kit.testing.proxy import Proxy
from tests.faults import ledger, malformed, process, scenario
from tests.faults import trial as trials
from tests.faults.pair import pair_of

ROLES: tuple[trials.Role, ...] = tuple(
    (role, service)
    for service in scenario.HEARERS
    for role in ("relay", "relay", "worker", "worker", "speaker")
)
KILL_SECONDS = 2.2  # between two kills, on average
# How often each of these happens in thirty minutes, and how many seconds it lasts.
BROKER_KILLS, BROKER_AWAY = 14, (0.5, 8)
OUTAGES, DATABASE_AWAY = 8, (2, 20)
CUTS, NETWORK_AWAY = 40, (0.5, 8)
PATIENCE = 300  # seconds for everything to be handled, once nothing dies any more


class Soak:
    """The servers, the processes, and threads that do harm."""

    def __init__(self, trial: trials.Trial, minutes: float, record: ledger.Record, **parts: Any) -> None:
        self.trial, self.minutes, self.record = trial, minutes, record
        self.database, self.broker = parts["database"], parts["broker"]
        self.wires: dict[str, Proxy] = parts["wires"]
        self.over = threading.Event()
        self.trouble: list[BaseException] = []
        trial.note = lambda role, by_us: record.add("kill", role=role[0], service=role[1], by_us=by_us)

    def run(self) -> None:
        harm = [
            threading.Thread(target=self._repeat, args=arguments, daemon=True)
            for arguments in (
                ("broker", BROKER_KILLS, self._kill_broker),
                ("database", OUTAGES, self._stop_database),
                ("network", CUTS, self._harm_network),
            )
        ]
        for thread in harm:
            thread.start()
        end = time.monotonic() + self.minutes * 60
        next_kill = next_look = time.monotonic()
        while (now := time.monotonic()) < end and not self.trouble:
            self.trial.tend()
            if now >= next_kill:
                self.trial.kill_one()
                next_kill = now + self.trial.chance.uniform(0.2, 1.8) * KILL_SECONDS
            if now >= next_look:
                self._look()
                self.trial.mislead()
                next_look = now + 10
            time.sleep(0.1)
        self.over.set()
        for thread in harm:
            thread.join()
        if self.trouble:
            raise self.trouble[0]
        for wire in self.wires.values():
            wire.heal()
        self.record.add("calm")
        self.trial.settle(PATIENCE)
        self.record.add("settled")

    def _repeat(self, what: str, in_thirty_minutes: int, harm: Callable[[random.Random], None]) -> None:
        """Do harm in each equal part of the time once, at a random moment of it."""
        chance = random.Random(f"{self.trial.settings.seed} {what}")
        times = max(1, round(in_thirty_minutes * self.minutes / 30))
        part, began = self.minutes * 60 / times, time.monotonic()
        try:
            for number in range(times):
                moment = began + part * (number + chance.uniform(0.1, 0.8))
                if self.over.wait(max(0.0, moment - time.monotonic())):
                    return
                harm(chance)
        except BaseException as error:
            self.trouble.append(error)

    def _kill_broker(self, chance: random.Random) -> None:
        self._crash("broker", self.broker, chance.uniform(*BROKER_AWAY))

    def _stop_database(self, chance: random.Random) -> None:
        self._crash("database", self.database, chance.uniform(*DATABASE_AWAY))

    def _crash(self, name: str, server: Any, seconds: float) -> None:
        self.record.add(f"{name} killed", seconds=round(seconds, 1))
        server.kill()
        time.sleep(seconds)
        server.start()
        self.record.add(f"{name} back")

    def _harm_network(self, chance: random.Random) -> None:
        name, kind = chance.choice(sorted(self.wires)), chance.choice(("cut", "stall", "slow"))
        seconds = chance.uniform(*NETWORK_AWAY)
        self.record.add("network", to=name, kind=kind, seconds=round(seconds, 1))
        wire = self.wires[name]
        {"cut": wire.cut, "stall": wire.stall, "slow": lambda: wire.slow(20_000)}[kind]()
        time.sleep(seconds)
        wire.heal()

    def _look(self) -> None:
        with contextlib.suppress(DBAPIError):
            said = self.trial.count_said()
            waiting = self.trial.waiting()
            self.record.add("progress", said=said, waiting=waiting)
            say(f"  {self.record.seconds():5.0f} s: said {said}, waiting {waiting}, kills {self.trial.kills}")

    def close_books(self) -> None:
        """Every subject with all that was said and all that was done about it, and the state of the tables."""
        for speaker, hearer in scenario.HEARERS.items():
            for line in self._subjects(speaker, hearer):
                self.record.add("subject", **line)
        for name, database in self.trial.databases.items():
            with database.reading() as session:
                states = (
                    select(Inbox.state, func.count())
                    .where(Inbox.type.not_like("self.%"))
                    .group_by(Inbox.state)
                )
                feed = select(func.count(Outbox.feed_position), func.count(Outbox.feed_position.distinct()))
                placed, places = session.execute(feed).one()
                unsent = select(func.count()).where(Outbox.published_at.is_(None))
                self.record.add(
                    "tables",
                    service=name,
                    inbox=dict(session.execute(states).all()),
                    unsent=session.scalar(unsent),
                    feed={"events": placed, "places": places},
                )

    def _subjects(self, speaker: str, hearer: str) -> Iterator[dict[str, Any]]:
        type_ = scenario.event_of(speaker).type
        said, ids = defaultdict(list), {}
        with self.trial.databases[speaker].reading() as session:
            rows = select(Outbox.id, Outbox.subject, Outbox.event).where(Outbox.type == type_)
            for event_id, subject, event in session.execute(rows.order_by(Outbox.position)):
                number = scenario.number_of(type_, orjson.loads(event)["data"])
                said[subject].append(number)
                ids[event_id] = (subject, number)
        stored, done, strange = defaultdict(list), defaultdict(list), defaultdict(int)
        columns = (scenario.Effect.event_id, scenario.Effect.subject, scenario.Effect.number)
        with self.trial.databases[hearer].reading() as session:
            for event_id, subject, number in session.execute(
                select(*columns).order_by(scenario.Effect.position)
            ):
                done[subject].append(number)
                strange[subject] += ids.get(event_id) != (subject, number)
            for event_id in session.scalars(
                select(Inbox.id).where(Inbox.type == type_).order_by(Inbox.position)
            ):
                subject, number = ids.get(event_id, ("", 0))
                stored[subject].append(number)
        for subject in sorted(said.keys() | done.keys()):
            yield {
                "speaker": speaker,
                "subject": subject,
                "said": ledger.runs(said[subject]),
                "stored": ledger.runs(stored[subject]),
                "done": ledger.runs(done[subject]),
                "strange": strange[subject],
            }


@contextmanager
def stage(seed: int, minutes: float, rate: float, record: ledger.Record) -> Iterator[Soak]:
    """Durable servers of our own behind a network that can fail; databases, queues and processes."""
    database, broker = servers.start_postgres(durable=True), servers.start_rabbit()
    wires: dict[str, Proxy] = {}
    try:
        with tempfile.TemporaryDirectory(prefix="unionhall-soak-") as folder:
            vhost = f"soak-{os.getpid()}"
            direct = {name: database.create_database(f"soak_{name}") for name in scenario.HEARERS}
            brokered = broker.add_vhost(vhost)
            for name, address in (("broker", brokered), ("database", direct["members"])):
                url = make_url(address)
                wires[name] = Proxy(url.host or "127.0.0.1", url.port or 0)
            settings = process.Settings(
                seed,
                folder,
                {name: _through(wires["database"], url) for name, url in direct.items()},
                _through(wires["broker"], brokered),
                encryption.new_key(),
                peril=0.0005,
                flaw=0.005,
                rate=rate / len(direct),
                began=time.time(),
                near=direct,
            )
            with trials.begun(ROLES, settings, direct) as trial:
                with trial.databases["members"].reading() as session:
                    engine = session.scalar(text("SHOW server_version"))
                rabbit = broker.api("GET", "/overview").json()["rabbitmq_version"]
                record.add(
                    "soak",
                    seed=seed,
                    minutes=minutes,
                    rate=rate,
                    postgres=engine,
                    rabbitmq=rabbit,
                    cores=os.cpu_count(),
                )
                yield Soak(trial, minutes, record, database=database, broker=broker, wires=wires)
    finally:
        for wire in wires.values():
            wire.close()
        broker.stop()
        database.stop()


def _through(wire: Proxy, address: str) -> str:
    url = make_url(address).set(host="127.0.0.1", port=wire.port)
    return url.render_as_string(hide_password=False)


def withstand(seed: int, count: int) -> bool:
    """Bring what is no event to a receiver; whether it lives on and every message is accounted for."""
    discover_handlers()
    encryption.use_keys(encryption.new_key())
    telemetry.configure("critical")
    broker = servers.start_rabbit()
    with pair_of("sqlite", broker.add_vhost("malformed")) as pair:
        found = malformed.survive(pair, list(malformed.messages(seed, count)))
    broker.stop()
    say(f"{found}: {'exact' if found.is_exact else 'something is missing'}")
    return found.is_exact


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> None:
    options = argparse.ArgumentParser(prog="./dev soak", description=__doc__)
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options.add_argument(
        "--rate", type=float, default=132, help="events per second of both services together"
    )
    options.add_argument(
        "what", nargs="?", choices=["malformed"], help="only 10,000 messages that are no events"
    )
    options.add_argument("--throw-away", action="store_true", help="keep neither lines nor report")
    asked = options.parse_args()
    say(f"seed {asked.seed}")
    if asked.what == "malformed":
        sys.exit(not withstand(asked.seed, 10_000))
    record = ledger.Record()
    try:
        with stage(asked.seed, asked.minutes, asked.rate, record) as soak:
            soak.run()
            soak.close_books()
    finally:
        path = record.keep("soak", throw_away=asked.throw_away)
        say(ledger.report(record.lines, path.name))
    sys.exit(ledger.Reckoning.of(record.lines).is_broken)


if __name__ == "__main__":
    main()
