"""Money, days and moments as people read them."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from shared.kit.web import formats

Format = Callable[..., str]


@pytest.fixture
def chinese(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        yield


@pytest.fixture
def english(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (123400, "¥1,234.00"),
        (0, "¥0.00"),
        (5, "¥0.05"),
        (-123, "-¥1.23"),
        (10**12, "¥10,000,000,000.00"),
        (None, "—"),
    ],
)
def test_fen_are_shown_as_yuan(fen: int | None, words: str) -> None:
    assert formats.money(fen) == words


def test_a_field_shows_yuan_without_commas() -> None:
    assert formats.yuan(123456) == "1234.56"


def test_a_chinese_day(chinese: None) -> None:
    assert formats.day(date(2026, 9, 10)) == "2026年9月10日 (周四)"
    assert formats.day(date(2028, 2, 29)) == "2028年2月29日 (周二)"
    assert formats.day(date(2026, 7, 1), year=False) == "7月1日 (周三)"
    assert formats.month(date(2009, 9, 1)) == "2009年9月"
    assert formats.weekday(date(2026, 9, 10)) == "周四"


def test_an_english_day(english: None) -> None:
    assert formats.day(date(2026, 9, 10)) == "Thu 10 Sep 2026"
    assert formats.day(date(2028, 2, 29)) == "Tue 29 Feb 2028"
    assert formats.moment(datetime(2026, 6, 29, 6, 6, tzinfo=UTC)) == "Mon 29 Jun 2026, 14:06"


def test_a_moment_is_told_in_shanghai(chinese: None) -> None:
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert formats.moment(late) == "2027年1月1日 (周五) 00:30"
    assert formats.moment(late.replace(tzinfo=None)) == "2027年1月1日 (周五) 00:30"
    assert formats.day(late) == "2027年1月1日 (周五)"
    assert formats.clock(late) == "00:30"
    assert formats.day_number(late) == 1


def test_a_value_goes_back_into_its_field_as_the_browser_sent_it() -> None:
    assert formats.typed(date(2028, 2, 29)) == "2028-02-29"
    assert formats.typed(datetime(2026, 6, 29, 6, 6, tzinfo=UTC)) == "2026-06-29T14:06"
    assert formats.typed(None) == ""


def test_a_share_never_looks_reached_before_it_is() -> None:
    assert formats.percent(899, 1000) == "89%"
    assert formats.percent(2, 3) == "66%"
    assert formats.percent(1, 1) == "100%"
    assert formats.percent(0, 0) == "—"
