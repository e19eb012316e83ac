"""The outbox empties in order, stops at the first fault, and gives every event its place in the feed."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select, update

from shared.kit.database import new_id
from shared.kit.messages import NotLocked, Outbox, TooLarge, emit
from shared.kit.relay import _only_one, relay_once
from shared.kit.testing import scratch
from shared.kit.testing.services import TestService
from shared.kit.transport import TransportDown


class Wire:
    """A transport that keeps what it was given, and can break after some."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.breaks_after: int | None = None

    def send(self, rows: Sequence[Any], more: bool = False) -> int:
        for n, row in enumerate(rows):
            if n == self.breaks_after:
                raise TransportDown(n, "cut")
            self.sent.append(row.id)
        return len(rows)

    def idle(self) -> None: ...

    def reset(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def members(service_of: Callable[..., TestService]) -> TestService:
    return service_of("members")


def test_events_are_sent_once_in_the_order_of_their_saying(members: TestService) -> None:
    ids = [scratch.say(members, new_id(), n) for n in range(5)]
    wire = Wire()
    assert relay_once(members.service, wire) == 5
    assert relay_once(members.service, wire) == 0
    assert wire.sent == ids


def test_a_fault_marks_what_was_confirmed_and_sends_the_rest_again(members: TestService) -> None:
    ids = [scratch.say(members, new_id(), n) for n in range(5)]
    wire = Wire()
    wire.breaks_after = 2
    with pytest.raises(TransportDown):
        relay_once(members.service, wire)
    wire.breaks_after = None
    relay_once(members.service, wire)
    assert wire.sent == ids


def test_an_event_committed_late_comes_after_all_others_in_the_feed(members: TestService) -> None:
    early, late = scratch.say(members, new_id()), scratch.say(members, new_id())
    with members.transaction() as session:  # as if the first commit were still under way
        session.execute(update(Outbox).where(Outbox.id == early).values(published_at=members_now()))
    relay_once(members.service, Wire())
    with members.transaction() as session:
        session.execute(update(Outbox).where(Outbox.id == early).values(published_at=None))
    relay_once(members.service, Wire())
    with members.reading() as session:
        feed = list(session.scalars(select(Outbox.id).order_by(Outbox.feed_position)))
    assert feed == [late, early]


def members_now() -> Any:
    from shared.kit import clock

    return clock.now()


def test_one_relay_is_active_and_the_other_stands_by(members: TestService) -> None:
    database = members.service.database
    with _only_one(database) as first:
        assert first is not None
        with _only_one(database) as second:
            assert second is None
    with _only_one(database) as third:
        assert third is not None


def test_nothing_can_be_said_of_a_row_that_was_not_locked(members: TestService) -> None:
    with members.transaction() as session, pytest.raises(NotLocked):
        emit(
            session,
            scratch.SAID,
            of=scratch.Thing(),
            subject="x",
            group_id=new_id(),
            member_count=1,
            valid_from="2026-01-01",
        )


def test_an_event_that_is_a_document_is_refused(
    members: TestService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.kit.messages.MAX_EVENT_BYTES", 100)
    with pytest.raises(TooLarge):
        scratch.say(members, new_id())
    assert members.outbox() == []
