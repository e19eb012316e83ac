"""Bytes in and out: what we make is a CloudEvent to everybody, and no bytes can upset the reader."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import envelope
from shared.contracts.envelope import Envelope, MalformedEvent
from shared.contracts.promises import samples

ID = "0198f000-0000-7000-8000-000000000001"
GIVEN = {
    "id": ID,
    "type": "members.person.changed.v1",
    "subject": "0198f000-0000-7000-8000-0000000000a1",
    "time": datetime(2026, 9, 8, 1, 30, 0, 250000, tzinfo=UTC),
    "data": {"name": "林晓雨", "version": 3, "offices": [], "sex": None},
}
EXTENSIONS = {
    "school": "0198f000-0000-7000-8000-000000000002",
    "correlationid": "request-7",
    "causationid": "0198f000-0000-7000-8000-000000000003",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "sequence": "12",
}


def body(**changes):
    """A good event as JSON with some attributes changed; None takes one away."""
    good = {
        "specversion": "1.0",
        "id": ID,
        "source": "/members",
        "type": GIVEN["type"],
        "subject": GIVEN["subject"],
        "time": "2026-09-08T01:30:00Z",
        "data": {"version": 3},
    }
    return json.dumps({name: value for name, value in (good | changes).items() if value is not None}).encode()


def test_what_is_made_is_read_back_whole():
    raw = envelope.make(**GIVEN, **EXTENSIONS)
    assert envelope.read(raw) == Envelope(**GIVEN, **EXTENSIONS, source="/members", raw=raw)


def test_extensions_that_were_not_given_are_not_there():
    raw = envelope.make(**GIVEN)
    assert not set(EXTENSIONS) & set(json.loads(raw))
    assert envelope.read(raw).school is None


def test_the_envelope_names_its_source_its_schema_and_its_content():
    made = json.loads(envelope.make(**GIVEN, sequence=12))
    assert made["specversion"] == "1.0"
    assert made["source"] == "/members"
    assert made["dataschema"] == "/contracts/members.person.changed.v1.json"
    assert made["datacontenttype"] == "application/json"
    assert made["time"] == "2026-09-08T01:30:00.250000Z"
    assert made["sequence"] == "12"
    assert envelope.CONTENT_TYPE == "application/cloudevents+json"


def test_the_sdk_accepts_what_we_make():
    event = JSONFormat().read(None, envelope.make(**GIVEN, **EXTENSIONS))
    assert isinstance(event, CloudEvent)
    assert event.get_data() == GIVEN["data"]
    assert event.get_time() == GIVEN["time"]
    assert event.get_extension("school") == EXTENSIONS["school"]


def test_we_read_what_the_sdk_makes():
    attributes = {name: GIVEN[name] for name in ("id", "type", "subject", "time")}
    made = JSONFormat().write(CloudEvent({**attributes, "source": "/elsewhere"}, GIVEN["data"]))
    came = envelope.read(made)
    assert (came.source, came.data, came.time) == ("/elsewhere", GIVEN["data"], GIVEN["time"])


def test_a_time_with_another_offset_is_read_as_utc():
    came = envelope.read(body(time="2026-09-08T09:30:00+08:00"))
    assert came.time == datetime(2026, 9, 8, 1, 30, tzinfo=UTC)
    assert came.time.utcoffset() == timedelta(0)


def test_an_extension_of_a_stranger_is_no_hindrance():
    assert envelope.read(body(theirextension="x")).id == ID


def test_an_envelope_in_a_log_line_tells_nothing_of_its_data():
    came = envelope.read(samples("members.person.changed.v1")[0])
    assert came.data["name"] not in repr(came)
    assert "birth_date" not in repr(came)


def test_an_envelope_does_not_change():
    with pytest.raises(AttributeError):
        envelope.read(body()).id = "other"


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"not json",
        b"[]",
        b"7",
        b"null",
        b'"text"',
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b"{" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        body(data=[1]),
        body(data="text"),
        body(data=None),
        body(data=None, data_base64="e30="),
        body(id="7"),
        body(id=ID.upper()),
        body(id=ID + "\n"),
        body(id=7),
        body(id=None),
        body(type=None),
        body(type="Members Person"),
        body(type="members.person.changed.v1\x00"),
        body(source=None),
        body(source=""),
        body(subject=None),
        body(subject=""),
        body(subject="a\x00b"),
        body(subject="\ud800"),
        body(subject="x" * 256),
        body(time=None),
        body(time="yesterday"),
        body(time="2026-09-08T01:30:00"),
        body(time=7),
        body(time="0001-01-01T00:00:00+14:00"),
        body(specversion=None),
        body(specversion="0.3"),
        body(specversion=None, cloudEventsVersion="0.1"),
        body(correlation_id="underscores are not allowed"),
        body(school=["a", "list"]),
        body(school={"an": "object"}),
        body(data={"name": "\x00"}),
        body(data={"deep": [{"\ud800": 1}]}),
        body(data={"share": float("nan")}),
        body(data={"share": 424242}).replace(b"424242", b"1e999"),
        body(data={"deep": 424242}).replace(b"424242", b"9" * 5000),
    ],
    ids=lambda bad: repr(bad[:60]),
)
def test_what_is_not_our_cloudevent_is_malformed(bad):
    with pytest.raises(MalformedEvent):
        envelope.read(bad)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "7"},
        {"type": "Not A Type"},
        {"subject": ""},
        {"time": datetime(2026, 9, 8)},  # noqa: DTZ001
        {"time": None},
        {"data": {"day": {1, 2}}},
        {"data": {"name": "a\x00"}},
        {"school": ""},
    ],
    ids=str,
)
def test_what_could_not_be_read_is_not_made(change):
    with pytest.raises(MalformedEvent):
        envelope.make(**GIVEN | change)


def test_the_fault_says_what_is_wrong_and_repeats_no_data():
    with pytest.raises(MalformedEvent, match="subject is missing"):
        envelope.read(body(subject=None, data={"name": "林晓雨"}))
    with pytest.raises(MalformedEvent) as fault:
        envelope.read(body(id="林晓雨"))
    assert "林晓雨" not in str(fault.value)


def read_or_refuse(raw):
    try:
        came = envelope.read(raw)
    except MalformedEvent:
        return
    assert envelope.make(id=came.id, type=came.type, subject=came.subject, time=came.time, data=came.data)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_malformed(raw):
    read_or_refuse(raw)


# A day off each end of the calendar, so that no zone falls over it.
MIN, MAX = datetime(1, 1, 3), datetime(9999, 12, 29)  # noqa: DTZ001

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)
ATTRIBUTE = st.sampled_from(
    [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "data",
        "data_base64",
        "datacontenttype",
        "school",
        "x",
    ]
)


@given(st.dictionaries(ATTRIBUTE, ANY_JSON, max_size=4))
def test_any_attributes_are_read_or_malformed(changes):
    read_or_refuse(body(**changes))


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_an_event_with_some_bytes_overwritten_is_read_or_malformed(place, wrong):
    raw = envelope.make(**GIVEN, **EXTENSIONS)
    read_or_refuse(raw[:place] + wrong + raw[place + len(wrong) :])


@given(
    st.datetimes(MIN, MAX, timezones=st.timezones()),
    st.dictionaries(
        st.text("abcdefgh_", min_size=1),
        st.text('a林\n"\\\U0001f600 ', max_size=9) | st.integers() | st.none(),
    ),
)
def test_times_and_texts_survive_the_way(time, data):
    came = envelope.read(envelope.make(**GIVEN | {"time": time, "data": data}))
    assert came.data == data
    assert came.time == time.astimezone(UTC)
