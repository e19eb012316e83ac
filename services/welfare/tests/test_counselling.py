"""Counselling: a time is taken under a ticket, and with everything in hand nobody can say who took which."""

import json
import logging
import re

import pytest
from sqlalchemy import delete, inspect, select, text

from services.welfare.consents.actions import erase_everything
from services.welfare.counselling.models import MOST_A_MONTH, CounsellingCount, CounsellingSlot, token_of
from services.welfare.counselling.queries import use
from services.welfare.tests.scene import Union
from shared.kit.testing.builders import a_school

BASE = "/api/welfare/v1/counselling"
PAGES = "/welfare/counselling"
ROOM = "行政楼旁小屋"


class Practice:
    """A counsellor with six times tomorrow afternoon."""

    def __init__(self, union: Union) -> None:
        self.union = union
        self.counsellor = union.person("苏心怡")
        offered = {"counsellor_id": self.counsellor.id, "place": ROOM}
        self.offer_id = self.of(union.chair).post(f"{BASE}/offers", json=offered).json["id"]
        self.own = f"{BASE}/offers/{self.offer_id}/times"
        given = {"starts_at": "2026-06-30T13:00", "minutes": 30, "count": 6}
        self.times = [slot["id"] for slot in self.of(self.counsellor).post(self.own, json=given).json]

    def of(self, person):
        return self.union.welfare.client(person)

    def book(self, person, place: int):
        return self.of(person).put(f"{BASE}/booking", json={"slot_id": self.times[place]})

    def ticket(self, person, place: int) -> str:
        answer = self.book(person, place)
        assert answer.status_code == 201, answer.text
        return answer.json["ticket"]

    def free(self, person) -> list[str]:
        return [slot["id"] for slot in self.of(person).get(f"{BASE}/times").json]

    def signs(self) -> list[str | None]:
        return [slot["sign"] for slot in self.of(self.counsellor).get(self.own).json]


@pytest.fixture
def practice(union):
    return Practice(union)


def dump(welfare):
    """Every row of every table, in the order in which the database keeps them, and what wrote it last."""
    hidden = "rowid AS place" if welfare.service.database.is_sqlite else "ctid::text AS place, xmin::text"
    with welfare.reading() as session:
        return {
            name: [
                dict(row)
                for row in session.execute(text(f'SELECT {hidden}, * FROM "{name}"')).mappings()  # noqa: S608
            ]
            for name in inspect(session.connection()).get_table_names()
        }


def changed(before, after):
    return {name: rows for name in after if (rows := [row for row in after[name] if row not in before[name]])}


def test_a_ticket_books_moves_and_gives_back(union, practice):
    ticket = practice.ticket(union.colleague, 0)
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", ticket)
    assert practice.signs() == [ticket[:4], *[None] * 5]
    taken = practice.book(union.carer, 0)
    assert (taken.status_code, taken.json["type"].rpartition("/")[2]) == (409, "time-taken")
    typed = f" {ticket.replace('-', ' ').lower()} "
    moved = practice.of(union.colleague).put(
        f"{BASE}/booking/move", json={"ticket": typed, "slot_id": practice.times[3]}
    )
    assert moved.json["id"] == practice.times[3]
    assert practice.signs() == [None, None, None, ticket[:4], None, None]
    look = practice.of(union.colleague).put(f"{BASE}/booking/look", json={"ticket": ticket})
    assert look.json["starts_at"].startswith("2026-06-30T")
    given_back = practice.of(union.colleague).put(f"{BASE}/booking/cancel", json={"ticket": ticket})
    assert given_back.status_code == 204
    assert len(practice.free(union.carer)) == 6
    assert (
        practice.of(union.colleague).put(f"{BASE}/booking/cancel", json={"ticket": ticket}).status_code == 422
    )


def test_nobody_takes_more_than_the_months_times(union, practice, frozen_clock):
    for place in range(MOST_A_MONTH):
        practice.ticket(union.colleague, place)
    assert practice.book(union.colleague, 4).status_code == 409
    practice.ticket(union.carer, 4)
    frozen_clock.at("2026-07-01T09:00")  # the sweep of the night
    union.welfare.work()
    given = {"starts_at": "2026-07-02T13:00", "minutes": 30, "count": 1}
    practice.times = [
        slot["id"] for slot in practice.of(practice.counsellor).post(practice.own, json=given).json
    ]
    practice.ticket(union.colleague, 0)
    with union.welfare.reading() as session:
        assert [row.month for row in session.scalars(select(CounsellingCount))] == ["2026-07"]


def test_what_is_written_is_the_same_whoever_takes_which_time(union, practice):
    """Two people, two times, both ways round: had anything kept a word of who took which, the dumps would differ."""
    welfare, shown = union.welfare, []
    for first, second in ((0, 1), (1, 0)):
        before = dump(welfare)
        tickets = practice.ticket(union.colleague, first), practice.ticket(union.carer, second)
        after = changed(before, dump(welfare))
        assert set(after) == {"counselling_slot", "counselling_count"}, "and no other table"
        if not welfare.service.database.is_sqlite:
            written = {row["xmin"] for row in after["counselling_slot"]}
            assert len(written) == 1, "every time is written at every booking"
        told = json.dumps(after, default=str, ensure_ascii=False).replace("-", "")
        for person in (union.colleague, union.carer):
            assert person.id.replace("-", "") not in told and person.name not in told
        assert not any(ticket.replace("-", "") in told for ticket in tickets), (
            "only a hash of the ticket is kept"
        )
        shown.append([_without_chance(rows) for rows in after.values()])
        for ticket in tickets:
            practice.of(union.chair).put(f"{BASE}/booking/cancel", json={"ticket": ticket})
        with welfare.transaction() as session:
            session.execute(delete(CounsellingCount))
    assert shown[0] == shown[1]


def _without_chance(rows):
    """Rows in the order in which they lie, without what is another at each draw: the ticket, and numbers of writing."""
    chance = {"place", "xmin", "sign", "ticket"}
    return [
        {name: value for name, value in row.items() if name not in chance}
        | {"taken": bool(row.get("ticket"))}
        for row in sorted(rows, key=lambda row: str(row.get("id") or ""))
    ]


def test_no_log_line_and_no_record_joins_a_person_with_a_time(union, practice, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    before = dump(union.welfare)
    ticket = practice.ticket(union.colleague, 2)
    page = practice.of(union.colleague).form(f"{PAGES}/ticket", data={"ticket": ticket})
    assert ticket in page.get_data(as_text=True)
    practice.of(union.colleague).form(f"{PAGES}/move", data={"ticket": ticket, "slot_id": practice.times[4]})
    practice.of(union.colleague).put(
        f"{BASE}/booking/cancel", json={"ticket": ticket}, headers={"Idempotency-Key": "k" * 20}
    )
    kept = changed(before, dump(union.welfare))
    assert set(kept) <= {"counselling_slot", "counselling_count"}
    out = capfd.readouterr()
    logged = caplog.text + out.out + out.err
    told = json.dumps(kept, default=str) + logged
    for mark in (union.colleague.id, union.colleague.id.replace("-", ""), ticket, ticket.replace("-", "")):
        assert mark not in told
    assert not any(slot in logged for slot in practice.times)


def test_without_the_key_a_token_stands_for_nobody_and_next_month_for_somebody_else(union, monkeypatch):
    june = token_of(union.colleague.id, "2026-06")
    assert june != token_of(union.colleague.id, "2026-07")
    monkeypatch.setattr("shared.kit.encryption._keys", {"k2": b"2" * 32})
    assert june != token_of(union.colleague.id, "2026-06")


def test_the_union_hears_of_five_and_more_and_only_when_the_month_is_over(union, practice, frozen_clock):
    people = [union.colleague, union.carer, union.chair, union.person("顾振海"), union.person("周婷")]
    for place, person in enumerate(people[:4]):
        practice.ticket(person, place)
    url = f"{BASE}/use"
    assert practice.of(union.chair).get(url).json == [], "a month that runs is not told"
    last = practice.ticket(people[4], 4)
    frozen_clock.at("2026-07-01T09:00")
    union.welfare.work()
    assert practice.of(union.chair).get(url).json == [{"month": "2026-06", "taken": 5}]
    with union.welfare.transaction() as session:
        rows = session.scalars(select(CounsellingSlot)).all()
        assert [(row.sign, row.ticket) for row in rows] == [(None, None)] * 6, (
            "of what is over no hash is left"
        )
        next(row for row in rows if row.was_taken).was_taken = False
    assert practice.of(union.chair).get(url).json == [{"month": "2026-06", "taken": None}]
    assert last not in practice.of(union.chair).get(f"{PAGES}/offers").get_data(as_text=True)


def test_only_the_counsellor_sees_which_times_are_taken(union, practice):
    ticket = practice.ticket(union.colleague, 0)
    for other in (union.chair, union.carer, union.colleague):
        for url in (practice.own, f"{PAGES}/offers/{practice.offer_id}/times"):
            assert practice.of(other).get(url).status_code == 403
    for url in (f"{PAGES}/offers", f"{BASE}/offers", f"{PAGES}/"):
        assert ticket[:4] not in practice.of(union.chair).get(url).get_data(as_text=True)


def test_a_time_that_falls_through_is_seen_with_the_ticket(union, practice):
    ticket = practice.ticket(union.colleague, 0)
    called = practice.of(practice.counsellor).post(f"{practice.own}/{practice.times[0]}/call-off")
    assert called.status_code == 204
    own = practice.of(union.colleague)
    assert own.put(f"{BASE}/booking/look", json={"ticket": ticket}).json["called_off"] is True
    assert "这个时间已取消" in own.form(f"{PAGES}/ticket", data={"ticket": ticket}).get_data(as_text=True)
    moved = own.put(f"{BASE}/booking/move", json={"ticket": ticket, "slot_id": practice.times[1]})
    assert moved.json["called_off"] is False


def test_the_districts_times_are_open_to_its_schools_and_to_no_other_district(union):
    welfare = union.welfare
    officer = union.person("龚一琳", school=union.district, offices=["district_officer"])
    offered = {"counsellor_id": officer.id, "place": "区心理中心"}
    offer_id = welfare.client(officer).post(f"{BASE}/offers", json=offered).json["id"]
    given = {"starts_at": "2026-06-30T13:00", "count": 2}
    [first, second] = welfare.client(officer).post(f"{BASE}/offers/{offer_id}/times", json=given).json
    booked = welfare.client(union.colleague).put(f"{BASE}/booking", json={"slot_id": first["id"]})
    assert booked.status_code == 201
    stranger = union.person("外人", school=a_school(welfare, "别区中学"))
    other = welfare.client(stranger)
    assert other.get(f"{BASE}/times").json == []
    assert other.put(f"{BASE}/booking", json={"slot_id": second["id"]}).status_code == 404
    assert other.put(f"{BASE}/booking/look", json={"ticket": booked.json["ticket"]}).status_code == 422


def test_the_pages_lead_to_a_ticket_and_name_where_help_is_at_once(union, practice):
    own = practice.of(union.colleague)
    home = own.get(f"{PAGES}/").get_data(as_text=True)
    assert all(f"tel:{number}" in home for number in ("12356", "110", "120"))
    answer = own.form(f"{PAGES}/book", data={"slot_id": practice.times[0]})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    page = answer.get_data(as_text=True)
    [ticket] = re.findall(r'class="code">([\w-]+)<', page)
    assert ROOM in page and "tel:12356" in page
    assert own.form(f"{PAGES}/book", data={"slot_id": practice.times[0]}).status_code == 303
    wrong = own.form(f"{PAGES}/ticket", data={"ticket": "ABCD-ABCD"})
    assert wrong.status_code == 422
    assert "ABCD-ABCD" in wrong.get_data(as_text=True), "what was typed is kept"
    busy = {"ticket": ticket, "slot_id": practice.times[0]}
    assert own.form(f"{PAGES}/move", data=busy).status_code == 422
    assert own.form(f"{PAGES}/cancel", data={"ticket": ticket}).status_code == 303
    counsellor = practice.of(practice.counsellor)
    url = f"{PAGES}/offers/{practice.offer_id}/times"
    assert counsellor.form(url, data={"starts_at": "2026-06-30T13:30", "count": "1"}).status_code == 422
    assert counsellor.form(url, data={"starts_at": "2026-07-03T13:30", "count": "1"}).status_code == 303


def test_what_ends_or_whose_counsellor_is_erased_is_offered_no_more(union, practice):
    ticket = practice.ticket(union.colleague, 0)
    with union.welfare.transaction() as session:
        erase_everything(session, practice.counsellor.id, union.school.id)
    assert practice.free(union.colleague) == []
    look = practice.of(union.colleague).put(f"{BASE}/booking/look", json={"ticket": ticket})
    assert look.json["called_off"] is True
    assert practice.of(union.chair).post(f"{BASE}/offers/{practice.offer_id}/end").status_code == 409


def test_the_oldest_month_told_is_a_whole_one(union, practice, frozen_clock):
    """Else it would shrink from day to day, and the difference of two days would be one person."""
    for place, person in enumerate([union.colleague, union.carer, union.chair, practice.counsellor]):
        practice.ticket(person, place)
    practice.ticket(union.colleague, 4)
    for day in ("2027-06-01", "2027-06-30"):
        frozen_clock.at(f"{day}T15:00")
        with union.welfare.reading() as session, pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "services.welfare.counselling.queries.within",
                lambda model: model.school_id == union.school.id,
            )
            assert [(row.month, row.taken) for row in use(session)] == [("2026-06", 5)]
