"""What is kept in the repository is what the contracts say, and the command guards it."""

import json

import jsonschema_rs
import pytest

from shared.contracts import asyncapi, publish, reference
from shared.contracts.promises import published, samples
from shared.contracts.registry import all_events, find
from shared.contracts.schema import schema_of


@pytest.fixture
def said(monkeypatch, tmp_path):
    """Runs the command over an empty folder of its own; gives (exit code, what it said)."""
    for name in ("ASYNCAPI", "TABLE"):
        monkeypatch.setattr(publish, name, tmp_path / name.lower())
    monkeypatch.setattr(publish, "PUBLISHED", tmp_path)

    def run(*arguments):
        words = []
        return publish.main(list(arguments), words.append), "".join(words)

    return run


def test_the_repository_holds_what_the_contracts_say():
    words = []
    assert publish.main(["--check"], words.append) == 0, "".join(words)


def test_it_writes_once_and_then_has_nothing_to_do(said, tmp_path):
    code, words = said()
    assert code == 0
    assert "members.person.changed.v1.json" in words
    assert len(list(tmp_path.iterdir())) == len(all_events()) + 2
    assert said() == (0, "")
    assert said("--check") == (0, "")


def test_a_check_writes_nothing_and_fails_where_a_schema_is_missing(said, tmp_path):
    said()
    (tmp_path / "members.person.changed.v1.json").unlink()
    code, words = said("--check")
    assert code == 1
    assert "./dev contracts" in words
    assert not (tmp_path / "members.person.changed.v1.json").exists()


def test_a_check_fails_on_a_hand_edited_document(said, tmp_path):
    said()
    (tmp_path / "asyncapi").write_text("{}\n")
    assert said("--check")[0] == 1


def test_a_published_promise_is_not_overwritten(said, tmp_path):
    said()
    path = tmp_path / "members.person.changed.v1.json"
    promised = json.loads(path.read_text())
    promised["properties"]["nickname"] = {"type": "string"}
    path.write_text(json.dumps(promised))
    code, words = said()
    assert code == 1
    assert "members.person.changed.v1: the data: nickname is lost" in words
    assert json.loads(path.read_text()) == promised


def test_a_published_event_may_not_vanish(said, tmp_path):
    said()
    (tmp_path / "members.pigeon.sent.v1.json").write_text("{}")
    code, words = said()
    assert code == 1
    assert "members.pigeon.sent.v1: is published and gone" in words


def test_a_schema_lets_later_releases_add_fields():
    for cls in all_events():
        assert '"additionalProperties": false' not in publish.as_json(schema_of(cls))


def test_asyncapi_has_a_channel_an_operation_and_a_message_for_each_event():
    document = asyncapi.document()
    types = {cls.type for cls in all_events()}
    assert set(document["channels"]) == types
    assert {
        operation["channel"]["$ref"].removeprefix("#/channels/")
        for operation in document["operations"].values()
    } == types
    for type_, channel in document["channels"].items():
        exchange = channel["bindings"]["amqp"]["exchange"]["name"]
        assert exchange == ("union.feed" if find(type_).audience == "public" else "union.events")


def test_every_reference_in_asyncapi_leads_somewhere():
    document = asyncapi.document()

    def references(node):
        if isinstance(node, dict):
            yield from [node["$ref"]] if "$ref" in node else []
            for inner in node.values():
                yield from references(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from references(inner)

    found = set(references(document))
    assert found
    for reference_ in found:
        node = document
        for step in reference_.removeprefix("#/").split("/"):
            node = node[step]


@pytest.mark.parametrize("cls", all_events(), ids=lambda cls: cls.type)
def test_the_samples_keep_asyncapi_as_whole_events(cls):
    document = asyncapi.document()
    payload = document["components"]["messages"][cls.__name__]["payload"]
    validator = jsonschema_rs.validator_for(
        payload | {"components": document["components"]}, validate_formats=True
    )
    for body in samples(cls.type):
        validator.validate(json.loads(body))


def test_the_table_lists_every_event_with_its_readers():
    page = reference.page()
    for cls in all_events():
        assert f"| `{cls.type}` | `{cls.__name__}` | {cls.audience} |" in page


def test_the_envelope_names_a_schema_that_is_published():
    for cls in all_events():
        for body in samples(cls.type):
            assert json.loads(body)["dataschema"] == json.loads(published(cls.type).read_bytes())["$id"]
