"""The broker's exchanges, queues, bindings, users and rights, as RabbitMQ's definitions; safe to apply again.

`python -m deploy.topology` applies them to the broker of BROKER_ADMIN_URL, with the passwords that stand in each
<SERVICE>_BROKER_URL; `--write` renews deploy/rabbitmq/definitions.json, which holds no password.
"""

import base64
import hashlib
import json
import os
import re
import secrets
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from deploy.settings import setting
from shared.contracts.registry import all_events
from shared.kit.config import SERVICES
from shared.kit.messages import handled_types
from shared.kit.service import discover_handlers
from shared.kit.transport import DEAD, EXCHANGE, FEED, inbox_arguments

FILE = Path(__file__).parent / "rabbitmq" / "definitions.json"
VHOST = "/"
Definitions = dict[str, list[dict[str, Any]]]


def definitions(passwords: Mapping[str, str] | None = None) -> Definitions:
    """Everything the broker must know. Without passwords the users are there but cannot sign in."""
    discover_handlers()
    wanted = {name: sorted(handled_types(name)) for name in SERVICES}
    public = [event.type for event in all_events() if event.audience == "public"]
    return {
        "users": [_user(name, (passwords or {}).get(name)) for name in SERVICES],
        "permissions": [_rights(name) for name in SERVICES],
        "topic_permissions": [_topic_rights(name, wanted[name]) for name in SERVICES],
        "exchanges": [
            _of(name, type=kind, durable=True, auto_delete=False, internal=False, arguments={})
            for name, kind in ((EXCHANGE, "topic"), (FEED, "topic"), (DEAD, "fanout"))
        ],
        "queues": [
            _of(DEAD, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}),
            *(
                _of(f"{name}.inbox", durable=True, auto_delete=False, arguments=inbox_arguments())
                for name in SERVICES
            ),
        ],
        "bindings": [
            _binding(DEAD, "queue", DEAD, DEAD),
            *(_binding(EXCHANGE, "exchange", FEED, type_) for type_ in public),
            *(
                _binding(EXCHANGE, "queue", f"{name}.inbox", type_)
                for name in SERVICES
                for type_ in wanted[name]
            ),
        ],
        # From version 4 on a queue gives a message up after 20 deliveries; a consumer that crashes must lose none.
        "policies": [
            _of(
                "inbox-keeps-trying",
                pattern=r"\.inbox$",
                priority=0,
                definition={"delivery-limit": -1},
                **{"apply-to": "queues"},
            )
        ],
    }


def _of(name: str, **values: Any) -> dict[str, Any]:
    return {"name": name, "vhost": VHOST, **values}


def _binding(source: str, kind: str, destination: str, key: str) -> dict[str, Any]:
    to = {"destination": destination, "destination_type": kind}
    return {"vhost": VHOST, "source": source, **to, "routing_key": key, "arguments": {}}


def _user(name: str, password: str | None) -> dict[str, Any]:
    hashed = ""
    if password:
        salt = secrets.token_bytes(4)
        hashed = base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
    return {
        "name": name,
        "password_hash": hashed,
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
    }


def _rights(name: str) -> dict[str, Any]:
    """A service declares nothing, writes into the one exchange and reads its own queue."""
    own, exchange = re.escape(f"{name}.inbox"), re.escape(EXCHANGE)
    return {"user": name, "vhost": VHOST, "configure": "^$", "write": f"^{exchange}$", "read": f"^{own}$"}


def _topic_rights(name: str, wanted: list[str]) -> dict[str, Any]:
    """It speaks only in its own name: an event that claims to be another's is refused by the broker."""
    read = "|".join(map(re.escape, wanted))
    rights = {"exchange": EXCHANGE, "write": f"^{name}\\.", "read": f"^({read})$"}
    return {"user": name, "vhost": VHOST, **rights}


def apply(management: str, user: str, password: str, wanted: Definitions) -> None:
    """Hand the definitions to a broker, waiting up to two minutes for it to answer."""
    with httpx.Client(base_url=management, auth=(user, password), timeout=30) as broker:
        version = _version(broker)
        if int(version.split(".", maxsplit=1)[0]) < 4:
            wanted = {**wanted, "policies": []}  # older ones have no limit, and refuse to hear of it
        broker.post("/api/definitions", json=wanted).raise_for_status()


def _version(broker: httpx.Client) -> str:
    for attempt in range(120):
        try:
            return str(broker.get("/api/overview").raise_for_status().json()["rabbitmq_version"])
        except httpx.TransportError:
            if attempt == 119:
                raise
            threading.Event().wait(1)
    raise AssertionError("unreachable")


def text(wanted: Definitions) -> str:
    return json.dumps(wanted, indent=1, sort_keys=True) + "\n"


def main(arguments: list[str]) -> None:
    if arguments == ["--write"]:
        FILE.write_text(text(definitions()), encoding="utf-8")
        return
    administrator = urlsplit(setting("BROKER_ADMIN_URL"))
    management = os.environ.get("BROKER_MANAGEMENT_URL") or f"http://{administrator.hostname}:15672"
    passwords = {
        name: unquote(urlsplit(setting(f"{name.upper()}_BROKER_URL")).password or "") for name in SERVICES
    }
    user, password = unquote(administrator.username or ""), unquote(administrator.password or "")
    apply(management, user, password, definitions(passwords))


if __name__ == "__main__":
    main(sys.argv[1:])
