"""Make signing keys and sign tokens with them; verifying is the kit's part, in every service.

A token says only who (`sub`), since when and until when, and what kind of caller (`typ`); what that one
may do is looked up where it is done.
"""

from datetime import datetime, timedelta
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

ALGORITHM: Final = "ES256"
PAGE, PROGRAM = "page", "program"
LIFETIME: Final = {PAGE: timedelta(hours=12), PROGRAM: timedelta(minutes=10)}


def new_pair() -> tuple[str, dict[str, str]]:
    """A fresh P-256 key: the private half as PEM, the public half as a JWK."""
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return pem.decode(), {name: public[name] for name in ("kty", "crv", "x", "y")}


def sign(private_pem: str, kid: str, claims: dict[str, Any]) -> str:
    return jwt.encode(claims, private_pem, algorithm=ALGORITHM, headers={"kid": kid})


def claims(subject: str, kind: str, at: datetime, scopes: list[str] | None = None) -> dict[str, Any]:
    """`iat` bears fractions of a second: a sign-in right after a sign-out must count as later."""
    body: dict[str, Any] = {
        "sub": subject, "typ": kind, "iat": at.timestamp(), "exp": int((at + LIFETIME[kind]).timestamp()),
    }  # fmt: skip
    return body | ({} if scopes is None else {"scopes": scopes})
