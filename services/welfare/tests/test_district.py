"""The district's table: how schools stand, in words, and counts that point to nobody."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.welfare.district import queries
from services.welfare.district.withholding import LEAST, withhold
from shared.kit.testing.builders import a_school

URL = "/api/welfare/v1/district/visits"


def possible(column):
    """Every column of counts that a reader could hold possible, knowing how counts are withheld."""
    size = len(column.counts)
    top = column.total if column.total is not None else 12
    return [counts for counts in product(range(top + 1), repeat=size) if withhold(counts) == column]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_no_count_from_one_to_four_can_be_reckoned_even_by_who_knows_the_method(size):
    for counts in product(range(9), repeat=size):
        if sum(counts) > 12:
            continue
        others = possible(withhold(counts))
        assert counts in others
        for place, count in enumerate(counts):
            if 0 < count < LEAST:
                assert len({other[place] for other in others}) > 1, (counts, place)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=80))
def test_what_is_shown_is_true_and_never_small(counts):
    column = withhold(counts)
    for shown, true in zip(column.counts, counts, strict=True):
        assert shown is None or (shown == true and (shown == 0 or shown >= LEAST))
    assert column.total in (None, sum(counts))
    hidden = [count for shown, count in zip(column.counts, counts, strict=True) if shown is None]
    assert column.total is None or not hidden or (len(hidden) > 1 and max(hidden) >= LEAST)


def standings(officer):
    return {row["school"]: row["standing"] for row in officer.get(URL).json["rows"]}


@pytest.fixture
def officer(union):
    return union.welfare.client(union.person("钱区", school=union.district, offices=["district_officer"]))


def test_a_school_with_an_overdue_visit_is_marked_in_a_word(union, officer, frozen_clock):
    a_school(union.welfare, "实验小学", district=union.district)
    union.report()
    assert standings(officer) == {"五马中学": "under-way", "实验小学": "clear"}
    frozen_clock.advance(days=4)
    union.welfare.work()
    with union.welfare.reading() as session:
        table = queries.table(session, union.district.id, "2026-H2")
    assert {row.school.name: row.standing for row in table.rows} == {
        "五马中学": "overdue",
        "实验小学": "clear",
    }


def test_few_visits_are_withheld_and_many_are_counted(union, officer):
    for _ in range(4):
        union.report()
    for task in union.tasks():
        union.complete(task)
    table = officer.get(URL).json
    assert (table["rows"][0]["counts"]["care"], table["totals"]["care"]) == (None, None)
    union.report()
    union.complete(union.tasks()[-1])
    table = officer.get(URL).json
    assert (table["rows"][0]["counts"]["care"], table["totals"]["care"]) == (5, 5)
    assert table["totals"]["joy"] == 0
    assert officer.get(f"{URL}?period=2025-H2").json["totals"]["care"] == 0


def test_the_table_names_schools_and_nobody_in_them(union, officer):
    union.report()
    for url in (URL, "/welfare/district/visits", "/welfare/district/visits?format=csv"):
        answer = officer.get(url)
        text = (
            json.dumps(answer.json, ensure_ascii=False) if answer.is_json else answer.get_data(as_text=True)
        )
        assert "五马中学" in text
        assert union.colleague.name not in text
        assert union.colleague.id not in text


def test_a_district_officer_sees_no_schools_tasks_and_a_school_no_district(union, officer):
    union.report()
    assert officer.get(f"/api/welfare/v1/visits/{union.task().id}").status_code in (403, 404)
    assert officer.get("/api/welfare/v1/visits").status_code == 403
    assert union.welfare.client(union.chair).get(URL).status_code == 403
    assert officer.get(f"{URL}?period=2026-06").status_code == 422
