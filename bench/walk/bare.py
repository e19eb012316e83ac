"""The least that can be called a walk: a row, a message with confirm (or a queue in the process), two rows. No outbox, no
lookups, no reminder: what is lost in a crash is lost. A floor, not a peer."""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pika

from bench.bus.stage import Place, channel
from shared.kit.database import new_id

QUEUE = "bench.bare"
TABLES = (
    "CREATE TABLE bare_event (id text PRIMARY KEY)",
    "CREATE TABLE bare_inbox (id text PRIMARY KEY, type text, subject text, event text)",
    "CREATE TABLE bare_task (id text PRIMARY KEY, person_id text)",
)
INSERT = (
    "INSERT INTO bare_inbox (id, type, subject, event) VALUES ({0}, 'x', 'x', 'x')",
    "INSERT INTO bare_task (id, person_id) VALUES ({0}, 'x')",
)
Arrived = Callable[[str, float], None]
Begin = Callable[[], tuple[str, float]]


def in_threads(folder: Path, arrived: Arrived) -> tuple[Begin, Callable[[threading.Event], None]]:
    """How to begin; and what ends, for a thread of its own."""
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    first, second = _open(folder / "bare-members.db"), _open(folder / "bare-welfare.db")

    def begin() -> tuple[str, float]:
        key = new_id()
        first.execute("INSERT INTO bare_event VALUES (?)", [key])
        moment = time.monotonic()
        said.put(key)
        return key, moment

    def hear(stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                key = said.get(timeout=0.2)
            except queue.Empty:
                continue
            second.execute("BEGIN IMMEDIATE")
            for statement in INSERT:
                second.execute(statement.format("?"), [key])
            second.execute("COMMIT")
            arrived(key, time.monotonic())

    return begin, hear


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + ";".join(TABLES))
    return connection


def sender(members: Any, publisher: Any) -> Begin:
    """How to begin, on a connection and a channel with confirms."""

    def begin() -> tuple[str, float]:
        key = new_id()
        members.execute("INSERT INTO bare_event VALUES (%s)", [key])
        moment = time.monotonic()
        publisher.basic_publish("", QUEUE, key.encode(), pika.BasicProperties(delivery_mode=2))
        return key, moment

    return begin


def consumer(place: Place, arrived: Arrived) -> None:
    with place.connect("welfare", autocommit=False) as database, channel(place.broker) as taker:
        taker.basic_qos(prefetch_count=200)
        for method, _properties, body in taker.consume(QUEUE):
            key = body.decode()
            for statement in INSERT:
                database.execute(statement.format("%s"), [key])
            database.commit()
            arrived(key, time.monotonic())
            taker.basic_ack(method.delivery_tag)
