"""The rounds of visits in a year (春节、教师节、中秋 …) and who belongs on their lists: data, which a school may change.

A round is bound to a festival, whose day the calendar gives. Where no other day is named, visits are made by the
festival itself; those of the Spring Festival by 小年 (腊月廿三), as schools have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from services.welfare.occasions import CARE, JOY, RETIREE
from shared.kit.festivals import FESTIVALS, little_new_year

SPRING = "spring"
RETIRED, HARDSHIP, ILL, HONOURED, BY_HAND = "retired", "hardship", "ill", "honoured", "by-hand"


@dataclass(frozen=True)
class Criterion:
    """A reason to be on a list; its group is what may be said elsewhere."""

    name: Any
    group: str


# In the order in which they name the group of somebody who meets several.
CRITERIA: dict[str, Criterion] = {
    RETIRED: Criterion(_l("Retired, from an age"), RETIREE),
    HARDSHIP: Criterion(_l("Hardship case on file"), CARE),
    ILL: Criterion(_l("Ill within the last year"), CARE),
    HONOURED: Criterion(_l("Outstanding achievement within the last year"), JOY),
    BY_HAND: Criterion(_l("Added by hand"), CARE),
}


@dataclass(frozen=True)
class RoundKind:
    """One round of a year: its festival (or, bound to none, its month and day) and the criteria of its list."""

    name: Any
    festival: str | None
    criteria: Mapping[str, int | None]  # criterion → the age, where it has one
    day: tuple[int, int] | None = None

    def festival_in(self, year: int) -> date:
        if self.festival is None:
            assert self.day is not None
            return date(year, *self.day)
        return FESTIVALS[self.festival].day_in(year)

    def due_on(self, festival_on: date) -> date:
        """By when everybody has been visited."""
        return little_new_year(festival_on) if self.festival == SPRING else festival_on


KINDS: dict[str, RoundKind] = {
    "new-year": RoundKind(_l("New Year round"), "new-year", {RETIRED: 70}),
    SPRING: RoundKind(_l("Spring Festival round"), SPRING, {RETIRED: 70, HARDSHIP: None, ILL: None}),
    "term-start": RoundKind(_l("Round at the start of term"), None, {HARDSHIP: None, ILL: None}, (2, 28)),
    "womens-day": RoundKind(_l("Women's Day round"), "womens-day", {HARDSHIP: None, ILL: None}),
    "labour": RoundKind(_l("Labour Day round"), "labour", {HONOURED: None}),
    "childrens-day": RoundKind(_l("June round"), "childrens-day", {HARDSHIP: None}),
    "dragon-boat": RoundKind(_l("Dragon Boat round"), "dragon-boat", {HARDSHIP: None, ILL: None}),
    "teachers-day": RoundKind(_l("Teachers' Day round"), "teachers-day", {RETIRED: 70, HONOURED: None, HARDSHIP: None}),
    "mid-autumn": RoundKind(_l("Mid-Autumn round"), "mid-autumn", {RETIRED: 70, ILL: None}),
    "double-ninth": RoundKind(_l("Double Ninth round"), "double-ninth", {RETIRED: 60}),
}  # fmt: skip
