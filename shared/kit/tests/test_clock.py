"""Time as the union means it: completed years, mornings in Shanghai."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kit import clock


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        ("1991-09-10", "2026-09-10", 35),
        ("1991-09-11", "2026-09-10", 34),
        ("1990-09-10", "2026-09-10", 36),
        ("2000-02-29", "2026-02-28", 25),
        ("2000-02-29", "2026-03-01", 26),
        ("2000-02-29", "2024-02-29", 24),
        ("1956-01-01", "2026-01-01", 70),
        ("1956-01-02", "2026-01-01", 69),
    ],
)
def test_an_age_is_completed_years_on_the_day(born: str, day: str, years: int) -> None:
    assert clock.age_on(date.fromisoformat(born), date.fromisoformat(day)) == years


@given(st.dates(date(1920, 1, 1), date(2010, 1, 1)), st.dates(date(2011, 1, 1), date(2090, 1, 1)))
def test_an_age_never_falls_from_one_day_to_the_next(born: date, day: date) -> None:
    tomorrow = date.fromordinal(day.toordinal() + 1)
    assert clock.age_on(born, tomorrow) - clock.age_on(born, day) in (0, 1)


def test_a_day_falls_due_in_the_morning_in_shanghai() -> None:
    assert clock.morning_of(date(2026, 9, 10)) == datetime(2026, 9, 10, 0, 0, tzinfo=UTC)


def test_a_moment_without_offset_is_shanghai_time() -> None:
    assert clock.parse("2026-09-10T09:30") == datetime(2026, 9, 10, 1, 30, tzinfo=UTC)


def test_the_day_in_shanghai_begins_eight_hours_before_the_one_in_greenwich() -> None:
    clock.freeze("2026-09-09T17:00+00:00")
    assert clock.today() == date(2026, 9, 10)
