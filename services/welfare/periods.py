"""The half-years of the books: which one a day lies in, its bounds, and by when its accounts are to be public."""

from datetime import date, timedelta

from flask_babel import gettext as _

HALF_YEAR = r"^20[0-9]{2}-H[12]\Z"


def half_year_of(day: date) -> str:
    """2026-H1 or 2026-H2."""
    return f"{day.year}-H{1 if day.month < 7 else 2}"


def first_day(period: str) -> date:
    return date(int(period[:4]), 1 if period.endswith("H1") else 7, 1)


def after(period: str) -> str:
    """The half-year that follows."""
    year = int(period[:4])
    return f"{year}-H2" if period.endswith("H1") else f"{year + 1}-H1"


def before(period: str) -> str:
    """The half-year before."""
    year = int(period[:4])
    return f"{year}-H1" if period.endswith("H2") else f"{year - 1}-H2"


def bounds(period: str) -> tuple[date, date]:
    """The first day of a half-year (2026-H1) or year (2026), and the first day after it."""
    if "-" not in period:
        return date(int(period), 1, 1), date(int(period) + 1, 1, 1)
    return first_day(period), first_day(after(period))


def last_day(period: str) -> date:
    return bounds(period)[1] - timedelta(days=1)


def public_by(period: str) -> date:
    """By when the members are to see the accounts: 31 July for the first half, 31 January for the second (每半年公布)."""
    year = int(period[:4])
    return date(year, 7, 31) if period.endswith("H1") else date(year + 1, 1, 31)


def in_words(period: str) -> str:
    year, _dash, half = period.partition("-")
    if not half:
        return _("Year %(year)s", year=year)
    return _("First half of %(year)s", year=year) if half == "H1" else _("Second half of %(year)s", year=year)
