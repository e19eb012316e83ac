"""Who goes: the officers whom a scheme names, found anew whenever offices change hands."""

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from services.welfare.visits.models import OPEN, STAND_INS, Companion, VisitTask
from shared.contracts.welfare import VisitTaskCreated
from shared.kit import audit
from shared.kit.database import locked_where
from shared.kit.messages import emit
from shared.kit.notices import notify
from shared.kit.people import GONE, HAS_OFFICE, IS_THERE, Person, person
from shared.kit.problems import Invalid

AT_ONCE = 500  # tasks locked by one statement


class Officers:
    """The officers of one school, read once."""

    _OF = (
        select(Person)
        .where(Person.school_id == bindparam("school_id"), HAS_OFFICE, IS_THERE)
        .order_by(Person.pinyin, Person.id)
    )

    def __init__(self, session: Session, school_id: str) -> None:
        self._people = session.scalars(self._OF, {"school_id": school_id}).all()

    def holder(self, office: str, without: Collection[str | None] = ()) -> Person | None:
        """Somebody in that office today, other than those."""
        return next((card for card in self._people if card.id not in without and card.holds(office)), None)

    def responsible(self, office: str, without: Collection[str | None]) -> Person | None:
        """The holder of an office; while it is empty the welfare officer (生活委员), else the chair or vice-chair."""
        chain = ("chair", "vice_chair") if office == "chair" else (office, *STAND_INS)
        found = (self.holder(candidate, without) for candidate in chain)
        return next((card for card in found if card is not None), None)


def staff(session: Session, task: VisitTask, team: Sequence[str]) -> None:
    """Assign a new task to its office and the companions of the team; nobody visits himself."""
    officers = Officers(session, task.school_id)
    lead = officers.responsible(task.office, (task.person_id,))
    task.assign(lead.id if lead else None)
    for office in team:
        if companion := officers.holder(office, (task.person_id, *task.goes)):
            _join(task, companion.id, office)


def _join(task: VisitTask, person_id: str, office: str | None) -> None:
    task.companions.append(
        Companion(school_id=task.school_id, task_id=task.id, person_id=person_id, office=office)
    )


def bring_in(session: Session, task: VisitTask, office: str) -> Person | None:
    """Let the holder of an office (the chair, when it escalates) see and share a task."""
    officer = Officers(session, task.school_id).responsible(office, (task.person_id,))
    if officer is not None and officer.id not in task.goes:
        _join(task, officer.id, office)
    return officer


def announce(session: Session, task: VisitTask, *, template: str | None) -> None:
    """Say whose the task is: to the calendars and (with a template) to the person; the occasion is in neither."""
    emit(
        session,
        VisitTaskCreated,
        of=task,
        subject=task.person_id,
        school=task.school_id,
        task_id=task.id,
        occasion_group=task.group,
        due_on=task.due_on,
        assignee_role=task.office,
        assignee_id=task.assignee_id,
    )
    if template and task.assignee_id:
        notify(
            session,
            to=task.assignee_id,
            school=task.school_id,
            template=template,
            parameters={"days": max(task.days_left, 0), "due_on": task.due_on.isoformat()},
            link=f"/welfare/visits/{task.id}",
        )


def reassign(session: Session, task: VisitTask, *, to: str) -> VisitTask:
    """Give a task to somebody of the school by hand. Raises Invalid, Conflict."""
    card = person(session, to)
    if card is None or card.school_id != task.school_id or card.standing in GONE:
        raise Invalid(fields={"person_id": [_("Choose somebody of this school.")]})
    if to == task.person_id:
        raise Invalid(fields={"person_id": [_("Nobody visits himself.")]})
    if task.restricted and not (card.holds("chair") or card.holds("vice_chair")):
        raise Invalid(fields={"person_id": [_("This task is for the chair or vice-chair alone.")]})
    task.assign(to, by_hand=True)
    audit.record(session, "visit.reassigned", object_id=task.id, person_id=task.person_id)
    announce(session, task, template="visit-reassigned")
    return task


def settle_offices(session: Session, school_id: str) -> None:
    """Move open tasks from those who no longer hold the office to those who do, after an election or a departure.

    Only the tasks that somebody leaves are locked: an election moves a few of thousands.
    """
    officers = Officers(session, school_id)
    is_open = (VisitTask.school_id == school_id, VisitTask.state.in_(OPEN))
    there = session.scalars(select(VisitTask).where(*is_open)).all()
    going = {person_id for task in there for person_id in task.goes}
    _cards = session.scalars(
        select(Person).where(Person.id.in_(going))
    ).all()  # held, so that each is read once
    moves = [task.id for task in there if not _is_settled(session, task)]
    for first in range(0, len(moves), AT_ONCE):
        for task in locked_where(
            session, VisitTask, *is_open, VisitTask.id.in_(moves[first : first + AT_ONCE])
        ):
            settle(session, task, officers)


def _is_settled(session: Session, task: VisitTask) -> bool:
    """Whether all who are to go still may, each for the office for which he goes."""
    return _lead_stands(session, task) and all(
        _stands(session, task, companion.person_id, companion.office) for companion in task.companions
    )


def settle(session: Session, task: VisitTask, officers: Officers) -> None:
    """Let nobody go (and know) who no longer stands for the office; a choice by hand stays while it can."""
    for companion in list(task.companions):
        if not _stands(session, task, companion.person_id, companion.office):
            task.companions.remove(companion)
            successor = (
                officers.holder(companion.office, (task.person_id, *task.goes)) if companion.office else None
            )
            if successor:
                _join(task, successor.id, companion.office)
    if _lead_stands(session, task):
        return
    lead = officers.responsible(task.office, (task.person_id,))
    if (lead.id if lead else None) != task.assignee_id:
        task.assign(lead.id if lead else None)
        announce(session, task, template="visit-reassigned")


def _lead_stands(session: Session, task: VisitTask) -> bool:
    return _stands(session, task, task.assignee_id, None if task.by_hand else task.office)


def _stands(session: Session, task: VisitTask, person_id: str | None, office: str | None) -> bool:
    """Whether a person may still go: is of the school, and in the office, if it is for an office."""
    card = person(session, person_id) if person_id else None
    if card is None or card.school_id != task.school_id or card.standing in GONE or card.disabled:
        return False
    return office is None or card.holds(office)
