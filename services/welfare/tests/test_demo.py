"""The demo district's visits: there when its people are, once, and within the rules."""

from datetime import date

from sqlalchemy import select

from services.welfare import demo
from services.welfare.aid.models import AidRequest
from services.welfare.audits.models import AuditFinding
from services.welfare.disputes.models import Dispute
from services.welfare.expenses.models import Expense
from services.welfare.hardship.models import HardshipCase
from services.welfare.requests.models import MemberRequest
from services.welfare.rounds.models import VisitRound
from services.welfare.visits.models import VisitTask
from shared.contracts.members import ConsentChanged
from shared.contracts.welfare import FinancePeriodPublished


def load(union):
    with union.welfare.transaction() as session:
        demo.load(session)


def test_the_demo_has_visits_made_late_and_open_and_loading_it_again_adds_none(union):
    for number in range(12):
        union.person(f"教师{number}")
    load(union)
    load(union)
    union.welfare.work()
    states = [task.state for task in union.tasks()]
    assert states.count("completed") == 6
    assert {"assigned", "completed"} <= set(states)


def test_without_the_demo_district_nothing_is_loaded(welfare):
    with welfare.transaction() as session:
        demo.load(session)
        assert session.scalars(select(VisitTask)).all() == []


def test_the_demo_has_money_with_an_examination_begun(union, frozen_clock):
    frozen_clock.at("2026-07-20T10:00")
    for number in range(12):
        union.person(f"教师{number}")
    for office in ("treasurer", "auditor", "sports"):
        union.person(office, offices=[office])
    load(union)
    load(union)
    with union.welfare.reading() as session:
        states = [one.state for one in session.scalars(select(Expense))]
        findings = session.scalars(select(AuditFinding)).all()
    assert (states.count("paid"), states.count("approved"), states.count("submitted")) == (7, 1, 1)
    assert {one.kind for one in findings} >= {"rule-broken"}
    assert [said.data["period"] for said in union.welfare.outbox(FinancePeriodPublished)] == ["2025-H2"]


def test_the_demo_has_files_aid_a_dispute_requests_and_a_round_for_every_page_of_help(union, frozen_clock):
    frozen_clock.at("2026-11-20T10:00")
    for office in ("vice_chair", "treasurer", "auditor", "sports"):
        union.person(office, offices=[office])
    asking = [union.person(f"教师{number:02}") for number in range(20)][:3]
    for name in ("钱建平", "周晓岚"):
        union.person(name)
    union.person("老师傅", standing="retired", birth_date=date(1945, 5, 1))
    for card in asking:
        union.receive(
            ConsentChanged, card, person_id=card.id, purpose_code="family-finance", granted=True, text_version=1,
            erase_by=None,
        )  # fmt: skip
    load(union)
    load(union)
    union.welfare.work()
    with union.welfare.reading() as session:

        def states(model):
            return sorted(session.scalars(select(model.state)))

        assert states(HardshipCase) == ["active", "applied", "in-review", "nominated"]
        assert states(AidRequest) == ["approved", "received", "requested"]
        assert states(Dispute) == ["hearing"]
        assert states(MemberRequest) == ["answered", "discussed", "received"]
        assert states(VisitRound) == ["open"]
