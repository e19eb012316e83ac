"""The words for codes of the register, in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _l

from shared.kit.access import OFFICES
from shared.kit.web import language

STANDINGS: dict[str, Any] = {
    "full": _l("Member"),
    "early_retired_in_post": _l("Retired early, in post"),
    "retired": _l("Retired member"),
    "applicant": _l("May join"),
    "left": _l("Has left"),
    "deceased": _l("Deceased"),
}
POST_KINDS: dict[str, Any] = {
    "established": _l("Established post"),
    "contract": _l("Contract"),
    "temporary": _l("Temporary"),
    "external": _l("External"),
    "dispatched": _l("Dispatched"),
    "migrant": _l("Migrant worker"),
}
SEXES: dict[str, Any] = {"female": _l("Woman"), "male": _l("Man")}
LEAVE_REASONS: dict[str, Any] = {
    "own-wish": _l("By their own wish"),
    "moved-away": _l("Moved away"),
    "dues-unpaid": _l("Dues unpaid after warning"),
    "expelled": _l("Expelled"),
    "deceased": _l("Died"),
}
AUDITED: dict[str, Any] = {
    "person.sensitive-read": _l("Identity number and phone were looked at"),
}


def office(code: str) -> str:
    """The name of an office."""
    english, chinese = OFFICES[code]
    return english if language.current() == language.ENGLISH else chinese
