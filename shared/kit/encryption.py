"""Sensitive fields (L3) encrypted one by one at rest, with AES-GCM.

A stored value is `<key id>.<base64 of nonce and ciphertext>`; the table, column and row are authenticated
with it, so that a value copied into another row does not open. Keys come from FIELD_KEYS, newest first:
the first one seals, all of them open, so that keys can be rotated.
"""

import base64
import hashlib
import hmac
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BLOCK = (
    32  # bytes: short values are all as long as one another, or their length would tell one word from another
)

_keys: dict[str, bytes] = {}


class Unreadable(Exception):
    """A sealed value that no key opens, or that was moved from its row."""


def new_key() -> str:
    """A fresh line for FIELD_KEYS."""
    return f"k{os.urandom(3).hex()}:{base64.b64encode(os.urandom(32)).decode()}"


def use_keys(text: str) -> None:
    """Take the keys of FIELD_KEYS, one `<id>:<base64>` a line. Raises ValueError when one is malformed."""
    keys = {}
    for line in text.replace(",", "\n").split():
        key_id, _, secret = line.partition(":")
        key = base64.b64decode(secret, validate=True)
        if len(key) != 32 or not key_id.isalnum():
            raise ValueError("FIELD_KEYS wants lines '<id>:<base64 of 32 bytes>'")
        keys[key_id] = key
    if not keys:
        raise ValueError("FIELD_KEYS is empty: sensitive fields cannot be stored")
    _keys.clear()
    _keys.update(keys)


def seal(value: Any, place: str) -> str:
    """Encrypt a JSON value for a place (`table.column.row`)."""
    key_id, key = next(iter(_keys.items()))
    nonce = os.urandom(12)
    text = json.dumps(value, ensure_ascii=False).encode()
    text += b" " * (-len(text) % BLOCK)
    return f"{key_id}.{base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text, place.encode())).decode()}"


def unseal(sealed: str, place: str) -> Any:
    """The value sealed for that place. Raises Unreadable."""
    key_id, _, text = sealed.partition(".")
    if key_id not in _keys:
        raise Unreadable(f"no key {key_id!r}")
    data = base64.b64decode(text)
    try:
        return json.loads(AESGCM(_keys[key_id]).decrypt(data[:12], data[12:], place.encode()))
    except InvalidTag:
        raise Unreadable(f"not sealed for {place}") from None


def seal_bytes(data: bytes, place: str) -> bytes:
    """Encrypt what is no text (a picture) for a place."""
    key_id, key = next(iter(_keys.items()))
    nonce = os.urandom(12)
    return f"{key_id}.".encode() + nonce + AESGCM(key).encrypt(nonce, data, place.encode())


def unseal_bytes(sealed: bytes, place: str) -> bytes:
    """The bytes sealed for that place. Raises Unreadable."""
    key_id, _, data = sealed.partition(b".")
    key = _keys.get(key_id.decode("ascii", "replace"))
    if key is None:
        raise Unreadable("no such key")
    try:
        return AESGCM(key).decrypt(data[:12], data[12:], place.encode())
    except InvalidTag:
        raise Unreadable(f"not sealed for {place}") from None


def fingerprint(value: str) -> str:
    """A keyed hash, to find equal secrets (identity numbers) without storing them in clear.

    Made with the oldest key, which therefore stays in FIELD_KEYS for as long as fingerprints are compared.
    """
    oldest = list(_keys.values())[-1]
    return hmac.new(oldest, value.encode(), hashlib.sha256).hexdigest()


class encrypted:  # noqa: N801  (reads like a column in a model)
    """`note = encrypted("note_sealed")`: an attribute kept sealed in that text column; None stays None."""

    def __init__(self, column: str) -> None:
        self.column = column

    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return None if sealed is None else unseal(sealed, self._place(row))

    def __set__(self, row: Any, value: Any) -> None:
        setattr(row, self.column, None if value is None else seal(value, self._place(row)))

    def _place(self, row: Any) -> str:
        return f"{row.__tablename__}.{self.column}.{row.id}"
