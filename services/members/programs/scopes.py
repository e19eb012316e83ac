"""What a program may be allowed, and by whom: rights of any service, chosen for what outside systems need.

Nothing here lets a program vote, look into care, or change who holds an office: those are people's deeds.
"""

from collections.abc import Set
from typing import Any, Final

from flask_babel import lazy_gettext as _l

_CHAIR, _DISTRICT = frozenset({"chair"}), frozenset({"district_officer"})

# right → what it means, and the offices that may hand it to a program of their own union or district
SCOPES: Final[dict[str, tuple[Any, frozenset[str]]]] = {
    "people.see": (_l("See the people of the union (personnel system)"), _CHAIR),
    "people.change": (_l("Correct the people of the union (personnel system)"), _CHAIR),
    "imports.run": (_l("Bring in rosters (personnel system)"), _CHAIR),
    "groups.see": (_l("See the groups"), _CHAIR),
    "funds.receipts": (_l("See receipts and gifts (accounting system)"), _CHAIR),
    "activities.see": (_l("See the activities (website, notice board)"), _CHAIR),
    "school-calendars.see": (_l("See the school calendar"), _CHAIR | _DISTRICT),
    "school-calendars.publish": (_l("Publish the school calendar (timetable system)"), _CHAIR | _DISTRICT),
    "feed.read": (_l("Read what is public, as it happens (the feed)"), _CHAIR | _DISTRICT),
    "schools.see": (_l("See the district's schools"), _DISTRICT),
    "district.see": (_l("See the district's figures, counts only"), _DISTRICT),
}


def grantable(offices: Set[str]) -> dict[str, Any]:
    """What somebody in these offices may allow a program: right → its meaning."""
    return {right: meaning for right, (meaning, givers) in SCOPES.items() if givers & offices}
