"""Check-ups: who may go, who has been, and nowhere what was found."""

from io import BytesIO

import pytest
from sqlalchemy import func, select, text

from services.welfare.base import Base
from services.welfare.checkups import schemas
from services.welfare.checkups.models import OwnRecord
from shared.contracts.events import ActivityChanged, CheckinRecorded, CheckinWithdrawn
from shared.contracts.members import MemberLeft
from shared.contracts.welfare import CheckupCampaignOpened
from shared.kit import clock
from shared.kit.api import Schema
from shared.kit.files import File

URL = "/api/welfare/v1/checkups"
THREE = [{"day": day, "half": "morning"} for day in ("2026-07-06", "2026-07-07", "2026-07-08")]
ASKED = {"title": "女工体检", "audience": "women", "provider": "市妇幼保健院", "capacity": 20, "slots": THREE}


@pytest.fixture
def women(union):
    """The officer for women, with nine colleagues; opens campaigns."""
    for n in range(9):
        union.person(f"女工{n}")
    union.keeper = union.person("梅红", offices=["women"])
    return union.welfare.client(union.keeper)


def test_three_half_days_of_twenty_places_are_asked_for_and_offered_once(union, women):
    opened = women.post(URL, json=ASKED)
    assert opened.status_code == 201, opened.text
    [said] = union.welfare.outbox(CheckupCampaignOpened)
    assert (said.data["audience_code"], said.data["capacity"]) == ("women", 60)
    assert [slot["capacity"] for slot in said.data["slots"]] == [20, 20, 20]
    assert [slot["slot_id"] for slot in said.data["slots"]] == [slot["id"] for slot in opened.json["slots"]]
    assert {slot["starts_at"][11:16] for slot in opened.json["slots"]} == {"08:00"}


def test_whoever_checks_in_has_been_and_a_mark_by_hand_can_be_taken_back(union, women):
    campaign = women.post(URL, json=ASKED).json
    slot, *_rest = campaign["slots"]
    people = women.get(f"{URL}/{campaign['id']}/people").json
    assert {row["attended_on"] for row in people} == {None}
    assert union.colleague.id not in {row["person_id"] for row in people}, "a man is not on the list"
    first, second = people[0]["person_id"], people[1]["person_id"]
    for _twice in range(2):
        union.welfare.receive(
            CheckinRecorded, subject=slot["id"], school=union.school.id,
            activity_id=slot["id"], person_id=first, at=clock.now(), method="qr",
        )  # fmt: skip
    union.welfare.receive(
        CheckinRecorded, subject=campaign["id"], school=union.school.id,
        activity_id=campaign["id"], person_id=second, at=clock.now(), method="qr",
    )  # fmt: skip
    been = women.get(f"{URL}/{campaign['id']}/people?attended=true").json
    assert [(row["person_id"], row["attended_on"]) for row in been] == [(first, "2026-06-29")]
    for attended, count in ((True, 2), (False, 1)):
        one = f"{URL}/{campaign['id']}/people/{second}"
        assert women.put(one, json={"attended": attended}).status_code == 204
        assert women.get(f"{URL}/{campaign['id']}").json["attended"] == count
    member = union.welfare.client(union.person("林晓雨"))
    assert member.get(f"{URL}/{campaign['id']}").json["attended"] is None, "one would be known by it"
    assert member.get(f"{URL}/{campaign['id']}/people").status_code == 403
    assert (
        women.put(f"{URL}/{campaign['id']}/people/{union.colleague.id}", json={"attended": True}).status_code
        == 404
    )


def test_a_tick_that_the_door_takes_back_is_taken_back_here_and_a_mark_by_hand_stays(union, women):
    campaign = women.post(URL, json=ASKED).json
    here, there, _rest = (slot["id"] for slot in campaign["slots"])
    came, by_hand = (row["person_id"] for row in women.get(f"{URL}/{campaign['id']}/people").json[:2])
    assert women.put(f"{URL}/{campaign['id']}/people/{by_hand}", json={"attended": True}).status_code == 204

    def door(event, slot, person_id, **more):
        union.welfare.receive(
            event, subject=slot, school=union.school.id, activity_id=slot, person_id=person_id, **more
        )

    for person_id in (came, by_hand):
        door(CheckinRecorded, here, person_id, at=clock.now(), method="door")
        door(CheckinWithdrawn, there, person_id)
    assert women.get(f"{URL}/{campaign['id']}").json["attended"] == 2
    for person_id in (came, by_hand):
        door(CheckinWithdrawn, here, person_id)
    been = women.get(f"{URL}/{campaign['id']}/people?attended=true").json
    assert [row["person_id"] for row in been] == [by_hand]


def test_what_events_moves_or_calls_off_follows(union, women):
    campaign = women.post(URL, json=ASKED).json
    first, second, _third = campaign["slots"]
    for slot, change in ((first, "cancelled"), (second, "moved")):
        union.welfare.receive(
            ActivityChanged, subject=slot["id"], school=union.school.id,
            activity_id=slot["id"], change=change, starts_at=clock.parse("2026-07-09T14:00"),
        )  # fmt: skip
    slots = women.get(f"{URL}/{campaign['id']}").json["slots"]
    assert [slot["called_off"] for slot in slots] == [True, False, False]
    assert sorted(slot["starts_at"][:16] for slot in slots)[-1] == "2026-07-09T06:00", "14:00 in Shanghai"
    assert women.post(f"{URL}/{campaign['id']}/close").json["state"] == "closed"
    assert women.post(f"{URL}/{campaign['id']}/close").status_code == 409


def test_a_campaign_in_the_past_or_without_days_is_refused_in_words(union, women):
    past = women.post(URL, json=ASKED | {"slots": [{"day": "2026-06-29", "half": "morning"}]})
    assert (past.status_code, "明天" in past.text) == (422, True)
    form = {"title": "体检", "audience": "everyone", "provider": "市医院", "capacity": "20",
            "day_1": "2020-01-01", "half_1": "morning", "day_2": ""}  # fmt: skip
    page = women.form("/welfare/checkups/new", data=form)
    assert (page.status_code, "市医院" in page.text) == (422, True), "what was typed is kept"
    assert women.form("/welfare/checkups/new", data=form | {"day_1": "2026-07-06"}).status_code == 303


def test_what_a_person_keeps_of_a_checkup_opens_to_nobody_else(union, women):
    """W-33: the tick and the copy are the person's; officers have no way to them, and they go with the person."""
    key = women.post(URL, json=ASKED).json["id"]
    person = union.person("林晓雨")
    own, page = union.welfare.client(person), f"/welfare/checkups/{key}/mine"
    wrong = own.form(page, data={"follow_up": "true", "copy": (BytesIO(b"no picture"), "a.txt")})
    assert wrong.status_code == 422 and "checked" in wrong.text
    sent = own.form(page, data={"follow_up": "true", "copy": (BytesIO(b"%PDF-1.4 mine"), "a.pdf")})
    assert sent.status_code == 303
    kept = own.get(f"{URL}/{key}/mine").json
    file = f"/welfare/files/{kept['file_id']}"
    assert kept["follow_up"] is True and own.get(file).data == b"%PDF-1.4 mine"
    assert own.put(f"{URL}/{key}/mine", json={"follow_up": False}).json == kept | {"follow_up": False}
    for officer in (women, union.welfare.client(union.chair), union.welfare.client(union.carer)):
        assert officer.get(file).status_code == 403
        assert "mine" not in officer.get(f"{URL}/{key}").text
    assert women.get(f"{URL}/{key}/mine").json == {"follow_up": False, "file_id": None}
    assert union.welfare.client(union.colleague).get(page).status_code == 404, "it is not for him"
    with union.welfare.reading() as session:
        stored = str(
            session.execute(text("select follow_up_sealed, content from checkup_own_record, file")).all()
        )
    assert "%PDF" not in stored and "True" not in stored
    upload = {"file": (BytesIO(b"%PDF-1.4 new"), "b.pdf")}
    again = own.post(f"{URL}/{key}/mine/copy", data=upload, content_type="multipart/form-data")
    assert again.status_code == 201 and own.get(file).status_code == 404, "the old copy is gone"
    assert own.post(f"{URL}/{key}/mine/copy").status_code == 422
    assert own.form(f"{page}/erase", data={}).status_code == 303
    assert own.get(f"{URL}/{key}/mine").json["file_id"] is None
    own.put(f"{URL}/{key}/mine", json={"follow_up": True})
    union.receive(MemberLeft, person, person_id=person.id, reason_code="resigned", effective_on=clock.today())
    with union.welfare.reading() as session:
        assert session.scalar(select(func.count()).select_from(OwnRecord)) == 0
        assert session.scalar(select(func.count()).select_from(File)) == 0


def test_a_month_before_the_next_one_is_due_its_keeper_is_told_unless_it_is_there(union, women, frozen_clock):
    later = [slot | {"day": slot["day"].replace("2026", "2027")} for slot in THREE]
    for more in ({}, {"slots": later, "every_years": 2}):
        assert women.post(URL, json=ASKED | more).status_code == 201
    for day, told in (("2027-06-06", []), ("2029-06-05", []), ("2029-06-06", ["file-due"])):
        frozen_clock.at(f"{day}T09:00")
        union.welfare.work()
        assert union.notices(union.keeper) == told, day


def test_no_table_schema_or_event_of_check_ups_has_a_field_for_a_result():
    """Attendance alone: who adds a column or a field has to read this first."""
    tables = {
        name: {column.name for column in table.columns}
        for name, table in Base.metadata.tables.items()
        if name.startswith("checkup")
    }
    own = {"id", "school_id", "campaign_id"}
    assert tables == {
        "checkup_campaign": {"id", "school_id", "title", "audience", "provider", "package", "starts_on", "ends_on",
                             "state", "every_years", "opened_by", "version"},
        "checkup_slot": own | {"starts_at", "ends_at", "capacity", "called_off"},
        "checkup_attendance": own | {"person_id", "attended_on", "slot_id"},
        "checkup_own_record": own | {"person_id", "follow_up_sealed", "file_id"},  # the person's own, and nobody else's
    }  # fmt: skip
    given = {
        name
        for found in vars(schemas).values()
        if isinstance(found, type) and issubclass(found, Schema) and found.__module__ == schemas.__name__
        for name in found().fields
    }
    assert given == {
        "q", "state", "sort", "id", "title", "audience", "provider", "package", "starts_on", "ends_on", "version",
        "starts_at", "ends_at", "capacity", "called_off", "slots", "eligible", "attended", "day", "half",
        "person_id", "name", "attended_on", "campaign_id", "every_years",
        "follow_up", "file_id",
    }  # fmt: skip
