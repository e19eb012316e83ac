"""Who somebody is: ES256 tokens, checked with the copies of public keys that every service keeps.

A token says only who. What that person may do is read from the card, so rights change within seconds.
Pages carry it in a cookie for 12 hours; programs get one for 10 minutes, with scopes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from sqlalchemy.orm import Session

from shared.kit import clock
from shared.kit.people import SigningKey

COOKIE = "unionhall"
PAGE_HOURS = 12
PROGRAM_MINUTES = 10
ISSUER = "unionhall"


@dataclass(frozen=True)
class Claims:
    """What a valid token says. `scopes` and `school_id` only in a program's."""

    subject: str
    kind: str
    issued_at: datetime
    scopes: frozenset[str]
    school_id: str | None


def sign(
    private_key: Any,
    kid: str,
    subject: str,
    *,
    kind: str = "page",
    scopes: list[str] | None = None,
    school_id: str | None = None,
) -> str:
    """A token for a person (`page`) or a program (`program`)."""
    now = clock.now()
    life = timedelta(hours=PAGE_HOURS) if kind == "page" else timedelta(minutes=PROGRAM_MINUTES)
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "sub": subject,
        "knd": kind,
        "iat": now.timestamp(),
        "exp": now + life,
    }
    if kind == "program":
        claims |= {"scopes": scopes or [], "school": school_id}
    return jwt.encode(claims, private_key, algorithm="ES256", headers={"kid": kid})


def check(session: Session, token: str) -> Claims | None:
    """What a token says, or None when it is forged, over, or of a key that is unknown or retired."""
    try:
        header = jwt.get_unverified_header(token)
        key = session.get(SigningKey, str(header.get("kid", "")))
        if key is None or (key.retired_at is not None and key.retired_at <= clock.now()):
            return None
        claims = jwt.decode(
            token,
            jwt.PyJWK(key.public_jwk, algorithm="ES256").key,
            algorithms=["ES256"],
            issuer=ISSUER,
            options={"require": ["sub", "iat", "exp", "knd"], "verify_exp": False, "verify_iat": False},
        )
        if float(claims["exp"]) <= clock.now().timestamp():
            return None
        issued = datetime.fromtimestamp(float(claims["iat"]), tz=clock.SHANGHAI)
        return Claims(
            str(claims["sub"]),
            str(claims["knd"]),
            issued,
            frozenset(claims.get("scopes") or ()),
            claims.get("school"),
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
