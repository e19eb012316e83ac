"""The accounts of a half-year hang on the board of the school that published them: totals, once, and on paper."""

from html import unescape

import pytest

from services.events.bulletins.models import Bulletin
from shared.contracts.welfare import FinancePeriodPublished
from shared.kit.database import new_id
from shared.kit.testing.builders import a_person, a_school

API = "/api/events/v1/bulletins"


@pytest.fixture
def events(service_of):
    return service_of("events")


@pytest.fixture
def school(events):
    return a_school(events)


@pytest.fixture
def member(events, school):
    return events.client(a_person(events, school, "林晓雨"))


def publish(events, school, **changes):
    said = {
        "period": "2026-H1", "income_by_code": {"dues": 99999, "subsidy-x": 1},
        "spend_by_code": {"activity-sports": 50001, "hardship": 20000}, "rule_breaches": 1,
        "audit_ref": new_id(), "sha256": "9f" * 32,
    }  # fmt: skip
    events.receive(FinancePeriodPublished, subject=school.id, school=school.id, **said | changes)


def text(response):
    assert response.status_code == 200
    return unescape(response.get_data(as_text=True))


def test_published_accounts_hang_on_the_board_once_and_stay_as_they_were(events, school, member):
    publish(events, school)
    publish(events, school, spend_by_code={})
    [sheet] = member.get(API).json
    assert (sheet["kind"], sheet["reference"]) == ("accounts", "2026-H1")
    assert sheet["content"]["spend_by_code"] == {"activity-sports": 50001, "hardship": 20000}
    assert member.get(f"{API}/{sheet['id']}").json == sheet


def test_every_member_reads_the_totals_on_the_page_and_on_paper(events, school, member):
    publish(events, school)
    [sheet] = member.get(API).json
    url = f"/events/bulletins/{sheet['id']}"
    assert url in text(member.get("/events/bulletins/"))
    for page in (url, f"{url}/print"):
        shown = text(member.get(page))
        for part in ("2026 年上半年", "会费", "¥999.99", "¥500.01", "¥200.00", "¥700.01", "9f9f9f9f9f9f9f9f"):
            assert part in shown, (page, part)
        assert "subsidy-x" in shown, "a heading that we do not know is not left out of the sum"


def test_home_shows_a_new_sheet_for_two_weeks(events, school, member, frozen_clock):
    frozen_clock.at("2026-07-20T09:00")
    publish(events, school)
    assert "宣传栏新内容" in text(member.get("/events/panels/this-week"))
    frozen_clock.advance(days=15)
    assert member.get("/events/panels/this-week").status_code == 204


def test_another_school_sees_nothing_of_it(events, school):
    publish(events, school)
    elsewhere = events.client(a_person(events, a_school(events, "实验小学"), "王芳"))
    with events.reading() as session:
        [sheet] = session.query(Bulletin).all()
    assert elsewhere.get(API).json == []
    assert elsewhere.get(f"{API}/{sheet.id}").status_code == 404
    assert elsewhere.get(f"/events/bulletins/{sheet.id}/print").status_code == 404


def test_the_board_is_empty_before_anything_is_published(member):
    assert "宣传栏还没有内容" in text(member.get("/events/bulletins/"))
