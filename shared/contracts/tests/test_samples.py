"""Samples are the memory of the contracts: whatever was once said must be understood for ever."""

import json

import jsonschema_rs
import pytest

from shared.contracts import envelope
from shared.contracts.promises import SAMPLES, published, samples
from shared.contracts.registry import all_events, find

SAMPLED = [(cls, number) for cls in all_events() for number in range(len(samples(cls.type)))]
every_sample = pytest.mark.parametrize(
    ("cls", "number"), SAMPLED, ids=lambda part: getattr(part, "type", part)
)


@pytest.mark.parametrize("cls", all_events(), ids=lambda cls: cls.type)
def test_every_type_has_a_sample_and_two_where_a_field_may_be_absent(cls):
    may_be_absent = any(not field.required for field in cls.reader().fields.values())
    assert len(samples(cls.type)) >= (2 if may_be_absent else 1)


def test_every_sample_is_of_a_type_that_is_known():
    assert [folder.name for folder in SAMPLES.iterdir() if find(folder.name) is None] == []


@every_sample
def test_a_sample_is_read(cls, number):
    came = envelope.read(samples(cls.type)[number])
    assert (came.type, came.source) == (cls.type, f"/{cls.producer}")
    assert came.school
    assert set(cls.read(came.data)) == set(cls.reader().fields)


@every_sample
def test_a_sample_could_be_said_today(cls, number):
    came = envelope.read(samples(cls.type)[number])
    said = cls.check(came.data)
    assert cls.read(said) == cls.read(came.data)
    again = envelope.read(
        envelope.make(
            id=came.id, type=came.type, subject=came.subject, time=came.time, data=said, school=came.school
        )
    )
    assert cls.read(again.data) == cls.read(came.data)


@every_sample
def test_a_sample_keeps_the_published_schema(cls, number):
    schema = json.loads(published(cls.type).read_bytes())
    jsonschema_rs.meta.validate(schema)
    data = json.loads(samples(cls.type)[number])["data"]
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(data)


def test_a_public_sample_has_no_persons_id_as_its_subject():
    persons = {
        value
        for cls in all_events()
        for body in samples(cls.type)
        for name, value in json.loads(body)["data"].items()
        if name in ("person_id", "to", "assignee_id", "leader_id")
    }
    public = [body for cls in all_events() if cls.audience == "public" for body in samples(cls.type)]
    assert not persons & {json.loads(body)["subject"] for body in public}
