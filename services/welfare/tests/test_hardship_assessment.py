"""What the rules suggest: whole numbers, borders taken in or left out as the words of the rule say, every step told."""

import pytest

from services.welfare.hardship.assessment import Household, assess
from shared.kit.people import RulePack
from shared.kit.testing.builders import GUIZHOU

LINE = 72000


def pack(**changes):
    return RulePack(parameters={**GUIZHOU, **changes})


def level(pack_=None, **household):
    return assess(Household(**{"size": 1, "income_fen": 10 * LINE} | household), pack_ or pack()).level


@pytest.mark.parametrize(
    ("household", "suggested"),
    [
        ({"income_fen": LINE - 1}, "severe"),
        ({"income_fen": LINE}, "hardship"),  # 低于 leaves the line out; a low income takes it in
        ({"size": 3, "income_fen": 3 * LINE - 1}, "severe"),
        ({"size": 3, "income_fen": 3 * LINE}, "hardship"),
        ({"income_fen": LINE * 3 // 2}, "hardship"),
        ({"income_fen": LINE * 3 // 2 + 1}, "none"),
        ({"size": 2, "income_fen": 3 * LINE + 1}, "hardship"),  # half a fen too much each is not counted
        ({"income_fen": 2 * LINE, "medical_fen": 12 * LINE}, "temporary"),
        ({"income_fen": 2 * LINE, "medical_fen": 12 * LINE + 1}, "hardship"),
        ({"income_fen": 2 * LINE, "medical_fen": 6 * LINE, "schooling_fen": 6 * LINE + 1}, "hardship"),
        ({"income_fen": 100000, "medical_fen": 480000 - 1}, "hardship"),
        ({"income_fen": 1000000, "medical_fen": 4800000}, "temporary"),  # 达到 40 %
        ({"income_fen": 1000000, "medical_fen": 4799999}, "none"),
        ({"accident": True}, "temporary"),
        ({"income_fen": 0}, "severe"),
        ({}, "none"),
    ],
)
def test_a_household_is_weighed_by_whole_numbers(household, suggested):
    assert level(**household) == suggested


def test_without_a_local_line_nothing_is_suggested_and_that_is_said():
    for nothing in (None, pack(minimum_living_fen=None)):
        assessment = assess(Household(3, 300000), nothing)
        assert assessment.level is None
        assert [step.code for step in assessment.steps] == ["per-head", "no-line"]


def test_a_mark_that_the_pack_does_not_name_is_not_weighed():
    told = Household(1, 2 * LINE, medical_fen=2 * LINE * 11)
    codes = [step.code for step in assess(told, pack(medical_share=None, low_income_times=None)).steps]
    assert codes == ["per-head", "line", "below-line", "after-costs", "accident"]


def test_an_income_of_nothing_divides_nothing():
    steps = {step.code: step for step in assess(Household(2, 0, medical_fen=100), pack()).steps}
    assert steps["medical"].met is True
    assert steps["medical"].figures["percent"] == 100
