"""Contracts as JSON Schema (2020-12), for those who subscribe without Python."""

import inspect
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.contracts.registry import Event

# Without names for them, apispec writes the parts of an event out in place.
_APISPEC: Final = MarshmallowPlugin(schema_name_resolver=lambda _: None)  # type: ignore[arg-type, return-value]
APISpec(title="Unionhall", version="1", openapi_version="3.1.0", plugins=[_APISPEC])


def schema_of(cls: type[Event]) -> dict[str, Any]:
    """What the data of this event look like. Unknown fields are allowed: a later release may add some."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/contracts/{cls.type}.json",
        "title": cls.__name__,
        "description": description(cls),
        "x-audience": cls.audience,
        **_APISPEC.converter.schema2jsonschema(cls.reader()),  # type: ignore[union-attr]
    }


def description(cls: type[Event]) -> str:
    """The class's docstring as one line of text a paragraph."""
    paragraphs = inspect.cleandoc(cls.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def reactions(cls: type[Event]) -> str:
    """Who reacts and how: the part of the docstring after 'Reacts:'."""
    return description(cls).partition("Reacts:")[2].strip()
