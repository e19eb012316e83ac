"""Reading visits: whose they are, what the board shows, how a school is doing. No list here tells an occasion."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from services.welfare.visits.models import (
    COMPLETED,
    LATE,
    OFFERED,
    OPEN,
    Companion,
    HandOver,
    VisitTask,
)
from shared.kit import audit, clock
from shared.kit.access import Actor, actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.people import Person, matching
from shared.kit.problems import NotFound


def goes(person_id: str | None) -> Any:
    """WHERE: tasks on which a person is to go."""
    return or_(
        VisitTask.assignee_id == person_id,
        VisitTask.id.in_(select(Companion.task_id).where(Companion.person_id == person_id)),
    )


def on_the_board(who: Actor) -> Any:
    """WHERE: tasks of the asker's school, without the restricted ones of others."""
    return and_(within(VisitTask), or_(VisitTask.restricted.is_(False), goes(who.person_id)))


def mine(filters: dict[str, Any] | None = None) -> Keyset:
    """The open tasks of whoever asks, the most urgent first."""
    query = select(VisitTask).where(within(VisitTask), goes(actor().person_id))
    if not (filters or {}).get("done"):
        return Keyset(query.where(VisitTask.state.in_(OPEN)), [VisitTask.due_on, VisitTask.id])
    return Keyset(
        query.where(VisitTask.state == COMPLETED), [VisitTask.due_on, VisitTask.id], descending=True
    )


def board(filters: dict[str, Any]) -> Keyset:
    """The school's tasks by state, person, who goes and due day."""
    query = select(VisitTask).where(on_the_board(actor()))
    match filters.get("state") or "open":
        case "open":
            query = query.where(VisitTask.state.in_(OPEN))
        case "late":
            query = query.where(VisitTask.state.in_(LATE))
        case "all":
            pass
        case state:
            query = query.where(VisitTask.state == state)
    if filters.get("assignee_id"):
        query = query.where(goes(filters["assignee_id"]))
    if filters.get("due_before"):
        query = query.where(VisitTask.due_on < filters["due_before"])
    if filters.get("q"):
        query = query.where(
            VisitTask.person_id.in_(select(Person.id).where(within(Person), matching(filters["q"])))
        )
    newest_first = filters.get("sort") == "-due_on"
    return Keyset(query, [VisitTask.due_on, VisitTask.id], descending=newest_first)


def visible(session: Session, task_id: str, *, lock: bool = False) -> VisitTask:
    """A task that the asker may see at all. Raises NotFound."""
    task = get_within(session, VisitTask, task_id, lock=lock)
    who = actor()
    if knows(task) or (not task.restricted and who.may("visits.board")):
        return task
    raise NotFound()


def known(session: Session, task_id: str, *, lock: bool = False) -> VisitTask:
    """A task whose occasion the asker may know: those who go. Raises NotFound."""
    task = get_within(session, VisitTask, task_id, lock=lock)
    if not knows(task):
        raise NotFound()
    return task


def knows(task: VisitTask) -> bool:
    """Whether the asker may learn the occasion of a task."""
    who = actor()
    return task.may_be_known_by(who.person_id, who.offices)


def read_matter(session: Session, task: VisitTask) -> dict[str, Any]:
    """The occasion, for somebody who may know it; the read is recorded where the person can see it."""
    audit.record_look(session, "visit.read", object_id=task.id, person_id=task.person_id)
    matter: dict[str, Any] = task.matter
    return matter


def offers() -> Keyset:
    """Tasks that other schools offer to the asker's school."""
    return Keyset(
        select(HandOver).where(within(HandOver), HandOver.state == OFFERED), [HandOver.due_on, HandOver.id]
    )


def names(session: Session, ids: set[str | None]) -> dict[str, str]:
    """Names by id, for a list."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_({i for i in ids if i})))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True)
class Counts:
    """How a school's visits stand, in numbers."""

    open: int
    this_week: int
    late: int
    done: int
    on_time: int


def counts(session: Session, school_id: str, *, person_id: str | None = None) -> Counts:
    """Open tasks now, and those done in this half-year; of one person, or of the whole school."""
    monday = clock.today() - timedelta(days=clock.today().weekday())
    own = [VisitTask.school_id == school_id, *([goes(person_id)] if person_id else [])]
    is_open, is_done = (
        VisitTask.state.in_(OPEN),
        and_(VisitTask.state == COMPLETED, VisitTask.visited_on >= half_year_start(clock.today())),
    )
    columns = (
        is_open,
        and_(is_open, VisitTask.due_on < monday + timedelta(days=7)),
        VisitTask.state.in_(LATE),
        is_done,
        and_(is_done, VisitTask.visited_on <= VisitTask.due_on),
    )
    row = session.execute(
        select(*(func.count().filter(column) for column in columns)).select_from(VisitTask).where(*own)
    ).one()
    return Counts(*row)


def made_by_school(
    session: Session, school_ids: Sequence[str], begins: date, ends: date
) -> Iterable[tuple[str, str, date, int]]:
    """Visits made from a day on and before another: school, group, day, how many."""
    query = select(VisitTask.school_id, VisitTask.group, VisitTask.visited_on, func.count()).where(
        VisitTask.school_id.in_(school_ids),
        VisitTask.state == COMPLETED,
        VisitTask.visited_on >= begins,
        VisitTask.visited_on < ends,
    )
    rows = session.execute(query.group_by(VisitTask.school_id, VisitTask.group, VisitTask.visited_on))
    return [(school_id, group, day, count) for school_id, group, day, count in rows]


def schools_with_open_tasks(session: Session, school_ids: Sequence[str]) -> dict[str, bool]:
    """Those of the schools that owe visits, and whether one of them is late."""
    found: dict[str, bool] = {}
    query = select(VisitTask.school_id, VisitTask.state).where(
        VisitTask.school_id.in_(school_ids), VisitTask.state.in_(OPEN)
    )
    for school_id, state in session.execute(query.distinct()):
        found[school_id] = found.get(school_id, False) or state in LATE
    return found


def half_year_start(day: date) -> date:
    return date(day.year, 1 if day.month < 7 else 7, 1)
