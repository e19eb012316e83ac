"""What is one's own: notices, consents, home."""

import re
from datetime import date
from typing import Any

import pytest

from services.members.home.queries import teaching_week
from services.members.notices.wording import TEMPLATES
from services.members.tests.builders import a_member, a_union
from shared.contracts.events import EventsErasureCompleted, EventsNoticeRequested
from shared.contracts.members import ConsentChanged, MembersNoticeRequested
from shared.contracts.voting import VotingNoticeRequested
from shared.contracts.welfare import WelfareErasureCompleted, WelfareNoticeRequested
from shared.kit import clock
from shared.kit.database import new_id
from shared.kit.testing.services import TestService

API = "/api/members/v1"


@pytest.fixture
def members(service_of: Any, frozen_clock: Any) -> TestService:
    frozen_clock.at("2026-09-10T14:06")
    return service_of("members")


@pytest.fixture
def lin(members: TestService) -> Any:
    return a_member(members, a_union(members))


def tell(members: TestService, to: Any, event_class: Any = WelfareNoticeRequested, **more: Any) -> str:
    data = {
        "to": to.id,
        "template": "visit-assigned",
        "parameters": {"days": 3, "due_on": "2026-09-13"},
        **more,
    }
    event_id = more.pop("event_id", None)
    data.pop("event_id", None)
    return members.receive(event_class, subject="notice:x", school=to.school_id, event_id=event_id, **data)


# --- notices


@pytest.mark.parametrize(
    "event_class",
    [MembersNoticeRequested, EventsNoticeRequested, WelfareNoticeRequested, VotingNoticeRequested],
)
def test_every_service_can_tell_a_person_something(members: TestService, lin: Any, event_class: Any) -> None:
    tell(members, lin, event_class, link="/welfare/visits/1")
    (notice,) = members.client(lin).get(f"{API}/notices").json
    assert notice["title"] == "您有一个关怀任务，9月13日 (周日)前完成"
    assert notice["link"] == "/welfare/visits/1"


def test_a_second_delivery_is_no_second_notice(members: TestService, lin: Any) -> None:
    same = new_id()
    for _ in range(2):
        tell(members, lin, event_id=same)
    assert len(members.client(lin).get(f"{API}/notices").json) == 1


@pytest.mark.parametrize(
    ("template", "parameters"),
    [
        ("nobody-knows-this", {}),
        ("visit-assigned", {}),
        ("visit-assigned", {"due_on": "soon"}),
        ("visit-assigned", {"due_on": None}),
        ("place-given", {"titel": "%(title)s"}),
    ],
)
def test_what_cannot_be_worded_is_neutral_and_never_an_error(
    members: TestService, lin: Any, template: str, parameters: dict[str, Any]
) -> None:
    tell(members, lin, template=template, parameters=parameters)
    (notice,) = members.client(lin).get(f"{API}/notices").json
    assert (notice["title"], notice["text"]) == ("您有一条新消息", "点开查看。")
    assert members.client(lin).get("/members/notices/").status_code == 200


OCCASIONS = (
    "hospital",
    "ill",
    "birth",
    "wedding",
    "marri",
    "death",
    "died",
    "bereave",
    "dispute",
    "hardship",
    "yuan",
)


@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_no_notice_names_an_occasion(code: str) -> None:
    words = " ".join(TEMPLATES[code][n]._args[0] for n in (0, 1)).lower()
    assert not [word for word in OCCASIONS if re.search(rf"\b{word}", words)]


def test_a_parameter_is_text_and_never_markup(members: TestService, lin: Any) -> None:
    parameters = {"title": "<script>alert(1)</script>", "starts_at": "2026-09-12 15:00"}
    tell(members, lin, EventsNoticeRequested, template="place-given", parameters=parameters)
    page = members.client(lin).get("/members/notices/").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_opening_a_notice_reads_it_and_leads_on(members: TestService, lin: Any) -> None:
    notice_id = tell(members, lin, link="/welfare/visits/1")
    client = members.client(lin)
    assert client.get(f"{API}/notices/count").json == {"unread": 1}
    opened = client.form(f"/members/notices/{notice_id}/open")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/welfare/visits/1")
    assert client.get(f"{API}/notices/count").json == {"unread": 0}
    assert client.get(f"{API}/notices?unread=true").json == []


def test_all_can_be_read_at_once(members: TestService, lin: Any) -> None:
    tell(members, lin)
    tell(members, lin)
    client = members.client(lin)
    assert "2 条未读" in client.get("/members/notices/").text
    assert client.form("/members/notices/read").status_code == 303
    assert "全部已读" in client.get("/members/notices/").text


def test_anothers_notice_is_not_there(members: TestService, lin: Any) -> None:
    notice_id = tell(members, lin)
    other = members.client(a_member(members, a_union(members, "实验小学"), "吴强", offices=("chair",)))
    assert other.form(f"/members/notices/{notice_id}/open").status_code == 404
    assert other.post(f"{API}/notices/{notice_id}/read").status_code == 404
    assert other.get(f"{API}/notices").json == []


@pytest.mark.parametrize("service", ["events", "welfare", "voting", "members"])
def test_the_published_samples_of_notices_are_understood(members: TestService, service: str) -> None:
    assert members.deliver_sample(f"{service}.notice.requested.v1")


# --- consents


def test_consent_is_given_for_one_purpose_and_said(members: TestService, lin: Any) -> None:
    answer = members.client(lin).post(f"{API}/consents", json={"purpose_code": "checkup"})
    assert (answer.status_code, answer.json["text_version"]) == (201, 1)
    (said,) = members.outbox(ConsentChanged)
    assert (said.data["purpose_code"], said.data["granted"], said.data["erase_by"]) == ("checkup", True, None)


def test_giving_it_twice_is_giving_it_once(members: TestService, lin: Any) -> None:
    client = members.client(lin)
    first, second = (
        client.post(f"{API}/consents", json={"purpose_code": "photos"}).json["id"] for _ in range(2)
    )
    assert first == second
    assert len(members.outbox(ConsentChanged)) == 1


def test_withdrawing_names_the_day_by_which_all_is_erased(members: TestService, lin: Any) -> None:
    client = members.client(lin)
    consent = client.post(f"{API}/consents", json={"purpose_code": "checkup"}).json
    withdrawn = client.post(f"{API}/consents/{consent['id']}/withdraw").json
    assert withdrawn["erase_by"] == "2026-09-25"
    said = members.outbox(ConsentChanged)[-1].data
    assert (said["granted"], said["erase_by"]) == (False, "2026-09-25")
    client.post(f"{API}/consents/{consent['id']}/withdraw")
    assert len(members.outbox(ConsentChanged)) == 2, "twice is once"
    again = client.post(f"{API}/consents", json={"purpose_code": "checkup"}).json
    assert again["id"] != consent["id"]


def test_the_services_words_that_they_have_erased_stand_on_the_page(
    members: TestService, lin: Any, frozen_clock: Any
) -> None:
    client = members.client(lin)
    client.form("/members/consents/checkup/give")
    (consent,) = client.get(f"{API}/consents").json
    client.form(f"/members/consents/{consent['id']}/withdraw")
    frozen_clock.advance(hours=1)
    for event_class in (EventsErasureCompleted, WelfareErasureCompleted):
        for _ in range(2):
            members.receive(
                event_class,
                subject=lin.id,
                person_id=lin.id,
                purpose_code="checkup",
                completed_at=clock.now(),
                rows=3,
            )
    page = client.get("/members/consents/").text
    assert page.count("「活动」已于") == 1 and page.count("「关怀」已于") == 1
    assert "「民主管理」已于" not in page


def test_unknown_purposes_and_others_consents_are_not_there(members: TestService, lin: Any) -> None:
    client = members.client(lin)
    assert client.post(f"{API}/consents", json={"purpose_code": "everything"}).status_code == 404
    assert client.form("/members/consents/everything/give").status_code == 404
    consent = client.post(f"{API}/consents", json={"purpose_code": "photos"}).json
    other = members.client(a_member(members, a_union(members, "实验小学"), "吴强"))
    assert other.post(f"{API}/consents/{consent['id']}/withdraw").status_code == 404
    assert other.get(f"{API}/consents").json == []


# --- home


def test_a_stranger_is_led_to_the_door_and_back(members: TestService) -> None:
    led = members.client().get("/")
    assert led.status_code == 303 and led.headers["Location"].startswith("/members/sign-in")
    door = members.client().get(led.headers["Location"])
    assert door.status_code == 200 and "登录" in door.text


PANELS = [
    "/welfare/panels/this-week",
    "/events/panels/this-week",
    "/voting/panels/this-week",
    "/members/panels/this-week",
]


@pytest.mark.parametrize("offices", [(), ("chair",), ("carer",), ("organiser",)])
def test_home_has_one_panel_of_each_service_and_a_quick_way_to_report(
    members: TestService, offices: tuple[str, ...]
) -> None:
    page = members.client(a_member(members, a_union(members), offices=offices)).get("/").text
    assert [page.count(f'hx-get="{panel}"') for panel in PANELS] == [1, 1, 1, 1]
    assert 'href="/members/life-events/report"' in page
    assert "林晓雨，下午好" in page


def test_home_is_there_when_every_other_service_is_down(members: TestService, lin: Any) -> None:
    page = members.client(lin).get("/").text
    for way in ("/welfare/", "/events/", "/voting/"):
        assert f'<a href="{way}">' in page, "without script or service each panel is a plain link"


def test_the_panel_of_members_says_what_waits_and_is_silent_otherwise(members: TestService, lin: Any) -> None:
    client = members.client(lin)
    assert client.get("/members/panels/this-week").status_code == 204
    tell(members, lin)
    panel = client.get("/members/panels/this-week", headers={"HX-Request": "true"})
    assert "1 条未读通知" in panel.text and "<html" not in panel.text


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2026-08-31", None),
        ("2026-09-01", 1),
        ("2026-09-06", 1),
        ("2026-09-07", 2),
        ("2027-01-20", 21),
        ("2027-01-21", None),
    ],
)
def test_the_teaching_week_counts_from_the_monday_of_the_first_day(day: str, week: int | None) -> None:
    calendar = {"terms": [{"code": "autumn", "starts_on": "2026-09-01", "ends_on": "2027-01-20"}]}
    assert teaching_week(calendar, date.fromisoformat(day)) == week
    assert teaching_week(None, date.fromisoformat(day)) is None


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/members/me",
        "/members/notices/",
        "/members/consents/",
        "/members/account",
        "/members/life-events/",
        "/members/life-events/report",
        "/members/life-events/open",
        "/members/rules/",
        "/members/accounts/",
        "/members/programs/",
        "/members/panels/this-week",
    ],
)
def test_every_page_speaks_the_language_that_was_chosen(
    members: TestService, path: str, language: str
) -> None:
    client = members.client(a_member(members, a_union(members), "Zhao", offices=("chair",)))
    client._clients["members"].set_cookie("lang", language)
    answer = client.get(path)
    assert answer.status_code == 200
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)[0]
    words = re.sub(r"<[^>]+>|五马中学|教工之家|zs", " ", main)
    han = re.search(r"[\u4e00-\u9fff]", words)
    assert (han is not None) == (language == "zh_Hans")
