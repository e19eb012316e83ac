"""Client credentials of programs: registered, renewed, revoked, and changed for ten-minute tokens."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.members.accounts import passwords
from services.members.accounts.actions import signing_keys
from services.members.programs.models import Program
from shared.kit import audit, clock
from shared.kit.problems import Invalid


def register(
    session: Session, name: str, scopes: Iterable[str], *, school_id: str, by: str, known: set[str]
) -> tuple[Program, str]:
    """A program and its secret, which is shown this once. Raises Invalid for scopes that nothing asks for."""
    scopes = sorted(set(scopes))
    if not scopes or set(scopes) - known:
        raise Invalid(fields={"scopes": [_("Choose at least one of the listed rights.")]})
    secret = passwords.new_secret()
    program = Program(
        school_id=school_id,
        name=name,
        scopes=scopes,
        secret_hash=passwords.hash_secret(secret),
        created_by=by,
    )
    session.add(program)
    session.flush()
    audit.record(session, "program.registered", object_id=program.id)
    return program, secret


def renew_secret(session: Session, program: Program) -> str:
    """Another secret; the old one stops working at once."""
    secret = passwords.new_secret()
    program.secret_hash = passwords.hash_secret(secret)
    audit.record(session, "program.secret-renewed", object_id=program.id)
    return secret


def revoke(session: Session, program: Program) -> None:
    """No more tokens; the last one ends within ten minutes."""
    if program.revoked_at is None:
        program.revoked_at = clock.now()
        audit.record(session, "program.revoked", object_id=program.id)


def token(session: Session, client_id: str, secret: str) -> str | None:
    """A token for whoever knows the secret; None otherwise, whatever was wrong."""
    program = session.get(Program, client_id)
    expected = program.secret_hash if program else passwords.hash_secret("")
    right = passwords.same(expected, passwords.hash_secret(secret))
    if program is None or program.revoked_at is not None or not right:
        return None
    program.last_used_at = clock.now()
    return signing_keys.program_token(session, program.id, scopes=program.scopes, school_id=program.school_id)
