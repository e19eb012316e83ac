"""Waking the relay and the workers after a commit, instead of letting them poll.

SQLite: an event of this process. PostgreSQL: NOTIFY on a connection of its own, after the commit and coalesced
(many commits, one bell). A bell may be missed; whoever waits looks again after a second anyway.
"""

import threading
from collections import defaultdict
from typing import Protocol

import psycopg

from shared.kit.database import Database


class Bell(Protocol):
    """Something to ring, and to wait for."""

    def ring(self) -> None: ...
    def wait(self, seconds: float) -> None: ...
    def close(self) -> None: ...


_local: dict[tuple[str, str], threading.Event] = defaultdict(threading.Event)


class LocalBell:
    """Rings within this process."""

    def __init__(self, url: str, who: str) -> None:
        self._event = _local[url, who]

    def ring(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)
        self._event.clear()

    def close(self) -> None:
        self._event.set()


class PostgresBell:
    """Rings through the database, for whichever process listens."""

    def __init__(self, url: str, who: str) -> None:
        self._dsn = url.replace("postgresql+psycopg://", "postgresql://")
        self._channel = f"unionhall_{who}"
        self._rung = threading.Event()
        self._ringer: threading.Thread | None = None
        self._listener: psycopg.Connection | None = None
        self._lock = threading.Lock()

    def ring(self) -> None:
        self._rung.set()
        if self._ringer is None or not self._ringer.is_alive():
            with self._lock:
                if self._ringer is None or not self._ringer.is_alive():
                    self._ringer = threading.Thread(target=self._keep_ringing, name="bell", daemon=True)
                    self._ringer.start()

    def _keep_ringing(self) -> None:
        connection = None
        while self._rung.wait():
            self._rung.clear()
            try:
                if connection is None or connection.closed:
                    connection = self._connect()
                connection.execute(f"NOTIFY {self._channel}")
            except psycopg.Error:
                connection = None  # the listener looks by itself within a second

    def wait(self, seconds: float) -> None:
        try:
            if self._listener is None or self._listener.closed:
                self._listener = self._connect()
                self._listener.execute(f"LISTEN {self._channel}")
                return  # what was rung before we listened is found by looking
            for _ in self._listener.notifies(timeout=seconds, stop_after=1):
                pass
        except psycopg.Error:
            self._listener = None
            threading.Event().wait(seconds)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._dsn, autocommit=True, connect_timeout=5)

    def close(self) -> None:
        if self._listener is not None:
            self._listener.close()


def bell(database: Database, who: str) -> Bell:
    """The bell of `relay` or `worker` on a database."""
    return (LocalBell if database.is_sqlite else PostgresBell)(database.url, who)
