"""What the demo union looked at and made better: an inspection with a letter, one still to hold, and two improvements."""

from datetime import timedelta

from sqlalchemy.orm import Session

from services.welfare.figures.actions import aim
from services.welfare.improvements import actions as improving
from services.welfare.improvements.models import Improvement
from services.welfare.inspections import actions as inspecting
from services.welfare.inspections.kinds import CANTEEN, EMPLOYMENT, KINDS
from services.welfare.inspections.models import NO, YES, Inspection
from shared.kit import clock
from shared.kit.database import locked_where
from shared.kit.people import Organisation, Person, people_in


def load(session: Session, union: Organisation, chair: Person) -> None:
    """The chair inspects with a colleague; the canteen waits, employment has a finding."""
    today = clock.today()
    member = next(card for card in people_in(session, union.id) if card.id != chair.id)
    aim(session, school_id=union.id, year=today.year, visits=20, people=15, aid=6, by=chair.id)
    for kind in (CANTEEN, EMPLOYMENT):
        inspecting.plan(
            session,
            school_id=union.id,
            kind=kind,
            due_on=today + timedelta(days=10),
            roster=[chair.id, member.id],
            by=chair.id,
        )
    [held] = locked_where(
        session, Inspection, Inspection.school_id == union.id, Inspection.kind == EMPLOYMENT
    )
    answers = {item: {"answer": YES, "remark": ""} for item in KINDS[EMPLOYMENT].items}
    answers["external"] = {"answer": NO, "remark": "代课人员课时费低于在编教师"}
    inspecting.hold(
        session,
        held,
        answers=answers,
        opinion="请按同工同酬原则调整课时费标准。",
        mend_by=today + timedelta(days=30),
        by=chair.id,
    )
    for title in ("车棚加顶，装充电插座", "走廊加长椅"):
        improving.suggest(session, school_id=union.id, person_id=member.id, title=title, words="")
    [made] = locked_where(
        session, Improvement, Improvement.school_id == union.id, Improvement.title.startswith("车棚")
    )
    improving.decide(session, made, accepts=True, title="", answer="", department="总务处", due_on=None)
    improving.begin(session, made, title="", department="", due_on=None)
    improving.finish(session, made, done_on=today, cost_fen=1268000, answer="两排车棚已加顶，插座二十个。")
