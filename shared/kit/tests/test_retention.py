"""What is past its time goes, a few rows at a time and once a night; what could still be needed stays."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from shared.contracts import envelope
from shared.kit import clock, relay, retention, worker
from shared.kit.database import new_id
from shared.kit.idempotency import IdempotencyKey
from shared.kit.messages import DEAD, HANDLED, WAITING, Inbox, Outbox
from shared.kit.testing import scratch
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import TestService
from shared.kit.tests.test_relay import Wire


@pytest.fixture
def welfare(
    service_of: Callable[..., TestService], frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> TestService:
    frozen_clock.at("2026-09-07T10:00")
    monkeypatch.setattr(retention, "BATCH", 3)
    return service_of("welfare", outbox_days=366, inbox_days=90)


def say_and_hear(test: TestService, number: int) -> None:
    """Some events sent, and as many handled."""
    with scratch.handling("welfare", lambda _session, _event: None):
        for n in range(number):
            scratch.say(test, new_id(), n)
        worker.receive(test.service, [envelope.read(scratch.hear(test, new_id(), n)) for n in range(number)])
        relay.relay_once(test.service, Wire())


def count(test: TestService, table: type[Outbox] | type[Inbox], *where: object) -> int:
    with test.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]


def test_the_inbox_forgets_after_its_days_and_the_outbox_after_its_own(
    welfare: TestService, frozen_clock: FrozenClock
) -> None:
    say_and_hear(welfare, 7)
    retention.plant(welfare.service)
    welfare.work()
    assert (count(welfare, Outbox), count(welfare, Inbox, Inbox.type == scratch.SAID.type)) == (7, 7)
    frozen_clock.advance(days=91)
    welfare.work()
    assert (count(welfare, Outbox), count(welfare, Inbox, Inbox.type == scratch.SAID.type)) == (7, 0)
    frozen_clock.advance(days=276)
    welfare.work()
    assert count(welfare, Outbox) == 1, "the last place of the feed stays, for the next is counted from it"


def test_it_goes_in_small_transactions_one_after_the_other(
    welfare: TestService, frozen_clock: FrozenClock
) -> None:
    say_and_hear(welfare, 7)
    frozen_clock.advance(days=91)
    retention.plant(welfare.service)
    left = []
    while worker.work(welfare.service, limit=1):
        left.append(count(welfare, Inbox, Inbox.type == scratch.SAID.type))
    assert left == [4, 1, 0]


def test_what_is_dead_or_waits_or_was_not_sent_stays_however_old(
    welfare: TestService, frozen_clock: FrozenClock
) -> None:
    say_and_hear(welfare, 2)
    with welfare.transaction() as session:
        session.execute(update(Outbox).values(published_at=None))
        first = select(func.min(Inbox.position)).scalar_subquery()
        session.execute(update(Inbox).values(state=DEAD, handled_at=None).where(Inbox.position == first))
        session.execute(update(Inbox).values(state=WAITING, handled_at=None).where(Inbox.position != first))
    frozen_clock.advance(days=4000)
    with welfare.transaction() as session:
        assert not retention.purge(session, welfare.service.config)
    assert (count(welfare, Outbox), count(welfare, Inbox)) == (2, 2)


def test_answers_kept_for_a_repeated_request_go_too(welfare: TestService, frozen_clock: FrozenClock) -> None:
    with welfare.transaction() as session:
        session.add(IdempotencyKey(id="k", request_hash="h"))
    frozen_clock.advance(days=retention.IDEMPOTENCY_DAYS + 1)
    with welfare.transaction() as session:
        retention.purge(session, welfare.service.config)
        assert session.get(IdempotencyKey, "k") is None


def test_one_chain_goes_on_however_many_workers_began_one(
    welfare: TestService, frozen_clock: FrozenClock
) -> None:
    retention.plant(welfare.service)
    retention.plant(welfare.service)
    assert count(welfare, Inbox) == 1
    with welfare.transaction() as session:  # two workers that looked at the same moment
        retention.remind(session, retention.Purge, at=clock.now(), key=retention.KEY)
    welfare.work()
    frozen_clock.advance(days=1)
    welfare.work()
    assert count(welfare, Inbox, Inbox.state == WAITING) == 1
    assert count(welfare, Inbox, Inbox.state == HANDLED) == 3
    with welfare.reading() as session:
        due = session.scalars(select(Inbox.due_at).where(Inbox.state == WAITING)).one()
    assert clock.local(due).hour == retention.HOUR
