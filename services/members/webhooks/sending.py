"""One call to a receiver, signed by the Standard Webhooks specification; bounded in time and in what is read."""

import base64
import hashlib
import hmac
import http.client
import secrets
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from services.members.webhooks.addresses import Refused, Target, look

SECONDS = 10  # for all of it: connecting, sending, reading the answer
MOST_READ = 4096  # bytes of an answer
PREFIX = "whsec_"
CONNECT_SECONDS = 5


@dataclass(frozen=True)
class Outcome:
    """What came of a call: a status, or an error's code. `answer` is the beginning of the body."""

    status: int | None = None
    error: str | None = None
    answer: bytes = b""
    retry_after: int | None = None

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,<base64 of HMAC-SHA256>` over id, moment and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(keys: Sequence[str], message_id: str, at: datetime, body: bytes, kind: str) -> dict[str, str]:
    """The three headers of the specification, and what HTTP needs."""
    timestamp = int(at.timestamp())
    return {
        "Content-Type": kind,
        "User-Agent": "Unionhall-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, message_id, timestamp, body) for key in keys),
    }


def send(url: str, given: dict[str, str], body: bytes, *, private: bool = False) -> Outcome:
    """POST a body. A redirect is an answer like any other and not followed; never raises for what the receiver does."""
    try:
        target = look(url, private)
    except Refused as refusal:
        return Outcome(error=refusal.code)
    connection = None
    try:
        connection = _connect(target)
        # A receiver that answers a byte at a time keeps each read short: this ends the whole.
        clock = threading.Timer(SECONDS, _cut, (connection.sock,))
        clock.daemon = True
        clock.start()
        try:
            connection.request("POST", target.path, body, given)
            answer = connection.getresponse()
            begun = answer.read(MOST_READ)
        finally:
            clock.cancel()
        return Outcome(answer.status, None, begun, _seconds(answer.getheader("Retry-After")))
    except TimeoutError:
        return Outcome(error="no-answer-in-time")
    except ssl.SSLError:
        return Outcome(error="certificate")
    except (OSError, http.client.HTTPException):
        return Outcome(error="no-answer")
    finally:
        if connection is not None:
            connection.close()


def _connect(target: Target) -> http.client.HTTPConnection:
    """To the address that was looked at; the certificate must be the name's."""
    plain = socket.create_connection((target.address, target.port), timeout=CONNECT_SECONDS)
    try:
        plain.settimeout(SECONDS)
        if target.secure:
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = plain
    return connection


def _cut(plain: socket.socket) -> None:
    with suppress(OSError):
        plain.shutdown(socket.SHUT_RDWR)


def _seconds(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None
