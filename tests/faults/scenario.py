"""What the processes of a fault test do: two services tell each other numbers, and note each number they are told.

Every subject counts 1, 2, 3 … in the database of the service that speaks, in the transaction that says the number.
Every number that is handled becomes a row in the database of the service that hears it, in the handler's own
transaction, with nothing to make it unique: so an effect that is lost, doubled or out of order shows.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Integer, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.contracts.members import GroupAdjusted
from shared.contracts.registry import Event
from shared.contracts.welfare import VisitOverdue
from shared.kit import clock, messages
from shared.kit.database import Id, locked, service_base

HEARERS = {"members": "welfare", "welfare": "members"}
SUBJECTS = 30  # of each speaker
ANSWERED = 4  # every fourth number that welfare hears makes it speak, in the handler's transaction

Base: Any = service_base("fault tests")


class Said(Base):
    """How far a subject has counted."""

    __tablename__ = "fault_said"
    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, default=0)


class Effect(Base):
    """One run of a handler to its end."""

    __tablename__ = "fault_effect"
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(Id)
    subject: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    __table_args__ = {"sqlite_autoincrement": True}


def subject(speaker: str, number: int) -> str:
    """The id of a subject: a UUID, as contracts ask."""
    return f"00000000-0000-7000-8000-{list(HEARERS).index(speaker):04x}{number:08x}"


def event_of(speaker: str) -> type[Event]:
    """What a service says; the number travels in it."""
    return {"members": GroupAdjusted, "welfare": VisitOverdue}[speaker]


def prepare(session: Session, speaker: str) -> None:
    """Tables, and every subject at nought."""
    Base.metadata.create_all(session.connection())
    session.add_all([Said(subject=subject(speaker, number), number=0) for number in range(SUBJECTS)])


def count_said(session: Session) -> int:
    """All that this service ever said."""
    return session.scalar(select(func.coalesce(func.sum(Said.number), 0))) or 0


def say(session: Session, speaker: str, about: str) -> None:
    """Count on, and say so."""
    said = locked(session, Said, about)
    assert said is not None
    said.number += 1
    values: dict[str, dict[str, Any]] = {
        "members": {"group_id": about, "member_count": said.number, "valid_from": clock.today()},
        "welfare": {
            "task_id": about,
            "occasion_group": "care",
            "days_over": said.number,
            "escalate_to_role": "chair",
        },
    }
    messages.emit(session, event_of(speaker), of=said, subject=about, **values[speaker])


def number_of(type_: str, data: dict[str, Any]) -> int:
    """The number that travelled in an event."""
    return int(data["member_count"] if type_ == GroupAdjusted.type else data["days_over"])


def take_part(mishap: Callable[[messages.Received], None]) -> None:
    """Replace whoever handles the two events in this process by ourselves; `mishap` may fail or kill in the handler."""

    def note(session: Session, event: messages.Received) -> None:
        number = number_of(event.type, event.data)
        session.add(Effect(event_id=event.id, subject=event.subject, number=number))
        session.flush()
        if event.type == GroupAdjusted.type and number % ANSWERED == 0:
            say(session, "welfare", subject("welfare", int(event.subject[-8:], 16)))
        mishap(event)

    for speaker, hearer in HEARERS.items():
        for functions in messages._handlers.values():
            functions.pop(event_of(speaker).type, None)
        messages.handles(event_of(speaker), services=[hearer])(note)
