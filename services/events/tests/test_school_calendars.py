"""A school's year: entered, published as state, in force for the school or for a whole district."""

from datetime import date, time

import pytest

from services.events.school_calendars import actions, queries
from shared.contracts.events import CalendarPublished
from shared.kit import people
from shared.kit.problems import Invalid
from shared.kit.testing.builders import a_person, a_school

API = "/api/events/v1/school-calendars"
YEAR = {
    "terms": [
        {"code": "autumn", "starts_on": "2026-09-01", "ends_on": "2027-01-22"},
        {"code": "spring", "starts_on": "2026-03-02", "ends_on": "2026-07-10"},
    ],
    "holidays": [
        {"code": "national", "starts_on": "2026-10-01", "ends_on": "2026-10-07"},
        {"code": "school-day-off", "starts_on": "2026-10-30", "ends_on": "2026-10-30"},
    ],
    "make_up_workdays": ["2026-10-10", "2026-09-20"],
    "bell": "16:40",
}


@pytest.fixture
def events(service_of):
    return service_of("events")


@pytest.fixture
def school(events):
    return a_school(events)


@pytest.fixture
def chair(events, school):
    return events.client(a_person(events, school, "赵立新", offices=["chair"]))


def test_a_published_year_is_said_whole_and_kept_in_our_own_copy_at_once(events, school, chair):
    assert chair.put(f"{API}/2026", json=YEAR).json["published_version"] == 0
    assert events.outbox() == []
    assert chair.post(f"{API}/2026/publish").json["published_version"] == 1
    (said,) = events.outbox(CalendarPublished)
    assert said.subject == school.id
    assert [term["code"] for term in said.data["terms"]] == ["spring", "autumn"]
    assert said.data["make_up_workdays"] == ["2026-09-20", "2026-10-10"]
    with events.reading() as session:
        assert people.calendar(session, school.id, 2026) == said.data


def test_publishing_again_replaces_the_copy_with_a_higher_version(events, school, chair):
    for bell in ("16:40", "16:50"):
        chair.put(f"{API}/2026", json={**YEAR, "bell": bell, "holidays": []})
        chair.post(f"{API}/2026/publish")
    assert [said.data["version"] for said in events.outbox(CalendarPublished)] == [1, 2]
    with events.reading() as session:
        assert people.calendar(session, school.id, 2026)["version"] == 2


def test_what_is_entered_is_in_force_only_once_published(events, school, chair):
    chair.put(f"{API}/2026", json=YEAR)
    assert chair.get(f"{API}/2026/month-ends").json["days"][9] == "2026-10-30"
    chair.post(f"{API}/2026/publish")
    assert chair.get(f"{API}/2026/month-ends").json["days"][9] == "2026-10-29"  # the school has the 30th off


def test_a_school_without_a_year_of_its_own_goes_by_its_districts(events):
    district = a_school(events, "明德区教育工会", kind="district")
    school = a_school(events, "五马中学", district=district)
    officer = events.client(a_person(events, district, "钱区长", offices=["district_officer"]))
    officer.put(f"{API}/2026", json=YEAR)
    officer.post(f"{API}/2026/publish")
    with events.reading() as session:
        assert queries.term_on(session, school.id, date(2026, 9, 10)).code == "autumn"
        assert queries.term_on(session, school.id, date(2027, 1, 10)).code == "autumn"
        assert queries.term_on(session, school.id, date(2026, 8, 10)) is None
        assert not queries.working_days(session, school.id, 2026).is_workday(date(2026, 10, 30))


def test_where_nothing_is_published_the_nations_days_hold(events, school):
    with events.reading() as session:
        days = queries.working_days(session, school.id, 2026)
    assert days.is_workday(date(2026, 10, 10))
    assert not days.is_workday(date(2026, 10, 7))


def test_a_year_ahead_of_its_notice_is_marked_provisional(events, chair):
    assert chair.get(f"{API}/2027").json["provisional"] is True
    assert chair.get(f"{API}/2026").json["provisional"] is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("terms", [{"code": "autumn", "starts_on": "2026-09-02", "ends_on": "2026-09-01"}]),
        ("terms", [{"code": "autumn", "starts_on": "2025-09-01", "ends_on": "2026-01-20"}]),
        ("holidays", [{"code": "national", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}]),
        ("make_up_workdays", ["2027-01-03"]),
    ],
)
def test_spans_must_lie_in_the_year_and_end_after_they_begin(events, chair, field, value):
    answer = chair.put(f"{API}/2026", json={**YEAR, field: value})
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_a_year_entered_directly_is_checked_by_the_same_rules(events, school):
    with pytest.raises(Invalid), events.transaction() as session:
        calendar = actions.take(session, school.id, 2026)
        actions.enter(calendar, terms=[], holidays=[], make_up_workdays=[date(2025, 1, 1)], bell=time(16, 0))


def test_only_officers_enter_and_everybody_reads(events, school, chair):
    member = events.client(a_person(events, school))
    assert member.get(f"{API}/2026").status_code == 200
    assert member.put(f"{API}/2026", json=YEAR).status_code == 403
    assert member.post(f"{API}/2026/publish").status_code == 403
    assert member.get(f"{API}/1066").status_code == 404
