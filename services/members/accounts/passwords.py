"""Passwords and other secrets: how they are stored, compared and judged. Pure; no database."""

import hashlib
import hmac
import secrets
import unicodedata
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

SHORTEST: Final = 10
LONGEST: Final = 128  # argon2 would take more, but nobody types it

# argon2id with 46 MiB in one pass, the first of OWASP's equivalent choices: some 50 ms of one core.
_hasher = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_NOBODY: Final = _hasher.hash(secrets.token_hex())  # compared with when there is no such account
_COMMON: Final = frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())

# No 0/O, 1/I/L, U/V: codes are read from paper and typed on phones.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def hash_password(password: str) -> str:
    return _hasher.hash(_normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one; without a hash it takes as long and says no."""
    try:
        return _hasher.verify(password_hash or _NOBODY, _normal(password)) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether it was hashed with weaker figures than today's."""
    return _hasher.check_needs_rehash(password_hash)


def fault_of(password: str, login: str, name: str = "") -> str | None:
    """Why a new password is not good enough, in words for the person; None when it is."""
    plain = _normal(password).casefold()
    if len(plain) < SHORTEST:
        return _("Use at least %(count)s characters; a sentence is easy to remember.", count=SHORTEST)
    if len(password) > LONGEST:
        return _("Use at most %(count)s characters.", count=LONGEST)
    if plain in (normal_login(login), _normal(name).casefold()):
        return _("The password must not be your login or your name.")
    if plain in _COMMON or len(set(plain)) < 4 or _is_a_run(plain):
        return _("Too many people use this password; others try it first.")
    return None


def normal_login(text: str) -> str:
    """A login as it is stored and looked up: full-width letters, spaces and capitals make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def new_code(groups: int = 4) -> str:
    """A code for paper, in groups of four: about 4.9 bits a letter, so four groups hold 78 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(groups))


def hash_code(code: str) -> str:
    """Codes and secrets of our own making are long and random: one plain hash keeps them."""
    return hashlib.sha256("".join(filter(str.isalnum, code)).upper().encode()).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _normal(password: str) -> str:
    # Input methods differ in which form of a character they send; NFKC makes them one. Forms drop outer spaces.
    return unicodedata.normalize("NFKC", password).strip()


def _is_a_run(plain: str) -> bool:
    """1234567890, abcdefghijk and the same backwards."""
    steps = {ord(after) - ord(before) for before, after in zip(plain, plain[1:], strict=False)}
    return steps in ({1}, {-1}) or plain in "01234567890123456789"
