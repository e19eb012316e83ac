"""On which day the festivals fall that a union plans by: fixed, lunar, or by the sun.

Gift festivals (年节) are the seven of the rules on union funds; the others are occasions for activities.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from lunardate import LunarDate


@dataclass(frozen=True)
class Festival:
    """A festival: its code, its name, by which calendar it is counted, and its day in a year."""

    code: str
    name: Any
    calendar: str
    day_in: Callable[[int], date]


def _solar(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _lunar(month: int, day: int) -> Callable[[int], date]:
    # The plain month, never the leap month (闰月) that may follow it.
    return lambda year: LunarDate(year, month, day).to_solar_date()


def pure_brightness(year: int) -> date:
    """清明, a solar term: 4, 5 or 6 April. The usual formula for 2000–2099, in whole numbers."""
    y = year % 100
    return date(year, 4, (y * 2422 + 48100) // 10000 - y // 4)


FESTIVALS: dict[str, Festival] = {
    festival.code: festival
    for festival in (
        Festival("new-year", _l("New Year's Day"), "solar", _solar(1, 1)),
        Festival("spring", _l("Spring Festival"), "lunar", _lunar(1, 1)),
        Festival("womens-day", _l("Women's Day"), "solar", _solar(3, 8)),
        Festival("qingming", _l("Qingming"), "solar", pure_brightness),
        Festival("labour", _l("Labour Day"), "solar", _solar(5, 1)),
        Festival("childrens-day", _l("Children's Day"), "solar", _solar(6, 1)),
        Festival("dragon-boat", _l("Dragon Boat Festival"), "lunar", _lunar(5, 5)),
        Festival("teachers-day", _l("Teachers' Day"), "solar", _solar(9, 10)),
        Festival("mid-autumn", _l("Mid-Autumn Festival"), "lunar", _lunar(8, 15)),
        Festival("national", _l("National Day"), "solar", _solar(10, 1)),
        Festival("double-ninth", _l("Double Ninth Festival"), "lunar", _lunar(9, 9)),
    )
}


def little_new_year(spring: date) -> date:
    """小年, 腊月廿三, before a Spring Festival: by when its visits are made."""
    return LunarDate(spring.year - 1, 12, 23).to_solar_date()


def next_day(code: str, after: date) -> date:
    """The festival's first day later than `after`."""
    day_in = FESTIVALS[code].day_in
    return min(day for day in (day_in(after.year), day_in(after.year + 1)) if day > after)
