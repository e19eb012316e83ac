"""After the approval: the visits go on the board by the hundred, each with its team, as a job that shows how far it is.

The codes for the sheets are drawn by a second job, once; printing only writes them down.
"""

from datetime import timedelta
from typing import Any

import segno
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare.occasions import ROUND, ROUND_OTHER, ROUND_SPRING
from services.welfare.rounds.actions.saying import say
from services.welfare.rounds.kinds import SPRING
from services.welfare.rounds.models import APPROVED, CLOSED, CLOSING, OPEN, OPENING, RoundRow, VisitRound
from services.welfare.telling import tell
from services.welfare.visits.actions.many import Plan, plan_many
from services.welfare.visits.actions.staffing import Officers
from shared.kit import audit, clock, jobs
from shared.kit.database import locked, locked_where
from shared.kit.messages import remind, reminder
from shared.kit.people import GONE, person
from shared.kit.problems import Conflict

OPEN_JOB, CODES_JOB = "round-open", "round-codes"
AT_ONCE = 100  # a fifth of a second
RoundDue = reminder("round-due")
RoundLate = reminder("round-late")


def begin(session: Session, made: VisitRound, *, by: str) -> jobs.Job:
    """Start opening the visits. Raises Conflict."""
    made.require(APPROVED)
    made.state = OPENING
    audit.record(session, "round.opened", object_id=made.id)
    return _start(session, made, OPEN_JOB, by)


def draw_codes(session: Session, made: VisitRound, *, by: str, host: str) -> jobs.Job:
    """Start drawing the codes of the sheets; those that are drawn stay. Raises Conflict."""
    made.require(OPEN, CLOSING, CLOSED)
    return _start(session, made, CODES_JOB, by, host=host)


def _start(session: Session, made: VisitRound, name: str, by: str, **params: str) -> jobs.Job:
    path = f"/welfare/rounds/{made.id}"
    job = jobs.start(
        session,
        name,
        school_id=made.school_id,
        owner_id=by,
        total=session.scalar(select(func.count()).where(*_listed(made))) or 0,
        params={"round_id": made.id, "by": by, **params},
        next_url=f"{path}/sheets" if name == CODES_JOB else path,
    )
    made.job_id = job.id
    return job


def _listed(made: VisitRound) -> tuple[Any, Any]:
    return RoundRow.round_id == made.id, RoundRow.taken_off.is_(False)


@jobs.job(OPEN_JOB)
def open_step(session: Session, job: jobs.Job) -> None:
    """The next hundred visits; whoever left meanwhile comes off the list."""
    made = locked(session, VisitRound, job.params["round_id"])
    assert made is not None
    rows = _next(session, made, RoundRow.task_id.is_(None))
    if not rows:
        _opened(session, made)
        job.finish()
        return
    carer = Officers(session, made.school_id).responsible("carer", ())
    teams = {route.area: route.team or ([carer.id] if carer else []) for route in made.routes}
    kind = ROUND_SPRING if made.kind == SPRING else ROUND_OTHER
    going = []
    for row in rows:
        card = person(session, row.person_id)
        if card is None or card.standing in GONE or card.erased or card.school_id != made.school_id:
            row.taken_off, row.why = True, {**row.why, "reason": _("Left before the visit")}
        else:
            going.append(row)
    tasks = plan_many(
        session,
        made.school_id,
        [
            Plan(f"{ROUND}{row.id}", row.person_id, kind, row.group, made.due_on, teams.get(row.area, ()))
            for row in going
        ],
        since=made.as_of,
    )
    for row, task in zip(going, tasks, strict=True):
        row.task_id = task.id
    job.done += len(rows)


def _opened(session: Session, made: VisitRound) -> None:
    made.state = OPEN
    for lead in dict.fromkeys(route.team[0] for route in made.routes if route.team):
        tell(session, lead, "round-begun", school_id=made.school_id,
             link=f"/welfare/rounds/{made.id}/sheets", due_on=made.due_on.isoformat())  # fmt: skip
    for kind, day in ((RoundDue, made.due_on), (RoundLate, made.due_on + timedelta(days=1))):
        remind(session, kind, at=max(day, clock.today()), key=made.id, data={"round_id": made.id})
    say(session, made)


def remind_of_round(session: Session, made: VisitRound, waiting: int) -> None:
    """On the due day, and once more the day after, while somebody waits: to each team, and to the officer of care."""
    if made.state != OPEN or not waiting:
        return
    template = "round-due" if clock.today() <= made.due_on else "round-late"
    carer = Officers(session, made.school_id).responsible("carer", ())
    teams = [route.team[0] for route in made.routes if route.team]
    for who in dict.fromkeys([*teams, *([carer.id] if carer else [])]):
        tell(session, who, template, school_id=made.school_id,
             link=f"/welfare/rounds/{made.id}/results", due_on=made.due_on.isoformat())  # fmt: skip


@jobs.job(CODES_JOB)
def codes_step(session: Session, job: jobs.Job) -> None:
    """Draw the next hundred codes. Size and mask are given: trying them all would take eight times as long."""
    made = session.get(VisitRound, job.params["round_id"])
    assert made is not None
    rows = _next(session, made, RoundRow.code.is_(None))
    for row in rows:
        address = f"{job.params['host']}welfare/rounds/rows/{row.id}"
        row.code = segno.make(address, error="m", micro=False, mask=3).svg_data_uri(scale=3, border=2)
    job.done += len(rows)
    if not rows:
        job.done = job.total
        job.finish()


def _next(session: Session, made: VisitRound, *wanted: Any) -> list[RoundRow]:
    first = select(RoundRow.id).where(*_listed(made), *wanted).order_by(RoundRow.number).limit(AT_ONCE)
    ids = session.scalars(first).all()
    return (
        sorted(locked_where(session, RoundRow, RoundRow.id.in_(ids)), key=lambda row: row.number)
        if ids
        else []
    )


def require_open(made: VisitRound) -> None:
    """Raise Conflict unless results can be written."""
    if made.state != OPEN:
        raise Conflict(_("The visits of this round are not open."), state=made.state)
