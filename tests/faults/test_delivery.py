"""What the bus may bring: the same event many times and late, subjects in any order, poison, crowds, clocks that differ."""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from shared.contracts import envelope
from shared.kit import clock, worker
from shared.kit.console import actions
from shared.kit.database import new_id
from shared.kit.messages import DEAD, HANDLED, WAITING, Inbox, handles, remind, reminder
from shared.kit.service import Service
from shared.kit.testing import scratch
from shared.kit.testing.fixtures import FrozenClock
from tests.faults.pair import Pair, at_once, pair_of

MANY = [new_id() for _ in range(6)]
A, B = MANY[:2]


@pytest.fixture
def pair(engine: str) -> Iterator[Pair]:
    with pair_of(engine) as one:
        yield one


def bodies(pair: Pair, subject: str, count: int = 1) -> list[bytes]:
    """The first events of a subject."""
    return [scratch.hear(pair.welfare, subject, number + 1) for number in range(count)]


def bring(pair: Pair, *found: bytes) -> None:
    pair.receive([envelope.read(body) for body in found])


def test_the_same_event_ten_times_at_once_has_one_effect(pair: Pair) -> None:
    found = bodies(pair, A) + bodies(pair, B)
    at_once([partial(bring, pair, *found) for _ in range(10)])
    pair.welfare.work()
    assert pair.done() == {A: [1], B: [1]}
    assert pair.count() == 2


def test_the_same_failing_event_ten_times_at_once_has_one_effect_in_the_end(
    pair: Pair, frozen_clock: FrozenClock
) -> None:
    found = bodies(pair, A, 2)

    def fail(_session: Any, event: Any) -> None:
        if event.data["member_count"] == 1:
            raise RuntimeError("not now")

    pair.mishap = fail
    at_once([partial(bring, pair, *found) for _ in range(10)])
    assert pair.done() == {}, "the second waits behind the first"
    pair.mishap = lambda _session, _event: None
    frozen_clock.advance(seconds=10)
    pair.welfare.work()
    assert pair.done() == {A: [1, 2]}


def test_subjects_in_any_order_and_events_that_come_again_late_keep_each_subjects_order(pair: Pair) -> None:
    chance = random.Random(4)
    queues = {subject: bodies(pair, subject, 20) for subject in MANY}
    brought: list[bytes] = []
    while any(queues.values()):
        batch = []
        for _ in range(chance.randint(1, 9)):
            if left := [queue for queue in queues.values() if queue]:
                batch.append(chance.choice(left).pop(0))
        brought += batch
        again = chance.sample(brought, min(len(brought), 3))
        bring(pair, *batch, *again)
        bring(pair, *again)
    pair.welfare.work()
    bring(pair, *brought)
    pair.welfare.work()
    assert pair.done() == {subject: list(range(1, 21)) for subject in MANY}


def test_poison_holds_up_its_subject_alone_dies_after_seven_attempts_and_is_healed_by_a_redrive(
    pair: Pair, frozen_clock: FrozenClock
) -> None:
    def poisoned(_session: Any, event: Any) -> None:
        if (event.subject, event.data["member_count"]) == (A, 2):
            raise RuntimeError("poison")

    pair.mishap = poisoned
    first, second, third = bodies(pair, A, 3)
    bring(pair, first, second, third, *bodies(pair, B, 3))
    pair.welfare.work()
    assert pair.done() == {A: [1], B: [1, 2, 3]}
    while pair.count(DEAD) == 0:
        frozen_clock.advance(hours=2)
        pair.welfare.work()
    assert pair.done() == {A: [1, 3], B: [1, 2, 3]}, "its followers run once it was set aside"
    with pair.welfare.reading() as session:
        assert session.scalars(select(Inbox.attempts).where(Inbox.state == DEAD)).all() == [7]

    pair.mishap = lambda _session, _event: None
    with pair.welfare.transaction() as session:
        assert worker.redrive(session) == 1
    pair.welfare.work()
    assert pair.done()[A] == [1, 3, 2]
    bring(pair, second)
    pair.welfare.work()
    assert pair.done()[A] == [1, 3, 2]


CROWD = 20_000


def test_a_crowd_behind_one_delayed_row_costs_others_nothing(pair: Pair, frozen_clock: FrozenClock) -> None:
    """How much time claims take is measured by `./dev bench bus`; here it is how many rows they look at."""
    template = envelope.read(bodies(pair, A)[0])
    later = clock.now() + timedelta(hours=1)
    with pair.welfare.transaction() as session:
        rows = [
            {
                "id": new_id(),
                "type": template.type,
                "subject": A,
                "event": template.raw.decode(),
                "due_at": later,
                "attempts": 0,
                "state": WAITING,
            }
            for _ in range(CROWD)
        ]
        session.execute(insert(Inbox), rows)
    found = [body for _ in range(50) for body in bodies(pair, B)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "MOMENT", 0)
        bring(pair, *found)
    with pair.welfare.transaction() as session:
        claimed = worker._claim(session, worker.CLAIM)
    assert {row.subject for row in claimed} == {B}
    assert len(claimed) == 50
    pair.welfare.work()
    assert (len(pair.done()[B]), A in pair.done()) == (50, False)
    bring(pair, *bodies(pair, A))
    assert pair.count(WAITING) == CROWD + 1, "what comes for the subject waits behind them"


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_speaker_whose_clock_is_an_hour_off_is_heard_in_order(
    pair: Pair, frozen_clock: FrozenClock, hours: int
) -> None:
    here = clock.now()
    frozen_clock.advance(hours=hours)
    found = bodies(pair, A, 3)
    clock.freeze(here)
    bring(pair, *found[:2])
    bring(pair, found[2])
    pair.welfare.work()
    assert pair.done() == {A: [1, 2, 3]}


def test_a_clock_that_is_set_back_an_hour_delays_what_failed_and_loses_nothing(
    pair: Pair, frozen_clock: FrozenClock
) -> None:
    def fail(_session: Any, _event: Any) -> None:
        raise RuntimeError("not now")

    pair.mishap = fail
    bring(pair, *bodies(pair, A))
    pair.welfare.work()
    pair.mishap = lambda _session, _event: None
    frozen_clock.advance(hours=-1)
    bring(pair, *bodies(pair, B), scratch.hear(pair.welfare, A, 2))
    pair.welfare.work()
    assert pair.done() == {B: [1]}
    frozen_clock.advance(hours=1, seconds=10)
    pair.welfare.work()
    assert pair.done() == {A: [1, 2], B: [1]}


Ring = reminder("ring-in-a-fault")


def test_a_reminder_that_fell_due_while_everything_was_down_fires_once_after_the_start(
    pair: Pair, frozen_clock: FrozenClock
) -> None:
    rung: list[str] = []
    handles(Ring, services=["welfare"])(lambda _session, event: rung.append(event.data["who"]))
    with pair.welfare.transaction() as session:
        remind(session, Ring, at=clock.now() + timedelta(hours=1), key="x", data={"who": "me"})
    old = pair.welfare.service
    old.database.dispose()
    frozen_clock.advance(days=2)
    started = Service(old.config)
    try:
        at_once([partial(worker.work, started) for _ in range(4)])
        while worker.work(started):
            pass
    finally:
        started.database.dispose()
    assert rung == ["me"]


def test_a_reader_bears_what_a_newer_speaker_adds(pair: Pair) -> None:
    """A field that our contract does not know, in the data and beside them; and a version that we do not know."""
    import orjson

    [body] = bodies(pair, A)
    newer = orjson.loads(body)
    newer["data"]["invented_later"] = {"deep": [1, 2]}
    newer["inventedlater"] = "x"
    unknown = orjson.loads(bodies(pair, B)[0]) | {"type": "members.group.adjusted.v9"}
    bring(pair, orjson.dumps(newer), orjson.dumps(unknown))
    pair.welfare.work()
    assert pair.done() == {A: [1]}
    assert pair.count(HANDLED) == 1


def test_two_embedded_services_that_speak_both_ways_at_once_do_not_wait_for_each_other() -> None:
    """Were a relay to send while it holds its database, each would wait for the other's inbox for ever."""
    there, back = scratch_pair(), scratch_pair()
    with there as one, back as other:
        # Each hears in the database in which the other speaks.
        one.welfare, other.welfare = other.members, one.members
        for pair in (one, other):
            with pair.welfare.transaction() as session:
                from tests.faults import scenario

                scenario.Base.metadata.create_all(session.connection())
        with scratch.handling("members", one.handle):
            for pair in (one, other):
                pair.begin()
            at_once([partial(talk, pair) for pair in (one, other)])
            for pair in (one, other):
                pair.await_all()


def scratch_pair() -> Any:
    return pair_of("sqlite")


def talk(pair: Pair) -> None:
    for number in range(60):
        pair.say(A, MANY[number % 5 + 1])


def test_without_the_rule_of_the_oldest_row_the_order_of_a_subject_is_seen_to_break(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, frozen_clock: FrozenClock
) -> None:
    """These tests can fail: where a worker may take any due row, a later event overtakes one that failed."""

    def fail(_session: Any, event: Any) -> None:
        if event.data["member_count"] == 1:
            raise RuntimeError("not now")

    def any_due(session: Any, subjects: Any, limit: int) -> list[Any]:
        due = select(*worker._COLUMNS).where(
            Inbox.state == WAITING, Inbox.due_at <= clock.now(), Inbox.subject.in_(subjects)
        )
        return list(session.execute(due.order_by(Inbox.position.desc()).limit(limit)).all())

    pair.mishap = fail
    monkeypatch.setattr(worker, "_heads", any_due)
    bring(pair, *bodies(pair, A, 2))
    frozen_clock.advance(seconds=1)
    for _ in range(3):
        pair.welfare.work()
    assert pair.done() == {A: [2]}, "the second has overtaken the first"


def test_a_hearer_restored_from_yesterdays_backup_is_as_if_nothing_had_been_lost_once_all_is_sent_again() -> (
    None
):
    with pair_of("sqlite") as pair:
        pair.begin()
        for _ in range(5):
            pair.say(*MANY)
        pair.await_all()
        pair.end()
        path = Path(pair.welfare.service.database.url.removeprefix("sqlite:///"))
        with pair.welfare.transaction() as session:  # what SQLite keeps beside the file goes into it
            moment = clock.now()
        pair.welfare.service.database.dispose()
        backup = path.read_bytes()
        pair.begin()
        for _ in range(5):
            pair.say(*MANY)
        pair.await_all()
        pair.end()
        pair.welfare.service.database.dispose()
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        path.write_bytes(backup)
        assert pair.done() == {subject: [1, 2, 3, 4, 5] for subject in MANY}

        with pair.members.transaction() as session:
            again = actions.resend(session, since=moment - timedelta(minutes=1), reason="restored")
        assert again == 10 * len(MANY), "more than was lost: who has it drops it"
        pair.begin()
        pair.await_all()
        assert pair.done() == pair.said
