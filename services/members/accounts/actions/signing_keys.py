"""Keys that sign tokens: made when first needed, changed on command, told to every service."""

from datetime import timedelta
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.accounts.models import SigningKey
from shared.contracts.members import SigningKeyChanged
from shared.kit import clock, tokens
from shared.kit.database import locked
from shared.kit.messages import emit, remind, reminder
from shared.kit.people import apply_signing_key

SESSION: Final = timedelta(hours=tokens.PAGE_HOURS)
HEAD_START: Final = timedelta(minutes=5)  # a new key is known everywhere before it signs
DestroyPrivateKey = reminder("destroy-private-key")


def person_token(session: Session, person_id: str) -> str:
    """A token for the pages, good for 12 hours from now."""
    key = _signing(session) or _new(session)
    return tokens.sign(key.private_pem, key.id, person_id)


def program_token(session: Session, program_id: str, *, scopes: list[str], school_id: str) -> str:
    """A token for a program, good for 10 minutes from now."""
    key = _signing(session) or _new(session)
    return tokens.sign(
        key.private_pem, key.id, program_id, kind="program", scopes=scopes, school_id=school_id
    )


def rotate(session: Session, at_once: bool = False) -> SigningKey:
    """Sign with a new key from now on. Sessions go on, unless `at_once`: then every token is void (a key leaked)."""
    old = list(session.scalars(select(SigningKey).where(SigningKey.retired_at.is_(None))))
    # With nothing to sign with meanwhile, the new one must start at once.
    new = _new(session, head_start=timedelta(0) if at_once or not old else HEAD_START)
    for key in old:
        locked(session, SigningKey, key.id)
        if at_once:
            key.retired_at, key.private_pem = clock.now(), None
        else:
            key.retired_at = new.valid_from + SESSION
            remind(session, DestroyPrivateKey, at=new.valid_from, key=key.id, data={"kid": key.id})
        _say(session, key)
    return new


def destroy_private_half(session: Session, kid: str) -> None:
    """A key that no longer signs needs no private half."""
    key = locked(session, SigningKey, kid)
    if key is not None and key.retired_at is not None:
        key.private_pem = None


def republish(session: Session) -> None:
    """Say every key that may still verify a token, for a service whose copies are empty."""
    for key in session.scalars(select(SigningKey).order_by(SigningKey.valid_from)):
        if key.retired_at is None or key.retired_at > clock.now():
            locked(session, SigningKey, key.id)
            _say(session, key)


def _signing(session: Session) -> SigningKey | None:
    query = select(SigningKey).where(
        SigningKey.private_sealed.is_not(None), SigningKey.valid_from <= clock.now()
    )
    return session.scalars(
        query.order_by(SigningKey.valid_from.desc(), SigningKey.id.desc()).limit(1)
    ).first()


def _new(session: Session, head_start: timedelta = timedelta(0)) -> SigningKey:
    private = ec.generate_private_key(ec.SECP256R1())
    public = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    key = SigningKey(
        public_jwk={name: public[name] for name in ("kty", "crv", "x", "y")},
        valid_from=clock.now() + head_start,
    )
    key.private_pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    session.add(key)
    _say(session, key)
    return key


def _say(session: Session, key: SigningKey) -> None:
    state: dict[str, Any] = {
        "kid": key.id,
        "public_jwk": key.public_jwk,
        "valid_from": key.valid_from,
        "retired_at": key.retired_at,
    }
    emit(session, SigningKeyChanged, of=key, subject=key.id, **state)
    apply_signing_key(session, state)
