"""What the contracts say of an event, in the form in which people and programs look it up."""

import json
from dataclasses import dataclass
from typing import Any

from shared.contracts.promises import published, samples
from shared.contracts.registry import Event, all_events, classes_of_data, find
from shared.contracts.schema import description, reactions


@dataclass(frozen=True)
class Promise:
    """One type of event: when it is said, who reacts, who may hear it, and the highest class of its data."""

    type: str
    name: str
    producer: str
    audience: str
    data: str
    said: str
    reactions: str


@dataclass(frozen=True)
class Field:
    """One field of an event's data; `kind` is its JSON type, with its format or codes."""

    name: str
    kind: str
    data: str
    required: bool


def promises(words: str = "", service: str = "", audience: str = "") -> list[Promise]:
    """Every type, or those of a service, an audience, or with these words in their name or meaning."""
    found = [_promise(cls) for cls in all_events()]
    return [
        one
        for one in found
        if service in ("", one.producer)
        and audience in ("", one.audience)
        and words.lower() in f"{one.type} {one.name} {one.said} {one.reactions}".lower()
    ]


def promise(type_: str) -> Promise | None:
    cls = find(type_)
    return _promise(cls) if cls else None


def schema(type_: str) -> dict[str, Any]:
    """The frozen JSON Schema of a type."""
    found: dict[str, Any] = json.loads(published(type_).read_bytes())
    return found


def fields_of(type_: str) -> list[Field]:
    whole = schema(type_)
    required = set(whole.get("required", ()))
    return [
        Field(name, _kind(field), field.get("x-class-of-data", ""), name in required)
        for name, field in whole["properties"].items()
    ]


def sample(type_: str) -> str:
    """A sample event of invented data, as it would come from the bus."""
    first, *_ = samples(type_)
    return json.dumps(json.loads(first), ensure_ascii=False, indent=2)


def _promise(cls: type[Event]) -> Promise:
    data = max(class_ for _, class_ in classes_of_data(cls.reader()) if class_)
    said = description(cls).partition("Reacts:")[0].strip()
    return Promise(cls.type, cls.__name__, cls.producer, cls.audience, data, said, reactions(cls))


def _kind(field: dict[str, Any]) -> str:
    types = field.get("type", "object")
    named = [types] if isinstance(types, str) else [one for one in types if one != "null"]
    kind = field.get("format") or " / ".join(named)
    if "array" in named:
        kind = f"array: {_kind(field.get('items', {}))}"
    codes = [str(code) for code in field.get("enum", ()) if code is not None]
    return f"{kind}: {', '.join(codes)}" if codes else kind
