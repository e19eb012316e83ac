"""Regular visits to retired colleagues: from 70 once a year, from 80 every half-year."""

from datetime import date

import pytest

from shared.contracts.members import PersonChanged
from shared.kit.people import person


def card_arrives(union, card):
    with union.welfare.reading() as session:
        kept = person(session, card.id)
    union.receive(
        PersonChanged,
        card,
        person_id=kept.id,
        school_id=kept.school_id,
        name=kept.name,
        pinyin=kept.pinyin,
        pinyin_initials=kept.initials,
        sex=kept.sex,
        birth_date=kept.birth_date,
        post_kind=kept.post_kind,
        standing=kept.standing,
        offices=kept.offices,
        disabled=False,
        erased=False,
        version=kept.version + 1,
    )


def due_days(union, frozen_clock, birth_date):
    """The due days of the visits planned for somebody over two years, each made as it comes."""
    card_arrives(union, union.person("牟德昌", standing="retired", birth_date=birth_date))
    found = []
    for year in (2027, 2028):
        for month in (1, 7):
            frozen_clock.at(f"{year}-{month:02}-01T08:00")
            union.welfare.work()
            for task in union.tasks():
                if task.is_open:
                    found.append(task.due_on)
                    union.complete(task)
    return found


@pytest.mark.parametrize(
    ("birth_date", "expected"),
    [
        (date(1959, 1, 1), []),
        (date(1958, 1, 1), [date(2028, 12, 31)]),
        (date(1957, 12, 31), [date(2027, 12, 31), date(2028, 12, 31)]),
        (date(1947, 6, 30), [date(2027, 6, 30), date(2027, 12, 31), date(2028, 6, 30), date(2028, 12, 31)]),
        (date(1947, 7, 1), [date(2027, 12, 31), date(2027, 12, 31), date(2028, 6, 30), date(2028, 12, 31)]),
    ],
)
def test_the_age_reached_within_the_window_counts_and_includes_the_number(
    union, frozen_clock, birth_date, expected
):
    assert due_days(union, frozen_clock, birth_date) == expected


def test_a_card_that_comes_twice_plans_no_second_visit(union, frozen_clock):
    retired = union.person("牟德昌", standing="retired", birth_date=date(1940, 1, 1))
    for _ in range(3):
        card_arrives(union, retired)
    frozen_clock.at("2026-07-01T08:00")
    union.welfare.work()
    assert len(union.tasks()) == 1
    assert union.notices() == [], "a year's visits come without a notice for each"


def test_a_scheme_without_retired_colleagues_plans_none(union, frozen_clock):
    union.choose("B")
    assert due_days(union, frozen_clock, date(1940, 1, 1)) == []
