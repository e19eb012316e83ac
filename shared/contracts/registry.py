"""What an event is and which there are: the one list from which queues, documents and tests are made.

    @event("members.dues.period-closed.v1", audience="public")
    class DuesPeriodClosed(Event):
        '''When it is said. Reacts: who does what.'''
        period = L0(period())

A contract that breaks a rule of the house cannot be imported: see `_refuse_unlawful`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, Final, Literal, TypeVar

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, missing

Audience = Literal["internal", "public"]
Unknown = Literal["exclude", "raise"]
F = TypeVar("F", bound=fields.Field[Any])
E = TypeVar("E", bound="Event")

SERVICES: Final = ("members", "events", "welfare", "voting")
TYPE_PATTERN: Final = re.compile(
    r"(members|events|welfare|voting)(\.[a-z]+(-[a-z]+)*){2}\.v[1-9][0-9]?", re.ASCII
)
CLASS_OF_DATA: Final = "x-class-of-data"

PERSON_CARD: Final = "members.person.changed."  # alone may bear L2
LIFE_EVENT: Final = "members.life-event."  # alone may bear L3: its kind, for welfare's inbox only

_by_type: dict[str, type["Event"]] = {}


class ContractError(ValueError):
    """Data that does not keep the contract of its event; `messages` names each field's faults."""

    def __init__(self, type_: str, messages: Any) -> None:
        super().__init__(f"{type_}: {messages}")
        self.type = type_
        self.messages = messages


class Event(Schema):
    """A fact that crosses a service's border."""

    type: ClassVar[str]
    audience: ClassVar[Audience]
    producer: ClassVar[str]
    _strict: ClassVar[Schema]
    _tolerant: ClassVar[Schema]

    @classmethod
    def check(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """`data` (Python or JSON values) as it goes on the wire: JSON values, every field present.

        An optional field that was not given becomes null. Unknown keys, and codes outside a closed
        list, raise ContractError: a producer is held to the letter.
        """
        # Loading keeps dates that are dates already, so both forms pass through one door.
        return cls._strict.dump(_load(cls.type, cls._strict, data))  # type: ignore[no-any-return]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """What a handler works with: dates as `date`, times as aware `datetime`, optional ones None if absent.

        Unknown keys are dropped and unknown codes let through, so that an older reader understands a
        newer producer.
        """
        return _load(cls.type, cls._tolerant, data)

    @classmethod
    def reader(cls) -> Schema:
        """The instance that reads, for those who describe contracts."""
        return cls._tolerant


def event(type_: str, *, audience: Audience) -> Callable[[type[E]], type[E]]:
    """Enter a class in the registry under its name on the wire."""

    def enter(cls: type[E]) -> type[E]:
        if not TYPE_PATTERN.fullmatch(type_):
            raise TypeError(f"{type_}: not <service>.<thing>.<fact>.v<n>")
        if type_ in _by_type:
            raise TypeError(f"{type_}: is already {_by_type[type_].__name__}")
        cls.type, cls.audience, cls.producer = type_, audience, type_.split(".", maxsplit=1)[0]
        # A Schema costs some 30 µs to make; once here, not once an event.
        cls._strict, cls._tolerant = _reading(cls, RAISE), _reading(cls, EXCLUDE)
        _refuse_unlawful(cls)
        _by_type[type_] = cls
        return cls

    return enter


def find(type_: str) -> type[Event] | None:
    _load_all()
    return _by_type.get(type_)


def all_events() -> list[type[Event]]:
    """Every event, in the order of their types."""
    _load_all()
    return [_by_type[type_] for type_ in sorted(_by_type)]


# --- classes of data -------------------------------------------------------------------------------


def L0(field: F) -> F:
    """Public: ids of organisations and of things, counts, codes, dates."""
    return _classified(field, "L0")


def L1(field: F) -> F:
    """Internal: a person by opaque id, and what concerns one person."""
    return _classified(field, "L1")


def L2(field: F) -> F:
    """Personal: name, sex, birth date. In the person card alone."""
    return _classified(field, "L2")


def L3(field: F) -> F:
    """Sensitive: health, income, family, phone. Never here, but for the kind of a life event."""
    return _classified(field, "L3")


def optional(field: F) -> F:
    """May be left out or null; without this a field is required."""
    field.required, field.allow_none, field.load_default = False, True, None
    return field


def classes_of_data(schema: Schema) -> Iterator[tuple[str, str | None]]:
    """Every field by its path, parts of parts included, with its class (None: it has none)."""
    for name, field in schema.fields.items():
        yield name, field.metadata.get(CLASS_OF_DATA)
        if (part := _part(field)) is not None:
            yield from ((f"{name}.{inner}", class_) for inner, class_ in classes_of_data(part))


def _classified(field: F, class_: str) -> F:
    if field.load_default is missing:
        field.required = True
    field.metadata = {**field.metadata, CLASS_OF_DATA: class_}
    return field


def _refuse_unlawful(cls: type[Event]) -> None:
    """No field without a class; L0 alone in public; L2 in the person card; L3 as a life event's kind."""
    if "Reacts:" not in (cls.__doc__ or ""):
        raise TypeError(f"{cls.type}: its docstring does not say who 'Reacts:'")
    for path, class_ in classes_of_data(cls._strict):
        lawful = {
            "L0": True,
            "L1": cls.audience == "internal",
            "L2": cls.audience == "internal" and cls.type.startswith(PERSON_CARD),
            "L3": cls.audience == "internal" and cls.type.startswith(LIFE_EVENT) and path == "kind",
        }
        if class_ is None:
            raise TypeError(f"{cls.type}: {path} has no class of data")
        if not lawful[class_]:
            raise TypeError(
                f"{cls.type}: {path} is {class_}, which an {cls.audience} event may not bear here"
            )


# --- reading ---------------------------------------------------------------------------------------


def _load(type_: str, schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return schema.load(data)  # type: ignore[no-any-return]
    except ValidationError as fault:
        raise ContractError(type_, fault.messages) from fault


def _reading(cls: type[Schema], unknown: Unknown) -> Schema:
    """One instance that treats unknown keys alike in the event and in its parts."""
    schema = cls()
    _set_unknown(schema, unknown)
    return schema


def _set_unknown(schema: Schema, unknown: Unknown) -> None:
    schema.unknown = unknown
    for field in schema.fields.values():
        if (part := _part(field)) is not None:
            _set_unknown(part, unknown)


def _part(field: fields.Field[Any]) -> Schema | None:
    inner = field.inner if isinstance(field, fields.List) else field
    return inner.schema if isinstance(inner, fields.Nested) else None


@cache
def _load_all() -> None:
    for service in SERVICES:
        import_module(f"shared.contracts.{service}")
