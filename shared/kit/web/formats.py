"""How money, days and moments are written on a page, in both languages."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask import Flask

from shared.kit.web import language

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = "—"

_DAY = {"zh_Hans": "y年M月d日 (EEE)", "en": "EEE d MMM y"}
_DAY_OF_YEAR = {"zh_Hans": "M月d日 (EEE)", "en": "EEE d MMM"}
_MONTH = {"zh_Hans": "y年M月", "en": "MMM y"}


def money(fen: int | None) -> str:
    """Fen as yuan: 123400 is ¥1,234.00."""
    return NOTHING if fen is None else f"{'-' if fen < 0 else ''}¥{yuan(abs(fen), ',')}"


def yuan(fen: int | None, separator: str = "") -> str:
    """Fen as one types them into a field: 30000 is 300.00."""
    if fen is None:
        return ""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:{separator}}.{rest:02}"


def day(value: date | datetime | None, year: bool = True) -> str:
    """2026年9月10日 (周四), or Thu 10 Sep 2026; without its year where the year is plain."""
    if value is None:
        return NOTHING
    name = language.current()
    return format_date(_on(value), (_DAY if year else _DAY_OF_YEAR)[name], locale=name)


def month(value: date | datetime | None) -> str:
    """2026年9月, or Sep 2026."""
    name = language.current()
    return NOTHING if value is None else format_date(_on(value), _MONTH[name], locale=name)


def month_name(value: date | datetime) -> str:
    """9月, or Sep."""
    return format_date(_on(value), "LLL", locale=language.current())


def day_number(value: date | datetime) -> int:
    """The day of the month in Shanghai."""
    return _on(value).day


def weekday(value: date | datetime) -> str:
    """周四, or Thu."""
    return format_date(_on(value), "EEE", locale=language.current())


def clock(value: datetime | None) -> str:
    """The time of day in Shanghai: 16:02."""
    return NOTHING if value is None else format_time(_local(value), "HH:mm", locale="en")


def moment(value: datetime | None, year: bool = True) -> str:
    """Day and time of day in Shanghai."""
    if value is None:
        return NOTHING
    comma = "," if language.current() == language.ENGLISH else ""
    return f"{day(value, year)}{comma} {clock(value)}"


def typed(value: Any) -> str:
    """A value as its form control wants it: days and moments in the form browsers send."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _local(value).strftime("%Y-%m-%dT%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def percent(part: int, whole: int) -> str:
    """A share in whole percents, cut and never rounded up: nothing looks reached before it is."""
    return NOTHING if whole == 0 else f"{part * 100 // whole}%"


def _local(value: datetime) -> datetime:
    """In Shanghai; a time without a zone is UTC, as in the tables."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=ZoneInfo("UTC"))
    return value.astimezone(SHANGHAI)


def _on(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def init_app(app: Flask) -> None:
    filters: tuple[Any, ...] = (
        money,
        yuan,
        day,
        month,
        month_name,
        day_number,
        weekday,
        clock,
        moment,
        typed,
    )
    for function in filters:
        app.add_template_filter(function)
    app.add_template_global(percent)
