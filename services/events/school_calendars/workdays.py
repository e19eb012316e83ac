"""Working days by a school's published calendar: the arithmetic behind 月末半天 and every "n working days"."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.events.school_calendars.national import national_year


@dataclass(frozen=True)
class WorkingDays:
    """Days off and make-up days (调休) that differ from plain weeks."""

    holidays: Collection[date] = field(default_factory=frozenset)
    makeup_days: Collection[date] = field(default_factory=frozenset)

    @classmethod
    def national(cls, *years: int) -> "WorkingDays":
        """By the nation's calendar alone, where a school has published none."""
        known = [national_year(year) for year in years]
        return cls(
            frozenset(day for year in known for day in year.holidays),
            frozenset(day for year in known for day in year.makeup_days),
        )

    def is_workday(self, day: date) -> bool:
        """A make-up day is one even on a Sunday, unless the school has its break then."""
        return day not in self.holidays and (day.weekday() < 5 or day in self.makeup_days)

    def next_workday(self, day: date) -> date:
        """The day itself, or the first working day after it."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def add(self, day: date, working_days: int) -> date:
        """The n-th working day after a day; the day itself is not counted."""
        for _ in range(working_days):
            day = self.next_workday(day + timedelta(days=1))
        return day

    def last_of_month(self, year: int, month: int) -> date | None:
        """The last working day of a month, whose afternoon is the union's (月末半天); None in a month of break."""
        last = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        days = (last - timedelta(days=n) for n in range(last.day))
        return next((day for day in days if self.is_workday(day)), None)

    def month_ends(self, year: int) -> list[date]:
        """The last working day of each month of a year that has one."""
        return [day for month in range(1, 13) if (day := self.last_of_month(year, month))]

    def next_month_end(self, after: date) -> date:
        """The first of these days that is later than `after`."""
        return min(
            day for day in self.month_ends(after.year) + self.month_ends(after.year + 1) if day > after
        )
