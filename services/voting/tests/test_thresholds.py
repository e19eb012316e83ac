"""Enough or not enough: whole numbers, ties, and the share as it is printed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voting.thresholds import RULES, TEACHERS_AMONG_DELEGATES, Threshold

MORE_THAN_HALF = RULES["more-than-half"].threshold
HALF_OR_MORE = RULES["half-or-more"].threshold
TWO_THIRDS = RULES["two-thirds"].threshold


def test_two_thirds_of_nine_is_six_and_not_seven():
    assert TWO_THIRDS.least(9) == 6
    assert TWO_THIRDS.met(6, 9)
    assert not TWO_THIRDS.met(5, 9)


def test_at_a_tie_of_half_only_the_strict_rule_refuses():
    assert HALF_OR_MORE.met(30, 60)
    assert not MORE_THAN_HALF.met(30, 60)
    assert MORE_THAN_HALF.tied(30, 60) and HALF_OR_MORE.tied(30, 60)
    assert (HALF_OR_MORE.least(60), MORE_THAN_HALF.least(60)) == (30, 31)


def test_of_61_delegates_31_carry_whichever_way_half_is_read():
    assert MORE_THAN_HALF.least(61) == HALF_OR_MORE.least(61) == 31
    assert not MORE_THAN_HALF.tied(30, 61)


def test_37_of_61_delegates_must_be_teachers():
    assert TEACHERS_AMONG_DELEGATES.least(61) == 37
    assert not TEACHERS_AMONG_DELEGATES.met(36, 61)


@pytest.mark.parametrize(
    ("threshold", "base", "share"),
    [
        (MORE_THAN_HALF, 61, "30.5"),
        (MORE_THAN_HALF, 60, "30"),
        (TWO_THIRDS, 61, "40.66"),
        (TWO_THIRDS, 9, "6"),
        (Threshold(1, 20, strict=False), 1, "0.05"),
    ],
)
def test_the_share_is_printed_exactly_or_cut_and_never_rounded_up(threshold, base, share):
    assert threshold.share_of(base) == share


thresholds = st.builds(
    lambda parts, strict: Threshold(min(parts), max(parts), strict),
    st.tuples(st.integers(1, 50), st.integers(1, 50)),
    st.booleans(),
)


@given(threshold=thresholds, base=st.integers(0, 10_000), votes=st.integers(0, 10_000))
def test_meeting_a_threshold_is_comparing_exact_fractions(threshold, base, votes):
    share = Fraction(threshold.numerator, threshold.denominator) * base
    assert threshold.met(votes, base) == (votes > share if threshold.strict else votes >= share)
    assert threshold.met(votes, base) == (votes >= threshold.least(base))
    assert threshold.tied(votes, base) == (votes == share)
