"""Hypothesis tries orders of saying, sending, crashing, receiving twice, failing, redriving and waiting that nobody thought of.

At every end the effects are exactly the events that were committed, in order per subject, and nothing else.
"""

import contextlib
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.contracts import envelope
from shared.kit import clock, worker
from shared.kit.messages import DEAD, WAITING
from shared.kit.relay import relay_once
from shared.kit.testing import fixtures, scratch
from shared.kit.transport import Local, TransportDown
from tests.faults.pair import Pair, pair_of

SUBJECTS = [f"019f0000-0000-7000-8000-00000000000{number}" for number in range(3)]
subjects = st.sampled_from(SUBJECTS)


class Crash(BaseException):
    """The process is gone: nobody catches this on the way."""


class Bus(RuleBasedStateMachine):
    """Two services on SQLite, joined by the process."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = contextlib.ExitStack()
        self.pair: Pair = self.stack.enter_context(pair_of("sqlite"))
        self.pair.mishap = self._mishap
        self.failing: set[str] = set()
        self.crash_in: int | None = None  # handlers until the process is gone
        self.heard: list[envelope.Envelope] = []
        clock.freeze("2026-09-07T10:00")

    def teardown(self) -> None:
        try:
            self._come_to_rest()
        finally:
            self.stack.close()
            clock.freeze(None)

    def _mishap(self, _session: Any, event: Any) -> None:
        if self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in < 0:
                raise Crash
        if event.subject in self.failing:
            raise RuntimeError("not now")

    def _receive(self, events: Any) -> None:
        self.heard += events
        self.pair.receive(events)

    @rule(about=st.lists(subjects, min_size=1, max_size=4), is_committed=st.sampled_from([True, True, False]))
    def say(self, about: list[str], is_committed: bool) -> None:
        if is_committed:
            self.pair.say(*about)
            return
        with contextlib.suppress(Crash), self.pair.members.transaction() as session:
            for subject in about:
                scratch.say_in(session, subject, 1_000_000)
            raise Crash

    @rule(limit=st.integers(1, 5), dies=st.sampled_from([False, False, True]))
    def send(self, limit: int, dies: bool) -> None:
        """The relay may die after it has sent and before it has marked."""

        def receive(events: Any) -> None:
            self._receive(events)
            if dies:
                raise Crash

        with contextlib.suppress(Crash, TransportDown):
            relay_once(self.pair.members.service, Local({"welfare": receive}), limit)

    @rule(handlers=st.none() | st.integers(0, 3))
    def die_after_some_handlers(self, handlers: int | None) -> None:
        self.crash_in = handlers

    @rule(about=st.none() | subjects)
    def fail_or_heal(self, about: str | None) -> None:
        self.failing = {about} if about else set()

    @rule(which=st.lists(st.integers(0, 1000), min_size=1, max_size=3))
    def hear_again(self, which: list[int]) -> None:
        if self.heard:
            with contextlib.suppress(Crash):
                self.pair.receive([self.heard[number % len(self.heard)] for number in sorted(which)][:1])

    @rule()
    def work(self) -> None:
        with contextlib.suppress(Crash):
            worker.work(self.pair.welfare.service)

    @rule(hours=st.sampled_from([0.002, 0.02, 2, 30, -1]))
    def wait(self, hours: float) -> None:
        clock.advance(hours=hours)

    @rule()
    def redrive(self) -> None:
        with self.pair.welfare.transaction() as session:
            worker.redrive(session)

    @invariant()
    def there_is_no_effect_without_its_event_and_none_twice(self) -> None:
        for subject, numbers in self.pair.done().items():
            assert len(numbers) == len(set(numbers))
            assert set(numbers) <= set(self.pair.said[subject])
            if not self._gave_up():
                assert numbers == list(range(1, len(numbers) + 1)), "in order, and without a gap"

    def _gave_up(self) -> bool:
        """Whether anything was ever set aside: its followers go on before it."""
        self.given_up = getattr(self, "given_up", False) or self.pair.count(DEAD) > 0
        return self.given_up

    def _come_to_rest(self) -> None:
        self._gave_up()
        self.failing.clear()
        self.crash_in = None
        while relay_once(self.pair.members.service, Local({"welfare": self._receive})):
            pass
        self.redrive()
        while self.pair.count(WAITING):
            clock.advance(hours=40)
            worker.work(self.pair.welfare.service)
        done = self.pair.done()
        assert {subject: sorted(numbers) for subject, numbers in done.items()} == self.pair.said
        if not self.given_up:
            assert done == self.pair.said


fixtures.encryption.use_keys(fixtures.encryption.new_key())
Bus.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestBus = Bus.TestCase
