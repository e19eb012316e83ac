"""What happens as a due day comes and goes: a reminder, then overdue, then the chair's own task."""

from datetime import timedelta

from sqlalchemy.orm import Session

from services.welfare.occasions import ROUND
from services.welfare.visits.actions.planning import occasion_of
from services.welfare.visits.actions.staffing import Officers, bring_in, settle
from services.welfare.visits.models import ESCALATED, LATE, VisitTask
from shared.contracts.welfare import VisitOverdue
from shared.kit import clock
from shared.kit.messages import emit, remind, reminder
from shared.kit.notices import notify

VisitLate = reminder("visit-late")
VisitEscalates = reminder("visit-escalates")
CHAIR = "chair"


def remind_of_due_day(session: Session, task: VisitTask) -> None:
    """On the morning of the due day: see that it is still an officer's, tell whoever goes, come back the day after."""
    settle(session, task, Officers(session, task.school_id))
    if task.days_left >= 0 and task.assignee_id:
        _tell(session, task, task.assignee_id, "visit-due")
    remind(session, VisitLate, at=task.due_on + timedelta(days=1), key=task.id, data={"task_id": task.id})


def fall_overdue(session: Session, task: VisitTask) -> None:
    """On the morning after: overdue, said on the bus and to the chair; at once the chair's where the scheme says so."""
    if task.state in LATE:
        return
    task.fall_overdue()
    emit(
        session,
        VisitOverdue,
        of=task,
        subject=task.person_id,
        school=task.school_id,
        task_id=task.id,
        occasion_group=task.group,
        days_over=-task.days_left,
        escalate_to_role=CHAIR,
    )
    if task.assignee_id and not _of_round(task):
        _tell(session, task, task.assignee_id, "visit-overdue")
    days = occasion_of(session, task).escalate_days
    if days is None:
        return
    if days == 0:
        escalate(session, task)
        return
    chair = Officers(session, task.school_id).responsible(CHAIR, (task.person_id,))
    if chair is not None and chair.id != task.assignee_id and not _of_round(task):
        _tell(session, task, chair.id, "visit-overdue-chair", link="/welfare/visits/board")
    at = task.due_on + timedelta(days=days)
    remind(session, VisitEscalates, at=max(at, clock.today()), key=task.id, data={"task_id": task.id})


def escalate(session: Session, task: VisitTask) -> None:
    """The chair joins those who go, and is told."""
    if task.state == ESCALATED:
        return
    task.escalate()
    chair = bring_in(session, task, CHAIR)
    if chair is not None and not _of_round(task):
        _tell(session, task, chair.id, "visit-escalated")


def _of_round(task: VisitTask) -> bool:
    """A round speaks once for all its visits."""
    return task.cause.startswith(ROUND)


def _tell(session: Session, task: VisitTask, to: str, template: str, link: str | None = None) -> None:
    notify(
        session,
        to=to,
        school=task.school_id,
        template=template,
        parameters={"due_on": task.due_on.isoformat(), "days_over": max(-task.days_left, 0)},
        link=link or f"/welfare/visits/{task.id}",
    )
