"""A POST with an Idempotency-Key happens once: the same key gets the same answer again.

The answer is kept, sealed, in the transaction of the change itself.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, make_response, request
from sqlalchemy import String, Text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit import clock
from shared.kit.access import actor
from shared.kit.database import KitBase, UTCDateTime, reading, transaction
from shared.kit.encryption import encrypted
from shared.kit.problems import Invalid, KeyReused


class IdempotencyKey(KitBase):
    """A key somebody used, what for, and what was answered."""

    __tablename__ = "idempotency_key"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # hash of the actor and the key
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    answer_sealed: Mapped[str | None] = mapped_column(Text)
    answer = encrypted("answer_sealed")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


def once(view: Callable[[], Any]) -> Response:
    """Run a view, or give again what it answered under this request's Idempotency-Key."""
    key = request.headers.get("Idempotency-Key")
    if not key:
        return make_response(view())
    if not 8 <= len(key) <= 100:
        raise Invalid(fields={"Idempotency-Key": ["8 to 100 characters"]})
    who = actor().person_id or request.remote_addr
    key_id = hashlib.sha256(f"{who}\n{key}".encode()).hexdigest()
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.get_data()).hexdigest()
    try:
        with transaction() as session:
            if (known := session.get(IdempotencyKey, key_id)) is None:
                row = IdempotencyKey(id=key_id, request_hash=asked)
                session.add(row)
                session.flush()  # a second request with the key waits here for the first
                response = make_response(view())
                row.status, row.answer = response.status_code, response.get_data(as_text=True)
                return response
    except IntegrityError:
        with reading() as session:
            known = session.get(IdempotencyKey, key_id)
        if known is None:
            raise
    if known.request_hash != asked:
        raise KeyReused()
    again = make_response(known.answer, known.status)
    again.content_type = "application/json"
    return again
