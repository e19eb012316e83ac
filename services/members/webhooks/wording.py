"""Why a call to a receiver failed, in words."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

ERRORS: Final[dict[str, Any]] = {
    "not-an-address": _l("Write a web address that begins with https://."),
    "not-https": _l("The address must begin with https://."),
    "inner-address": _l("This leads to an inner address. Only receivers on the open internet can be told."),
    "no-such-host": _l("This name cannot be found."),
    "no-answer-in-time": _l("There was no answer in time."),
    "no-answer": _l("There was no answer."),
    "certificate": _l("The certificate of the receiver cannot be trusted."),
    "no-confirmation": _l("The receiver answered, and did not send the challenge back."),
    "too-much-waits": _l("Too much was waiting for it."),
    "gone": _l("The receiver said that it wants no more (410)."),
}


def why(code: str | None) -> str:
    """The words for a code; an HTTP status as it is."""
    if not code:
        return ""
    if code.startswith("status-"):
        return _("The receiver answered %(status)s.", status=code.removeprefix("status-"))
    return str(ERRORS.get(code, code))
