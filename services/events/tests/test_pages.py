"""The pages: J-02 as people walk it, and what each kind of person sees."""

from html import unescape

import pytest

from services.events.attendance import codes
from services.events.tests.scene import an_activity, people
from shared.kit import clock
from shared.kit.testing.builders import a_person, a_school


@pytest.fixture
def events(service_of):
    return service_of("events")


@pytest.fixture
def school(events):
    return a_school(events)


@pytest.fixture
def organiser(events, school):
    return a_person(events, school, "赵文静", offices=["women"])


def text(response):
    return unescape(response.get_data(as_text=True))


def test_two_taps_sign_one_up_and_the_seventeenth_waits_first(events, school):
    activity = an_activity(events, school, title="三八乒乓球赛", capacity=16, audience_rule={"sex": "female"})
    url = f"/events/activities/{activity.id}"
    for person in people(events, school, 16):
        assert events.client(person).form(f"{url}/sign-up").status_code == 303
    xiaoyu = events.client(a_person(events, school, "林晓雨"))
    assert url in text(xiaoyu.get("/events/"))
    assert "报名候补" in text(xiaoyu.get(url))
    assert xiaoyu.form(f"{url}/sign-up").headers["Location"] == url
    assert "候补第1位" in text(xiaoyu.get(url))


def test_a_place_given_back_makes_the_next_one_signed_up(events, school):
    activity = an_activity(events, school, capacity=1)
    url = f"/events/activities/{activity.id}"
    first, second = (events.client(person) for person in people(events, school, 2))
    first.form(f"{url}/sign-up")
    second.form(f"{url}/sign-up")
    first.form(f"{url}/withdraw")
    assert "已报名" in text(second.get(url))
    assert "已报名" in text(second.get("/events/mine"))


def test_a_man_reads_the_rule_and_finds_no_button(events, school):
    activity = an_activity(events, school, audience_rule={"sex": "female", "age_max": 35})
    url = f"/events/activities/{activity.id}"
    man = events.client(a_person(events, school, "周海", sex="male"))
    page = text(man.get(url))
    assert "不在参加范围" in page
    assert "女教职工" in page
    assert "35周岁以下" in page
    assert f"{url}/sign-up" not in page
    man.form(f"{url}/sign-up")
    assert "不在参加范围" in text(man.get(url))


def test_a_rule_that_names_a_group_of_another_union_does_not_learn_its_name(events, school, organiser):
    elsewhere = a_school(events, "桃花岛组", kind="group")
    activity = an_activity(events, school, audience_rule={"group_ids": [elsewhere.id]})
    page = text(events.client(organiser).get(f"/events/activities/{activity.id}"))
    assert elsewhere.id in page
    assert "桃花岛组" not in page


def test_checking_in_by_the_doors_code_ends_in_attendance(events, school, organiser, frozen_clock):
    activity = an_activity(events, school, days_ahead=1)
    person = a_person(events, school, "林晓雨")
    events.client(person).form(f"/events/activities/{activity.id}/sign-up")
    frozen_clock.at(f"{activity.day}T15:30")
    client = events.client(person)
    assert "data:image/svg" in text(events.client(organiser).get(f"/events/activities/{activity.id}/door"))
    with events.reading():
        code = codes.code_now(activity)
    assert "签到" in text(client.get(f"/events/check-in/{code}"))
    assert "出勤" in text(client.form(f"/events/check-in/{code}"))
    assert "出勤" in text(client.get("/events/mine"))
    assert '<b class="num">1</b>' in text(
        events.client(organiser).get(f"/events/activities/{activity.id}/door")
    )


def test_an_old_code_is_refused_in_plain_words(events, school, frozen_clock):
    activity = an_activity(events, school, days_ahead=1)
    person = a_person(events, school)
    events.client(person).form(f"/events/activities/{activity.id}/sign-up")
    frozen_clock.at(f"{activity.day}T15:30")
    client = events.client(person)
    with events.reading():
        code = codes.code_now(activity)
    frozen_clock.advance(minutes=6)
    assert "二维码已失效" in text(client.get(f"/events/check-in/{code}"))
    assert client.form(f"/events/check-in/{code}").status_code == 409
    assert client.get("/events/check-in/nonsense").status_code == 409


def test_the_door_finds_a_person_by_initials_ticks_and_takes_back(events, school, organiser, frozen_clock):
    activity = an_activity(events, school, days_ahead=1)
    zhang = a_person(events, school, "张三")
    events.client(zhang).form(f"/events/activities/{activity.id}/sign-up")
    frozen_clock.at(f"{activity.day}T15:50")
    client, url = events.client(organiser), f"/events/activities/{activity.id}/door"
    assert "张三" in text(client.get(f"{url}?q=zs"))
    ticked = client.form(url, {"person_id": zhang.id})
    assert "15:50" in text(client.get(ticked.headers["Location"]))
    assert client.form(f"{url}/{zhang.id}/take-back").status_code == 303
    assert "15:50" not in text(client.get(url))


def test_the_door_refuses_who_has_no_place_with_an_answer_that_a_late_entry_understands(
    events, school, organiser, frozen_clock
):
    activity = an_activity(events, school, days_ahead=1)
    stranger = a_person(events, school, "周海")
    frozen_clock.at(f"{activity.day}T15:50")
    url = f"/events/activities/{activity.id}/door"
    answer = events.client(organiser).form(
        url, {"person_id": stranger.id, "entry_id": "x", "offline": "check-in"}
    )
    assert answer.status_code == 409
    assert "没有报名，不能签到" in text(answer)
    assert events.client(organiser).form(url, {}).status_code == 404


def test_an_organiser_drafts_publishes_changes_calls_off(events, school, organiser, frozen_clock):
    frozen_clock.at("2026-03-01T09:00")
    client = events.client(organiser)
    typed = {
        "title": "羽毛球赛",
        "kind": "contest",
        "place": "体育馆",
        "starts_at": "2026-03-20T16:00",
        "ends_at": "2026-03-20T17:30",
        "capacity": "20",
        "budget": "2,000",
        "fund_source": "union",
        "sex": "",
        "age_max": "35",
        "standings": ["full"],
    }
    made = client.form("/events/activities/new", typed)
    assert made.status_code == 303
    url = made.headers["Location"]
    page = text(client.get(url))
    assert "¥2,000.00" in page
    assert "35周岁以下" in page
    assert (
        events.client(a_person(events, school)).get(url).status_code == 404
    )  # a draft is the organisers' own
    client.form(f"{url}/publish")
    assert "报名中" in text(client.get(url))
    assert (
        client.form(
            f"{url}/edit", {**typed, "starts_at": "2026-03-21T16:00", "ends_at": "2026-03-21T17:30"}
        ).status_code
        == 303
    )
    assert "3月21日" in text(client.get(url))
    assert "填写" in text(client.form(f"{url}/cancel", {"reason": ""}))
    client.form(f"{url}/cancel", {"reason": "场地维修"})
    assert "场地维修" in text(client.get(url))


def test_a_refused_form_keeps_what_was_typed_and_links_to_the_fault(events, organiser):
    typed = {
        "title": "羽毛球赛",
        "kind": "contest",
        "starts_at": "2026-03-20T16:00",
        "ends_at": "2026-03-20T15:00",
    }
    answer = events.client(organiser).form("/events/activities/new", typed)
    assert answer.status_code == 422
    page = text(answer)
    assert 'href="#ends_at"' in page
    assert 'value="羽毛球赛"' in page


def test_the_name_list_searches_adds_removes_exports_and_prints(events, school, organiser):
    activity = an_activity(events, school)
    zhang = a_person(events, school, "张三")
    client, url = events.client(organiser), f"/events/activities/{activity.id}/people"
    assert "张三" in text(client.get(f"{url}?q=zs"))
    client.form(url, {"person_id": zhang.id})
    assert "张三" in text(client.get(url))
    assert client.get(f"{url}?format=xlsx").data[:2] == b"PK"
    assert "张三" in client.get(f"{url}?format=csv").data.decode("utf-8-sig")
    sheet = text(client.get(f"{url}/print"))
    assert "张三" in sheet
    assert "data:image/svg" in sheet
    client.form(f"{url}/{zhang.id}/remove")
    client.get(url)  # shows once what was said
    assert "张三" not in text(client.get(url))


def test_the_list_searches_filters_sorts_and_exports_by_its_address(events, school, organiser):
    an_activity(events, school, title="羽毛球赛", days_ahead=5)
    an_activity(events, school, title="读书会", kind="study", days_ahead=3)
    client = events.client(organiser)
    page = text(client.get("/events/"))
    assert page.index("读书会") < page.index("羽毛球赛")
    page = text(client.get("/events/?sort=-starts_at"))
    assert page.index("羽毛球赛") < page.index("读书会")
    assert "读书会" not in text(client.get("/events/?q=羽毛"))
    assert "羽毛球赛" not in text(client.get("/events/?kind=study"))
    assert "读书会" in client.get("/events/?kind=study&format=csv").data.decode("utf-8-sig")


def test_the_panel_offers_what_one_may_join_and_is_empty_for_who_may_join_nothing(events, school, organiser):
    an_activity(events, school, title="女教师瑜伽", audience_rule={"sex": "female"})
    an_activity(events, school, title="读书会草稿", published=False)
    woman, man = a_person(events, school, "林晓雨"), a_person(events, school, "周海", sex="male")
    assert "女教师瑜伽" in text(events.client(woman).get("/events/panels/this-week"))
    assert "草稿" not in text(events.client(woman).get("/events/panels/this-week"))
    assert events.client(man).get("/events/panels/this-week").status_code == 204
    assert "读书会草稿" in text(events.client(organiser).get("/events/panels/this-week"))


def test_the_calendar_shows_a_month_with_its_festivals(events, school, frozen_clock):
    frozen_clock.at("2026-10-12T09:00")
    an_activity(events, school, title="重阳登高", days_ahead=5)
    page = text(events.client(a_person(events, school)).get("/events/calendar"))
    assert "重阳登高" in page
    assert "重阳节" in page
    assert "调休" in page
    assert events.client(a_person(events, school)).get("/events/calendar?month=2026-02").status_code == 200


def test_a_school_year_is_entered_in_a_form_and_published(events, school):
    chair = events.client(a_person(events, school, "赵立新", offices=["chair"]))
    url = "/events/school-calendar/edit?year=2026"
    assert "国庆节" in text(chair.get(url))
    typed = {
        "autumn-starts_on": "2026-09-01",
        "autumn-ends_on": "2027-01-22",
        "bell": "16:40",
        "publish": "1",
        "holiday-0-code": "national",
        "holiday-0-starts_on": "2026-10-01",
        "holiday-0-ends_on": "2026-10-07",
        "make_up_workdays": "2026-09-20，2026-10-10",
    }
    assert chair.form(url, typed).status_code == 303
    page = text(chair.get("/events/school-calendar?year=2026"))
    assert "16:40" in page
    assert "2027年1月22日" in page
    refused = chair.form(url, {**typed, "make_up_workdays": "明天"})
    assert refused.status_code == 422
    assert "明天" in text(refused)


def test_a_district_officer_sees_counts_and_no_title(events):
    district = a_school(events, "明德区教育工会", kind="district")
    school = a_school(events, "五马中学", district=district)
    an_activity(events, school, title="三八乒乓球赛")
    officer = events.client(a_person(events, district, "钱区长", offices=["district_officer"]))
    page = text(officer.get(f"/events/district?year={clock.today().year}"))
    assert "五马中学" in page
    assert "三八乒乓球赛" not in page
    assert "五马中学" in officer.get("/events/district?format=csv").data.decode("utf-8-sig")


@pytest.mark.parametrize("path", ["", "mine", "calendar", "school-calendar", "panels/this-week"])
def test_every_page_speaks_english_too(events, school, organiser, path):
    client = events.client(organiser)
    an_activity(events, school, title="Table tennis")
    page = text(client.get(f"/events/{path}", headers={"Accept-Language": "en"}))
    visible = page.replace("教工之家", "").replace("五马中学", "").replace("赵文静", "")
    assert not any(
        "\u4e00" <= letter <= "\u9fff" for letter in visible.split("<main", 1)[-1].split("</main>")[0]
    )
