"""Care in figures: the year against its targets, the coverage meter, each month told once and in steps of five."""

import pytest

from services.welfare.figures import actions
from services.welfare.figures.counting import as_told
from services.welfare.figures.models import CareMonth
from shared.contracts.members import ChildBorn, OrganisationChanged
from shared.contracts.welfare import CareCounted
from shared.kit import clock
from shared.kit.testing.builders import a_school

API = "/api/welfare/v1/figures"
DISTRICT = "/api/welfare/v1/district"


@pytest.fixture
def officer(union):
    person = union.person("钱区", school=union.district, offices=["district_officer"])
    return lambda url: union.welfare.client(person).get(url)


@pytest.fixture
def watched(union):
    """The union's months are told from now on."""
    with union.welfare.transaction() as session:
        actions.watch(session, union.school.id)
    return union


def visits(union, count):
    """Some births, which fall due on 14 July; each visit is made today, and none comes again."""
    for _ in range(count):
        union.report(ChildBorn)
    for task in union.tasks(state="assigned"):
        union.complete(task)


def said(union):
    return [event.data for event in union.welfare.outbox(CareCounted)]


def test_a_month_is_told_two_weeks_after_its_end_and_the_next_is_planned(watched, frozen_clock):
    visits(watched, 6)
    frozen_clock.at("2026-08-14T09:00")
    watched.welfare.work()
    june = {
        "period": "2026-06",
        "visits_planned": None,
        "visits_completed": None,
        "visits_on_time": None,
        "visits_overdue": None,
        "hardship_cases": None,
        "aid_payments": None,
        "aid_fen": None,
        "disputes_open": None,
    }
    assert said(watched) == [june], "those of June fall due in July"
    frozen_clock.at("2026-08-15T09:00")
    watched.welfare.work()
    july = june | {"period": "2026-07", "visits_planned": 5, "visits_completed": 5, "visits_on_time": 5}
    assert said(watched)[1:] == [july], "six are told as five or more"


def test_a_month_that_was_told_is_not_told_again(watched, frozen_clock):
    frozen_clock.at("2026-07-15T09:00")
    watched.welfare.work()
    visits(watched, 6)
    with watched.welfare.transaction() as session:
        for month in session.query(CareMonth).filter(CareMonth.told_at.is_not(None)):
            actions.tell_month(session, month.id)
    assert len(said(watched)) == 1


def test_what_is_entered_afterwards_is_said_by_nobody(watched, frozen_clock):
    visits(watched, 4)
    late = watched.report(ChildBorn)
    frozen_clock.at("2026-08-15T09:00")
    watched.welfare.work()
    [task] = [task for task in watched.tasks() if task.life_event_id == late]
    watched.complete(task)
    frozen_clock.at("2026-08-16T09:00")
    watched.welfare.work()
    assert [figures["visits_completed"] for figures in said(watched)] == [None, None]


def test_a_union_that_is_heard_of_is_watched_once(union, frozen_clock):
    card = {
        "organisation_id": union.school.id,
        "kind": "school",
        "parent_id": union.district.id,
        "tenant_id": None,
        "name": union.school.name,
        "status": "active",
        "headcount_band": None,
        "member_count": None,
        "rule_pack_code": None,
    }
    for version in (2, 3):
        union.welfare.receive(OrganisationChanged, subject=union.school.id, **card | {"version": version})
    frozen_clock.at("2026-07-15T09:00")
    union.welfare.work()
    assert [figures["period"] for figures in said(union)] == ["2026-06"]


def test_in_march_the_chair_is_reminded_to_ask_what_members_need(watched, frozen_clock):
    frozen_clock.at("2027-02-20T09:00")
    watched.welfare.work()
    assert watched.notices(watched.chair) == []
    frozen_clock.at("2027-03-15T09:00")
    watched.welfare.work()
    assert watched.notices(watched.chair) == ["needs-survey"]


def test_the_district_reads_each_schools_month_in_steps(watched, officer, frozen_clock):
    a_school(watched.welfare, "实验小学", district=watched.district)
    visits(watched, 7)
    frozen_clock.at("2026-08-15T09:00")
    watched.welfare.work()
    told = {row["school"]: row["figures"] for row in officer(f"{DISTRICT}/months").json}
    assert told["实验小学"] is None
    assert (told["五马中学"]["visits_planned"], told["五马中学"]["aid_payments"]) == (5, None)
    page = officer("/welfare/district/months").get_data(as_text=True)
    assert "五马中学" in page and watched.colleague.name not in page
    assert "—" in officer("/welfare/district/months?format=csv").get_data(as_text=True)
    assert officer(f"{DISTRICT}/months?period=2026-13").status_code == 422


def test_medians_are_told_of_ten_cases_and_of_nine_not(union, officer, frozen_clock):
    def told():
        [row] = officer(f"{DISTRICT}/times?period=2026-H2").json
        return (row["known"], row["read"], row["helped"])

    visits(union, 9)
    frozen_clock.at("2027-01-14T09:00")
    assert told() == (None, None, None), "not before it has settled"
    frozen_clock.at("2027-01-15T09:00")
    assert told() == (None, None, None), "nine are too few"
    assert officer("/welfare/district/times?period=2026-H2").status_code == 200


def test_ten_cases_have_a_median_that_a_later_one_does_not_move(union, officer, frozen_clock):
    visits(union, 10)
    frozen_clock.at("2027-01-15T09:00")
    url = f"{DISTRICT}/times?period=2026-H2"
    assert [(row["known"], row["helped"]) for row in officer(url).json] == [(0, 0)]
    with union.welfare.transaction() as session:
        task = union.tasks()[0]
        session.merge(task).reported_on = clock.today().replace(year=2026, month=1)
    assert [row["helped"] for row in officer(url).json] == [0]


def test_the_year_stands_against_its_targets(union):
    chair, carer = union.welfare.client(union.chair), union.welfare.client(union.carer)
    visits(union, 2)
    union.report(ChildBorn)
    assert carer.put(f"{API}/2026/targets", json={"visits": 3}).status_code == 403
    assert chair.put(f"{API}/2026/targets", json={"visits": -1}).status_code == 422
    assert chair.put(f"{API}/2026/targets", json={"visits": 3, "people": 5}).json["visits"] == 3
    year = carer.get(f"{API}/2026").json
    assert (year["made"], year["on_time"], year["people"], year["targets"]["people"]) == (2, 2, 1, 5)
    assert year["months"][5]["by_group"] == {"care": 0, "joy": 2, "grief": 0, "retiree": 0}
    assert year["times"]["cases"]["known"] == 3
    assert (year["times"]["helped"], year["aid"]) == (0, 0)


def test_coverage_counts_members_reached_within_a_year(union, frozen_clock):
    client = union.welfare.client(union.carer)
    visits(union, 2)
    asked = union.welfare.client(union.chair).post(
        "/api/welfare/v1/requests", json={"kind": "help", "words": "搬家"}
    )
    steps = f"/api/welfare/v1/requests/{asked.json['id']}/steps"
    assert client.get(f"{API}/coverage").json == {
        "members": 3, "visited": 1, "reached": 1, "raised": 1, "solved": 0,
    }  # fmt: skip
    client.post(steps, json={"to": "answered", "words": "周六来"})
    meter = client.get(f"{API}/coverage").json
    assert (meter["reached"], meter["solved"]) == (2, 1)
    frozen_clock.at("2027-07-01T09:00")
    assert union.welfare.client(union.carer).get(f"{API}/coverage").json["reached"] == 0


def test_the_pages_keep_what_was_typed_and_hide_aid_from_those_who_do_not_keep_it(union):
    chair = union.welfare.client(union.chair)
    url = "/welfare/figures/2026/targets"
    refused = chair.form(url, data={"visits": "many"})
    assert refused.status_code == 422
    assert "many" in refused.get_data(as_text=True)
    assert chair.form(url, data={"visits": "40", "people": "", "aid": "6"}).status_code == 303
    assert 'value="40"' in chair.get(url).get_data(as_text=True)
    women = union.welfare.client(union.person("孙丽", offices=["women"]))
    assert women.get(f"{API}/2026").json["aid"] is None
    for client in (chair, women):
        assert client.get("/welfare/figures/?year=2026").status_code == 200
    assert "2026-06" in women.get("/welfare/figures/?format=csv").get_data(as_text=True)
    assert union.welfare.client(union.colleague).get("/welfare/figures/").status_code == 403


def test_below_five_nothing_is_said_not_even_a_zero():
    told = as_told({str(count): count for count in range(12)})
    assert [told[str(count)] for count in range(12)] == [None] * 5 + [5] * 5 + [10] * 2
