"""Counting the care of a school from what stands in the tables: exactly for itself, in steps of five for others.

What is told of a month are the visits that fell due in it and the payments confirmed in it; the tables of a half-year
count the visits made and the payments paid out in it. One may fall due, or be paid, in one span and be made, or
confirmed, in another: so neither divides the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.welfare.aid.models import PAID, RECEIVED, AidRequest
from services.welfare.disputes.models import Dispute
from services.welfare.district.withholding import LEAST, in_steps
from services.welfare.occasions import RETIREE_VISIT, RETIREMENT, ROUND
from services.welfare.visits.models import CANCELLED, COMPLETED, VISIT, VisitTask
from shared.kit import clock
from shared.kit.audit import AuditEntry

COUNTED = (
    "visits_planned",
    "visits_completed",
    "visits_on_time",
    "aid_payments",
    "disputes_open",
)
PLANNED_BY_US = (RETIREMENT, RETIREE_VISIT)  # nobody had to come to know of these
ENOUGH_FOR_MEDIANS = 2 * LEAST


def month_bounds(period: str) -> tuple[date, date]:
    """The first day of a month (2026-09), and the first after it."""
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def month_after(period: str) -> str:
    return month_of(month_bounds(period)[1])


def month_before(period: str) -> str:
    return month_of(month_bounds(period)[0] - timedelta(days=1))


def care_of(session: Session, school_id: str, begins: date, ends: date) -> dict[str, int]:
    """The true counts of a span [begins, ends): visits by the day they fell due, aid by the day its receipt was
    confirmed, disputes as on the last day."""
    last = ends - timedelta(days=1)
    due = (
        VisitTask.school_id == school_id,
        VisitTask.due_on >= begins,
        VisitTask.due_on < ends,
        VisitTask.state != CANCELLED,
    )
    made = VisitTask.state == COMPLETED
    planned, completed, on_time = session.execute(
        select(
            func.count(),
            func.count().filter(made),
            func.count().filter(made, VisitTask.visited_on <= VisitTask.due_on),
        )
        .select_from(VisitTask)
        .where(*due)
    ).one()
    open_disputes = session.scalar(
        select(func.count())
        .select_from(Dispute)
        .where(
            Dispute.school_id == school_id,
            Dispute.applied_on <= last,
            or_(Dispute.closed_on.is_(None), Dispute.closed_on > last),
        )
    )
    confirmed = session.scalar(
        select(func.count())
        .select_from(AidRequest)
        .where(
            AidRequest.school_id == school_id,
            AidRequest.received_on >= begins,
            AidRequest.received_on < ends,
        )
    )
    counts = (
        planned,
        completed,
        on_time,
        confirmed or 0,
        open_disputes or 0,
    )
    return dict(zip(COUNTED, counts, strict=True))


def as_told(counts: dict[str, int]) -> dict[str, int | None]:
    """What others may learn: the last multiple of five that was reached; below five nothing, not even a zero.

    Neither what is left of the visits (overdue) is among it, which could follow exactly beside the other two, nor how
    many hardship cases are on file, beside the district's exact table of those taken on file.
    """
    return {name: in_steps(count) or None for name, count in counts.items()}


def aid_paid(session: Session, school_id: str, begins: date, ends: date) -> Sequence[AidRequest]:
    return session.scalars(
        select(AidRequest)
        .where(
            AidRequest.school_id == school_id,
            AidRequest.state.in_((PAID, RECEIVED)),
            AidRequest.paid_on >= begins,
            AidRequest.paid_on < ends,
        )
        .order_by(AidRequest.paid_on, AidRequest.id)
    ).all()


@dataclass(frozen=True)
class Times:
    """Medians in whole days (第一知情人、第一报告人、第一帮扶人) with the number of cases behind each; None: no case.

    known: from what happened to the report. read: from the report until somebody of those who go opened it.
    helped: from the report to the visit.
    """

    known: int | None
    read: int | None
    helped: int | None
    cases: dict[str, int]


def times(session: Session, school_id: str, begins: date, ends: date, *, least: int = 1) -> Times:
    """Of the first visits that fell due in a span for what was reported; None where fewer than `least` cases stand
    behind a median. What is announced ahead (a wedding) has no time until it is known."""
    tasks = session.scalars(
        select(VisitTask).where(
            VisitTask.school_id == school_id,
            VisitTask.due_on >= begins,
            VisitTask.due_on < ends,
            VisitTask.stage == VISIT,
            VisitTask.round == 1,
            VisitTask.state != CANCELLED,
        )
    ).all()
    opened = _first_reads(session, [task.id for task in tasks])
    spans: dict[str, list[int]] = {"known": [], "read": [], "helped": []}
    for task in tasks:
        if task.cause.startswith(ROUND) or task.matter["kind"] in PLANNED_BY_US:
            continue
        before = (task.reported_on - date.fromisoformat(task.matter["occurred_on"])).days
        if before >= 0:
            spans["known"].append(before)
        if task.id in opened:
            spans["read"].append(max(0, (opened[task.id] - task.reported_on).days))
        if task.visited_on is not None:
            spans["helped"].append(max(0, (task.visited_on - task.reported_on).days))
    found: dict[str, Any] = {
        name: median_low(days) if len(days) >= least else None for name, days in spans.items()
    }
    return Times(**found, cases={name: len(days) for name, days in spans.items()})


def _first_reads(session: Session, task_ids: Sequence[str]) -> dict[str, date]:
    """On which day each visit's occasion was first opened by somebody of those who go."""
    found: dict[str, date] = {}
    for start in range(0, len(task_ids), 500):
        rows: Iterable[Any] = session.execute(
            select(AuditEntry.object_id, func.min(AuditEntry.at))
            .where(AuditEntry.action == "visit.read", AuditEntry.object_id.in_(task_ids[start : start + 500]))
            .group_by(AuditEntry.object_id)
        )
        found |= {object_id: clock.local(at).date() for object_id, at in rows}
    return found
