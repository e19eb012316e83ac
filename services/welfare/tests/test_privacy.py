"""What happened to a person stands nowhere in clear: not in a table, not on the bus, not in a log, not in a list."""

import json
import logging

import pytest
from sqlalchemy import inspect, text

from services.welfare.base import Base
from services.welfare.visits.models import VisitTask
from shared.contracts.members import MemberTransferred
from shared.kit import clock
from shared.kit.audit import AuditEntry
from shared.kit.database import locked
from shared.kit.messages import Inbox
from shared.kit.testing.builders import a_school

NOTE = "金丝雀-要办转院手续"
REASON = "金丝雀-家属希望不打扰"
WORDS = ("hospitalized", "生病住院", "In hospital", "operation", "金丝雀")


def walk(union, frozen_clock):
    """A visit made and corrected, one cancelled, one overdue and escalated, one offered to another school."""
    made = union.report()
    task = union.complete(union.task(), gift_fen=80000, fund="union", operation=True, note=NOTE)
    carer = union.welfare.client(union.carer)
    page = f"/api/welfare/v1/visits/{task.id}"
    carer.get(page)
    carer.post(
        f"{page}/correct", json={"visited_on": "2026-06-29", "went": [union.carer.id], "reason": REASON}
    )
    union.report()
    carer.post(f"/api/welfare/v1/visits/{union.tasks()[-1].id}/cancel", json={"reason": REASON})
    union.report()
    other = a_school(union.welfare, "实验小学", district=union.district)
    union.person("孙梅", school=other, offices=["carer"])
    union.receive(
        MemberTransferred,
        union.colleague,
        person_id=union.colleague.id,
        to_school_id=other.id,
        effective_on="2026-06-29",
    )
    union.close(made, "ended", clock.today())
    frozen_clock.advance(days=40)
    union.welfare.work()


def stored(union):
    """Every value of every table, as text."""
    with union.welfare.reading() as session:
        for name in inspect(session.connection()).get_table_names():
            if name not in ("rule_pack_card", "school_scheme"):  # rules speak of kinds, not of people
                for row in session.execute(text(f'select * from "{name}"')).mappings():  # noqa: S608
                    yield name, " ".join(str(value) for value in row.values())


def test_no_table_no_message_and_no_log_line_holds_an_occasion_in_clear(union, frozen_clock, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    walk(union, frozen_clock)
    found = {(name, word) for name, row in stored(union) for word in WORDS if word in row}
    assert found == set()
    said = "".join(json.dumps(event.data, ensure_ascii=False) for event in union.welfare.outbox())
    out = capfd.readouterr()
    for word in WORDS:
        assert word not in said
        assert word not in caplog.text + out.out + out.err


def test_a_life_events_row_is_blanked_once_it_is_handled(union):
    union.report()
    with union.welfare.reading() as session:
        rows = session.query(Inbox).filter(Inbox.type.like("members.life-event%")).all()
    assert {(row.type, row.event) for row in rows} == {("members.life-event", "")}


@pytest.mark.parametrize("page", ["complete", "correct"])
def test_a_form_that_gives_an_occasion_away_is_read_on_record_too(union, page):
    """Standards differ by occasion, an operation is asked about only in hospital, a correction shows the note."""
    union.report()
    task = union.task()
    if page == "correct":
        union.complete(task, gift_fen=100, fund="union", note=NOTE)
    assert union.welfare.client(union.carer).get(f"/welfare/visits/{task.id}/{page}").status_code == 200
    with union.welfare.reading() as session:
        reads = session.query(AuditEntry).filter_by(action="visit.read", person_id=union.colleague.id).all()
    assert [read.actor_id for read in reads] == [union.carer.id]


def test_a_sealed_occasion_opens_in_its_own_row_alone(union):
    union.report()
    union.report()
    first, second = union.tasks()
    with union.welfare.transaction() as session:
        one, two = (locked(session, VisitTask, task.id) for task in (first, second))
        assert one.matter["kind"] == "hospitalized"
        one.matter_sealed = two.matter_sealed
        with pytest.raises(Exception, match="sealed"):
            _ = one.matter


def test_whoever_reads_an_occasion_is_recorded_with_whose_it_is(union):
    union.report()
    url = f"/api/welfare/v1/visits/{union.task().id}"
    for person in (union.carer, union.chair):
        union.welfare.client(person).get(url)
    union.welfare.client(union.carer).get(f"/welfare/visits/{union.task().id}")
    with union.welfare.reading() as session:
        reads = session.query(AuditEntry).filter_by(action="visit.read", person_id=union.colleague.id).all()
    assert sorted(read.actor_id for read in reads) == sorted([union.carer.id, union.chair.id]), "once a day"


def test_whoever_lists_reads_no_occasion(union):
    union.report()
    carer = union.welfare.client(union.carer)
    for url in (
        "/welfare/visits/",
        "/welfare/visits/board",
        "/welfare/visits/print",
        "/welfare/panels/this-week",
    ):
        carer.get(url)
    with union.welfare.reading() as session:
        assert session.query(AuditEntry).filter_by(action="visit.read").count() == 0


def test_notices_and_calendar_slots_carry_no_occasion_and_no_name(union, frozen_clock):
    walk(union, frozen_clock)
    for event in union.welfare.outbox():
        assert "kind" not in event.data
        assert union.colleague.name not in json.dumps(event.data, ensure_ascii=False)
        if event.type.startswith("welfare.notice."):
            assert set(event.data["parameters"]) <= {"days", "due_on", "days_over"}


def test_every_row_of_the_service_belongs_to_a_school_but_a_count_that_must_not_tell_whose_it_is():
    without = {name for name, table in Base.metadata.tables.items() if "school_id" not in table.columns}
    assert without == {"counselling_count"}
