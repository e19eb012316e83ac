"""Who belonged where on a day, whatever the order in which it was heard."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from services.voting.rolls.history import CARD, DATED, TERM, Membership, membership_on
from services.voting.rolls.models import Statement

HERE, THERE = "0197-here", "0197-there"
_number = count()


def said(kind, at, effective=None, /, **says):
    """A statement said on a day at noon; a card is about that day."""
    return Statement(
        id=f"{next(_number):06}",
        school_id=HERE,
        person_id="p",
        kind=kind,
        says=says,
        effective_on=date.fromisoformat(effective or at),
        said_at=datetime.fromisoformat(f"{at}T04:00+00:00"),
    )


def card(at, /, standing="full", school_id=HERE, group_id=None, terms=()):
    return said(CARD, at, standing=standing, school_id=school_id, group_id=group_id, terms=list(terms))


def joined(at, on):
    return said(DATED, at, on, standing="full", school_id=HERE, group_id="maths")


def standing(day, *statements):
    return membership_on(date.fromisoformat(day), statements).standing


def is_delegate(day, *statements):
    return HERE in membership_on(date.fromisoformat(day), statements).delegate_of


def test_nobody_belongs_anywhere_before_they_joined():
    assert membership_on(date(2026, 8, 31), [joined("2026-09-01", "2026-09-01")]) == Membership()


def test_a_retirement_said_before_its_day_counts_from_its_day():
    story = joined("2020-09-01", "2020-09-01"), said(DATED, "2026-06-01", "2026-09-01", standing="retired")
    assert standing("2026-08-31", *story) == "full"
    assert standing("2026-09-01", *story) == "retired"


def test_a_retirement_said_late_corrects_the_cards_said_in_between():
    story = (
        joined("2020-09-01", "2020-09-01"),
        card("2026-09-05"),
        said(DATED, "2026-09-10", "2026-09-01", standing="retired"),
    )
    assert standing("2026-08-31", *story) == "full"
    assert standing("2026-09-06", *story) == "retired"


def test_a_card_said_after_a_retirement_is_the_later_word():
    story = (
        joined("2020-09-01", "2020-09-01"),
        said(DATED, "2026-09-01", "2026-09-01", standing="retired"),
        card("2026-10-01", standing="early_retired_in_post"),
    )
    assert standing("2026-09-30", *story) == "retired"
    assert standing("2026-10-01", *story) == "early_retired_in_post"


def test_a_transfer_moves_a_person_on_its_day_and_out_of_the_group():
    story = (
        joined("2020-09-01", "2020-09-01"),
        said(DATED, "2026-08-20", "2026-09-01", school_id=THERE, group_id=None),
        card("2026-09-02", school_id=THERE, group_id="arts"),
    )
    before, after, later = (membership_on(date(2026, *day), story) for day in ((8, 31), (9, 1), (9, 2)))
    assert (before.school_id, before.group_id) == (HERE, "maths")
    assert (after.school_id, after.group_id) == (THERE, None)
    assert (later.school_id, later.group_id) == (THERE, "arts")


def test_a_term_ends_on_the_first_day_without_it():
    term = said(TERM, "2024-09-01", terms=[[HERE, "2024-09-01", "2027-09-01"]])
    assert not is_delegate("2024-08-31", term)
    assert is_delegate("2024-09-01", term) and is_delegate("2027-08-31", term)
    assert not is_delegate("2027-09-01", term)


def test_a_delegate_recalled_during_the_term_was_one_until_then():
    term = said(TERM, "2024-09-01", terms=[[HERE, "2024-09-01", "2027-09-01"]])
    recalled = said(TERM, "2026-03-01", "2024-09-01", terms=[[HERE, "2024-09-01", "2026-03-01"]])
    assert is_delegate("2026-02-28", term, recalled)
    assert not is_delegate("2026-03-01", term, recalled)


def test_a_card_without_a_running_term_ends_it_and_one_with_it_does_not():
    term = said(TERM, "2024-09-01", terms=[[HERE, "2024-09-01", "2027-09-01"]])
    with_it = card("2025-01-10", terms=[[HERE, "2024-09-01", "2027-09-01"]])
    without = card("2026-01-10")
    assert is_delegate("2026-01-09", term, with_it, without)
    assert not is_delegate("2026-01-10", term, with_it, without)


def test_a_card_alone_makes_a_delegate_so_that_a_fresh_copy_knows_them():
    assert is_delegate("2026-01-10", card("2026-01-10", terms=[[HERE, "2024-09-01", None]]))


# --- any order, any repetition

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))
SAYS = st.fixed_dictionaries(
    {},
    optional={
        "school_id": st.sampled_from([HERE, THERE]),
        "standing": st.sampled_from(["full", "retired", "left"]),
        "group_id": st.sampled_from([None, "maths", "arts"]),
        "terms": st.lists(
            st.tuples(st.sampled_from([HERE, THERE]), DAYS, st.none() | DAYS).map(
                lambda term: [term[0], term[1].isoformat(), term[2].isoformat() if term[2] else None]
            ),
            max_size=2,
        ),
    },
)


@st.composite
def statements(draw):
    kind = draw(st.sampled_from([CARD, DATED, TERM]))
    said_on = draw(DAYS)
    at = datetime(said_on.year, said_on.month, said_on.day, tzinfo=UTC) + timedelta(
        hours=draw(st.integers(0, 3))
    )
    return Statement(
        id=draw(st.uuids()).hex,
        kind=kind,
        said_at=at,
        says=draw(SAYS),
        effective_on=said_on if kind == CARD else draw(DAYS),
    )


@given(story=st.lists(statements(), max_size=8), day=DAYS, data=st.data())
def test_neither_order_nor_repetition_changes_what_a_day_looked_like(story, day, data):
    heard = data.draw(
        st.permutations(story + data.draw(st.lists(st.sampled_from(story), max_size=4)) if story else [])
    )
    assert membership_on(day, heard) == membership_on(day, story)


@given(story=st.lists(statements(), max_size=8), day=DAYS, later=statements())
def test_what_is_about_later_days_does_not_change_an_earlier_one(story, day, later):
    later.kind, later.effective_on = DATED, day + timedelta(days=1)
    later.says = {name: value for name, value in later.says.items() if name != "terms"}
    assert membership_on(day, [*story, later]) == membership_on(day, story)
