"""The national days off of a year and its make-up days (调休).

For years whose yearly notice has been published they come from the `chinese-calendar` package; for later
years only the statutory days are known (2024 revision of 全国年节及纪念日放假办法) and stay provisional.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from chinese_calendar.constants import holidays, workdays
from lunardate import LunarDate

from shared.kit.festivals import pure_brightness

# Names in the package → codes of our festivals.
_CODES = {
    "New Year's Day": "new-year",
    "Spring Festival": "spring",
    "Tomb-sweeping Day": "qingming",
    "Labour Day": "labour",
    "Dragon Boat Festival": "dragon-boat",
    "Mid-autumn Festival": "mid-autumn",
    "National Day": "national",
    "Anti-Fascist 70th Day": "national",
}


@dataclass(frozen=True)
class NationalYear:
    """Days off by the festival they belong to, make-up days, and whether the notice is still to come."""

    holidays: dict[date, str]
    makeup_days: frozenset[date]
    provisional: bool


def national_year(year: int) -> NationalYear:
    """What is known of a year's days off."""
    published = {day: _CODES[name] for day, name in holidays.items() if day.year == year}
    if published:
        return NationalYear(
            published, frozenset(day for day in workdays if day.year == year), provisional=False
        )
    return NationalYear(_statutory(year), frozenset(), provisional=True)


def _statutory(year: int) -> dict[date, str]:
    spring = LunarDate(year, 1, 1).to_solar_date()
    dragon_boat = LunarDate(year, 5, 5).to_solar_date()
    mid_autumn = LunarDate(year, 8, 15).to_solar_date()
    days = {date(year, 1, 1): "new-year", pure_brightness(year): "qingming", dragon_boat: "dragon-boat"}
    days |= {spring + timedelta(days=n): "spring" for n in (-1, 0, 1, 2)}
    days |= {date(year, 5, n): "labour" for n in (1, 2)}
    days |= {date(year, 10, n): "national" for n in (1, 2, 3)}
    return dict(sorted((days | {mid_autumn: "mid-autumn"}).items()))
