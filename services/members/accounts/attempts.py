"""Slow down whoever guesses: so many failures by account, and by address, in a quarter of an hour.

An attempt is counted before the secret is compared, so that many at once get no more tries than one after
another; a right one takes its count back. Logins that do not exist are counted like those that do.
"""

import ipaddress
from datetime import timedelta
from math import ceil
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.members.accounts.models import SignInFailures
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.encryption import fingerprint
from shared.kit.problems import TooMany

WINDOW: Final = timedelta(minutes=15)
PER_ACCOUNT: Final = 8
PER_ADDRESS: Final = 60  # a whole school may come from one address


def by_account(login: str) -> str:
    return fingerprint(f"account:{login}")


def by_address(address: str | None) -> str:
    """IPv6 by its /64, which is what one household or school is given."""
    try:
        ip = ipaddress.ip_address(address or "0.0.0.0")  # noqa: S104  (a name for "unknown", nothing listens)
    except ValueError:
        return fingerprint("address:unknown")
    network = ipaddress.ip_network((ip, 64 if ip.version == 6 else 32), strict=False)
    return fingerprint(f"address:{network}")


def begin(session: Session, account: str, address: str) -> None:
    """Count an attempt. Raises TooMany, with the seconds to wait, when one of the two has had its share."""
    limits = {account: PER_ACCOUNT, address: PER_ADDRESS}
    for key in sorted(limits):  # always in one order: two attempts never wait for each other
        failures = _row(session, key)
        if failures.count >= limits[key]:
            wait = failures.since + WINDOW - clock.now()
            raise TooMany(_("Wait a little before the next try."), retry_after=ceil(wait.total_seconds()))
        failures.count += 1


def take_back(session: Session, *keys: str) -> None:
    """The attempt was right as far as it went: it does not count."""
    for key in sorted(keys):
        failures = _row(session, key)
        failures.count = max(0, failures.count - 1)


def forget(session: Session, account: str) -> None:
    """The person is in: what was mistyped before is forgotten, and so is everybody's past."""
    expired = SignInFailures.since <= clock.now() - WINDOW
    session.execute(delete(SignInFailures).where((SignInFailures.key == account) | expired))


def _row(session: Session, key: str) -> SignInFailures:
    """The count under a key, locked; begun anew when its window is over."""
    failures = locked(session, SignInFailures, key)
    if failures is None:
        try:
            with session.begin_nested():
                failures = SignInFailures(key=key, count=0, since=clock.now())
                session.add(failures)
        except IntegrityError:  # somebody else began it this moment
            failures = locked(session, SignInFailures, key)
            assert failures is not None
    if clock.now() >= failures.since + WINDOW:
        failures.count, failures.since = 0, clock.now()
    return failures
