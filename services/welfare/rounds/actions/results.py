"""What became of the visits, typed from the sheets or scanned, one line or all of them; and the end of a round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.rounds import queries
from services.welfare.rounds.actions.opening import require_open
from services.welfare.rounds.actions.saying import say
from services.welfare.rounds.models import (
    AWAY,
    CLOSED,
    CLOSING,
    DECLINED,
    DONE,
    RESULTS,
    RoundRow,
    VisitRound,
)
from services.welfare.visits.actions.ceilings import Gift
from services.welfare.visits.actions.many import Made, Rules, complete_many
from services.welfare.visits.actions.reporting import NO_PACK, NeedsConfirmation
from services.welfare.visits.actions.stopping import cancel_visit
from services.welfare.visits.models import OPEN as OPEN_TASKS
from services.welfare.visits.models import VisitTask
from shared.kit import audit, clock, jobs
from shared.kit.database import locked, locked_where
from shared.kit.problems import Conflict, Invalid

RESULTS_JOB, CLOSE_JOB = "round-results", "round-close"
AT_ONCE = 100
NOT_MADE = "not-made"  # how a task ends that its round did not get to


@dataclass(frozen=True)
class Result:
    """One line of a sheet: its number in the round, what became of it, on which day, another sum (fen) if it was."""

    number: int
    result: str
    visited_on: date
    gift_fen: int | None = None


def take_results(
    session: Session,
    made: VisitRound,
    results: Sequence[Result],
    *,
    by: str,
    areas: Sequence[str] | None = None,
    confirmed: Sequence[str] = (),
) -> jobs.Job | None:
    """Check every line, then write them: a sheet at once, more as a job. All or none; what is written already stays.

    `areas`: the only ones that the person may report for; `confirmed`: codes of WARNINGS that were read.
    Raises Invalid with one sentence for each wrong line, NeedsConfirmation.
    """
    require_open(made)
    _check(session, made, results, areas, confirmed)
    lines = [[r.number, r.result, r.visited_on.isoformat(), r.gift_fen] for r in results]
    if len(lines) <= AT_ONCE:
        _write(session, made, lines, by)
        return None
    job = jobs.start(
        session,
        RESULTS_JOB,
        school_id=made.school_id,
        owner_id=by,
        total=len(lines),
        params={"round_id": made.id, "by": by, "lines": lines},
        next_url=f"/welfare/rounds/{made.id}",
    )
    made.job_id = job.id
    return job


def _check(
    session: Session,
    made: VisitRound,
    results: Sequence[Result],
    areas: Sequence[str] | None,
    confirmed: Sequence[str],
) -> None:
    faults, seen, unchecked = [], set(), False
    rows = {
        row.number: (row, task)
        for row, task in session.execute(
            select(RoundRow, VisitTask)
            .join(VisitTask, VisitTask.id == RoundRow.task_id)
            .where(RoundRow.round_id == made.id)
        )
    }
    rules = Rules(session, made.school_id, [row.person_id for row, _task in rows.values()])
    for line in results:
        row, task = rows.get(line.number, (None, None))
        fault = None
        if row is None or task is None or (areas is not None and row.area not in areas):
            fault = _("is not on this list")
        elif line.number in seen:
            fault = _("stands here twice")
        elif line.visited_on > clock.today():
            fault = _("that day has not come yet")
        elif line.visited_on < task.reported_on:
            fault = _("that day is before the round was opened")
        elif line.result == DONE:
            fen = row.gift_fen if line.gift_fen is None else line.gift_fen
            gift, kind = Gift(fen, row.fund, line.visited_on), task.matter["kind"]
            fault = rules.fault(row.person_id, kind, gift)
            unchecked = unchecked or bool(task.is_open and rules.warnings(kind, gift))
        seen.add(line.number)
        if fault:
            faults.append(_("Line %(number)s: %(fault)s", number=line.number, fault=fault))
    if faults:
        raise Invalid(fields={"results": faults[:20]})
    if unchecked and NO_PACK not in confirmed:
        raise NeedsConfirmation.of(NO_PACK)


def _write(session: Session, made: VisitRound, lines: Sequence[Any], by: str) -> None:
    said = {number: (result, date.fromisoformat(day), fen) for number, result, day, fen in lines}
    rows = locked_where(session, RoundRow, RoundRow.round_id == made.id, RoundRow.number.in_(said))
    tasks = {
        task.id: task
        for task in locked_where(session, VisitTask, VisitTask.id.in_([row.task_id for row in rows]))
    }
    teams = {route.area: route.team for route in made.routes}
    visits = []
    for row in rows:
        task = tasks[row.task_id or ""]
        if not task.is_open:
            continue  # reported already: a sheet may come back twice
        result, day, fen = said[row.number]
        row.result, row.result_on = result, day
        if result == DONE:
            went = [who for who in teams.get(row.area) or [by] if who != row.person_id] or [by]
            visits.append(Made(task, day, went, row.gift_fen if fen is None else fen, row.fund))
        elif result == DECLINED:
            cancel_visit(session, task, outcome=DECLINED)
    complete_many(session, made.school_id, visits, by=by)


@jobs.job(RESULTS_JOB)
def results_step(session: Session, job: jobs.Job) -> None:
    made = locked(session, VisitRound, job.params["round_id"])
    assert made is not None
    lines = job.params["lines"][job.done : job.done + AT_ONCE]
    try:
        _write(session, made, lines, job.params["by"])
    except (Invalid, Conflict) as refusal:  # the rules changed while it ran: what stands, stands
        job.fail(str(refusal.detail or refusal.title))
        return
    job.done += len(lines)
    if job.done >= job.total:
        job.finish()


def close(session: Session, made: VisitRound, *, by: str, reason: str | None) -> jobs.Job:
    """End a round. Whoever has no result, or was never at home, needs a reason. Raises Conflict, Invalid."""
    require_open(made)
    waiting = queries.figures(session, made)["waiting"] + queries.figures(session, made)["away"]
    if waiting and not reason:
        message = _(
            "%(count)s have not been visited: say why the round is closed all the same.", count=waiting
        )
        raise Invalid(fields={"reason": [message]})
    made.state = CLOSING
    audit.record(session, "round.closed", object_id=made.id)
    job = jobs.start(
        session,
        CLOSE_JOB,
        school_id=made.school_id,
        owner_id=by,
        total=waiting,
        params={"round_id": made.id, "reason": reason},
        next_url=f"/welfare/rounds/{made.id}",
    )
    made.job_id = job.id
    return job


@jobs.job(CLOSE_JOB)
def close_step(session: Session, job: jobs.Job) -> None:
    """The next hundred that were not made are taken off the board; then the figures stand."""
    made = locked(session, VisitRound, job.params["round_id"])
    assert made is not None
    ids = session.scalars(
        select(VisitTask.id)
        .join(RoundRow, RoundRow.task_id == VisitTask.id)
        .where(RoundRow.round_id == made.id, VisitTask.state.in_(OPEN_TASKS))
        .order_by(VisitTask.id)
        .limit(AT_ONCE)
    ).all()
    for task in locked_where(session, VisitTask, VisitTask.id.in_(ids)) if ids else []:
        cancel_visit(session, task, outcome=NOT_MADE, reason=job.params["reason"])
    job.done += len(ids)
    if not ids:
        session.flush()
        made.figures = queries.figures(session, made)
        made.state, made.closed_at = CLOSED, clock.now()
        say(session, made, made.figures)
        job.finish()


def parse_lines(text: str, on: date, own: dict[str, int]) -> list[Result]:
    """Lines as they are typed or scanned: number or scanned address, then the result (1 2 3, or its words).

    `own`: row ids → numbers. Raises Invalid with one sentence for each line that cannot be read.
    """
    words = {
        DONE: ("1", "done", "已慰问", "已看望", "✓"),
        AWAY: ("2", "away", "不在", "不在家"),
        DECLINED: ("3", "declined", "婉拒"),
    }
    meant = {word: result for result in RESULTS for word in words[result]}
    found, faults = [], []
    for place, line in enumerate(text.splitlines(), 1):
        parts = line.replace("，", " ").replace(",", " ").split()
        if not parts:
            continue
        key = parts[0].rstrip("/").rsplit("/", 1)[-1]
        number = own.get(key) or (int(key) if key.isascii() and key.isdigit() and len(key) < 6 else None)
        result = meant.get(parts[1]) if len(parts) > 1 else DONE
        if number is None or result is None:
            faults.append(_("Line %(number)s: %(fault)s", number=place, fault=_("cannot be read")))
        else:
            found.append(Result(number, result, on))
    if faults or not found:
        raise Invalid(fields={"lines": faults[:20] or [_("Write at least one line.")]})
    return found
