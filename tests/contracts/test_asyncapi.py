"""The published AsyncAPI document is one by AsyncAPI's own schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from shared.contracts import asyncapi
from shared.kit.web.assets import STATIC

SPECS = STATIC.parent / "node_modules/@asyncapi/specs/schemas"


@pytest.fixture
def faults_in() -> Any:
    version = asyncapi.document()["asyncapi"]
    schema = json.loads(Path(SPECS / f"{version}.json").read_bytes())
    validator = jsonschema_rs.validator_for(schema)
    return lambda document: [fault.message for fault in validator.iter_errors(document)]


def test_the_document_is_valid(faults_in: Any) -> None:
    assert faults_in(asyncapi.document()) == []


def test_an_operation_of_an_unknown_kind_is_found(faults_in: Any) -> None:
    document = asyncapi.document()
    next(iter(document["operations"].values()))["action"] = "shout"
    assert faults_in(document)
