"""Members speaks and welfare hears, each with relay, receiver and workers as threads of the test's own process."""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tenacity import RetryError

from shared.kit import relay, worker
from shared.kit.messages import DEAD, WAITING, Inbox, Outbox, Received
from shared.kit.testing import fixtures, scratch
from shared.kit.testing.services import TestService, until
from shared.kit.transport import Local, Rabbit, Transport, declare_topology, receive_from_rabbit
from tests.faults import scenario


def prompt() -> float:
    """Seconds within which everything works again once a fault is over: ten, where nothing else uses the machine."""
    return 10 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Pair:
    """What is said about subjects, and what was handled, in the order of its handling."""

    def __init__(self, members: TestService, welfare: TestService, broker: str | None = None) -> None:
        self.members, self.welfare, self.broker = members, welfare, broker
        self.mishap: Callable[[Session, Received], None] = lambda _session, _event: None
        self._said: dict[str, int] = defaultdict(int)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        with welfare.transaction() as session:
            scenario.Base.metadata.create_all(session.connection())

    def handle(self, session: Session, event: Received) -> None:
        session.add(
            scenario.Effect(event_id=event.id, subject=event.subject, number=event.data["member_count"])
        )
        session.flush()
        self.mishap(session, event)

    def transport(self) -> Transport:
        if self.broker:
            return Rabbit(self.broker, "members")
        return Local({"welfare": self.receive})

    def receive(self, events: Any) -> None:
        worker.receive(self.welfare.service, events)

    def begin(self, relays: int = 1, workers: int = 1) -> None:
        """Start threads; more may be started later."""
        for _ in range(relays):
            self._start(relay.run, self.members.service, self.transport(), self._stop)
        for _ in range(workers):
            self._start(worker.run, self.welfare.service, self._stop)
            if self.broker:
                self._start(receive_from_rabbit, self.welfare.service, self.receive, self._stop, 200)

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)

    def end(self) -> None:
        """Stop; no thread may be stuck."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=40)
        assert not [thread for thread in self._threads if thread.is_alive()], "a thread is stuck"
        self._threads.clear()
        self._stop = threading.Event()

    def say(self, *subjects: str) -> None:
        """The next number of each of the subjects, in one transaction."""
        with self.members.transaction() as session:
            for subject in subjects:
                self._said[subject] += 1
                scratch.say_in(session, subject, self._said[subject])

    @property
    def said(self) -> dict[str, list[int]]:
        return {subject: list(range(1, last + 1)) for subject, last in self._said.items()}

    def done(self) -> dict[str, list[int]]:
        """Every effect there is."""
        found = defaultdict(list)
        with self.welfare.reading() as session:
            rows = select(scenario.Effect.subject, scenario.Effect.number).order_by(scenario.Effect.position)
            for subject, number in session.execute(rows):
                found[subject].append(number)
        return dict(found)

    def count(self, *states: str) -> int:
        """Events of ours in the inbox, in these states (all, if none is named)."""
        query = select(func.count()).where(Inbox.type == scratch.SAID.type)
        with self.welfare.reading() as session:
            return session.scalar(query.where(Inbox.state.in_(states)) if states else query) or 0

    def unsent(self) -> int:
        with self.members.reading() as session:
            return session.scalar(select(func.count()).where(Outbox.published_at.is_(None))) or 0

    def await_all(self, seconds: float = 120) -> float:
        """Wait until all that was said is handled, once and in order. Returns how long that took."""
        began = time.monotonic()
        try:
            until(lambda: sum(map(len, self.done().values())) >= sum(self._said.values()), seconds)
        except RetryError:
            pytest.fail(
                f"{self.unsent()} not sent, {self.count()} arrived, {self.count(WAITING)} of them wait"
            )
        took = time.monotonic() - began
        wrong = {
            subject: numbers for subject, numbers in self.done().items() if numbers != self.said[subject]
        }
        assert not wrong, f"lost, doubled or out of order: {wrong}"
        assert self.count(WAITING, DEAD) == 0
        return took


@contextmanager
def pair(members: TestService, welfare: TestService, broker: str | None = None) -> Iterator[Pair]:
    """Two services that were made; nothing runs yet."""
    one = Pair(members, welfare, broker)
    with scratch.handling("welfare", one.handle):
        if broker:
            declare_topology(broker)
        try:
            yield one
        finally:
            one.end()


@contextmanager
def pair_of(engine: str, broker: str | None = None, **settings: Any) -> Iterator[Pair]:
    """A pair on fresh databases of this kind, joined by a function call or by a broker."""
    given = {"broker_url": broker, **settings} if broker else settings
    with ExitStack() as stack:
        made: list[TestService] = []
        for name in ("members", "welfare"):
            made.append(fixtures.make_service(engine, name, **given))
            stack.callback(fixtures.drop_service, made[-1])
        yield stack.enter_context(pair(made[0], made[1], broker))


def at_once(works: Sequence[Callable[[], object]], seconds: float = 60) -> None:
    """Do all of this at the same time; whatever one of them raises is raised."""
    gate, troubles = threading.Barrier(len(works)), []

    def begin(work: Callable[[], object]) -> None:
        gate.wait(seconds)
        try:
            work()
        except BaseException as error:
            troubles.append(error)

    threads = [threading.Thread(target=begin, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    assert not [thread for thread in threads if thread.is_alive()], "a thread is stuck"
    if troubles:
        raise troubles[0]
