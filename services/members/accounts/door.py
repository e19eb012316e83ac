"""The one way in for page and API. Argon2 takes its time, so it runs between two short transactions
and never while the database is locked."""

from flask_babel import lazy_gettext as _l

from services.members.accounts import passwords
from services.members.accounts.actions import sign_in
from services.members.accounts.actions.sign_in import Entered
from shared.kit.database import transaction
from shared.kit.problems import Problem, Unauthenticated


class WrongCredentials(Unauthenticated):
    """Login, password or code is wrong; which of them is nobody's business."""

    slug = "wrong-credentials"
    title = _l("Login or password is not right")


class CodeNeeded(Problem):
    """The password is right; the code of the authenticator app is still missing."""

    slug = "code-needed"
    status = 401
    title = _l("Please add the code of your authenticator app")


def enter(login: str, password: str, address: str | None, code: str | None = None) -> Entered:
    """First step. Raises WrongCredentials, TooMany."""
    with transaction() as session:
        entrance = sign_in.knock(session, login, address)
    if not passwords.matches(entrance.password_hash, password):
        raise WrongCredentials
    weak = entrance.password_hash is not None and passwords.is_outdated(entrance.password_hash)
    new_hash = passwords.hash_password(password) if weak else None
    with transaction() as session:
        entered = sign_in.enter(session, entrance, new_hash, code)
    if entered is None:
        raise WrongCredentials
    return entered


def enter_with_code(ticket: str, code: str, address: str | None) -> Entered:
    """Second step, with the ticket of the first. Raises WrongCredentials, TooMany."""
    with transaction() as session:
        entrance = sign_in.knock_again(session, ticket, address)
    if entrance is None:
        raise WrongCredentials
    with transaction() as session:
        entered = sign_in.enter(session, entrance, None, code or "-")
    if entered is None:
        raise WrongCredentials
    return entered
