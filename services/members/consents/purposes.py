"""For what the union asks leave, each by itself: what it is for, what happens without it, and the text's version.

A text that changes in meaning gets a new version; consents to the old one stay what they were.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l

# Fifteen working days are the most that is promised; fifteen days by the calendar are never more.
ERASE_WITHIN: Final = timedelta(days=15)


@dataclass(frozen=True)
class Purpose:
    name: Any
    text: Any
    version: int = 1


PURPOSES: Final[dict[str, Purpose]] = {
    "checkup": Purpose(
        _l("Health check-up"),
        _l("Your name and age go to the clinic to arrange the appointment. The union never sees a result."),
    ),
    "family-finance": Purpose(
        _l("Family and income, for help in need"),
        _l(
            "What you tell about income and illness in the family is used to weigh help, and seen by the committee alone."
        ),
    ),
    "photos": Purpose(
        _l("Photos of activities"),
        _l("Photos that show you may stand on the notice board and in the yearly report."),
    ),
    "insurance": Purpose(
        _l("Mutual insurance"),
        _l("Your name and identity number are given to the insurer that the page names, to enrol you."),
    ),
    "no-scheduling": Purpose(
        _l("Not to be put on rosters for now"),
        _l("Whoever plans sees that you are not to be scheduled, and not why."),
    ),
    "children": Purpose(
        _l("Children, for gifts and places"),
        _l("The birth year of your children under 18 is kept for benefits, and erased at 18."),
    ),
}
