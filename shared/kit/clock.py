"""The only source of time, so that tests can stop it and every service means the same day.

Tables hold UTC; people live in Asia/Shanghai; ages are completed years (周岁) on a named day.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = time(8, 0)

_frozen: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen or datetime.now(UTC)


def today() -> date:
    """The day it is in Shanghai."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment as a clock in Shanghai shows it."""
    return moment.astimezone(SHANGHAI)


def morning_of(day: date) -> datetime:
    """08:00 in Shanghai on that day, in UTC: when a reminder given as a day falls due."""
    return datetime.combine(day, MORNING, SHANGHAI).astimezone(UTC)


def parse(text: str) -> datetime:
    """A moment from ISO text; without an offset it is read as Shanghai time."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def age_on(birth_date: date, day: date) -> int:
    """Completed years (周岁) on a day: one is older from the birthday on.

    Born on 29 February, one is older on 1 March of a year without that day
    (Civil Code art. 1259: a term ends with its last day).
    """
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def freeze(moment: str | datetime | None) -> None:
    """Stop the clock at a moment, or (None) let it run again. For tests."""
    global _frozen  # noqa: PLW0603
    _frozen = parse(moment) if isinstance(moment, str) else moment


def advance(**step: float) -> None:
    """Move a stopped clock on, as timedelta(**step). For tests."""
    freeze(now() + timedelta(**step))
