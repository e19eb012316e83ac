"""Words of the sheets: periods, and the headings of the union's accounts (工会会计制度)."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

INCOME: dict[str, Any] = {
    "dues": _l("Members' dues"),
    "allocation": _l("Allocated funds"),
    "superior-grant": _l("Grants from above"),
    "administration-grant": _l("Grants of the administration"),
    "undertaking-income": _l("Income from undertakings"),
    "investment": _l("Investment income"),
    "other-income": _l("Other income"),
}
SPENDING: dict[str, Any] = {
    "activity-education": _l("Education of members"),
    "activity-sports": _l("Sports and culture"),
    "activity-publicity": _l("Publicity"),
    "collective-welfare": _l("Collective welfare"),
    "activity-other": _l("Other activities"),
    "outings": _l("Outings, films and shows"),
    "rights-coordination": _l("Labour relations"),
    "rights-protection": _l("Labour protection"),
    "legal-aid": _l("Legal aid"),
    "hardship": _l("Help in hardship"),
    "warmth": _l("Sending warmth"),
    "business": _l("Running the union"),
    "capital": _l("Equipment"),
    "undertaking": _l("Undertakings"),
    "other-spending": _l("Other spending"),
}


def period_in_words(period: str) -> str:
    """2026-H1, or 2026."""
    year, _dash, half = period.partition("-")
    if not half:
        return _("Year %(year)s", year=year)
    return _("First half of %(year)s", year=year) if half == "H1" else _("Second half of %(year)s", year=year)


def lines(names: dict[str, Any], sums: dict[str, int]) -> list[tuple[Any, int]]:
    """(heading, fen) in the order of the accounts; a heading that we do not know keeps its code, and is not lost."""
    known = [(name, sums[code]) for code, name in names.items() if code in sums]
    return known + [(code, fen) for code, fen in sums.items() if code not in names]
