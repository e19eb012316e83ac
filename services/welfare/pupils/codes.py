"""How a pupil is written down here: by the code of the school's own system, and by nothing that says who it is."""

import re

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError

CODE = r"[A-Za-z0-9][A-Za-z0-9-]{1,19}"
_NUMBER_OF_SOMEBODY = re.compile(
    r"(?<!\d)(\d{17}[\dXx]|\d{15}|1\d{10})(?!\d)"
)  # identity card, old one, telephone
SEPARATORS = re.compile(r"[\s,;，；、]+")


def nobody(code: str) -> None:
    """Refuse what is no code, or looks like a name or somebody's number. Raises ValidationError."""
    if _NUMBER_OF_SOMEBODY.search(code.replace("-", "")):
        raise ValidationError(
            _l("This looks like an identity or telephone number. Write the code of the school's own system.")
        )
    if not any(letter.isdigit() and letter.isascii() for letter in code):
        raise ValidationError(
            _l("This looks like a name. Write the code of the school's own system, such as 2026-07-A3.")
        )
    if not re.fullmatch(CODE, code):
        raise ValidationError(_l("Two to twenty letters and digits, such as 2026-07-A3; never a name."))


def no_number(text: str) -> None:
    """Refuse an identity or telephone number in words. Raises ValidationError."""
    if _NUMBER_OF_SOMEBODY.search(text):
        raise ValidationError(_l("There is an identity or telephone number in it. Please leave it out."))


def in_words(typed: str) -> list[str]:
    """The codes that somebody typed or pasted, by lines or commas."""
    return [code for code in SEPARATORS.split(typed) if code]
