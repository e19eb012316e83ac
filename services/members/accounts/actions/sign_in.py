"""Signing in. The password itself is compared in door.py, where no database lock is held."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.accounts import attempts, passwords
from services.members.accounts.actions import second_factor, signing_keys
from services.members.accounts.models import Account
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.encryption import Unreadable, seal, unseal

TICKET_LIFETIME: Final = timedelta(minutes=5)
_TICKET: Final = "sign-in.second-step"  # what the sealed ticket is bound to


@dataclass(frozen=True)
class Entrance:
    """Someone at the door: the account the login names, if any, and how the attempt is counted."""

    login: str
    address: str | None
    account_id: str | None
    password_hash: str | None

    @property
    def keys(self) -> tuple[str, str]:
        return attempts.by_account(self.login), attempts.by_address(self.address)


@dataclass(frozen=True)
class Entered:
    """Either a token, or (`ticket`) the password was right and the second factor is still asked for."""

    token: str | None = None
    expires_at: datetime | None = None
    ticket: str | None = None


def knock(session: Session, login: str, address: str | None) -> Entrance:
    """Count the attempt and find the account. Raises TooMany."""
    login = passwords.normal_login(login)[:60]
    account = session.scalars(select(Account).where(Account.login == login)).one_or_none()
    entrance = Entrance(
        login, address, account.id if account else None, account.password_hash if account else None
    )
    attempts.begin(session, *entrance.keys)
    return entrance


def enter(session: Session, entrance: Entrance, new_hash: str | None, code: str | None) -> Entered | None:
    """The password was right: a token, or a ticket for the second step. None: the code was wrong.

    `new_hash` is the password hashed anew, where the stored hash was made with weaker figures.
    """
    account = locked(session, Account, entrance.account_id)
    if account is None:
        return None
    if new_hash is not None and account.password_hash == entrance.password_hash:
        account.password_hash = new_hash
    if not account.has_second_factor:
        return _let_in(session, account, entrance)
    if not code:
        attempts.take_back(session, *entrance.keys)
        until = (clock.now() + TICKET_LIFETIME).isoformat()
        return Entered(ticket=seal({"account": account.id, "until": until}, _TICKET))
    return _let_in(session, account, entrance) if second_factor.accept(session, account, code) else None


def knock_again(session: Session, ticket: str, address: str | None) -> Entrance | None:
    """Who holds a ticket for the second step; None when it is forged or too old. Raises TooMany."""
    try:
        held = unseal(ticket, _TICKET)
    except (Unreadable, ValueError):  # ValueError: not base64 at all
        return None
    account = session.get(Account, held["account"])
    if account is None or clock.parse(held["until"]) < clock.now():
        return None
    entrance = Entrance(account.login, address, account.id, None)
    attempts.begin(session, *entrance.keys)
    return entrance


def _let_in(session: Session, account: Account, entrance: Entrance) -> Entered:
    account_key, address_key = entrance.keys
    attempts.forget(session, account_key)
    attempts.take_back(session, address_key)
    account.last_sign_in_at = clock.now()
    return open_session(session, account.person_id)


def open_session(session: Session, person_id: str) -> Entered:
    """A token for the pages, good for 12 hours."""
    token = signing_keys.person_token(session, person_id)
    return Entered(token=token, expires_at=clock.now() + signing_keys.SESSION)
