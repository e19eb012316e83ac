"""Make and read a CloudEvent: the only place that knows how an event looks as bytes.

CloudEvents 1.0, structured JSON, the same on AMQP, HTTP and in the tables. The SDK is used here and
nowhere else: its version 2 is young.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

CONTENT_TYPE: Final = JSONFormat.CONTENT_TYPE
LONGEST_ATTRIBUTE: Final = 255  # what an AMQP short string holds

_FORMAT: Final = JSONFormat()
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TYPE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
# What the CloudEvents type system forbids in a string; PostgreSQL refuses some of it as well.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class MalformedEvent(ValueError):
    """Bytes that are not one of our CloudEvents; whoever received them cannot do anything with them."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event as it came; `data` is unchecked JSON until its contract has read it.

    Its repr leaves out the data, so that a log line which holds an envelope tells nothing of a person.
    """

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    data: dict[str, Any] = field(repr=False)
    raw: bytes = field(repr=False)
    school: str | None = None
    correlationid: str | None = None
    causationid: str | None = None
    traceparent: str | None = None
    sequence: str | None = None


def make(
    *,
    id: str,
    type: str,
    subject: str,
    time: datetime,
    data: Mapping[str, Any],
    sequence: int | str | None = None,
    school: str | None = None,
    correlationid: str | None = None,
    causationid: str | None = None,
    traceparent: str | None = None,
) -> bytes:
    """The event as bytes; `data` is what the contract's `check` gave. Raises MalformedEvent where `read` would."""
    attributes = {
        "specversion": "1.0",
        "id": id,
        "source": f"/{type.split('.', 1)[0]}",
        "type": type,
        "subject": subject,
        "datacontenttype": "application/json",
        "dataschema": f"/contracts/{type}.json",
    }
    extensions = {
        "sequence": None if sequence is None else str(sequence),
        "school": school,
        "correlationid": correlationid,
        "causationid": causationid,
        "traceparent": traceparent,
    }
    attributes |= {name: value for name, value in extensions.items() if value is not None}
    try:
        event = _complete(attributes | {"time": _in_utc(time)}, dict(data))
        _verify(event.get_attributes(), event.get_data())
        return _FORMAT.write(event)
    except Exception as fault:
        raise _malformed(fault) from fault


def read(body: bytes) -> Envelope:
    """The event in `body`. Raises MalformedEvent, and nothing else, whatever the bytes are."""
    try:
        event = _FORMAT.read(_complete, body)
        attributes = event.get_attributes()
        data = _verify(attributes, event.get_data())
        time = _in_utc(attributes["time"])
    except Exception as fault:
        # Foreign bytes make the SDK and the JSON reader raise whatever they like (RecursionError too).
        raise _malformed(fault) from fault
    return Envelope(
        id=attributes["id"],
        type=attributes["type"],
        source=attributes["source"],
        subject=attributes["subject"],
        time=time,
        data=data,
        raw=body,
        school=attributes.get("school"),
        correlationid=attributes.get("correlationid"),
        causationid=attributes.get("causationid"),
        traceparent=attributes.get("traceparent"),
        sequence=attributes.get("sequence"),
    )


def _complete(attributes: dict[str, Any], data: Any) -> CloudEvent:
    """A CloudEvent with all that must be there; the SDK would invent a missing id, time or version."""
    for name in ("specversion", "id", "source", "type", "subject", "time"):
        if name not in attributes:
            raise MalformedEvent(f"the {name} is missing")
    return CloudEvent(attributes, data)


def _verify(attributes: Mapping[str, Any], data: object) -> dict[str, Any]:
    """What we ask beyond the standard: a UUID, short clean attributes, an object as data."""
    for name, value in attributes.items():
        if name != "time" and not _is_clean(value):
            raise MalformedEvent(f"{name[:40]!r} is not a short printable text")
    if not _UUID.fullmatch(attributes["id"]):
        raise MalformedEvent("the id is not a UUID in lower case")
    if not _TYPE.fullmatch(attributes["type"]):
        raise MalformedEvent("the type is not of dotted lower-case words")
    if not isinstance(data, dict):
        raise MalformedEvent("the data are not a JSON object")
    _refuse_unstorable(data)
    return data


def _in_utc(time: datetime) -> datetime:
    """UTC on the wire: some zones of the past have offsets with seconds, which ISO 8601 lacks."""
    if time.utcoffset() is None:
        raise MalformedEvent("the time says no offset from UTC")
    return time.astimezone(UTC)


def _is_clean(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ATTRIBUTE and not _UNPRINTABLE.search(value)


def _refuse_unstorable(value: object) -> None:
    """No NUL, half surrogate pair or NaN: valid for Python's reader, but no database or stranger takes them."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise MalformedEvent("a text in the data holds NUL or half a surrogate pair")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _refuse_unstorable(name)
            _refuse_unstorable(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_unstorable(inner)
    elif isinstance(value, float) and not math.isfinite(value):
        raise MalformedEvent("a number in the data is not finite")


def _malformed(fault: Exception) -> MalformedEvent:
    # Never the bytes themselves: they could hold anything, and this text goes to a log.
    if isinstance(fault, MalformedEvent):
        return fault
    return MalformedEvent(f"not a CloudEvent ({type(fault).__name__})")
