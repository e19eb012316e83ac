"""The words of every notice, by its template's code: title and text, in English as msgids.

They stand on locked phones, so none names an occasion, an illness or a sum. Parameters come from the event.
"""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

NEUTRAL: Final = (_l("There is news for you"), _l("Open it to read more."))

TEMPLATES: Final[dict[str, tuple[Any, Any]]] = {
    # members
    "life-event-reported": (
        _l("Somebody reported something for you; you can confirm or withdraw it"),
        _l("A colleague wanted the union to know. Only you and those who would visit can see what it is."),
    ),
    "password-changed": (
        _l("Your password was changed"),
        _l("If that was not you, ask your organisation officer for a new slip at once."),
    ),
    "password-slip-issued": (
        _l("An officer issued a slip for a new password"),
        _l("Your present password works until the slip is used. If you did not ask for it, tell your chair."),
    ),
    "visit-overdue": (
        _l("A care task is late"),
        _l("It should have been done by now. Please see to it or give it to somebody else."),
    ),
}


def words(template: str, parameters: dict[str, Any]) -> tuple[str, str]:
    """Title and text. An unknown code, or parameters that do not fit, give neutral words and never an error."""
    title, text = TEMPLATES.get(template, NEUTRAL)
    try:
        return str(title) % parameters, str(text) % parameters
    except (KeyError, TypeError, ValueError):
        return str(NEUTRAL[0]), str(NEUTRAL[1])
