"""The visits of a round, planned and completed by the hundred: the same rows, rules and events as one by one,
with what they have in common looked up once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare import standards
from services.welfare.funds.actions.ledger import GiftBooked, book_gifts
from services.welfare.funds.models import PERSONAL
from services.welfare.occasions import ALL_KINDS
from services.welfare.visits.actions.ceilings import Ceiling, Gift, ceiling_for, in_yuan
from services.welfare.visits.actions.lateness import VisitLate
from services.welfare.visits.actions.reporting import NO_PACK, SOURCE
from services.welfare.visits.models import Companion, VisitReport, VisitTask
from shared.contracts.welfare import VisitCompleted, VisitTaskCreated
from shared.kit import audit, clock
from shared.kit.database import new_id
from shared.kit.messages import emit, remind_many
from shared.kit.people import Person, rule_pack
from shared.kit.problems import Invalid


@dataclass(frozen=True)
class Plan:
    """A visit that a round owes: to whom, of which kind and group, by when, and who goes (the one responsible first)."""

    cause: str
    person_id: str
    kind: str
    group: str
    due_on: date
    team: Sequence[str] = ()


def plan_many(session: Session, school_id: str, plans: Sequence[Plan], *, since: date) -> list[VisitTask]:
    """Put visits on the board, in the order of the plans. Their due day is told by the round; lateness by each."""
    today, tasks = clock.today(), []
    for plan in plans:
        team = [who for who in plan.team if who != plan.person_id]  # nobody visits himself
        task = VisitTask(
            id=new_id(),
            school_id=school_id,
            cause=plan.cause,
            stage="visit",
            round=1,
            person_id=plan.person_id,
            group=plan.group,
            scheme_version=0,
            matter={"kind": plan.kind, "occasion": plan.kind, "occurred_on": since.isoformat()},
            reported_on=today,
            due_on=max(plan.due_on, today),
            office="carer",
        )
        task.assign(team[0] if team else None, by_hand=bool(team))
        task.companions = [Companion(school_id=school_id, task_id=task.id, person_id=who) for who in team[1:]]
        tasks.append(task)
    session.add_all(tasks)
    session.flush()
    for task in tasks:
        emit(
            session,
            VisitTaskCreated,
            of=task,
            subject=task.person_id,
            school=school_id,
            task_id=task.id,
            occasion_group=task.group,
            due_on=task.due_on,
            assignee_role=task.office,
            assignee_id=task.assignee_id,
        )
    for due_on in {task.due_on for task in tasks}:
        late = [(task.id, {"task_id": task.id}) for task in tasks if task.due_on == due_on]
        remind_many(session, VisitLate, at=due_on + timedelta(days=1), each=late)
    return tasks


@dataclass(frozen=True)
class Made:
    """A visit that was made: the task (locked), its day, who went, what was given (fen) from which fund."""

    task: VisitTask
    visited_on: date
    went: Sequence[str]
    gift_fen: int = 0
    fund: str | None = None
    entry_id: str = field(default_factory=new_id)


class Rules:
    """What may be given to whom on a day, each rule looked up once."""

    def __init__(self, session: Session, school_id: str, people: Collection[str]) -> None:
        self._session, self._school_id = session, school_id
        retired = select(Person.id).where(Person.id.in_(people), Person.standing == "retired")
        self._retired = set(session.scalars(retired))
        self._known: dict[tuple[str, date], Ceiling] = {}

    def ceiling(self, kind: str, on: date) -> Ceiling:
        if (kind, on) not in self._known:
            pack = rule_pack(self._session, self._school_id, on)
            self._known[kind, on] = ceiling_for(pack, ALL_KINDS[kind].ceiling)
        return self._known[kind, on]

    def fault(self, person_id: str, kind: str, gift: Gift) -> str | None:
        """Why a gift may not be given so, in words; None when it may."""
        ceiling = self.ceiling(kind, gift.visited_on)
        if gift.is_union_money and ceiling.over(gift.fen):
            return _("Over the standard of %(limit)s yuan", limit=in_yuan(ceiling.limit_fen or 0))
        is_retired = person_id in self._retired
        if gift.fen and is_retired and standards.wrong_retiree_fund(ceiling.pack, gift.fund or "", gift.fen):
            return _("Care for the retired is paid by the school administration, not by union funds.")
        return None

    def warnings(self, kind: str, gift: Gift) -> list[str]:
        """Codes of WARNINGS that the person who reports must have read: none of the rules could be looked at."""
        return [NO_PACK] if gift.is_union_money and self.ceiling(kind, gift.visited_on).pack is None else []


def complete_many(session: Session, school_id: str, made: Sequence[Made], *, by: str) -> None:
    """Record visits of a round, all or none: report, ledger, event, audit. Raises Invalid, Conflict."""
    rules = Rules(session, school_id, [visit.task.person_id for visit in made])
    gifts = []
    for visit in made:
        task = visit.task
        gift = Gift(visit.gift_fen, visit.fund, visit.visited_on)
        if fault := rules.fault(task.person_id, task.matter["kind"], gift):
            raise Invalid(fields={"gift_fen": [fault]})
        ceiling = rules.ceiling(task.matter["kind"], visit.visited_on)
        task.complete(visit.visited_on)
        session.add(_report(task, visit, ceiling, by, rules.warnings(task.matter["kind"], gift)))
        if visit.gift_fen and visit.fund and visit.fund != PERSONAL:
            gifts.append(GiftBooked(task.id, visit.fund, visit.gift_fen, visit.visited_on, ceiling.pack))
        emit(
            session,
            VisitCompleted,
            of=task,
            subject=task.person_id,
            school=school_id,
            task_id=task.id,
            life_event_id=None,
            person_id=task.person_id,
            occasion_group=task.group,
            visited_on=visit.visited_on,
            days_taken=max((visit.visited_on - task.reported_on).days, 0),
            on_time=task.was_on_time,
        )
        audit.record(
            session,
            "visit.completed",
            object_id=task.id,
            person_id=task.person_id,
            reason=standards.named(ceiling.pack),
            actor_id=by,
            school_id=school_id,
        )
    book_gifts(session, gifts, school_id=school_id, source=SOURCE, by=by)


def _report(task: VisitTask, visit: Made, ceiling: Ceiling, by: str, confirmed: list[str]) -> VisitReport:
    details: dict[str, Any] = {
        "operation": False,
        "rule": ceiling.rule,
        "limit_fen": ceiling.limit_fen,
        "note": None,
        "follow_up": False,
        "reason": None,
    }
    return VisitReport(
        school_id=task.school_id,
        task_id=task.id,
        number=1,
        entry_id=visit.entry_id,
        visited_on=visit.visited_on,
        went=list(visit.went),
        gift_fen=visit.gift_fen,
        fund=visit.fund if visit.gift_fen else None,
        pack_code=ceiling.pack.code if ceiling.pack else None,
        pack_version=ceiling.pack.version if ceiling.pack else None,
        details=details,
        confirmed=confirmed,
        reported_by=by,
    )
