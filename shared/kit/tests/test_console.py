"""What an operator sees of a service's messages and does about them; none of it says whom a message concerns."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.contracts import envelope
from shared.contracts.members import MemberHospitalized
from shared.kit import clock, messages, relay, worker
from shared.kit.audit import AuditEntry
from shared.kit.console import actions, queries
from shared.kit.database import new_id
from shared.kit.figures import figures
from shared.kit.messages import DEAD, SKIPPED, Inbox, Outbox, Received, remind, reminder
from shared.kit.problems import Invalid
from shared.kit.run import commands_of
from shared.kit.testing import scratch
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import TestService
from shared.kit.tests.test_relay import Wire

A, B, C = new_id(), new_id(), new_id()
Someday = reminder("someday")


class Poison:
    """A handler that fails for some subjects."""

    def __init__(self) -> None:
        self.failing = {A}

    def __call__(self, _session: Session, event: Received) -> None:
        if event.subject in self.failing:
            raise ZeroDivisionError("this names somebody")


@pytest.fixture
def welfare(service_of: Callable[..., TestService], frozen_clock: FrozenClock) -> TestService:
    frozen_clock.at("2026-09-07T10:00")
    return service_of("welfare")


@pytest.fixture
def poison(welfare: TestService) -> Iterator[Poison]:
    poison = Poison()
    with scratch.handling("welfare", poison):
        yield poison


def receive(test: TestService, *bodies: bytes) -> None:
    worker.receive(test.service, [envelope.read(body) for body in bodies])


def die(test: TestService, clock_: FrozenClock) -> None:
    for _ in range(worker.ATTEMPTS):
        test.work()
        clock_.advance(hours=2)


def state(test: TestService) -> queries.State:
    with test.reading() as session:
        return queries.state(session)


def run(test: TestService, *words: str) -> list[Any]:
    """A command's lines, read where they are JSON."""
    result = CliRunner().invoke(commands_of(test.service), list(words))
    assert result.exit_code == 0, result.output
    return [json.loads(line) if line.startswith("{") else line for line in result.output.splitlines()]


def acts(test: TestService) -> list[tuple[Any, ...]]:
    with test.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("console.")))
        return [(a.action, a.object_id, a.amount, a.reason) for a in found]


# --- seeing


def test_what_waits_is_told_apart_due_delayed_and_for_later(
    welfare: TestService, poison: Poison, frozen_clock: FrozenClock
) -> None:
    receive(welfare, scratch.hear(welfare, A, 1))
    welfare.work()  # fails, and is delayed
    receive(welfare, scratch.hear(welfare, A, 2), scratch.hear(welfare, B, 1))
    with welfare.transaction() as session:
        remind(session, Someday, at=clock.now() + timedelta(days=9), key="x")
        remind(session, Someday, at=clock.now() - timedelta(minutes=9), key="y")
    seen = state(welfare).handling
    assert (seen.due.number, seen.kinds[0].type, seen.kinds[0].oldest_at) == (
        1,
        "self.someday",
        clock.now() - timedelta(minutes=9),
    )
    assert (seen.delayed.number, seen.delayed_subjects) == (2, 1)
    assert [(head.attempts, head.type) for head in seen.heads] == [(1, scratch.SAID.type)]
    assert "ZeroDivisionError" in seen.heads[0].error
    assert (seen.reminders.number, seen.next_reminder_at) == (1, clock.now() + timedelta(days=9))
    assert seen.last_hour.number == 1


def test_the_outbox_says_how_much_waits_since_when_and_when_it_last_moved(
    welfare: TestService, frozen_clock: FrozenClock
) -> None:
    scratch.say(welfare, A)
    began = clock.now()
    frozen_clock.advance(minutes=5)
    scratch.say(welfare, B)
    seen = state(welfare).sending
    assert (seen.waiting.number, seen.oldest_at, seen.last_at, seen.relay_active) == (2, began, None, False)
    relay.relay_once(welfare.service, Wire())
    seen = state(welfare).sending
    assert (seen.waiting.number, seen.oldest_at, seen.last_at, seen.last_hour.number) == (
        0,
        None,
        clock.now(),
        2,
    )
    frozen_clock.advance(hours=2)
    assert state(welfare).sending.last_hour.number == 0


def test_the_relay_is_seen_while_it_holds_its_lock_and_not_afterwards(welfare: TestService) -> None:
    with relay._only_one(welfare.service.database):
        assert state(welfare).sending.relay_active
    assert not state(welfare).sending.relay_active


def test_counts_stop_at_their_bound_and_say_so(welfare: TestService) -> None:
    for _ in range(5):
        scratch.say(welfare, new_id())
    with welfare.reading() as session:
        assert queries.sending(session, most=3).waiting == queries.Count(3, more=True)
        assert queries.sending(session, most=5).waiting == queries.Count(5)


def test_the_dead_are_listed_by_public_type_with_kind_and_place_of_the_error(
    welfare: TestService, poison: Poison, frozen_clock: FrozenClock
) -> None:
    receive(welfare, scratch.hear(welfare, A, 1))
    die(welfare, frozen_clock)
    (kind,) = state(welfare).handling.dead_kinds
    assert (kind.type, kind.count.number, kind.attempts) == (scratch.SAID.type, 1, worker.ATTEMPTS)
    assert state(welfare).mood == "late"
    (line,) = run(welfare, "dead")
    assert line["error"].startswith("ZeroDivisionError at ")
    assert line["attempts"] == worker.ATTEMPTS
    assert line["since"] == "2026-09-07T22:00:00+08:00", "since the last attempt"


def test_neither_whom_nor_what_a_message_is_about_is_shown(
    welfare: TestService, frozen_clock: FrozenClock
) -> None:
    person, school = new_id(), new_id()

    def fail(_session: Session, _event: Received) -> None:
        raise KeyError(person)

    functions = messages._handlers["welfare"][MemberHospitalized.type]
    before, functions[:] = list(functions), [fail]
    try:
        said = {"life_event_id": new_id(), "person_id": person, "kind": "hospitalized", "privacy": "normal"}
        body = hospitalized(said, person, school)
        receive(welfare, body)
        die(welfare, frozen_clock)
    finally:
        functions[:] = before
    with welfare.reading() as session:
        message_id = session.scalars(select(Inbox.id)).one()
    shown = [run(welfare, *words) for words in (["dead"], ["waiting"], ["message", message_id])]
    told = json.dumps(shown) + figures(welfare.service).decode()
    assert "members.life-event" in told
    for secret in ("hospital", person, school, said["life_event_id"]):
        assert secret not in told


def hospitalized(said: dict[str, Any], person: str, school: str) -> bytes:
    day = {"occurred_on": clock.today(), "reported_at": clock.now()}
    return envelope.make(
        id=new_id(),
        type=MemberHospitalized.type,
        subject=person,
        time=clock.now(),
        data=MemberHospitalized.check(said | day),
        school=school,
        correlationid="a-click",
    )


def test_one_message_shows_its_envelope_and_a_mark_for_its_subject(
    welfare: TestService, poison: Poison
) -> None:
    first, second, other = (scratch.hear(welfare, subject, 7) for subject in (B, B, C))
    receive(welfare, first, second, other)
    with welfare.reading() as session:
        ids = list(session.scalars(select(Inbox.id).order_by(Inbox.position)))
        shown = [queries.messages(session, one)[0] for one in ids]
    assert shown[0].mark == shown[1].mark != shown[2].mark
    assert shown[0].envelope["source"] == "/members"
    assert B not in repr(shown[0])
    assert "data" not in shown[0].envelope


# --- acting


def test_dead_messages_are_redriven_one_by_one_by_type_or_all_and_it_is_on_record(
    welfare: TestService, poison: Poison, frozen_clock: FrozenClock
) -> None:
    poison.failing = {A, B, C}
    receive(welfare, *[scratch.hear(welfare, subject, 1) for subject in (A, B, C)])
    die(welfare, frozen_clock)
    poison.failing = set()
    one = run(welfare, "dead")[0]["id"]
    assert run(welfare, "redrive", one, "--reason", "mended") == ["1 will be tried again"]
    assert run(welfare, "redrive", "--type", scratch.SAID.type) == ["2 will be tried again"]
    welfare.work()
    assert run(welfare, "dead") == []
    assert acts(welfare) == [
        ("console.redriven", one, 1, "mended"),
        ("console.redriven", scratch.SAID.type, 2, None),
    ]
    (latest, _) = run(welfare, "acts")
    assert "@" in latest["who"], "the user of the operating system"
    result = CliRunner().invoke(commands_of(welfare.service), ["redrive", "--all"])
    assert (result.exit_code, "not set aside" in result.output) == (1, True)


def test_a_message_is_given_up_only_with_a_reason_and_a_sensitive_one_is_blanked(
    welfare: TestService, frozen_clock: FrozenClock
) -> None:
    with welfare.transaction() as session:
        remind(session, Someday, at=clock.now(), key="x")
        session.execute(
            update(Inbox).values(state=DEAD, type=MemberHospitalized.type, event='{"kind": "secret"}')
        )
        message_id = session.scalars(select(Inbox.id)).one()
        with pytest.raises(Invalid):
            actions.skip(session, message_id, reason=" ")
    assert run(welfare, "skip", message_id, "--reason", "the person withdrew it") == ["skipped"]
    with welfare.reading() as session:
        row = session.scalars(select(Inbox)).one()
        assert (row.state, row.event, row.type) == (SKIPPED, "", "members.life-event")
    assert acts(welfare) == [("console.skipped", message_id, 1, "the person withdrew it")]


@pytest.mark.parametrize("by", ["position", "moment"])
def test_what_was_sent_is_sent_again_in_its_old_place_of_the_feed(
    welfare: TestService, frozen_clock: FrozenClock, by: str
) -> None:
    ids = [scratch.say(welfare, A, n) for n in range(2)]
    relay.relay_once(welfare.service, Wire())
    frozen_clock.advance(hours=1)
    ids += [scratch.say(welfare, A, n) for n in range(2, 4)]
    relay.relay_once(welfare.service, Wire())
    before = places(welfare)
    with welfare.reading() as session:
        third = session.scalars(select(Outbox.position).where(Outbox.id == ids[2])).one()
    asked = ["--from", str(third)] if by == "position" else ["--since", "2026-09-07T10:30"]
    refused = CliRunner().invoke(commands_of(welfare.service), ["resend", *asked], input="n\n")
    assert "2 events of welfare" in refused.output
    assert acts(welfare) == []

    assert run(welfare, "resend", *asked, "--yes", "--reason", "restored") == ["2 will be sent again"]
    later = scratch.say(welfare, A, 4)
    wire = Wire()
    relay.relay_once(welfare.service, wire)
    assert wire.sent == [*ids[2:], later]
    after = places(welfare)
    assert {one: after[one] for one in before} == before
    assert after[later] > max(before.values())
    assert acts(welfare)[0][2:] == (2, "restored")


def places(test: TestService) -> dict[str, int]:
    with test.reading() as session:
        return dict(session.execute(select(Outbox.id, Outbox.feed_position)).all())


def test_what_was_blanked_is_not_sent_again(welfare: TestService) -> None:
    scratch.say(welfare, A)
    relay.relay_once(welfare.service, Wire())
    with welfare.transaction() as session:
        session.execute(update(Outbox).values(event=""))
    assert run(welfare, "resend", "--from", "0", "--yes") == ["0 will be sent again"]


# --- figures


def test_figures_tell_what_waits_what_is_dead_and_what_operators_did(
    welfare: TestService, poison: Poison, frozen_clock: FrozenClock
) -> None:
    scratch.say(welfare, B)
    receive(welfare, scratch.hear(welfare, A, 1), scratch.hear(welfare, B, 1))
    die(welfare, frozen_clock)
    told = figures(welfare.service).decode()
    assert 'unionhall_outbox_waiting{service="welfare"} 1.0' in told
    assert 'unionhall_outbox_oldest_seconds{service="welfare"} 50400.0' in told
    assert 'unionhall_inbox_waiting{service="welfare",state="dead"} 1.0' in told
    assert 'unionhall_relay_active{service="welfare"} 0.0' in told
    assert f'unionhall_inbox_handling_seconds_count{{service="welfare",type="{scratch.SAID.type}"}}' in told
    assert 'unionhall_event_seconds_count{service="welfare"}' in told, "from said to handled"
    run(welfare, "redrive", "--all")
    assert 'unionhall_redriven_total{service="welfare"} 1.0' in figures(welfare.service).decode()
    assert 'service="members"' not in told, "each service shows its own"
