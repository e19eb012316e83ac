"""Words of public items: half-years, headings of the union's accounts, kinds of campaigns."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.voting.disclosure.models import CAMPAIGN, DisclosureItem

HEADINGS: dict[str, Any] = {
    "dues": _l("Members' dues"),
    "allocation": _l("Allocated funds"),
    "superior-grant": _l("Grants from above"),
    "administration-grant": _l("Grants of the administration"),
    "undertaking-income": _l("Income from undertakings"),
    "investment": _l("Investment income"),
    "other-income": _l("Other income"),
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
CAMPAIGNS: dict[str, Any] = {
    "insurance": _l("Insurance"),
    "donation": _l("Donation"),
    "benefit": _l("Benefit"),
}


def about(item: DisclosureItem) -> str:
    """What an item is about, in words."""
    if item.category == CAMPAIGN:
        return str(CAMPAIGNS.get(item.content["kind"], item.content["kind"]))
    return period_in_words(item.reference)


def period_in_words(period: str) -> str:
    year, _dash, half = period.partition("-")
    if not half:
        return _("Year %(year)s", year=year)
    return _("First half of %(year)s", year=year) if half == "H1" else _("Second half of %(year)s", year=year)
