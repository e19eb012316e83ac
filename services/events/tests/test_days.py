"""Festivals, days off, make-up days, and the working days that follow from them."""

from datetime import date, timedelta

import pytest

from services.events.school_calendars.national import national_year
from services.events.school_calendars.queries import Term, spans
from services.events.school_calendars.workdays import WorkingDays
from shared.kit.festivals import FESTIVALS, next_day, pure_brightness

LUNAR = {
    2025: ("2025-01-29", "2025-05-31", "2025-10-06", "2025-10-29"),
    2026: ("2026-02-17", "2026-06-19", "2026-09-25", "2026-10-18"),
    2027: ("2027-02-06", "2027-06-09", "2027-09-15", "2027-10-08"),
    2028: ("2028-01-26", "2028-05-28", "2028-10-03", "2028-10-26"),
    2029: ("2029-02-13", "2029-06-16", "2029-09-22", "2029-10-16"),
    2030: ("2030-02-03", "2030-06-05", "2030-09-12", "2030-10-05"),
}


@pytest.mark.parametrize(("year", "days"), LUNAR.items())
def test_lunar_festivals_fall_on_their_published_days(year, days):
    codes = ("spring", "dragon-boat", "mid-autumn", "double-ninth")
    assert tuple(FESTIVALS[code].day_in(year).isoformat() for code in codes) == days


def test_the_double_ninth_never_leaves_october_by_more_than_a_day():
    for year in range(1990, 2061):
        assert date(year, 10, 1) <= FESTIVALS["double-ninth"].day_in(year) <= date(year, 11, 1)


def test_qingming_agrees_with_the_published_holidays_of_every_year_known():
    for year in range(2012, 2027):
        assert national_year(year).holidays[pure_brightness(year)] == "qingming"


def test_the_next_day_of_a_festival_is_never_the_day_itself():
    assert next_day("spring", date(2026, 2, 16)) == date(2026, 2, 17)
    assert next_day("spring", date(2026, 2, 17)) == date(2027, 2, 6)


def test_a_published_year_has_its_make_up_days_and_is_not_provisional():
    year = national_year(2026)
    assert not year.provisional
    assert date(2026, 10, 10) in year.makeup_days  # a Saturday on which one works for the National Day
    assert year.holidays[date(2026, 10, 7)] == "national"


def test_a_year_without_its_notice_knows_the_statutory_days_and_says_so():
    year = national_year(2027)
    assert year.provisional
    assert not year.makeup_days
    assert len(year.holidays) == 13  # the days off by law since 2025
    assert year.holidays[date(2027, 2, 5)] == "spring"  # 除夕


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-10-08", True),
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2026-10-11", False),
        ("2026-02-28", True),
    ],
)
def test_make_up_saturdays_are_working_days_and_holidays_are_none(day, works):
    assert WorkingDays.national(2026).is_workday(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("month", "last"),
    [(2, "2026-02-28"), (1, "2026-01-30"), (5, "2026-05-29"), (9, "2026-09-30"), (12, "2026-12-31")],
)
def test_the_last_working_day_of_a_month_respects_weekends_and_make_up_days(month, last):
    assert WorkingDays.national(2026).last_of_month(2026, month).isoformat() == last


def test_a_month_that_ends_in_a_break_has_its_last_working_day_before_it():
    days = WorkingDays({date(2026, 1, 30) - timedelta(days=n) for n in range(10)})
    assert days.last_of_month(2026, 1) == date(2026, 1, 20)


def test_a_month_of_break_has_no_last_working_day_and_the_next_one_is_later():
    august = {date(2026, 8, 1) + timedelta(days=n) for n in range(31)}
    days = WorkingDays(august, {date(2026, 8, 1)})
    assert days.last_of_month(2026, 8) is None
    assert days.next_month_end(date(2026, 7, 31)) == date(2026, 9, 30)
    assert len(days.month_ends(2026)) == 11


def test_working_days_are_counted_from_the_day_after():
    days = WorkingDays.national(2026)
    assert days.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert days.add(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert days.add(date(2026, 9, 30), 0) == date(2026, 9, 30)


def test_weeks_of_a_term_run_from_the_monday_of_its_first_week():
    term = Term("autumn", date(2026, 9, 1), date(2027, 1, 22))  # a Tuesday
    assert [term.week_of(date(2026, 9, day)) for day in (1, 6, 7)] == [1, 1, 2]


def test_neighbouring_days_of_one_festival_become_one_span():
    days = [(date(2026, 10, 2), "national"), (date(2026, 10, 1), "national"), (date(2026, 10, 4), "national")]
    assert [(span["starts_on"], span["ends_on"]) for span in spans(days)] == [
        ("2026-10-01", "2026-10-02"),
        ("2026-10-04", "2026-10-04"),
    ]
