"""Planning visits: the first one, those repeated while an occasion lasts, and the one after its end."""

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from services.welfare.occasions import KINDS, RETIREE_VISIT
from services.welfare.schemes import queries as schemes
from services.welfare.schemes.models import Occasion
from services.welfare.visits.actions.staffing import announce, staff
from services.welfare.visits.models import FOLLOW_UP, VISIT, ClosedLifeEvent, VisitTask
from shared.kit import clock
from shared.kit.messages import remind, reminder
from shared.kit.people import person
from shared.kit.problems import Invalid

VisitDue = reminder("visit-due")
VisitRepeats = reminder("visit-repeats")
_KEY = ("school_id", "cause", "stage", "round")
_BY_KEY = select(VisitTask).where(*(getattr(VisitTask, name) == bindparam(name) for name in _KEY))


def plan_visit(
    session: Session,
    *,
    school_id: str,
    person_id: str,
    kind: str,
    cause: str,
    occurred_on: date,
    reported_on: date,
    life_event_id: str | None = None,
    restricted: bool = False,
    due_on: date | None = None,
) -> VisitTask | None:
    """Plan the first visit for a cause by the scheme of the school; None where the scheme has no such occasion.

    Planning the same cause again gives the task there is.
    """
    if existing := find_task(session, school_id, cause, VISIT, 1):
        return existing
    scheme = schemes.in_force(session, school_id, reported_on)
    card = person(session, person_id)
    occasion = scheme.answering(kind, card.sex if card else None)
    if occasion is None:
        return None
    occasion = occasion.capped(schemes.limits(session, school_id))
    task = VisitTask(
        school_id=school_id,
        cause=cause,
        stage=VISIT,
        round=1,
        life_event_id=life_event_id,
        person_id=person_id,
        group=KINDS[kind].group,
        restricted=restricted or occasion.restricted,
        scheme_version=scheme.version,
        matter={"kind": kind, "occasion": occasion.code, "occurred_on": occurred_on.isoformat()},
        reported_on=reported_on,
        due_on=due_on or due_day(occasion, kind, occurred_on, reported_on),
        office="chair" if restricted else occasion.office,
    )
    return put_on_the_board(session, task, () if restricted else occasion.team)


def due_day(occasion: Occasion, kind: str, occurred_on: date, reported_on: date) -> date:
    """Days count from the report; an announced day (a wedding) is itself the due day."""
    if KINDS[kind].by_its_date and occurred_on > reported_on:
        return occurred_on
    return reported_on + timedelta(days=occasion.due_days)


def put_on_the_board(session: Session, task: VisitTask, team: tuple[str, ...]) -> VisitTask:
    """Store a new task, assign it, say so, and remember its due day."""
    staff(session, task, team)  # before it is stored: so it is stored once, with those who go
    session.add(task)
    session.flush()
    # The year's regular visits come all on one morning, and what is late says so itself in a moment.
    is_quiet = task.matter["kind"] == RETIREE_VISIT or task.days_left < 0
    announce(session, task, template=None if is_quiet else "visit-assigned")
    remind(session, VisitDue, at=task.due_on, key=task.id, data={"task_id": task.id})
    return task


def find_task(session: Session, school_id: str, cause: str, stage: str, round_: int) -> VisitTask | None:
    """The task with that natural key."""
    key = {"school_id": school_id, "cause": cause, "stage": stage, "round": round_}
    return session.scalar(_BY_KEY, key)


def occasion_of(session: Session, task: VisitTask) -> Occasion:
    """The occasion as the scheme version of the task has it; the usual one where a school took over a task
    which its own scheme does not know."""
    matter = task.matter
    scheme = schemes.by_version(session, task.school_id, task.scheme_version)
    return scheme.occasion(matter["occasion"]) or Occasion.usual(matter["kind"])


def remember_repeat(session: Session, task: VisitTask) -> None:
    """After a visit: look again in time for the next one, while the occasion lasts (in hospital every 30 days)."""
    occasion = occasion_of(session, task)
    if occasion.repeat_days is None or task.stage != VISIT or task.visited_on is None:
        return
    next_due = task.visited_on + timedelta(days=occasion.repeat_days)
    planned_on = next_due - timedelta(days=min(occasion.due_days, occasion.repeat_days))
    remind(
        session,
        VisitRepeats,
        at=planned_on,
        key=task.id,
        data={"task_id": task.id, "due_on": next_due.isoformat()},
    )


def plan_repeat(session: Session, after: VisitTask, due_on: date) -> VisitTask | None:
    """The next round for the same cause, unless it is over or already planned."""
    if is_over(session, after) or find_task(session, after.school_id, after.cause, VISIT, after.round + 1):
        return None
    return put_on_the_board(session, _next(after, VISIT, after.round + 1, due_on), _team(session, after))


def plan_follow_up(session: Session, after: VisitTask, ended_on: date) -> VisitTask | None:
    """The visit some days after the end (7 after discharge), where the scheme has one."""
    occasion = occasion_of(session, after)
    if occasion.after_end_days is None:
        return None
    if existing := find_task(session, after.school_id, after.cause, FOLLOW_UP, 1):
        return existing
    due_on = max(ended_on + timedelta(days=occasion.after_end_days), clock.today())
    return put_on_the_board(session, _next(after, FOLLOW_UP, 1, due_on), _team(session, after))


def _next(after: VisitTask, stage: str, round_: int, due_on: date) -> VisitTask:
    return VisitTask(
        school_id=after.school_id,
        cause=after.cause,
        stage=stage,
        round=round_,
        life_event_id=after.life_event_id,
        person_id=after.person_id,
        group=after.group,
        restricted=after.restricted,
        scheme_version=after.scheme_version,
        matter=after.matter,
        reported_on=clock.today(),
        due_on=due_on,
        office=after.office,
    )


def _team(session: Session, task: VisitTask) -> tuple[str, ...]:
    return () if task.restricted else occasion_of(session, task).team


def agree_on(task: VisitTask, day: date | None) -> VisitTask:
    """Note the day agreed with the family; the due day stays. Raises Invalid, Conflict."""
    task.require_open()
    if day is not None and day < clock.today():
        raise Invalid(fields={"agreed_on": [_("That day is past.")]})
    task.agreed_on = day
    return task


def is_over(session: Session, task: VisitTask) -> bool:
    """Whether the life event behind a task has been closed."""
    return task.life_event_id is not None and session.get(ClosedLifeEvent, task.life_event_id) is not None
