"""The authenticator app of officers (TOTP, RFC 6238): offered, confirmed with a first code, taken away."""

from typing import Final

import pyotp
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.members.accounts import passwords
from services.members.accounts.models import Account, RecoveryCode
from shared.kit import clock
from shared.kit.problems import Conflict, Invalid

ISSUER: Final = "教工之家"
STEP: Final = 30  # seconds
RECOVERY_CODES: Final = 8


def offer(account: Account) -> str:
    """A fresh secret as the address an authenticator app reads. Raises Conflict when there is one in use."""
    if account.has_second_factor:
        raise Conflict(_("The second step is already on."))
    if account.totp_secret is None:  # the page may be opened twice; the code scanned first stays good
        account.totp_secret = pyotp.random_base32()
    return pyotp.TOTP(account.totp_secret, name=account.login, issuer=ISSUER).provisioning_uri()


def confirm(session: Session, account: Account, code: str) -> list[str]:
    """Switch it on, once the app has shown that it works. Returns the recovery codes, shown this once."""
    if account.has_second_factor or account.totp_secret is None:
        raise Conflict(_("Start again: there is nothing to confirm."))
    if not _accept_totp(account, code):
        raise Invalid(fields={"code": [_("This is not the code that the app shows now.")]})
    account.totp_since = clock.now()
    codes = [passwords.new_code(groups=3) for _ in range(RECOVERY_CODES)]
    for recovery in codes:
        session.add(RecoveryCode(account_id=account.id, code_hash=passwords.hash_code(recovery)))
    return codes


def accept(session: Session, account: Account, code: str) -> bool:
    """Whether the code is the app's present one, or an unused recovery code (then it is used up)."""
    if _accept_totp(account, code):
        return True
    query = select(RecoveryCode).where(
        RecoveryCode.account_id == account.id,
        RecoveryCode.code_hash == passwords.hash_code(code),
        RecoveryCode.used_at.is_(None),
    )
    recovery = session.scalars(query.with_for_update()).first()
    if recovery is None:
        return False
    recovery.used_at = clock.now()
    return True


def give_up(session: Session, account: Account, code: str) -> None:
    """Switch it off by one's own wish. Raises Invalid (code): an unlocked phone on a table is not enough."""
    if account.has_second_factor and not accept(session, account, code):
        raise Invalid(fields={"code": [_("This is not the code that the app shows now.")]})
    remove(session, account)


def remove(session: Session, account: Account) -> None:
    account.totp_secret = account.totp_since = account.totp_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _accept_totp(account: Account, code: str) -> bool:
    """The present code or a neighbour, for clocks that differ; never one that was used before."""
    typed = "".join(filter(str.isdigit, code))
    if account.totp_secret is None or len(typed) != 6:
        return False
    totp = pyotp.TOTP(account.totp_secret)
    present = int(clock.now().timestamp()) // STEP
    for step in (present - 1, present, present + 1):
        if step > (account.totp_last_step or 0) and passwords.same(totp.generate_otp(step), typed):
            account.totp_last_step = step
            return True
    return False
