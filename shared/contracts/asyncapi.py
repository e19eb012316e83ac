"""The AsyncAPI 3 document: every event, its channel and its shape, for people and for code generators."""

from typing import Any, Final

from shared.contracts.envelope import CONTENT_TYPE
from shared.contracts.registry import Event, all_events
from shared.contracts.schema import description, schema_of

# The exchanges are the broker's doing; here they are an address that subscribers must know.
EXCHANGES: Final = {"internal": "union.events", "public": "union.feed"}

_UUID: Final = {"type": "string", "format": "uuid"}
_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 255}

CLOUD_EVENT: Final = {
    "title": "CloudEvent",
    "description": "CloudEvents 1.0, structured JSON. `school` is the union the fact belongs to; events of one "
    "`subject` come in order; the same `id` may come twice and means the same fact.",
    "type": "object",
    "required": ["specversion", "id", "source", "type", "subject", "time", "dataschema", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": _UUID,
        "source": _TEXT,
        "type": _TEXT,
        "subject": _TEXT,
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": _TEXT,
        "data": {"type": "object"},
        "school": _UUID,
        "correlationid": _TEXT,
        "causationid": _TEXT,
        "sequence": _TEXT,
        "traceparent": _TEXT,
    },
}


def document() -> dict[str, Any]:
    events = all_events()
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Unionhall events",
            "version": "1",
            "description": "What the four services say. Public events are on the feed for outside subscribers; "
            "internal ones go between the services alone. Within a version only optional fields and further codes "
            "are added: ignore what you do not know.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {cls.type: _channel(cls) for cls in events},
        "operations": {f"say.{cls.type}": _operation(cls) for cls in events},
        "components": {
            "messages": {cls.__name__: _message(cls) for cls in events},
            "schemas": {"CloudEvent": CLOUD_EVENT} | {cls.__name__: _data(cls) for cls in events},
        },
    }


def _channel(cls: type[Event]) -> dict[str, Any]:
    exchange = {"name": EXCHANGES[cls.audience], "type": "topic", "durable": True, "vhost": "/"}
    return {
        "address": cls.type,
        "messages": {cls.__name__: {"$ref": f"#/components/messages/{cls.__name__}"}},
        "tags": [{"name": cls.audience}, {"name": cls.producer}],
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}},
    }


def _operation(cls: type[Event]) -> dict[str, Any]:
    channel = f"#/channels/{cls.type}"
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{cls.__name__}"}],
    }


def _message(cls: type[Event]) -> dict[str, Any]:
    this_event = {
        "properties": {
            "source": {"const": f"/{cls.producer}"},
            "type": {"const": cls.type},
            "dataschema": {"const": f"/contracts/{cls.type}.json"},
            "data": {"$ref": f"#/components/schemas/{cls.__name__}"},
        }
    }
    return {
        "name": cls.type,
        "title": cls.__name__,
        "description": description(cls),
        "contentType": CONTENT_TYPE,
        "payload": {"allOf": [{"$ref": "#/components/schemas/CloudEvent"}, this_event]},
    }


def _data(cls: type[Event]) -> dict[str, Any]:
    # "$schema" and "$id" belong to a file of its own.
    return {key: value for key, value in schema_of(cls).items() if not key.startswith("$")}
