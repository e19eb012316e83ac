"""For tests of the bus itself: an effect to count, an event to say, and handlers that come and go with a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from shared.contracts import envelope
from shared.contracts.members import GroupAdjusted
from shared.contracts.promises import samples
from shared.contracts.registry import find
from shared.kit import messages
from shared.kit.clock import today
from shared.kit.database import new_id
from shared.kit.testing.services import TestService

SAID = GroupAdjusted  # any internal event will do: this one has few fields


class Thing:
    """What an event is of, where a test has no row."""


def say(test: TestService, subject: str, number: int = 0) -> str:
    """Emit one event about a subject; `number` travels in it, to check order. Returns its id."""
    with test.transaction() as session:
        return say_in(session, subject, number)


def say_in(session: Session, subject: str, number: int = 0) -> str:
    """The same within a transaction."""
    thing = Thing()
    session.info.setdefault("made", set()).add(thing)
    return messages.emit(
        session, SAID, of=thing, subject=subject, group_id=subject, member_count=number, valid_from=today()
    )


def say_sample(test: TestService, type_: str, school: str | None, subject: str | None = None) -> str:
    """Emit what the first published sample of a type says, in the name of a union. Returns the event's id."""
    event_class = find(type_)
    assert event_class is not None
    sample = envelope.read(samples(type_)[0])
    with test.transaction() as session:
        thing = Thing()
        session.info.setdefault("made", set()).add(thing)
        return messages.emit(
            session, event_class, of=thing, subject=subject or sample.subject, school=school, **sample.data
        )


def hear(test: TestService, subject: str, number: int = 0, event_id: str | None = None) -> bytes:
    """The bytes of such an event, as they come from the bus."""
    return envelope.make(
        id=event_id or new_id(),
        type=SAID.type,
        subject=subject,
        time=messages.clock.now(),
        data=SAID.check({"group_id": subject, "member_count": number, "valid_from": today()}),
    )


@contextmanager
def handling(service: str, function: Callable[[Session, messages.Received], None]) -> Iterator[None]:
    """While it lasts, this function alone handles the event in a service."""
    before = list(messages._handlers[service][SAID.type])
    messages._handlers[service][SAID.type][:] = [function]
    try:
        yield
    finally:
        messages._handlers[service][SAID.type][:] = before
