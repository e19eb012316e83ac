"""An account from its first day to its last: opened, given another password, closed to a person and opened again."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.accounts import passwords
from services.members.accounts.models import Account
from services.members.people.cards import publish_card
from services.members.people.models import Member
from shared.kit import audit, clock
from shared.kit.database import locked
from shared.kit.notices import notify
from shared.kit.problems import Conflict, Invalid, NotFound


def account_of(session: Session, person_id: str, lock: bool = False) -> Account | None:
    query = select(Account).where(Account.person_id == person_id)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def own_account(session: Session, person_id: str) -> Account:
    """The account of whoever is signed in, locked. Raises NotFound for a person who came in without one."""
    account = account_of(session, person_id, lock=True)
    if account is None:
        raise NotFound
    return account


def open_account(session: Session, member: Member, login: str, password_hash: str) -> Account:
    """Give a person the way in. Raises Invalid when the login is taken or cannot be one."""
    login = passwords.normal_login(login)
    if not 2 <= len(login) <= 60:
        raise Invalid(fields={"login": [_("A login has 2 to 60 characters.")]})
    if session.scalars(select(Account.id).where(Account.login == login)).first() is not None:
        raise Invalid(fields={"login": [_("This login is taken. Add a letter or a digit.")]})
    account = Account(
        school_id=member.school_id, person_id=member.id, login=login, password_hash=password_hash
    )
    session.add(account)
    session.flush()
    return account


def change_password(session: Session, account: Account, password_hash: str) -> None:
    """Another password; whoever else is signed in to this account is signed out everywhere."""
    account.password_hash, account.password_changed_at = password_hash, clock.now()
    sign_out_everywhere(session, account.person_id)
    notify(
        session,
        to=account.person_id,
        school=account.school_id,
        template="password-changed",
        link="/members/account",
    )


def disable(session: Session, member: Member, by: str) -> None:
    """Close the way in at once, everywhere. Raises Conflict for oneself: nobody could undo it."""
    if member.id == by:
        raise Conflict(_("You cannot close your own account."))
    _set_disabled(session, member, True)


def enable(session: Session, member: Member) -> None:
    _set_disabled(session, member, False)


def _set_disabled(session: Session, member: Member, disabled: bool) -> None:
    if member.disabled == disabled:
        return
    member.disabled = disabled
    member.signed_out_before = clock.now()
    publish_card(session, member)
    audit.record(
        session,
        "account.disabled" if disabled else "account.enabled",
        object_id=member.id,
        person_id=member.id,
    )


def sign_out_everywhere(session: Session, person_id: str) -> None:
    """End every session of a person, on all devices and, within seconds, in every service."""
    member = locked(session, Member, person_id)
    if member is not None:
        member.signed_out_before = clock.now()
        publish_card(session, member)
