"""What is received is handled once, in order per subject; what fails waits, is set aside, and can be redriven."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.contracts import envelope
from shared.contracts.members import MemberHospitalized
from shared.kit import clock, worker
from shared.kit.database import new_id, serving, transaction
from shared.kit.messages import DEAD, HANDLED, WAITING, Inbox, Received, handles, remind, reminder
from shared.kit.people import SigningKey
from shared.kit.testing import scratch
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import TestService

A, B = new_id(), new_id()


class Effects:
    """A handler whose effects are rows of the service's database (so that they roll back with it)."""

    def __init__(self, test: TestService) -> None:
        self.test = test
        self.failing: set[str] = set()
        self.attempts = 0

    def __call__(self, session: Session, event: Received) -> None:
        self.attempts += 1
        session.add(
            SigningKey(
                kid=new_id(),
                public_jwk={"of": event.subject, "number": event.data["member_count"]},
                valid_from=clock.now(),
            )
        )
        session.flush()
        if event.subject in self.failing:
            raise RuntimeError("not now")

    def of(self, subject: str) -> list[int]:
        """The numbers handled for a subject, in order of their handling."""
        with self.test.reading() as session:
            rows = session.scalars(select(SigningKey.public_jwk).order_by(SigningKey.kid)).all()
        return [row["number"] for row in rows if row.get("of") == subject]


@pytest.fixture
def welfare(service_of: Callable[..., TestService]) -> TestService:
    return service_of("welfare")


@pytest.fixture
def effects(welfare: TestService) -> Iterator[Effects]:
    found = Effects(welfare)
    with scratch.handling("welfare", found):
        yield found


def receive(test: TestService, *bodies: bytes) -> None:
    worker.receive(test.service, [envelope.read(body) for body in bodies])


def store(test: TestService, *bodies: bytes) -> None:
    """Receive without a moment to spare: nothing is handled on arrival."""
    with mock.patch.object(worker, "MOMENT", 0):
        receive(test, *bodies)


def states(test: TestService) -> list[str]:
    with test.reading() as session:
        return list(session.scalars(select(Inbox.state).order_by(Inbox.position)))


def test_an_event_delivered_twice_has_one_effect(welfare: TestService, effects: Effects) -> None:
    body = scratch.hear(welfare, A, 1)
    receive(welfare, body, body)
    receive(welfare, body)
    welfare.work()
    assert effects.of(A) == [1]


def test_a_short_batch_is_handled_on_arrival(welfare: TestService, effects: Effects) -> None:
    receive(welfare, scratch.hear(welfare, A, 1), scratch.hear(welfare, B, 2))
    assert states(welfare) == [HANDLED, HANDLED]


def test_what_does_not_fit_into_a_moment_is_stored_and_then_worked_in_order(
    welfare: TestService, effects: Effects, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(1000))
    monkeypatch.setattr(worker.time, "monotonic", lambda: next(seconds) * worker.MOMENT / 10)
    receive(welfare, *[scratch.hear(welfare, A, n) for n in range(60)])
    assert effects.of(A) == list(range(10))
    assert states(welfare) == [HANDLED] * 10 + [WAITING] * 50
    while welfare.work():
        pass
    assert effects.of(A) == list(range(60))


def test_a_failing_event_leaves_no_half_effect_and_holds_up_its_own_subject_alone(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    effects.failing.add(A)
    receive(welfare, scratch.hear(welfare, A, 1), scratch.hear(welfare, B, 1))
    welfare.work()
    receive(welfare, scratch.hear(welfare, A, 2), scratch.hear(welfare, B, 2))
    welfare.work()
    assert effects.of(A) == []
    assert effects.of(B) == [1, 2]

    effects.failing.clear()
    welfare.work()
    assert effects.of(A) == [], "it is not due yet"
    frozen_clock.advance(seconds=7)
    welfare.work()
    assert effects.of(A) == [1, 2]


def test_after_the_last_attempt_it_is_dead_and_its_followers_run(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    effects.failing.add(A)
    receive(welfare, scratch.hear(welfare, A, 1))
    for _ in range(worker.ATTEMPTS):
        welfare.work()
        frozen_clock.advance(hours=2)
    assert states(welfare) == [DEAD]
    attempts = effects.attempts
    frozen_clock.advance(days=30)
    welfare.work()
    assert effects.attempts == attempts, "a dead one is not tried any more"

    effects.failing.clear()
    receive(welfare, scratch.hear(welfare, A, 2))
    welfare.work()
    assert effects.of(A) == [2]


def test_a_redriven_event_is_handled(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    effects.failing.add(A)
    receive(welfare, scratch.hear(welfare, A, 1))
    for _ in range(worker.ATTEMPTS):
        welfare.work()
        frozen_clock.advance(hours=2)
    effects.failing.clear()
    with welfare.transaction() as session:
        assert worker.redrive(session) == 1
    welfare.work()
    assert effects.of(A) == [1]


def test_the_delay_grows_from_seconds_to_an_hour(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    effects.failing.add(A)
    receive(welfare, scratch.hear(welfare, A, 1))
    delays = []
    for _ in range(worker.ATTEMPTS - 1):
        welfare.work()
        with welfare.reading() as session:
            due_at = session.scalars(select(Inbox.due_at)).one()
        delays.append((due_at - clock.now()).total_seconds())
        clock.freeze(due_at)
    assert [4 <= delay / 4**n <= 6 for n, delay in enumerate(delays)] == [True] * 6


def test_what_is_wrong_is_told_without_the_words_of_the_error(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    def leak(session: Session, event: Received) -> None:
        raise ValueError("张三 is in hospital")

    with scratch.handling("welfare", leak):
        receive(welfare, scratch.hear(welfare, A))
        welfare.work()
    with welfare.reading() as session:
        error = session.scalars(select(Inbox.error)).one()
    assert error is not None
    assert error.startswith("ValueError")
    assert "张三" not in error


def test_an_unknown_type_is_kept_as_handled(welfare: TestService) -> None:
    body = envelope.make(
        id=new_id(), type="members.person.promoted.v9", subject=A, time=clock.now(), data={"x": 1}
    )
    receive(welfare, body)
    assert states(welfare) == [HANDLED]


def test_a_sensitive_event_is_blanked_once_it_is_handled(welfare: TestService) -> None:
    def ignore(session: Session, event: Received) -> None:
        assert event.data["kind"] == "hospitalized"

    from shared.kit import messages

    before = list(messages._handlers["welfare"][MemberHospitalized.type])
    messages._handlers["welfare"][MemberHospitalized.type][:] = [ignore]
    try:
        welfare.receive(
            MemberHospitalized,
            subject=A,
            life_event_id=new_id(),
            person_id=A,
            occurred_on=clock.today(),
            reported_at=clock.now(),
            privacy="normal",
            kind="hospitalized",
        )
    finally:
        messages._handlers["welfare"][MemberHospitalized.type][:] = before
    with welfare.reading() as session:
        row = session.scalars(select(Inbox)).one()
    assert (row.type, row.event, row.state) == ("members.life-event", "", HANDLED)


Ring = reminder("ring-in-a-test")


def test_a_reminder_fires_once_when_it_is_due_even_after_downtime(
    welfare: TestService, frozen_clock: FrozenClock
) -> None:
    rung: list[str] = []

    @handles(Ring, services=["welfare"])
    def on_ring(session: Session, event: Received) -> None:
        rung.append(event.data["who"])

    with welfare.transaction() as session:
        remind(
            session, Ring, at=clock.today().replace(year=clock.today().year + 1), key="x", data={"who": "me"}
        )
    welfare.work()
    assert rung == []
    frozen_clock.advance(days=400)
    welfare.work()
    welfare.work()
    assert rung == ["me"]


def test_an_event_behind_a_waiting_one_is_not_handled_on_arrival(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    effects.failing.add(A)
    receive(welfare, scratch.hear(welfare, A, 1))
    welfare.work()
    effects.failing.clear()
    receive(welfare, scratch.hear(welfare, A, 2))
    assert effects.of(A) == []
    assert states(welfare) == [WAITING, WAITING]


def test_a_worker_passes_over_a_subject_that_another_one_holds(
    service_of: Callable[..., TestService], engine: str, frozen_clock: FrozenClock
) -> None:
    if engine == "sqlite":
        pytest.skip("SQLite lets one worker in at a time")
    welfare = service_of("welfare")
    found = Effects(welfare)
    with scratch.handling("welfare", found):
        store(welfare, *[scratch.hear(welfare, (A, B)[n % 2], n) for n in range(52)])
        with welfare.transaction() as session:
            session.execute(select(Inbox.id).where(Inbox.subject == A).with_for_update())
            while worker.work(welfare.service):
                pass
        assert found.of(A) == []
        assert found.of(B) == [n for n in range(52) if n % 2]
        welfare.work()
    assert found.of(A) == [n for n in range(52) if n % 2 == 0]


def test_while_the_database_is_away_nothing_is_counted_against_an_event(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    store(welfare, *[scratch.hear(welfare, A, n) for n in range(51)])

    def away(session: Session, event: Received) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    with scratch.handling("welfare", away), pytest.raises(OperationalError):
        worker.work(welfare.service)
    with welfare.reading() as session:
        assert set(session.scalars(select(Inbox.attempts))) == {0}


def test_a_row_that_was_skipped_is_never_handled(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    receive(welfare, scratch.hear(welfare, A, 1))
    with serving(welfare.service), transaction() as session:
        session.execute(update(Inbox).values(state=DEAD))
        row_id = session.scalars(select(Inbox.id)).one()
        assert worker.skip(session, row_id)
        assert not worker.skip(session, row_id)
        assert worker.redrive(session) == 0


def test_a_follower_that_is_due_later_holds_up_those_behind_it(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    store(welfare, *[scratch.hear(welfare, A, n) for n in range(4)])
    with welfare.transaction() as session:
        second = select(Inbox.position).order_by(Inbox.position).offset(1).limit(1).scalar_subquery()
        later = clock.now() + timedelta(minutes=1)
        session.execute(update(Inbox).where(Inbox.position == second).values(due_at=later))
    welfare.work()
    assert effects.of(A) == [0]
    frozen_clock.advance(minutes=2)
    welfare.work()
    assert effects.of(A) == [0, 1, 2, 3]


def test_a_redriven_event_is_found_behind_a_crowd_that_has_been_due_longer(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    store(welfare, *[scratch.hear(welfare, A, n) for n in range(worker.WINDOW + 10)])
    frozen_clock.advance(hours=1)
    with welfare.transaction() as session:
        first = select(func.min(Inbox.position)).scalar_subquery()
        session.execute(update(Inbox).where(Inbox.position == first).values(due_at=clock.now()))
    welfare.work()
    assert effects.of(A) == list(range(worker.WINDOW + 10))


def test_a_crowd_that_another_worker_holds_hides_nobody(
    service_of: Callable[..., TestService], engine: str, frozen_clock: FrozenClock
) -> None:
    if engine == "sqlite":
        pytest.skip("SQLite lets one worker in at a time")
    welfare = service_of("welfare")
    found = Effects(welfare)
    with scratch.handling("welfare", found):
        store(welfare, *[scratch.hear(welfare, A, n) for n in range(worker.WINDOW + 10)])
        store(welfare, scratch.hear(welfare, B, 1))
        with welfare.transaction() as session:
            session.execute(select(Inbox.id).where(Inbox.subject == A).with_for_update())
            worker.work(welfare.service)
        assert (found.of(A), found.of(B)) == ([], [1])


def test_what_the_database_asks_to_try_again_is_not_counted_as_a_failure(
    welfare: TestService, effects: Effects, frozen_clock: FrozenClock
) -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    def collide(session: Session, event: Received) -> None:
        raise OperationalError("update", {}, Deadlock())

    with scratch.handling("welfare", collide):
        receive(welfare, scratch.hear(welfare, A, 1))
        worker.work(welfare.service)
    with welfare.reading() as session:
        assert session.execute(select(Inbox.state, Inbox.attempts)).all() == [(WAITING, 0)]
    welfare.work()
    assert effects.of(A) == [1]


def test_what_a_receiver_before_us_stores_late_is_not_overtaken_on_arrival(
    service_of: Callable[..., TestService],
    engine: str,
    frozen_clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if engine == "sqlite":
        pytest.skip("SQLite lets one receiver in at a time")
    welfare = service_of("welfare")
    found = Effects(welfare)
    first, second = scratch.hear(welfare, A, 1), scratch.hear(welfare, A, 2)
    look = worker._delays

    def look_too_early(*arguments: Any) -> Any:
        monkeypatch.setattr(worker, "_delays", look)
        seen = look(*arguments)
        store(welfare, first)  # the one whose connection broke comes to its end now
        return seen

    monkeypatch.setattr(worker, "_delays", look_too_early)
    with scratch.handling("welfare", found):
        receive(welfare, first, second)
        assert found.of(A) == []
        welfare.work()
        assert found.of(A) == [1, 2]
