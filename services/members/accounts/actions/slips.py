"""Slips for the first use (首次登录条): one-time codes on paper, for new people and for forgotten passwords."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.members.accounts import passwords
from services.members.accounts.actions import second_factor
from services.members.accounts.actions.accounts import account_of, open_account
from services.members.accounts.models import Account, FirstUseSlip
from services.members.people.cards import publish_card
from services.members.people.models import Member
from shared.kit import audit, clock
from shared.kit.database import current, locked
from shared.kit.notices import notify
from shared.kit.problems import NotFound

LIFETIME: Final = timedelta(days=30)


@dataclass(frozen=True)
class Slip:
    """What is printed. The code is nowhere else: only its hash is kept."""

    person_id: str
    name: str
    group_id: str | None
    login: str
    code: str
    expires_at: datetime

    @property
    def address(self) -> str:
        return f"{current().config.public_url.rstrip('/')}/members/first-use/{self.code}"


class SlipUsed(NotFound):
    """A code that is unknown, used, replaced by a newer slip, or older than 30 days: one answer for all."""

    slug = "slip-not-valid"


def issue_slips(session: Session, people: Iterable[Member], issued_by: str | None = None) -> list[Slip]:
    """A slip for each person; earlier ones of theirs are void."""
    return [issue_slip(session, member, issued_by=issued_by) for member in people]


def issue_slip(
    session: Session, member: Member, *, issued_by: str | None = None, login: str | None = None
) -> Slip:
    """One slip. A password in use stays good until the slip is used; `login` is suggested where there is none yet."""
    account = account_of(session, member.id)
    void = update(FirstUseSlip).where(FirstUseSlip.person_id == member.id, FirstUseSlip.used_at.is_(None))
    session.execute(void.values(used_at=clock.now()))
    if account is not None:
        suggested = account.login
        audit.record(session, "account.reset", object_id=account.id, person_id=member.id)
        notify(
            session,
            to=member.id,
            school=member.school_id,
            template="password-slip-issued",
            link="/members/account",
        )
    else:
        suggested = passwords.normal_login(login) if login else _suggest(session, member)
    code = passwords.new_code()
    row = FirstUseSlip(
        school_id=member.school_id,
        person_id=member.id,
        code_hash=passwords.hash_code(code),
        suggested_login=suggested,
        issued_by=issued_by,
        expires_at=clock.now() + LIFETIME,
    )
    session.add(row)
    return Slip(member.id, member.name, member.group_id, suggested, code, row.expires_at)


def open_slip(session: Session, code: str, lock: bool = False) -> FirstUseSlip:
    """The slip of a code. Raises SlipUsed."""
    query = select(FirstUseSlip).where(FirstUseSlip.code_hash == passwords.hash_code(code))
    slip = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if slip is None or not slip.is_open():
        raise SlipUsed(_("This slip has been used, replaced or is too old. Ask your officer for a new one."))
    return slip


def use_slip(session: Session, code: str, login: str, password_hash: str) -> Account:
    """First password, or a new one in place of a forgotten one. Raises SlipUsed, Invalid (login).

    It also takes the second factor away: the phone may be what was lost.
    """
    slip = open_slip(session, code, lock=True)
    account = account_of(session, slip.person_id, lock=True)
    member = locked(session, Member, slip.person_id)
    if member is None or member.is_gone or member.disabled:
        raise SlipUsed(_("This slip has been used, replaced or is too old. Ask your officer for a new one."))
    if account is None:
        account = open_account(session, member, login, password_hash)
    else:
        account.password_hash, account.password_changed_at = password_hash, clock.now()
        second_factor.remove(session, account)
        member.signed_out_before = clock.now()
        publish_card(session, member)
    slip.used_at = clock.now()
    return account


def _suggest(session: Session, member: Member) -> str:
    """The staff number, or the name in pinyin, with a number behind it where somebody has it already."""
    wished = passwords.normal_login(member.staff_number or member.pinyin) or "u"
    query = select(Account.login).where(Account.login.startswith(wished, autoescape=True))
    taken = set(session.scalars(query))
    taken |= set(
        session.scalars(
            select(FirstUseSlip.suggested_login).where(
                FirstUseSlip.suggested_login.startswith(wished, autoescape=True),
                FirstUseSlip.used_at.is_(None),
            )
        )
    )
    number, login = 1, wished
    while login in taken:
        number += 1
        login = f"{wished}{number}"
    return login
