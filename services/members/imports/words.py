"""What is wrong with a cell, or was put right, in plain words and with what to do."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, Any] = {
    # put right
    "full-width": _l("Full-width characters made plain"),
    "spaces": _l("Spaces taken out"),
    # any column
    "missing": _l("Is empty"),
    "formula": _l("Holds a formula; paste its value instead"),
    "too-long": _l("Is longer than %(detail)s characters"),
    "taken": _l("Belongs to somebody else in the register"),
    "repeated": _l("The same as in row %(detail)s"),
    # names and words
    "name-length": _l("A name has 2 to 50 characters"),
    "name-characters": _l("Holds characters that no name has"),
    "unknown-sex": _l("Not understood; write 男 or 女"),
    "unknown-post": _l("Not understood; write one of: %(detail)s"),
    "unknown-standing": _l("Not understood; write one of: %(detail)s"),
    "unknown-role": _l("Not understood; write one of: %(detail)s"),
    "standing-differs": _l("The register says otherwise; joining and retiring are done there, one by one"),
    "has-left": _l("Has left the union; may apply to join again"),
    # days
    "date-form": _l("Not a day; write it as 1990-02-28"),
    "day-missing": _l("The day is missing; write it as 1990-02-28"),
    "no-such-day": _l("There is no such day"),
    "no-29-february": _l("There is no 29 February in %(detail)s"),
    "day-to-come": _l("This day has not come yet"),
    "age": _l("Would be %(detail)s years old"),
    # identity numbers
    "identity-as-number": _l(
        "Excel took it for a number and lost its last digits; make the column text and type it again"
    ),
    "identity-old": _l("Has 15 digits; write the new number of 18"),
    "identity-form": _l("Has %(detail)s characters instead of 18, or other characters than digits and X"),
    "identity-date": _l("The birth date inside it does not exist"),
    "identity-check": _l("Its last digit does not fit the others; a digit is wrong"),
    "birth-date-contradicts": _l("The identity number says %(detail)s"),
    "sex-contradicts": _l("The identity number says otherwise"),
    "known-elsewhere": _l("Is in another union of the district; ask for the transfer"),
    "known-as-another": _l("The register holds this number for %(detail)s"),
    # the rest
    "phone-form": _l("Not a telephone number of the mainland"),
    "card-form": _l("A card number is a number from 1 to 999999"),
    "missing-group": _l("The group is missing"),
    "unknown-group": _l("There is no such group"),
    "unknown-group-close": _l("There is no such group; do you mean %(detail)s?"),
    "unknown-workplace": _l("There is no such workplace; there are: %(detail)s"),
}


def say(finding: Mapping[str, str]) -> str:
    """The sentence for a finding, in the reader's language."""
    code, detail = finding["code"], finding["detail"]
    if code == "unknown-group" and detail:
        code = "unknown-group-close"
    return str(SENTENCES[code]) % {"detail": detail}
