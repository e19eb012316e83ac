"""What others say: slots of visits, welcomes and farewells; with the published samples too."""

import pytest
from sqlalchemy import select

from services.events.activities import actions as activities
from services.events.activities.models import Activity
from services.events.calendar import queries as calendar
from services.events.calendar.models import PrivateSlot
from services.events.registrations import queries as registrations
from shared.contracts.events import FestivalApproaching
from shared.contracts.members import MemberJoined, MemberRetired, OrganisationChanged
from shared.contracts.welfare import GiftRoundChanged, VisitCancelled, VisitCompleted, VisitTaskCreated
from shared.kit import clock
from shared.kit.database import locked, new_id
from shared.kit.messages import handled_types
from shared.kit.testing.builders import a_person, a_school


@pytest.fixture
def events(service_of):
    return service_of("events")


@pytest.fixture
def school(events):
    return a_school(events)


@pytest.fixture
def carer(events, school):
    return a_person(events, school, "李兰", offices=["carer"])


def a_task(events, school, assignee, task_id=None, due_on="2026-09-13"):
    task_id = task_id or new_id()
    events.receive(
        VisitTaskCreated,
        subject=task_id,
        school=school.id,
        task_id=task_id,
        occasion_group="care",
        due_on=due_on,
        assignee_role="carer",
        assignee_id=assignee.id if assignee else None,
    )
    return task_id


def slots(events, person):
    with events.reading() as session:
        first, last = clock.parse("2026-09-01").date(), clock.parse("2026-09-30").date()
        found = calendar.entries(session, person.id, person.school_id, first, last)
    return [entry for entry in found if entry.kind == calendar.TASK]


def test_a_visit_puts_a_slot_without_a_word_into_its_visitors_calendar_alone(events, school, carer):
    task_id = a_task(events, school, carer)
    (slot,) = slots(events, carer)
    assert (slot.day.isoformat(), slot.title, slot.link) == ("2026-09-13", None, f"/welfare/visits/{task_id}")
    assert slots(events, a_person(events, school, "赵立新", offices=["chair"])) == []


def test_the_same_task_said_again_moves_the_slot_to_another_person_and_day(events, school, carer):
    other = a_person(events, school, "王芳")
    task_id = a_task(events, school, carer)
    a_task(events, school, other, task_id, due_on="2026-09-15")
    assert slots(events, carer) == []
    assert [slot.day.isoformat() for slot in slots(events, other)] == ["2026-09-15"]


def test_a_task_that_nobody_has_stands_in_no_calendar_until_somebody_takes_it(events, school, carer):
    task_id = a_task(events, school, None)
    assert slots(events, carer) == []
    a_task(events, school, carer, task_id)
    assert len(slots(events, carer)) == 1


@pytest.mark.parametrize("end", [VisitCompleted, VisitCancelled])
def test_a_settled_visit_leaves_the_calendar_and_no_late_word_brings_it_back(events, school, carer, end):
    task_id = a_task(events, school, carer)
    done = {"occasion_group": "care", "visited_on": "2026-09-12", "days_taken": 2, "on_time": True}
    events.receive(
        end, subject=task_id, school=school.id, task_id=task_id, **(done if end is VisitCompleted else {})
    )
    assert slots(events, carer) == []
    a_task(events, school, carer, task_id)
    assert slots(events, carer) == []


def test_the_end_of_a_visit_never_heard_of_is_nothing_to_do(events, school):
    events.receive(VisitCancelled, subject="t", school=school.id, task_id=new_id())
    with events.reading() as session:
        assert session.scalars(select(PrivateSlot)).all() == []


def joins(events, school, on):
    person = a_person(events, school, f"新教师{new_id()[-4:]}")
    events.receive(
        MemberJoined,
        subject=person.id,
        school=school.id,
        person_id=person.id,
        category="temporary",
        standing="full",
        joined_on=on,
    )
    return person


def gatherings(events, school):
    with events.reading() as session:
        found = session.scalars(
            select(Activity).where(Activity.school_id == school.id).order_by(Activity.starts_at)
        ).all()
        return [(a, [r.person_id for r in registrations.open_of(session, a.id)]) for a in found]


def test_new_members_of_a_month_share_one_welcome_that_stays_a_draft(events, school, frozen_clock):
    frozen_clock.at("2026-09-02T09:00")
    first = joins(events, school, "2026-09-01")
    second = joins(events, school, "2026-09-02")
    ((welcome, invited),) = gatherings(events, school)
    assert (welcome.title, welcome.kind, welcome.state) == ("新会员欢迎会", "welcome", "draft")
    assert clock.local(welcome.starts_at).isoformat() == "2026-09-30T14:30:00+08:00"  # 月末半天
    assert invited == [first.id, second.id]
    assert events.outbox() == []


def test_each_school_and_each_month_has_its_own_welcome(events, school, frozen_clock):
    other = a_school(events, "实验小学")
    frozen_clock.at("2026-09-02T09:00")
    joins(events, school, "2026-09-01")
    joins(events, other, "2026-09-01")
    frozen_clock.at("2026-10-15T09:00")
    joins(events, school, "2026-10-14")
    assert [len(gatherings(events, union)) for union in (school, other)] == [2, 1]


def test_who_joins_after_the_welcome_was_published_is_added_and_told(events, school, frozen_clock):
    frozen_clock.at("2026-09-02T09:00")
    joins(events, school, "2026-09-01")
    ((welcome, _invited),) = gatherings(events, school)
    with events.transaction() as session:
        activities.publish(session, locked(session, Activity, welcome.id))
    late = joins(events, school, "2026-09-10")
    assert late.id in gatherings(events, school)[0][1]
    told = [e.data["to"] for e in events.outbox() if e.type == "events.notice.requested.v1"]
    assert told[-1] == late.id


def test_on_the_last_working_day_itself_the_welcome_is_next_months(events, school, frozen_clock):
    frozen_clock.at("2026-09-30T09:00")
    joins(events, school, "2026-09-30")
    ((welcome, _invited),) = gatherings(events, school)
    assert welcome.day.isoformat() == "2026-10-30"


def test_a_roster_of_old_members_drafts_no_welcome(events, school, frozen_clock):
    frozen_clock.at("2026-09-02T09:00")
    joins(events, school, "2011-09-01")
    assert gatherings(events, school) == []


def test_who_retires_is_bidden_farewell(events, school, frozen_clock):
    frozen_clock.at("2026-09-02T09:00")
    person = a_person(events, school, "孙福", standing="retired")
    events.receive(
        MemberRetired,
        subject=person.id,
        school=school.id,
        person_id=person.id,
        effective_on="2026-09-01",
        standing="retired",
    )
    ((farewell, invited),) = gatherings(events, school)
    assert (farewell.kind, invited) == ("farewell", [person.id])


def says_it_exists(events, kind="school", status="active", version=1, organisation_id=None):
    organisation_id = organisation_id or new_id()
    events.receive(
        OrganisationChanged,
        subject=organisation_id,
        organisation_id=organisation_id,
        kind=kind,
        name="五马中学",
        parent_id=None,
        tenant_id=organisation_id,
        status=status,
        version=version,
    )
    return organisation_id


def approaching(events):
    return [
        (said.data["festival_code"], said.data["date"], said.data["lead_days"])
        for said in events.outbox(FestivalApproaching)
    ]


def test_a_school_is_told_of_each_festival_thirty_days_before_year_after_year(events, frozen_clock):
    frozen_clock.at("2026-11-22T09:00")
    school_id = says_it_exists(events)
    says_it_exists(events, version=2, organisation_id=school_id)  # a change begins no second chain
    events.work()
    assert approaching(events) == []
    frozen_clock.at("2026-12-02T09:00")
    events.work()
    assert approaching(events) == [("new-year", "2027-01-01", 30)]
    frozen_clock.at("2027-01-07T09:00")
    events.work()
    assert approaching(events)[1:] == [("spring", "2027-02-06", 30)]
    frozen_clock.at("2027-12-31T09:00")
    events.work()
    frozen_clock.at("2028-01-01T09:00")
    events.work()
    codes = [code for code, _date, _lead in approaching(events)]
    assert codes.count("new-year") == 2
    assert {said.school for said in events.outbox(FestivalApproaching)} == {school_id}


def test_a_festival_heard_of_late_is_told_with_the_days_that_are_left(events, frozen_clock):
    frozen_clock.at("2027-01-27T09:00")
    says_it_exists(events)
    events.work()
    assert ("spring", "2027-02-06", 10) in approaching(events)


def test_a_festival_that_passed_unseen_is_not_told_but_the_next_one_is(events, frozen_clock):
    frozen_clock.at("2026-11-22T09:00")
    says_it_exists(events)
    frozen_clock.at("2027-01-03T09:00")
    events.work()
    assert [code for code, *_ in approaching(events)] == []
    frozen_clock.at("2027-12-03T09:00")
    events.work()
    assert ("new-year", "2028-01-01", 29) in approaching(events)


@pytest.mark.parametrize(
    ("kind", "status"), [("group", "active"), ("district", "active"), ("school", "closed")]
)
def test_only_a_living_school_is_told_of_festivals(events, frozen_clock, kind, status):
    frozen_clock.at("2026-12-10T09:00")
    says_it_exists(events, kind=kind, status=status)
    events.work()
    assert approaching(events) == []


def test_every_type_that_is_handled_takes_its_published_samples(events):
    for type_ in sorted(handled_types("events")):
        events.deliver_sample(type_)


def a_gift_round(events, school, state="open", **more):
    """Welfare says that a round moved on; returns its id."""
    said = {
        "round_id": new_id(),
        "festival_code": "dragon-boat",
        "eligible": 58,
        "issued": 0,
        "per_head_fen": 15000,
        "audience_code": "women",
        "place_code": "union-office",
        "pickup_from": clock.parse("2026-09-10T12:00"),
        "pickup_to": clock.parse("2026-09-11T17:30"),
    } | more
    events.receive(GiftRoundChanged, subject=said["round_id"], school=school.id, **{"state": state} | said)
    return said


def test_an_open_round_of_gifts_stands_in_the_calendar_with_place_and_hours_for_whom_it_is(
    events, school, carer, frozen_clock
):
    frozen_clock.at("2026-09-07T10:00")
    said = a_gift_round(events, school)
    a_gift_round(events, school, **said)  # once, however often it is said
    a_gift_round(events, school, pickup_from=None, pickup_to=None)  # a round of visits
    with events.reading() as session:
        [slot] = session.scalars(select(Activity)).all()
        day = clock.local(said["pickup_from"]).date()
        [entry] = calendar.entries(session, carer.id, school.id, day, day)
    assert (slot.id, slot.kind, slot.state, slot.walk_ins) == (said["round_id"], "gift", "published", True)
    assert (entry.title, entry.place, entry.starts_at) == (
        "端午节福利领取",
        "工会办公室",
        said["pickup_from"],
    )
    assert slot.audience.sex == "female"


def test_a_round_that_is_closed_before_its_time_leaves_the_calendar(events, school, frozen_clock):
    frozen_clock.at("2026-09-07T10:00")
    early, late = a_gift_round(events, school), a_gift_round(events, school)
    a_gift_round(events, school, **early | {"state": "closed"})
    frozen_clock.at("2026-09-11T18:00")
    a_gift_round(events, school, **late | {"state": "closed"})
    with events.reading() as session:
        states = {one.id: one.state for one in session.scalars(select(Activity))}
    assert states[early["round_id"]] == "cancelled"
    assert states[late["round_id"]] != "cancelled"
