"""The walk of the house as one test: a stay in hospital becomes a visit, the visit goes back, the reminder finds it done."""

from sqlalchemy import select

from shared.contracts.members import LifeEventClosed, MemberHospitalized
from shared.contracts.welfare import VisitCompleted, VisitTaskCreated
from shared.kit.messages import HANDLED, Inbox, Outbox
from shared.kit.testing.builders import a_person, a_rule_pack, a_school
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House


def test_a_stay_in_hospital_becomes_a_visit_and_the_visit_goes_back(
    house: House, frozen_clock: FrozenClock
) -> None:
    frozen_clock.at("2026-09-07T10:00")
    district = a_school(house, "明德区教育工会", kind="district", rule_pack_code="guizhou")
    school = a_school(house, "五马中学", district=district)
    a_rule_pack(house)
    carer = a_person(house, school, "许明兰", offices=["carer"])
    colleague, patient = a_person(house, school, "高远"), a_person(house, school, "林晓雨")

    # 1–3: reported, said in the same transaction
    body = {"person_id": patient.id, "kind": "hospitalized", "occurred_on": "2026-09-07"}
    reported = house.client(colleague).post("/api/members/v1/life-events", json=body)
    assert reported.status_code == 201, reported.text
    assert [event.subject for event in house.members.outbox(MemberHospitalized)] == [patient.id]

    # 4–8: relayed, received once, worked; the visitor's calendar has a private slot
    house.settle()
    created = house.welfare.outbox(VisitTaskCreated)
    assert [event.data["assignee_id"] for event in created] == [carer.id]
    assert created[0].data["due_on"] == "2026-09-10"
    with house.members.reading() as session:
        left = session.scalars(select(Outbox).where(Outbox.published_at.is_(None))).all()
        sensitive = session.scalars(select(Outbox.event).where(Outbox.type == "members.life-event")).all()
    assert left == []
    assert sensitive == [""], "the outbox forgets what happened once welfare knows it"
    slots = house.client(carer).get("/api/events/v1/calendar?first=2026-09-01&last=2026-09-30")
    assert slots.status_code == 200, slots.text
    assert "hospital" not in slots.text

    # back: completed in time, members stamps the first help, the stay itself goes on
    task_id = created[0].data["task_id"]
    frozen_clock.at("2026-09-09T16:00")
    report = {"visited_on": "2026-09-09", "went": [carer.id], "gift_fen": 30000, "fund": "union"}
    done = house.client(carer).post(f"/api/welfare/v1/visits/{task_id}/complete", json=report)
    assert done.status_code == 200, done.text
    house.settle()
    completed = house.welfare.outbox(VisitCompleted)
    assert (completed[0].data["days_taken"], completed[0].data["on_time"]) == (2, True)
    assert house.members.outbox(LifeEventClosed) == []

    # 9: the reminder comes due, finds it done, and says nothing
    said = len(house.welfare.outbox())
    frozen_clock.at("2026-09-11T09:00")
    house.settle()
    assert len(house.welfare.outbox()) == said
    with house.welfare.reading() as session:
        assert set(session.scalars(select(Inbox.state).where(Inbox.type == "self.visit-due"))) == {HANDLED}
