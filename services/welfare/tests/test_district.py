"""The district's tables: how schools stand, in words, and counts that point to nobody."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.welfare.district import queries
from services.welfare.district.models import DistrictFigures
from services.welfare.district.topics import TOPICS, Topic
from services.welfare.district.withholding import LEAST, Column, by_months, in_steps, is_few, withhold
from services.welfare.figures.counting import COUNTED, as_told
from services.welfare.tests.reader import Reader
from shared.kit.testing.builders import a_school

URL = "/api/welfare/v1/district/visits"
SETTLED = "2026-07-15T09:00"
MONTHS = [f"2026-0{n}" for n in range(1, 7)]


# --- what may stand in a column


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
            if is_few(count):
                assert len({other[place] for other in others}) > 1, (counts, place)


def test_nor_from_the_months_beside_the_schools_by_who_knows_the_method():
    """Two schools and three months that divide the same total: every pair that is told alike is a choice."""
    by_total = {}
    for size in (2, 3):
        for counts in product(range(13), repeat=size):
            by_total.setdefault((size, sum(counts)), []).append(counts)
    told = {}
    for total in range(13):
        for schools, months in product(by_total[2, total], by_total[3, total]):
            shown = withhold(schools)
            told.setdefault((shown, by_months(shown, months)), []).append((*schools, *months))
    for worlds in told.values():
        for place in range(5):
            values = {world[place] for world in worlds}
            assert len(values) > 1 or not is_few(min(values)), worlds


@given(st.lists(st.integers(0, 400), min_size=1, max_size=80))
def test_what_is_shown_is_true_and_never_small(counts):
    column = withhold(counts)
    for shown, true in zip(column.counts, counts, strict=True):
        assert shown is None or (shown == true and (shown == 0 or shown >= LEAST))
    assert column.total in (None, sum(counts))
    hidden = [count for shown, count in zip(column.counts, counts, strict=True) if shown is None]
    assert column.total is None or not hidden or (len(hidden) > 1 and max(hidden) >= LEAST)


def test_a_growing_count_told_in_steps_leaves_five_counts_possible_and_shows_no_single_person():
    for step in range(0, 60, LEAST):
        alike = [count for count in range(80) if in_steps(count) == step]
        assert len(alike) == LEAST
    assert {in_steps(after) - in_steps(before) for before in range(50) for after in (before, before + 1)} == {
        0,
        5,
    }


# --- what the district is told, over HTTP


@pytest.fixture
def officer(union):
    """Asks as the district's officer, signed in today."""
    person = union.person("钱区", school=union.district, offices=["district_officer"])
    return lambda url: union.welfare.client(person).get(url)


@pytest.fixture
def facts(monkeypatch):
    """Facts that a test plants, as (school, column, day, count), beside the visits: another topic."""
    planted = []

    def within(_session, school_ids, begins, ends):
        return [fact for fact in planted if fact[0] in school_ids and begins <= fact[2] < ends]

    monkeypatch.setitem(TOPICS, "trial", Topic("Trial", "Trial", {kind: kind for kind in KINDS}, within))
    return planted


def ask(officer, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = officer(f"/api/welfare/v1/district/trial?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def tables(officer, schools, *, every_filter=True) -> Iterator[dict]:
    """The same figures by every filter that there is, and by the files of the page."""
    for period in (None, "2026-H1", "2025-H2", "2026-H2"):
        yield ask(officer, **({"period": period} if period else {}))
    filters = [
        [(name, value) for value in (None, *values)]
        for name, values in (
            ("kind", KINDS),
            ("school_id", [school.id for school in schools]),
            ("month", MONTHS),
        )
    ]
    for asked in product(*filters) if every_filter else ():
        yield ask(officer, period="2026-H1", **{name: value for name, value in asked if value})
    for of in ("", "&of=months"):
        page = officer(f"/welfare/district/trial?period=2026-H1&format=csv{of}")
        header, *rows = csv.reader(page.get_data(as_text=True).lstrip("\ufeff").splitlines())
        assert len(header) == 1 + len(KINDS)
        names = {school.name: school.id for school in schools}
        counts = [
            (row[0], {kind: int(n) if n.isdigit() else None for kind, n in zip(KINDS, row[1:], strict=True)})
            for row in rows
        ]
        yield {
            "period": "2026-H1",
            "rows": [{"school_id": names[name], "counts": c} for name, c in counts if name in names],
            "totals": next((c for name, c in counts if name not in names and name not in MONTHS), {}),
            "months": [{"month": name, "counts": c} for name, c in counts if name in MONTHS],
        }


def cell(kind, school_ids, months, days):
    """The unknowns of a sum: what stood on the first day, and what was added until the last."""
    return frozenset(product([kind], school_ids, months, range(days)))


def read(reader, table, schools, days):
    """Learn every figure of a table of the first half of 2026, told on the `days`-th day."""
    if table["period"] != "2026-H1":
        assert {n for row in table["rows"] for n in row["counts"].values()} <= {0, None}
        return
    ids = [school.id for school in schools]
    for row in table["rows"]:
        for kind, count in row["counts"].items():
            if count is not None:
                reader.learn(cell(kind, [row["school_id"]], MONTHS, days), count)
    for row in table["months"]:
        for kind, count in row["counts"].items():
            if count is not None:
                reader.learn(cell(kind, ids, [row["month"]], days), count)
    for kind, count in table["totals"].items():
        if count is not None:
            reader.learn(cell(kind, ids, MONTHS, days), count)


def sums_of_interest(schools, days):
    """Every count that somebody could be recognised by: of a school, a month, both, all, and what was added when."""
    ids = [school.id for school in schools]
    for kind in KINDS:
        for some in ([ids], [[school_id] for school_id in ids]):
            for school_ids in some:
                for months in (MONTHS, *([month] for month in MONTHS)):
                    whole = cell(kind, school_ids, months, days)
                    yield whole
                    for day in range(days):
                        yield {part for part in whole if part[3] == day}


# column → (school, month) → count, and a fact entered late.
WORLDS = {
    "one small school": {(0, 1): 9, (1, 2): 12, (2, 2): 3},
    "small beside equals": {(0, 1): 6, (1, 1): 6, (2, 1): 1},
    "two alone": {(0, 3): 5, (1, 3): 1},
    "all small": {(0, 1): 2, (1, 2): 3},
    "one small total": {(0, 5): 4},
    "small months": {(0, 1): 7, (0, 2): 2, (1, 1): 20},
    "one month small": {(2, 4): 8, (2, 5): 1},
    "nothing small": {(0, 1): 7, (1, 2): 8, (2, 6): 30},
}
KINDS = list(WORLDS)


@pytest.fixture
def leaks(union, officer, facts, frozen_clock):
    """Which columns a reader sees through, who asks all that can be asked on two days, between which a fact comes late."""
    names = ("二小", "三小")
    schools = [union.school, *(a_school(union.welfare, name, district=union.district) for name in names)]

    def enter(kind, place, month, count):
        facts.append((schools[place].id, kind, date(2026, month, 10), count))

    def find(*, every_filter=False):
        reader = Reader()
        frozen_clock.at(SETTLED)
        for table in tables(officer, schools, every_filter=every_filter):
            read(reader, table, schools, 1)
        for kind in KINDS:
            enter(kind, 1, 3, 1)
        frozen_clock.at("2026-08-20T09:00")
        first_day = list(reader.equations)
        for table in tables(officer, schools, every_filter=every_filter):
            # A figure that stands is still that of the first day; in a changed one is what was added since.
            seen = Reader()
            read(seen, table, schools, 1)
            read(reader, table, schools, 1 if all(one in first_day for one in seen.equations) else 2)
        found = reader.leaks(sums_of_interest(schools, 2))
        return {kind for parts, _count in found for kind, *_ in parts}

    for kind, world in WORLDS.items():
        for (place, month), count in world.items():
            enter(kind, place, month, count)
    return find


@pytest.mark.only_engine("sqlite")
def test_no_count_from_one_to_four_follows_from_all_tables_of_all_days(leaks):
    assert leaks(every_filter=True) == set()


def only_small_ones_hidden(counts):
    return Column(tuple(None if is_few(count) else count for count in counts), sum(counts))


def months_always(_column, months):
    return tuple(months)


def reckoned_anew(session, district_id, topic, period):
    ids = [school.id for school in queries.schools_under(session, district_id)]
    return DistrictFigures(figures=queries.reckon(session, ids, TOPICS[topic], period))


@pytest.mark.only_engine("sqlite")
@pytest.mark.parametrize(
    ("careless", "betrayed"),
    [
        ({"withhold": only_small_ones_hidden}, "one small school"),
        ({"by_months": months_always}, "one small total"),
        ({"told": reckoned_anew}, "nothing small"),
    ],
)
def test_the_reader_finds_what_a_careless_table_gives_away(leaks, monkeypatch, careless, betrayed):
    for name, function in careless.items():
        monkeypatch.setattr(queries, name, function)
    assert betrayed in leaks()


# --- the tables themselves


def test_a_school_with_an_overdue_visit_is_marked_in_a_word(union, officer, frozen_clock):
    a_school(union.welfare, "实验小学", district=union.district)

    def standings():
        table = officer(f"{URL}?period=2026-H2").json
        assert not table["is_told"]
        return {row["school"]: row["standing"] for row in table["rows"]}

    union.report()
    assert standings() == {"五马中学": "under-way", "实验小学": "clear"}
    frozen_clock.advance(days=4)
    union.welfare.work()
    assert standings() == {"五马中学": "overdue", "实验小学": "clear"}


def test_few_visits_are_withheld_and_many_are_counted_once_the_half_year_is_over(
    union, officer, frozen_clock
):
    for _ in range(5):
        union.report()
    for task in union.tasks():
        union.complete(task)
    now = officer(f"{URL}?period=2026-H1").json
    assert (now["is_told"], now["told_on"], now["totals"]["care"]) == (False, "2026-07-15", None)
    frozen_clock.at(SETTLED)
    table = officer(URL).json
    assert (table["period"], table["rows"][0]["counts"]["care"], table["totals"]["care"]) == ("2026-H1", 5, 5)
    assert [month["counts"]["care"] for month in table["months"]] == [0, 0, 0, 0, 0, 5]
    assert table["totals"]["joy"] == 0
    for _ in range(4):
        union.report()
    for task in union.tasks(state="assigned"):
        union.complete(task)
    frozen_clock.at("2027-01-20T09:00")
    table = officer(f"{URL}?period=2026-H2").json
    assert (table["rows"][0]["counts"]["care"], table["totals"]["care"]) == (None, None)


def test_the_table_names_schools_and_nobody_in_them(union, officer):
    union.report()
    for url in (URL, "/welfare/district/visits", "/welfare/district/visits?format=csv"):
        answer = officer(url)
        text = (
            json.dumps(answer.json, ensure_ascii=False) if answer.is_json else answer.get_data(as_text=True)
        )
        assert "五马中学" in text
        assert union.colleague.name not in text
        assert union.colleague.id not in text


def test_a_district_officer_sees_no_schools_tasks_and_a_school_no_district(union, officer):
    union.report()
    assert officer(f"/api/welfare/v1/visits/{union.task().id}").status_code in (403, 404)
    assert officer("/api/welfare/v1/visits").status_code == 403
    assert union.welfare.client(union.chair).get(URL).status_code == 403
    assert officer(f"{URL}?period=2026-06").status_code == 422
    assert officer("/api/welfare/v1/district/nothing").status_code == 404


# --- months told in steps beside the half-year: what each leaves possible


def settled(counts):
    """A reader knows the method and all that is told; which counts are then beyond doubt, and small?"""
    told = {}
    for world, figures, interest in counts:
        told.setdefault(figures, []).append((world, interest))
    for worlds in told.values():
        for values in zip(*(interest for _world, interest in worlds), strict=True):
            if len(set(values)) == 1 and is_few(values[0]):
                yield worlds[0][0]


def month_beside_half_year(as_told, more=lambda left: {}):
    """Of what fell due in a month: made in time, late, or not; and what else was made in the half-year. Every world of
    up to thirteen visits made and nine left, so that no choice ends where the list ends."""
    for in_time, late, other, left in product(range(14), range(14), range(14), range(10)):
        made = in_time + late
        if made + other < 14:
            month = {"planned": made + left, "completed": made, "on_time": in_time, **more(left)}
            told = (*as_told(month).values(), withhold([made + other]))
            yield (in_time, late, other, left), told, (in_time, late, left, made, made + left, other)


def stock_beside_flow(as_told):
    """Cases on file before and after a half-year, of which those taken are told exactly, with their monthly stock."""
    for before, taken in product(range(15), range(10)):
        for ended in range(before + taken + 1):
            stock = before + taken - ended
            told = (*as_told({"before": before, "after": stock}).values(), withhold([taken]))
            yield (before, taken, ended), told, (before, taken, ended, stock)


def exactly(counts):
    return {name: None if is_few(count) else count for name, count in counts.items()}


def test_nothing_small_follows_from_a_months_steps_beside_the_half_year():
    assert list(settled(month_beside_half_year(as_told))) == []


def test_exact_months_would_give_single_people_away():
    assert list(settled(month_beside_half_year(exactly))) != []


def test_what_is_not_told_of_a_month_would_give_people_away_even_in_steps():
    """Visits left over, beside those due and made; cases on file, beside those taken on file in the half-year."""
    assert list(settled(month_beside_half_year(as_told, lambda left: {"overdue": left}))) != []
    assert list(settled(stock_beside_flow(as_told))) != []
    assert not {"visits_overdue", "hardship_cases", "aid_fen"} & set(COUNTED)
