"""What every peer does with an event: one row, in a transaction of its own. Runs in the peer's own environment."""

import json
import os
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

BROKER, DSN = os.environ.get("PEER_BROKER", ""), os.environ.get("PEER_DSN", "")
INSERT = "INSERT INTO bench_effect (id, event_id, subject, number) VALUES (%s, %s, %s, %s)"
_local = threading.local()


def row(body: str) -> tuple[Any, ...]:
    event = json.loads(body)
    return uuid.uuid4(), event["id"], event["subject"], event["data"]["member_count"]


def store(body: str) -> None:
    """On a connection that each thread keeps."""
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(DSN, autocommit=True)
    _local.connection.execute(INSERT, row(body))


def events() -> Iterator[str]:
    return (line.rstrip("\n") for line in sys.stdin)


def main(fill: Callable[[], None], work: Callable[[], None]) -> None:
    {"fill": fill, "work": work}[sys.argv[1]]()
