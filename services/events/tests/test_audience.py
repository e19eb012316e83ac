"""Who may take part: each part of the rule, at its edges."""

from datetime import date

import pytest

from services.events.activities.audience import ACTIVITY_DAY, Audience
from shared.kit.people import Person

DAY = date(2026, 9, 10)


def somebody(**card: object) -> Person:
    usual = {
        "group_id": None,
        "sex": "female",
        "birth_date": date(1990, 5, 17),
        "standing": "full",
        "post_kind": "established",
    }
    return Person(**{**usual, **card})


@pytest.mark.parametrize(
    ("rule", "birth_date", "day", "admitted"),
    [
        pytest.param({"age_max": 35}, date(1991, 9, 10), DAY, True, id="35 today is still 35周岁以下"),
        pytest.param({"age_max": 35}, date(1990, 9, 11), DAY, True, id="36 tomorrow"),
        pytest.param({"age_max": 35}, date(1990, 9, 10), DAY, False, id="36 today"),
        pytest.param({"age_min": 70}, date(1956, 9, 10), DAY, True, id="70 today is 70周岁以上"),
        pytest.param({"age_min": 70}, date(1956, 9, 11), DAY, False, id="70 tomorrow"),
        pytest.param(
            {"age_max": 35}, date(1992, 2, 29), date(2028, 2, 28), True, id="leap child the day before 36"
        ),
        pytest.param(
            {"age_max": 35}, date(1992, 2, 29), date(2028, 2, 29), False, id="leap child at 36 in a leap year"
        ),
        pytest.param(
            {"age_max": 34}, date(1992, 2, 29), date(2027, 2, 28), True, id="leap child: no 29th, not yet 35"
        ),
        pytest.param(
            {"age_max": 34}, date(1992, 2, 29), date(2027, 3, 1), False, id="leap child: 35 on 1 March"
        ),
        pytest.param({"age_min": 30, "age_max": 30}, date(1996, 9, 10), DAY, True, id="both bounds included"),
        pytest.param(
            {"age_min": 0, "age_max": 0}, date(2026, 1, 1), DAY, True, id="nought is a bound, not none"
        ),
        pytest.param({"age_max": 35}, None, DAY, False, id="no birth date, no judgement in favour"),
        pytest.param({}, None, DAY, True, id="no rule asks for no birth date"),
    ],
)
def test_ages_are_completed_years_with_both_bounds_included(rule, birth_date, day, admitted):
    assert Audience.of(rule).admits(somebody(birth_date=birth_date), day) is admitted


def test_ages_are_counted_on_the_day_that_the_rule_names():
    person = somebody(
        birth_date=date(1990, 9, 11)
    )  # 36 the day after the activity, 35 on the first of the month
    assert Audience.of({"age_max": 35, "age_on": ACTIVITY_DAY}).admits(person, DAY)
    assert not Audience.of({"age_max": 35, "age_on": "2026-12-31"}).admits(person, DAY)


@pytest.mark.parametrize(
    ("rule", "card", "admitted"),
    [
        ({"sex": "female"}, {"sex": "female"}, True),
        ({"sex": "female"}, {"sex": "male"}, False),
        ({"sex": "female"}, {"sex": None}, False),
        ({"group_ids": ["g1", "g2"]}, {"group_id": "g2"}, True),
        ({"group_ids": ["g1", "g2"]}, {"group_id": "g3"}, False),
        ({"standings": ["retired"]}, {"standing": "retired"}, True),
        ({"standings": ["full", "early_retired_in_post"]}, {"standing": "retired"}, False),
        ({"post_kinds": ["temporary"]}, {"post_kind": "temporary"}, True),
        ({"post_kinds": ["temporary"]}, {"post_kind": "established"}, False),
        ({"sex": None, "age_min": None, "group_ids": [], "standings": []}, {"sex": "male"}, True),
    ],
)
def test_each_part_of_the_rule_decides_by_itself(rule, card, admitted):
    assert Audience.of(rule).admits(somebody(**card), DAY) is admitted


def test_a_rule_survives_the_way_into_the_table_and_back():
    rule = Audience(sex="female", age_max=35, age_on=date(2026, 9, 1), standings=("full",))
    assert Audience.of(rule.as_rule()) == rule
    assert Audience.of({}).as_rule()["age_on"] == ACTIVITY_DAY


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({}, "everyone"),
        ({"sex": "female"}, "women"),
        ({"age_max": 35}, "age"),
        ({"sex": "male", "age_min": 0, "standings": ["full"]}, "men-age-standing"),
    ],
)
def test_the_code_of_a_rule_names_its_parts_and_no_person(rule, code):
    assert Audience.of(rule).code == code
