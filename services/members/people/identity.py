"""The citizen identity number (公民身份号码, GB 11643-1999): whether it can be one, and what it says.

18 characters: 6 of the place, 8 of the birth date, 3 in order (odd for men), 1 check character.
"""

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def check_character(first17: str) -> str:
    """The 18th character that belongs to the first 17 digits (ISO 7064, MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def is_well_formed(number: str) -> bool:
    """Whether it has 17 digits and then a digit or X."""
    return len(number) == 18 and number.isascii() and number[:17].isdigit() and number[17] in "0123456789X"


def has_right_check(number: str) -> bool:
    """Whether the last character fits the others; a slip of one digit or a swap of two never does."""
    return check_character(number[:17]) == number[17]


def birth_date_of(number: str) -> date | None:
    """The birth date inside a well-formed number, or None where there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_of(number: str) -> str:
    """`male` or `female`, as the 17th digit says."""
    return "male" if int(number[16]) % 2 else "female"


def masked(number: str | None) -> str:
    """What lists may show of a number: its first and last four characters."""
    return f"{number[:4]}…{number[-4:]}" if number and len(number) > 8 else ""
