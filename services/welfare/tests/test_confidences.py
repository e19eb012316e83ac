"""What is told to the women's officer: read by her alone, on record, reminded of on its days, deleted when taken back."""

import json
from datetime import date

import pytest
from sqlalchemy import select, text

from services.welfare.confidences.models import WomenConfidence, duties
from services.welfare.consents.actions import erase_everything
from shared.contracts.members import MemberLeft, MemberTransferred
from shared.kit import clock
from shared.kit.audit import AuditEntry
from shared.kit.messages import Inbox
from shared.kit.testing.builders import a_school

BASE = "/api/welfare/v1/confidences"
PAGES = "/welfare/confidences"
WORDS = "独自带两个孩子"
PREGNANT = {"kind": "pregnancy", "starts_on": "2026-05-01", "ends_on": "2027-02-01", "words": WORDS}


class Told:
    """梅红 is women's officer, 林晓雨 tells her something."""

    def __init__(self, union):
        self.union = union
        self.officer, self.woman = union.person("梅红", offices=["women"]), union.person("林晓雨")

    def of(self, person):
        return self.union.welfare.client(person)

    def tell(self, person=None, **body) -> str:
        answer = self.of(person or self.woman).put(BASE, json=body or PREGNANT)
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def seen(self) -> list[str]:
        return [row["kind"] for row in self.of(self.officer).get(BASE).json]

    def work_at(self, clock, day: str) -> None:
        clock.at(f"{day}T09:00")
        self.union.welfare.work()


@pytest.fixture
def told(union):
    return Told(union)


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("pregnancy", ["2026-05-01", "2026-11-09", "2027-01-17"]),  # from 28 weeks; 15 days before the birth
        ("leave", ["2026-05-01", "2027-02-01"]),
        ("nursing", ["2026-05-01"]),
        ("menopause", ["2026-05-01"]),
        ("care", []),
    ],
)
def test_the_days_on_which_the_rules_ask_something(kind, days):
    began, ends = (date(2026, 5, 1), date(2027, 2, 1)) if kind != "care" else (None, None)
    found = duties(kind, began, ends)
    assert [duty.since.isoformat() for duty in found] == days
    assert all(duty.source for duty in found) or kind == "menopause"


def test_only_the_womens_officer_reads_it_and_each_look_is_shown_once_a_day(told, frozen_clock):
    union, key = told.union, told.tell()
    for office in ("principal", "vice_chair", "group_leader", "auditor"):
        other = told.of(union.person("顾振海", offices=[office]))
        for url in (f"{BASE}/{key}", f"{PAGES}/{key}", BASE, f"{PAGES}/"):
            answer = other.get(url)
            assert answer.status_code == 403
            assert not _says(answer, WORDS)
    for person in (union.chair, union.carer):
        assert told.of(person).get(f"{BASE}/{key}").status_code == 403
    for url in (f"{BASE}/{key}", f"{PAGES}/{key}", f"{PAGES}/"):
        answer = told.of(told.officer).get(url)
        assert _says(answer, WORDS) or _says(answer, "林晓雨"), url
    assert len(_reads(union, "confidence.read")) == 1
    frozen_clock.advance(days=1)
    told.of(told.officer).get(BASE)
    assert len(_reads(union, "confidence.read")) == 2
    assert "您告诉女工委的事" in told.of(told.woman).get("/welfare/reads").get_data(as_text=True)


def _says(answer, words):
    """Whether it stands in an answer, written out or as JSON escapes it."""
    text_ = answer.get_data(as_text=True)
    return words in text_ or json.dumps(words)[1:-1] in text_


def _reads(union, action):
    with union.welfare.reading() as session:
        return session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


def test_what_it_is_and_its_days_stand_sealed_and_no_shared_view_shows_it(told):
    told.tell()
    with told.union.welfare.reading() as session:
        row = str(dict(session.execute(text("SELECT * FROM women_confidence")).mappings().one()))
        entry = str([vars(found) for found in _reads(told.union, "confidence.told")])
    for word in ("pregnancy", WORDS, "2027-02-01", "care"):
        assert word not in row and word not in entry
    for url in ("/welfare/visits/board", "/welfare/requests/", "/welfare/panels/this-week"):
        page = told.of(told.union.carer).get(url).get_data(as_text=True)
        assert "林晓雨" not in page, url


def test_no_message_that_waits_tells_what_it_is_or_its_days(told):
    told.tell()
    told.tell(told.union.person("周婷"), kind="care")
    with told.union.welfare.reading() as session:
        waiting = session.scalars(select(Inbox).where(Inbox.type.startswith("self.confidence"))).all()
    assert len(waiting) == 2
    assert len({(one.type, one.due_at) for one in waiting}) == 1, "of both the same, on the same days"


def test_the_officer_is_reminded_on_its_days_without_a_word_of_it(told, frozen_clock):
    told.tell()
    assert told.union.notices(told.officer) == ["file-waiting"]
    for day, number in (("2026-11-08", 1), ("2026-11-09", 2), ("2027-01-17", 3)):
        told.work_at(frozen_clock, day)
        assert told.union.notices(told.officer) == ["file-waiting"] * number, day
    assert told.union.notices(told.union.chair) == [], "nobody stands in for this office"


def test_taken_back_it_is_gone_at_once_and_reminds_of_nothing(told, frozen_clock):
    key = told.tell(kind="care", words=WORDS)
    other = told.tell()
    assert told.seen() == ["care", "pregnancy"]
    assert told.of(told.officer).delete(f"{BASE}/{key}").status_code == 403, "not by the officer"
    for found in (key, other):
        assert told.of(told.woman).delete(f"{BASE}/{found}").status_code == 204
    assert told.seen() == []
    with told.union.welfare.reading() as session:
        assert session.scalars(select(WomenConfidence)).all() == []
    told.work_at(frozen_clock, "2026-11-09")
    assert told.union.notices(told.officer) == ["file-waiting"] * 2


def test_thirty_days_after_its_end_nothing_is_left(told, frozen_clock):
    told.tell(kind="nursing", starts_on="2026-06-01", ends_on="2026-07-31")
    told.work_at(frozen_clock, "2026-08-29")
    assert told.seen() == ["nursing"]
    told.work_at(frozen_clock, "2026-08-30")
    assert told.seen() == []


def test_a_period_is_a_womans_and_has_days_and_the_care_list_is_open_to_all(told):
    man = told.of(told.union.colleague)
    assert man.put(BASE, json=PREGNANT).status_code == 422
    assert man.put(BASE, json={"kind": "care"}).status_code == 201
    own = told.of(told.woman)
    for wrong in ({}, {"starts_on": "2026-06-01"}, {"starts_on": "2026-06-01", "ends_on": "2026-05-01"}):
        assert own.put(BASE, json={"kind": "leave", **wrong}).status_code == 422
    told.tell()
    assert own.put(BASE, json=PREGNANT).status_code == 409


def test_who_leaves_is_not_read_any_more_and_who_is_erased_is_deleted(told):
    key = told.tell()
    told.union.renew(told.woman, school=told.union.district)
    assert told.seen() == []
    assert told.of(told.officer).get(f"{BASE}/{key}").status_code == 403
    with told.union.welfare.transaction() as session:
        erase_everything(session, told.woman.id, told.union.school.id)
    with told.union.welfare.reading() as session:
        assert session.scalars(select(WomenConfidence)).all() == []


@pytest.mark.parametrize("event", [MemberLeft, MemberTransferred])
def test_of_who_leaves_or_moves_nothing_stays_and_all_can_be_told_anew(told, event):
    key = told.tell(kind="care", words=WORDS)
    other = a_school(told.union.welfare, district=told.union.district)
    more = {"reason_code": "resigned"} if event is MemberLeft else {"to_school_id": other.id}
    told.union.receive(event, told.woman, person_id=told.woman.id, effective_on=clock.today(), **more)
    assert told.of(told.officer).get(f"{BASE}/{key}").status_code == 404
    told.union.renew(told.woman, school=other)
    told.tell(kind="care")


def test_the_pages_keep_what_was_typed_and_say_who_reads_it(told):
    own = told.of(told.woman)
    assert "梅红" in own.get(f"{PAGES}/tell").get_data(as_text=True)
    wrong = own.form(f"{PAGES}/tell", data=PREGNANT | {"ends_on": ""})
    assert wrong.status_code == 422
    assert WORDS in wrong.get_data(as_text=True)
    assert own.form(f"{PAGES}/tell", data=PREGNANT).status_code == 303
    assert own.form(f"{PAGES}/tell", data=PREGNANT).status_code == 422
    [key] = [row["id"] for row in own.get(f"{BASE}/mine").json]
    assert key in own.get(f"{PAGES}/mine").get_data(as_text=True)
    assert "第六条" in own.get(f"{PAGES}/{key}").get_data(as_text=True)
    assert key in told.of(told.officer).get(f"{PAGES}/?q=lxy&kind=pregnancy&sort=-name").get_data(
        as_text=True
    )
    assert key not in told.of(told.officer).get(f"{PAGES}/?kind=care").get_data(as_text=True)
    assert own.form(f"{PAGES}/{key}/take-back", data={}).status_code == 303
