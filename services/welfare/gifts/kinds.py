"""What gifts are for, who is meant, and where they are fetched: data.

Union funds give to all members at the seven festivals (年节) alone (基层工会经费收支管理办法, art. 8), and those a
province adds; Women's Day, Teachers' Day and the Double Ninth stand in many plans and are none of them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from services.welfare.expenses.kinds import FESTIVALS as GIFT_FESTIVALS
from shared.kit.festivals import FESTIVALS
from shared.kit.people import MEMBERS, WITH_VOTE

WOMENS_ARTICLES, OTHER = "womens-articles", "other"
OCCASIONS: dict[str, Any] = {
    **{code: festival.name for code, festival in FESTIVALS.items()},
    **{code: name for code, name in GIFT_FESTIVALS.items() if code not in FESTIVALS},
    WOMENS_ARTICLES: _l("Articles for women"),
    OTHER: _l("Another benefit"),
}


def day_of(occasion: str, on: date) -> date | None:
    """The festival's day that lies nearest to `on`, or None where no calendar says it."""
    festival = FESTIVALS.get(occasion)
    if festival is None:
        return None
    try:
        days = [festival.day_in(year) for year in (on.year - 1, on.year, on.year + 1)]
    except ValueError:  # the lunar calendar is known from 1900 to 2099
        return None
    return min(days, key=lambda day: abs(day - on))


@dataclass(frozen=True)
class Audience:
    """Whom a round is for, by standing and sex."""

    name: Any
    standings: tuple[str, ...]
    sex: str | None = None


EVERYONE, IN_POST, WOMEN, RETIRED = "everyone", "in-post", "women", "retired"
AUDIENCES: dict[str, Audience] = {
    IN_POST: Audience(_l("All members in post"), WITH_VOTE),
    WOMEN: Audience(_l("Women in post"), WITH_VOTE, "female"),
    EVERYONE: Audience(_l("All members, the retired too"), MEMBERS),
    RETIRED: Audience(_l("Retired members"), ("retired",)),
}

# Codes, since a place goes to the calendars with the round, and no free text does.
PLACES: dict[str, Any] = {
    "union-office": _l("The union's office"),
    "union-home": _l("The teachers' home"),
    "canteen": _l("The canteen"),
    "gate": _l("The gate house"),
    "gym": _l("The gymnasium"),
    "offices": _l("Brought to each office"),
}
