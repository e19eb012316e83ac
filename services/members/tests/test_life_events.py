"""Life events: reported by anybody in three taps, answered by the person, seen by those who come and nobody else."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from services.members.life_events.kinds import KINDS
from services.members.life_events.models import LifeEvent, LifeEventReport
from services.members.people.actions import accept_transfer, release_transfer, request_transfer
from services.members.people.models import Member, Transfer
from services.members.tests.builders import a_group, a_member, a_union, again
from shared.contracts.members import LIFE_EVENTS, LifeEventClosed, MemberHospitalized, MembersNoticeRequested
from shared.contracts.welfare import VisitCompleted
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.testing.services import TestService

API = "/api/members/v1/life-events"


class Union:
    """五马中学: 林晓雨 is ill, 周敏 knows it; 生活委员, 主席 and 女工委员 are there."""

    def __init__(self, members: TestService) -> None:
        self.members = members
        self.union = a_union(members)
        self.group = a_group(members, self.union)
        self.lin = a_member(members, self.union, "林晓雨", group_id=self.group.id)
        self.zhou = a_member(members, self.union, "周敏", group_id=self.group.id)
        self.carer = a_member(members, self.union, "何秀兰", offices=("carer",))
        self.chair = a_member(members, self.union, "赵立新", offices=("chair",))
        self.women = a_member(members, self.union, "王桂英", offices=("women",))

    def report(self, by: Any = None, of: Any = None, kind: str = "hospitalized", **more: Any) -> Any:
        body = {
            "person_id": (of or self.lin).id,
            "kind": kind,
            "occurred_on": more.pop("occurred_on", clock.today().isoformat()),
            **more,
        }
        return self.members.client(by or self.zhou).post(API, json=body)

    def the_event(self) -> LifeEvent:
        with self.members.reading() as session:
            return session.scalars(select(LifeEvent)).one()

    def said(self, event_class: Any = MemberHospitalized) -> list[Any]:
        return self.members.outbox(event_class)


@pytest.fixture
def here(service_of: Any, frozen_clock: Any) -> Union:
    frozen_clock.at("2026-09-10T14:06")
    return Union(service_of("members"))


# --- reporting


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_is_said_to_welfare_as_its_own_type(here: Union, kind: str) -> None:
    assert here.report(by=here.lin, kind=kind).status_code == 201
    (event,) = here.said(LIFE_EVENTS[kind])
    assert event.type == f"members.life-event.{kind}.v1"
    assert (event.subject, event.school) == (here.lin.id, here.union.id)
    assert event.data["kind"] == kind
    assert event.data["life_event_id"] == here.the_event().id


def test_the_kinds_of_the_contract_are_the_kinds_of_the_pages() -> None:
    assert set(KINDS) == set(LIFE_EVENTS)


def test_a_reporter_gets_a_tick_and_nothing_else(here: Union) -> None:
    answer = here.report()
    assert set(answer.json) == {"id", "reported_at", "may_be_taken_back_until"}
    zhou = here.members.client(here.zhou)
    event = here.the_event()
    for url in (f"{API}/{event.id}", f"/members/life-events/{event.id}"):
        assert zhou.get(url).status_code == 404
    for deed in ("confirm", "withdraw"):
        assert zhou.post(f"{API}/{event.id}/{deed}").status_code == 404
        assert zhou.form(f"/members/life-events/{event.id}/{deed}").status_code == 404
    assert zhou.post(f"{API}/{event.id}/end", json={"ended_on": "2026-09-10"}).status_code == 404
    assert zhou.get(API).json == []
    assert zhou.get(f"{API}/open").status_code == 403


def test_what_happened_is_nowhere_in_the_tables_in_clear(here: Union) -> None:
    here.report(kind="bereavement")
    with here.members.reading() as session:
        rows = session.execute(text("SELECT * FROM life_event")).all()
        audit = session.execute(text("SELECT * FROM audit")).all()
    assert "bereavement" not in str(rows) + str(audit)
    assert here.the_event().kind == "bereavement"


def test_the_person_is_told_without_a_word_of_what_it_is(here: Union) -> None:
    here.report()
    (notice,) = here.said(MembersNoticeRequested)
    assert notice.data["to"] == here.lin.id
    assert notice.data["template"] == "life-event-reported"
    assert notice.data["parameters"] == {}
    assert "hospital" not in str(notice.data)


def test_ones_own_report_needs_no_notice_and_no_confirmation(here: Union) -> None:
    here.report(by=here.lin)
    assert here.said(MembersNoticeRequested) == []
    assert here.the_event().state == "confirmed"


def test_two_reports_of_the_same_are_one_event_and_neither_reporter_can_tell(here: Union) -> None:
    first, second = here.report(), here.report(by=here.women, occurred_on="2026-09-09")
    assert set(first.json) == set(second.json) and second.status_code == 201
    assert len(here.said()) == 1
    assert len(here.said(MembersNoticeRequested)) == 1
    with here.members.reading() as session:
        assert len(session.scalars(select(LifeEventReport)).all()) == 2
    assert here.the_event().occurred_on == date(2026, 9, 10)


def test_another_kind_or_one_after_the_end_is_another_event(here: Union) -> None:
    here.report()
    here.report(kind="bereavement")
    with here.members.reading() as session:
        first = session.scalars(select(LifeEvent).order_by(LifeEvent.id)).first()
    here.members.client(here.lin).post(f"{API}/{first.id}/end", json={"ended_on": "2026-09-10"})
    here.report()
    assert len(here.said()) == 2


def test_repeating_the_request_with_its_key_changes_nothing(here: Union) -> None:
    body = {"person_id": here.lin.id, "kind": "marriage", "occurred_on": "2026-10-01"}
    client = here.members.client(here.zhou)
    answers = [client.post(API, json=body, headers={"Idempotency-Key": "report-0001"}) for _ in range(2)]
    assert answers[0].json == answers[1].json
    with here.members.reading() as session:
        assert len(session.scalars(select(LifeEventReport)).all()) == 1


@pytest.mark.parametrize(
    ("kind", "day", "field"),
    [
        ("hospitalized", "2026-09-11", "occurred_on"),
        ("hospitalized", "2025-09-08", "occurred_on"),
        ("marriage", "2027-04-01", "occurred_on"),
        ("hospitalized", "yesterday", "occurred_on"),
        ("sold-the-car", "2026-09-10", "kind"),
    ],
)
def test_days_and_kinds_that_cannot_be_are_refused(here: Union, kind: str, day: str, field: str) -> None:
    answer = here.report(kind=kind, occurred_on=day)
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_a_wedding_may_lie_ahead(here: Union) -> None:
    assert here.report(kind="marriage", occurred_on="2026-10-01").status_code == 201


def test_nobody_reports_about_people_of_another_union(here: Union) -> None:
    other = a_member(here.members, a_union(here.members, "实验小学"), "孙静")
    assert here.report(of=other).status_code == 404
    assert here.members.client(here.zhou).get(f"/members/life-events/report/{other.id}").status_code == 404


def test_nobody_reports_about_those_who_have_left(here: Union) -> None:
    from services.members.people.actions import leave

    with here.members.transaction() as session:
        leave(session, locked(session, Member, here.lin.id), reason="moved-away", on=clock.today())
    assert here.report().status_code == 404


def test_whoever_moved_today_is_visited_by_the_union_that_took_them_over(here: Union) -> None:
    there = _move(here)
    colleague = a_member(here.members, there, "钱学文")
    assert here.report(by=colleague).status_code == 201
    assert here.said()[0].school == there.id


def test_what_happened_before_the_move_lies_with_the_old_union(here: Union, frozen_clock: Any) -> None:
    there = _move(here)
    frozen_clock.at("2026-09-12T10:00")
    colleague = a_member(here.members, there, "钱学文")
    here.report(by=colleague, occurred_on="2026-09-08")
    (event,) = here.said()
    assert event.school == here.union.id
    assert event.data["group_id"] is None


def _move(here: Union) -> Any:
    from services.members.schools.actions import found_organisation
    from services.members.schools.models import Organisation

    with here.members.transaction() as session:
        district = session.get(Organisation, here.union.parent_id)
        there = found_organisation(session, kind="school", name="实验小学", parent=district)
        session.execute(text("UPDATE affiliation SET from_on = '2026-09-01'"))
        member = locked(session, Member, here.lin.id)
        transfer = request_transfer(
            session, member, to_school_id=there.id, effective_on=clock.today(), by=here.chair.id
        )
        release_transfer(session, locked(session, Transfer, transfer.id), here.chair.id)
        accept_transfer(session, transfer, here.chair.id)
    return there


# --- the person's answer


def test_the_person_confirms(here: Union) -> None:
    here.report()
    answer = here.members.client(here.lin).post(f"{API}/{here.the_event().id}/confirm")
    assert (answer.status_code, answer.json["state"]) == (200, "confirmed")
    assert len(here.said()) == 1, "welfare heard it once"


def test_the_person_withdraws_and_what_it_was_is_erased(here: Union) -> None:
    received = here.report().json
    event = here.the_event()
    answer = here.members.client(here.lin).post(f"{API}/{event.id}/withdraw")
    assert (answer.json["state"], answer.json["kind"]) == ("withdrawn", None)
    (closed,) = here.said(LifeEventClosed)
    assert closed.data["outcome"] == "withdrawn" and closed.data["life_event_id"] == event.id
    with here.members.reading() as session:
        assert session.scalars(select(LifeEventReport.life_event_id)).one() is None
    page = here.members.client(here.zhou).get(f"/members/life-events/reported/{received['id']}")
    assert page.status_code == 200, "the reporter sees the same tick as before"
    assert here.members.client(here.lin).post(f"{API}/{event.id}/confirm").status_code == 409


def test_a_dispute_is_nobodys_business_until_the_person_wishes_it(here: Union) -> None:
    here.report(kind="family-dispute")
    event = here.the_event()
    assert event.privacy == "restricted"
    assert here.said(LIFE_EVENTS["family-dispute"]) == []
    for officer in (here.carer, here.chair):
        assert here.members.client(officer).get(f"{API}/{event.id}").status_code == 404
    here.members.client(here.lin).post(f"{API}/{event.id}/confirm")
    (said,) = here.said(LIFE_EVENTS["family-dispute"])
    assert said.data["privacy"] == "restricted"
    assert here.members.client(here.carer).get(f"{API}/{event.id}").status_code == 404
    assert here.members.client(here.chair).get(f"{API}/{event.id}").status_code == 200


def test_a_dispute_without_the_persons_word_lapses_after_two_weeks(here: Union, frozen_clock: Any) -> None:
    here.report(kind="neighbour-dispute")
    frozen_clock.advance(days=14)
    here.members.work()
    event = here.the_event()
    assert (event.state, event.kind) == ("withdrawn", None)
    assert here.said(LifeEventClosed) == [], "nobody need hear the end of what they never heard of"


def test_a_confirmed_dispute_does_not_lapse(here: Union, frozen_clock: Any) -> None:
    here.report(kind="neighbour-dispute")
    here.members.client(here.lin).post(f"{API}/{here.the_event().id}/confirm")
    frozen_clock.advance(days=14)
    here.members.work()
    assert here.the_event().state == "confirmed"


def test_a_reporter_takes_a_mistake_back_within_ten_minutes(here: Union, frozen_clock: Any) -> None:
    received = here.report().json
    frozen_clock.advance(minutes=10)
    url = f"{API}/reports/{received['id']}/take-back"
    assert here.members.client(here.women).post(url).status_code == 404
    assert here.members.client(here.zhou).post(url).status_code == 204
    (closed,) = here.said(LifeEventClosed)
    assert closed.data["outcome"] == "error"
    assert here.the_event().kind is None
    assert here.members.client(here.zhou).post(url).status_code == 204, "twice is once"


def test_after_ten_minutes_only_the_person_can_undo_it(here: Union, frozen_clock: Any) -> None:
    received = here.report().json
    frozen_clock.advance(minutes=10, seconds=1)
    assert here.members.client(here.zhou).post(f"{API}/reports/{received['id']}/take-back").status_code == 409


def test_taking_back_one_of_two_reports_leaves_the_event(here: Union) -> None:
    first = here.report().json
    here.report(by=here.women)
    here.members.client(here.zhou).post(f"{API}/reports/{first['id']}/take-back")
    assert here.the_event().is_open
    assert here.said(LifeEventClosed) == []


def test_what_the_person_confirmed_no_reporter_takes_back(here: Union) -> None:
    received = here.report().json
    here.members.client(here.lin).post(f"{API}/{here.the_event().id}/confirm")
    here.members.client(here.zhou).post(f"{API}/reports/{received['id']}/take-back")
    assert here.the_event().is_open


# --- visits and the end


def visit(here: Union, **more: Any) -> None:
    data = {
        "task_id": "018f0000-0000-7000-8000-000000000001",
        "life_event_id": here.the_event().id,
        "person_id": here.lin.id,
        "occasion_group": "care",
        "visited_on": clock.today(),
        "days_taken": 2,
        "on_time": True,
        **more,
    }
    here.members.receive(VisitCompleted, subject=here.lin.id, school=here.union.id, **data)


def test_the_first_visit_is_stamped_and_does_not_end_a_stay_in_hospital(
    here: Union, frozen_clock: Any
) -> None:
    here.report()
    frozen_clock.at("2026-09-12T16:00")
    visit(here)
    frozen_clock.at("2026-10-12T16:00")
    visit(here)
    event = here.the_event()
    assert clock.local(event.first_help_at).isoformat() == "2026-09-12T16:00:00+08:00"
    assert event.is_open
    assert here.said(LifeEventClosed) == []


def test_a_visit_entered_a_day_late_counts_for_its_own_day(here: Union, frozen_clock: Any) -> None:
    here.report()
    frozen_clock.at("2026-09-13T09:00")
    visit(here, visited_on=date(2026, 9, 12))
    assert clock.local(here.the_event().first_help_at).isoformat() == "2026-09-12T08:00:00+08:00"


def test_first_help_is_never_before_the_report(here: Union, frozen_clock: Any) -> None:
    here.report()
    frozen_clock.at("2026-09-11T09:00")
    visit(here, visited_on=date(2026, 9, 10))
    assert here.the_event().first_help_at == here.the_event().reported_at


@pytest.mark.parametrize("kind", [kind for kind, about in KINDS.items() if not about.lasts])
def test_what_has_no_duration_is_over_with_the_visit(here: Union, kind: str) -> None:
    here.report(by=here.lin, kind=kind)
    visit(here)
    assert here.the_event().state == "closed"
    (closed,) = here.said(LifeEventClosed)
    assert closed.data["outcome"] == "ended"


def test_a_second_delivery_of_the_visit_changes_nothing(here: Union) -> None:
    here.report(by=here.lin, kind="marriage")
    visit(here)
    before = here.the_event().closed_at
    visit(here)
    assert here.the_event().closed_at == before
    assert len(here.said(LifeEventClosed)) == 1


def test_visits_without_life_event_or_with_an_unknown_one_are_nothing_to_do(here: Union) -> None:
    here.report()
    visit(here, life_event_id=None)
    visit(here, life_event_id="018f0000-0000-7000-8000-00000000ffff")
    assert here.the_event().first_help_at is None


def test_the_published_samples_of_the_visit_are_understood(here: Union) -> None:
    assert here.members.deliver_sample("welfare.visit.completed.v1")


@pytest.mark.parametrize("who", ["lin", "carer"])
def test_the_person_or_those_who_care_note_the_discharge(here: Union, who: str, frozen_clock: Any) -> None:
    here.report()
    frozen_clock.at("2026-09-20T09:00")
    url = f"{API}/{here.the_event().id}/end"
    answer = here.members.client(getattr(here, who)).post(url, json={"ended_on": "2026-09-19"})
    assert (answer.status_code, answer.json["state"]) == (200, "closed")
    (closed,) = here.said(LifeEventClosed)
    assert (closed.data["outcome"], closed.data["ended_on"]) == ("ended", "2026-09-19")


@pytest.mark.parametrize("day", ["2026-09-21", "2026-09-09"])
def test_an_end_before_the_beginning_or_still_to_come_is_refused(
    here: Union, day: str, frozen_clock: Any
) -> None:
    here.report()
    frozen_clock.at("2026-09-20T09:00")
    answer = here.members.client(here.lin).post(f"{API}/{here.the_event().id}/end", json={"ended_on": day})
    assert answer.status_code == 422 and "ended_on" in answer.json["errors"]


# --- who sees it


def test_those_who_care_see_it_and_the_person_sees_that_they_did(here: Union) -> None:
    here.report()
    event = here.the_event()
    assert here.members.client(here.carer).get(f"{API}/{event.id}").json["kind"] == "hospitalized"
    reads = here.members.client(here.lin).get(f"{API}/reads").json
    assert [(read["action"], read["actor_id"]) for read in reads] == [("life-event.read", here.carer.id)]
    page = here.members.client(here.lin).get("/members/life-events/")
    assert "何秀兰" in page.text


def test_ones_own_look_is_no_entry(here: Union) -> None:
    here.report()
    lin = here.members.client(here.lin)
    lin.get(f"{API}/{here.the_event().id}")
    assert lin.get(f"{API}/reads").json == []


def test_the_list_of_those_in_care_does_not_say_what_for(here: Union) -> None:
    here.report()
    listed = here.members.client(here.carer).get(f"{API}/open")
    assert [row["person_id"] for row in listed.json] == [here.lin.id]
    assert "kind" not in listed.json[0] and "hospital" not in listed.text
    assert "住院" not in here.members.client(here.carer).get("/members/life-events/open").text


def test_what_is_restricted_is_the_chairs_alone(here: Union) -> None:
    here.report(privacy="restricted")
    url = f"{API}/{here.the_event().id}"
    assert here.members.client(here.carer).get(f"{API}/open").json == []
    assert here.members.client(here.carer).get(url).status_code == 404
    assert len(here.members.client(here.chair).get(f"{API}/open").json) == 1
    assert here.members.client(here.chair).get(url).status_code == 200


def test_other_officers_and_other_unions_see_nothing(here: Union) -> None:
    here.report()
    url = f"{API}/{here.the_event().id}"
    stranger = a_member(here.members, a_union(here.members, "实验小学"), "孙静", offices=("chair",))
    assert here.members.client(here.women).get(url).status_code == 404
    assert here.members.client(stranger).get(url).status_code == 404
    assert here.members.client(stranger).get(f"{API}/open").json == []
    assert here.members.client().get(url).status_code == 401


# --- the pages


def test_three_taps_report_it_without_any_script(here: Union) -> None:
    zhou = here.members.client(here.zhou)
    first = zhou.get("/members/life-events/report")
    assert "林晓雨" in first.text
    person = re.search(rf'href="(/members/life-events/report/{here.lin.id})"', first.text)[1]
    second = zhou.get(person)
    day = re.search(r'href="([^"]+/day\?what=[^"]+)"[^>]*>(?:(?!</a>).)*生病住院', second.text, re.DOTALL)[1]
    assert "hospitalized" not in day, "addresses stand in logs"
    third = zhou.get(day.replace("&amp;", "&"))
    what = re.search(r'name="what" value="([^"]+)"', third.text)[1]
    sent = zhou.form(f"{person}/day", {"what": what, "day": "1"})
    assert sent.status_code == 303
    tick = zhou.get(sent.headers["Location"])
    assert "已收到，谢谢您" in tick.text
    assert "住院" not in tick.text
    assert here.the_event().occurred_on == date(2026, 9, 9)


def test_a_colleague_is_found_by_han_pinyin_and_initials(here: Union) -> None:
    zhou = here.members.client(here.zhou)
    for typed in ("晓雨", "linxiao", "lin xiao", "lxy"):
        assert "林晓雨" in zhou.get(f"/members/life-events/report?q={typed}").text, typed
    assert "没有找到" in zhou.get("/members/life-events/report?q=xxxx").text


def test_a_typed_date_wins_over_the_choice_that_was_left_standing(here: Union) -> None:
    zhou = here.members.client(here.zhou)
    what = _what(zhou, here.lin.id)
    url = f"/members/life-events/report/{here.lin.id}/day"
    assert zhou.form(url, {"what": what, "day": "other"}).status_code == 422
    assert zhou.form(url, {"what": what, "day": "0", "occurred_on": "2026-09-01"}).status_code == 303
    assert here.the_event().occurred_on == date(2026, 9, 1)


def test_a_link_made_for_one_reporter_is_worth_nothing_to_another(here: Union) -> None:
    what = _what(here.members.client(here.zhou), here.lin.id)
    other = here.members.client(here.women)
    url = f"/members/life-events/report/{here.lin.id}/day"
    for sealed in (what, "", "hospitalized", "k.AAAA"):
        assert other.form(url, {"what": sealed, "day": "0"}).status_code == 404


def _what(client: Any, person_id: str) -> str:
    from urllib.parse import unquote

    page = client.get(f"/members/life-events/report/{person_id}").text
    return unquote(re.search(r"what=([^\"&]+)", page)[1])


def test_the_person_answers_on_the_page(here: Union) -> None:
    here.report()
    lin = here.members.client(here.lin)
    url = f"/members/life-events/{here.the_event().id}"
    page = lin.get(url)
    assert "生病住院" in page.text and "确认" in page.text and "撤回" in page.text
    assert lin.form(f"{url}/confirm").status_code == 303
    assert lin.form(f"{url}/end", {"ended_on": "2026-09-30"}).status_code == 422
    assert lin.form(f"{url}/end", {"ended_on": "2026-09-10"}).status_code == 303
    assert here.the_event().state == "closed"
    assert again(here.members, here.the_event()).outcome == "ended"
