"""The one way in for pages and API. Argon2 takes its time, so it runs between two short transactions
and never while the database is locked.

Only with an Idempotency-Key are the two one, so nothing here may count on raising to undo a count of failures.
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.members.accounts import attempts, passwords
from services.members.accounts.actions import accounts, second_factor, sign_in, slips
from services.members.accounts.actions.sign_in import Entered
from shared.kit.database import reading, transaction
from shared.kit.people import person
from shared.kit.problems import Invalid, NotFound, Problem, Unauthenticated


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


def first_use(code: str, login: str, password: str) -> Entered:
    """Set a password with a slip, and go in. Raises SlipUsed, Invalid (login, password)."""
    with reading() as session:
        slip = slips.open_slip(session, code)
        card = person(session, slip.person_id)
        account = accounts.account_of(session, slip.person_id)
    login = account.login if account else login or slip.suggested_login
    _refuse_weak(password, login, card.name if card else "")
    password_hash = passwords.hash_password(password)
    with transaction() as session:
        account = slips.use_slip(session, code, login, password_hash)
        return sign_in.open_session(session, account.person_id)


def change_password(person_id: str, present: str, password: str, address: str | None) -> Entered:
    """Another password, and a new session in place of all the old ones. Raises Invalid, TooMany, NotFound."""
    with reading() as session:
        account = accounts.account_of(session, person_id)
        card = person(session, person_id)
    if account is None:
        raise NotFound
    with transaction() as session:
        entrance = sign_in.knock(session, account.login, address)
    if not passwords.matches(entrance.password_hash, present):
        raise Invalid(fields={"present": [_("This is not your present password.")]})
    _refuse_weak(password, account.login, card.name if card else "")
    password_hash = passwords.hash_password(password)
    with transaction() as session:
        attempts.take_back(session, *entrance.keys)
        accounts.change_password(session, accounts.own_account(session, person_id), password_hash)
        return sign_in.open_session(session, person_id)


def give_up_second_factor(person_id: str, code: str, address: str | None) -> None:
    """Switch the second factor off. Guessing its code counts like guessing at the door. Raises Invalid, TooMany."""
    with reading() as session:
        account = accounts.account_of(session, person_id)
    if account is None:
        raise NotFound
    with transaction() as session:
        entrance = sign_in.knock(session, account.login, address)
    with transaction() as session:
        second_factor.give_up(session, accounts.own_account(session, person_id), code)
        attempts.take_back(session, *entrance.keys)


def _refuse_weak(password: str, login: str, name: str) -> None:
    if fault := passwords.fault_of(password, login, name):
        raise Invalid(fields={"password": [fault]})
