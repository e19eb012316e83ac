"""The gate: each way of breaking a promise is caught, each way of keeping it passes."""

from copy import deepcopy

import pytest

from shared.contracts.evolution import breaks

OLD = {
    "x-audience": "public",
    "description": "When it is said.",
    "type": "object",
    "properties": {
        "period": {"type": "string", "pattern": "^[0-9]{4}$", "maxLength": 20},
        "state": {"type": "string", "enum": ["draft", "open"]},
        "due_on": {"type": ["string", "null"], "format": "date", "default": None},
        "members": {"type": "integer", "minimum": 0},
        "group_id": {"type": ["string", "null"], "x-class-of-data": "L1"},
        "title": {"type": "string", "minLength": 1, "maxLength": 60},
        "by_code": {"type": "object", "additionalProperties": {"type": "integer"}},
        "codes": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
        "terms": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"code": {"type": "string"}, "note": {"type": ["string", "null"]}},
                "required": ["code"],
            },
        },
    },
    "required": ["period", "state", "members", "title"],
}


def changed(**changes):
    new = deepcopy(OLD)
    for name, field in changes.items():
        if field is None:
            del new["properties"][name]
            new["required"] = [other for other in new["required"] if other != name]
        else:
            new["properties"][name] = field
    return new


def term(**properties):
    return {"type": "array", "items": {"type": "object", "properties": properties, "required": ["code"]}}


TEXT = {"type": "string"}

BROKEN = {
    "a field is lost": (changed(due_on=None), "due_on is lost"),
    "a field is renamed": (
        changed(members=None, people={"type": "integer"}),
        "members is lost; if it was renamed",
    ),
    "a field is retyped": (changed(members=TEXT), "members: was integer and is string now"),
    "a field may be null now": (changed(title={"type": ["string", "null"]}), "title: was string"),
    "a field may not be null now": (
        changed(due_on={"type": "string", "format": "date"}),
        "due_on: was null or string",
    ),
    "an old field is newly required": (
        OLD | {"required": [*OLD["required"], "due_on"]},
        "due_on is newly required",
    ),
    "a new field is required": (
        changed(place=TEXT) | {"required": [*OLD["required"], "place"]},
        "place is newly required",
    ),
    "a required field becomes optional": (
        OLD | {"required": ["period", "state", "members"]},
        "title was always there",
    ),
    "a code is taken off the list": (
        changed(state={"type": "string", "enum": ["draft"]}),
        "open is no longer among",
    ),
    "an open code gets a list": (
        changed(title={**OLD["properties"]["title"], "enum": ["x"]}),
        "any code was allowed",
    ),
    "a format changes": (
        changed(due_on={"type": ["string", "null"], "format": "date-time"}),
        "format changed",
    ),
    "a pattern changes": (
        changed(period={"type": "string", "pattern": "^X$", "maxLength": 20}),
        "pattern changed",
    ),
    "a text may be less long": (
        changed(title={"type": "string", "minLength": 1, "maxLength": 30}),
        "maxLength",
    ),
    "a text must be longer": (
        changed(title={"type": "string", "minLength": 2, "maxLength": 60}),
        "minLength",
    ),
    "a number starts higher": (changed(members={"type": "integer", "minimum": 1}), "minimum is narrower"),
    "a number gets an end": (
        changed(members={"type": "integer", "minimum": 0, "maximum": 9}),
        "maximum is narrower",
    ),
    "a list holds something else": (
        changed(codes={"type": "array", "items": {"type": "integer"}}),
        "each of codes",
    ),
    "a list's code is taken off": (
        changed(codes={"type": "array", "items": {"type": "string", "enum": ["a"]}}),
        "each of codes: b is no longer",
    ),
    "a table holds something else": (
        changed(by_code={"type": "object", "additionalProperties": TEXT}),
        "each of by_code: was integer",
    ),
    "a part loses a field": (changed(terms=term(code=TEXT)), "each of terms: note is lost"),
    "a part's field is retyped": (
        changed(terms=term(code={"type": "integer"}, note={"type": ["string", "null"]})),
        "code",
    ),
    "a field's class of data changes": (
        changed(group_id={"type": ["string", "null"], "x-class-of-data": "L0"}),
        "its class of data was L1 and is L0",
    ),
    "outsiders no longer hear it": (OLD | {"x-audience": "internal"}, "it was public and is internal now"),
}

KEPT = {
    "nothing": OLD,
    "an optional field is added": changed(place={"type": ["string", "null"]}),
    "a part gets an optional field": changed(
        terms=term(code=TEXT, note={"type": ["string", "null"]}, added=TEXT)
    ),
    "a list of codes grows": changed(state={"type": "string", "enum": ["draft", "open", "closed"]}),
    "a list of codes is opened": changed(state={"type": "string"}),
    "a limit is widened": changed(
        title={"type": "string", "minLength": 0, "maxLength": 90}, members={"type": "integer", "minimum": -1}
    ),
    "a limit is taken away": changed(title={"type": "string"}),
    "the words change": OLD | {"description": "When it is said, more clearly."},
    "the fields change places": OLD | {"properties": dict(reversed(OLD["properties"].items()))},
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_refused_when(name):
    new, words = BROKEN[name]
    faults = breaks(OLD, new)
    assert len(faults) == 1
    assert words in faults[0]


@pytest.mark.parametrize("name", KEPT)
def test_it_is_allowed_that(name):
    assert breaks(OLD, KEPT[name]) == []


def test_an_internal_event_may_become_public():
    assert breaks(OLD | {"x-audience": "internal"}, OLD) == []


def test_all_faults_are_told_at_once():
    assert len(breaks(OLD, changed(due_on=None, members=TEXT))) == 2
