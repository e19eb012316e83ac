"""Single cells of a roster: what is put right, what is understood, what is refused; and identity numbers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.imports import words
from services.members.imports.cells import READERS, BadCell, read_date, tidy, tidy_name
from services.members.people import identity
from services.members.tests.rosters import identity_number
from shared.kit import clock

DAYS = st.dates(date(1920, 1, 1), date(2007, 12, 31))


@pytest.mark.parametrize(
    ("cell", "text", "mended"),
    [
        ("１３８００１３８０００", "13800138000", "full-width"),
        ("５２０３２１１９８８０４２１０４２Ｘ", "52032119880421042X", "full-width"),
        ("138 0013 8000", "13800138000", "spaces"),
        ("１９８８／０４／２１", "1988/04/21", "full-width"),
        ("\u200b语文组 ", "语文组", "spaces"),
        ("　语文组　", "语文组", None),
        ("语文组", "语文组", None),
    ],
)
def test_what_is_certain_is_put_right_and_said(cell, text, mended):
    assert tidy(cell) == (text, mended)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("罗 燕", "罗燕"),
        ("罗　燕", "罗燕"),
        ("买买提•艾力", "买买提·艾力"),
        ("John  Li", "John Li"),
        ("罗燕", "罗燕"),
    ],
)
def test_names_lose_the_spaces_that_typesetters_put_in(cell, name):
    assert tidy_name(cell).text == name


@given(st.text(max_size=30))
def test_tidying_twice_changes_nothing_more(text):
    once = tidy(text).text
    assert tidy(once) == (once, None)


@given(st.text(alphabet="0123456789X-", min_size=1, max_size=20))
def test_full_width_and_plain_digits_become_the_same(text):
    wide = "".join(chr(ord(character) + 0xFEE0) for character in text)
    assert tidy(wide) == (text, "full-width")


@given(
    DAYS,
    st.sampled_from(
        [
            "{0:%Y-%m-%d}",
            "{0.year}/{0.month}/{0.day}",
            "{0:%Y%m%d}",
            "{0.year}年{0.month}月{0.day}日",
            "{0.year}.{0.month}.{0.day}",
            "{0:%Y-%m-%d} 00:00:00",
        ]
    ),
)
def test_a_day_is_understood_however_it_is_written(day, form):
    assert read_date(tidy(form.format(day)).text if "00:00" not in form else form.format(day)) == day


@given(DAYS)
def test_a_day_is_understood_as_the_number_by_which_excel_keeps_it(day):
    assert read_date(str((day - date(1899, 12, 30)).days)) == day
    assert read_date(f"{(day - date(1904, 1, 1)).days}.0", days_from_1904=True) == day


@given(DAYS, st.integers(0, 999), st.sampled_from(["110105", "520321", "320102"]))
def test_a_number_made_by_the_rule_is_good_and_says_birth_date_and_sex(day, order, place):
    number = identity_number(day.strftime("%Y%m%d"), order, place)
    assert identity.is_well_formed(number)
    assert identity.has_right_check(number)
    assert identity.birth_date_of(number) == day
    assert identity.sex_of(number) == ("male" if order % 2 else "female")


@given(DAYS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(day, order, place, shift):
    number = identity_number(day.strftime("%Y%m%d"), order)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not identity.has_right_check(wrong)


@given(DAYS, st.integers(0, 999), st.integers(0, 15))
def test_two_digits_swapped_are_always_found(day, order, place):
    number = identity_number(day.strftime("%Y%m%d"), order)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not identity.has_right_check(swapped)


GOOD = identity_number()
TOMORROW = (clock.today() + timedelta(days=1)).isoformat()

REFUSED = [
    ("name", "罗", "name-length"),
    ("name", "罗" * 51, "name-length"),
    ("name", "罗燕3", "name-characters"),
    ("name", "罗燕<b>", "name-characters"),
    ("sex", "未知", "unknown-sex"),
    ("post_kind", "支教", "unknown-post"),
    ("standing", "团员", "unknown-standing"),
    ("is_teacher", "校医", "unknown-role"),
    ("birth_date", "1990-02-29", "no-29-february"),
    ("birth_date", "19900229", "no-29-february"),
    ("birth_date", "1990-04-31", "no-such-day"),
    ("birth_date", "1990-13-01", "no-such-day"),
    ("birth_date", "1990-02", "day-missing"),
    ("birth_date", "1990年2月", "day-missing"),
    ("birth_date", "二月", "date-form"),
    ("birth_date", TOMORROW, "day-to-come"),
    ("birth_date", "1880-01-01", "age"),
    ("birth_date", "2020-01-01", "age"),
    ("joined_on", TOMORROW, "day-to-come"),
    ("identity_number", GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"), "identity-check"),
    ("identity_number", GOOD[:17], "identity-form"),
    ("identity_number", "A" + GOOD[1:], "identity-form"),
    ("identity_number", "5.20321198804E+17", "identity-as-number"),
    ("identity_number", "520321880421042", "identity-old"),
    ("identity_number", identity_number("19900229"), "identity-date"),
    ("phone", "12800138000", "phone-form"),
    ("phone", "1380013800", "phone-form"),
    ("card_number", "0", "card-form"),
    ("card_number", "12A", "card-form"),
    ("staff_number", "x" * 31, "too-long"),
]


@pytest.mark.parametrize(("field", "text", "code"), REFUSED)
def test_what_only_a_person_can_mend_is_refused(field, text, code):
    with pytest.raises(BadCell) as bad:
        READERS[field](text, False)
    assert bad.value.code == code


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("sex", "女", "female"),
        ("sex", "M", "male"),
        ("post_kind", "在编", "established"),
        ("post_kind", "劳务派遣", "dispatched"),
        ("standing", "退休会员", "retired"),
        ("standing", "可入会", "applicant"),
        ("is_teacher", "教辅", False),
        ("birth_date", "1992-02-29", date(1992, 2, 29)),
        ("identity_number", "52032119880421001x".upper(), None),
        ("phone", "+86138-0013-8000", "13800138000"),
        ("phone", "13800138000.0", "13800138000"),
        ("phone", "(0851)2222333", "08512222333"),
        ("card_number", "0217", 217),
        ("titles", "高级教师、学科带头人", ["高级教师", "学科带头人"]),
    ],
)
def test_what_schools_write_is_understood(field, text, value):
    if value is None:
        text = value = identity_number(
            order=next(n for n in range(999) if identity_number(order=n)[-1] == "X")
        )
        text = text.lower()
    assert READERS[field](text, False) == value


def test_every_refusal_has_words():
    codes = {code for _field, _text, code in REFUSED}
    assert codes <= set(words.SENTENCES)
