"""Whether a school keeps its six systems, from what stands in the tables: a light, in numbers, with where to look.

Terms are those of DUTIES. Nothing to be judged (no case, no visit yet) is no fault and no merit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare.aid.models import APPROVED, REQUESTED, AidRequest
from services.welfare.figures import counting
from services.welfare.figures.queries import target_of
from services.welfare.hardship.models import (
    ACTIVE,
    APPLIED,
    RECHECK,
    HardshipCase,
    HardshipSurvey,
    last_recheck_over,
)
from services.welfare.requests.models import OPEN as OPEN_REQUESTS
from services.welfare.requests.models import MemberRequest
from services.welfare.rounds.models import CALLED_OFF, CLOSED, VisitRound
from services.welfare.systems.models import (
    AID,
    APPRAISAL,
    FILES,
    REPORTS,
    ROUNDS,
    SYSTEMS,
    VISITS,
    CareSystem,
)
from services.welfare.visits.models import COMPLETED, OPEN, VisitTask
from shared.kit import clock

# Where the rows stand that a light was reckoned from, and the right to see them.
EVIDENCE: dict[str, tuple[str, str]] = {
    FILES: ("/welfare/hardship/", "hardship.keep"),
    ROUNDS: ("/welfare/rounds/", "rounds.walk"),
    VISITS: ("/welfare/visits/board", "visits.board"),
    AID: ("/welfare/aid/", "aid.keep"),
    REPORTS: ("/welfare/figures/", "figures.see"),
    APPRAISAL: ("/welfare/figures/", "figures.see"),
}
KEPT, WATCH, BROKEN, NOTHING = "kept", "watch", "broken", "nothing"
YEAR = timedelta(days=365)
WITHIN = timedelta(days=14)
KNOWN_WITHIN = 3  # days, the median
NINE_IN_TEN = (9, 10)


@dataclass(frozen=True)
class Light:
    """How a duty stands: a state, and the numbers in words."""

    state: str
    words: str


def light(session: Session, school_id: str, code: str) -> Light:
    """The light of one system today."""
    return JUDGES[code](session, school_id)


def _count(session: Session, column: object, *where: object) -> int:
    query = select(func.count()).select_from(column).where(*where)  # type: ignore[arg-type]
    return session.scalar(query) or 0


def _files(session: Session, school_id: str) -> Light:
    today = clock.today()
    of_school = HardshipCase.school_id == school_id
    late = _count(
        session, HardshipCase, of_school, HardshipCase.state == APPLIED, HardshipCase.survey_due_on < today
    )
    opened = last_recheck_over(today)
    again = select(HardshipSurvey.case_id).where(
        HardshipSurvey.kind == RECHECK, HardshipSurvey.surveyed_on >= opened
    )
    missed = _count(
        session,
        HardshipCase,
        of_school,
        HardshipCase.state == ACTIVE,
        HardshipCase.active_from < opened,
        HardshipCase.id.not_in(again),
    )
    kept = _count(session, HardshipCase, of_school, HardshipCase.state == ACTIVE)
    if late or missed:
        return Light(
            BROKEN,
            _(
                "Surveys late: %(late)s. Cases not looked at in November: %(missed)s.",
                late=late,
                missed=missed,
            ),
        )
    if not kept:
        return Light(NOTHING, _("No case is on file."))
    return Light(KEPT, _("Cases on file, all looked at: %(kept)s.", kept=kept))


def _rounds(session: Session, school_id: str) -> Light:
    today = clock.today()
    rounds = session.scalars(
        select(VisitRound).where(VisitRound.school_id == school_id, VisitRound.state != CALLED_OFF)
    ).all()
    late = [one for one in rounds if one.state != CLOSED and one.due_on < today]
    held = [one for one in rounds if one.closed_at and clock.local(one.closed_at).date() > today - YEAR]
    if late:
        return Light(BROKEN, _("Rounds open past their day: %(late)s.", late=len(late)))
    if not held:
        return Light(WATCH, _("No round was closed in the last 365 days."))
    return Light(KEPT, _("Rounds closed in the last 365 days: %(held)s.", held=len(held)))


def _visits(session: Session, school_id: str) -> Light:
    today = clock.today()
    of_school = VisitTask.school_id == school_id
    late = _count(session, VisitTask, of_school, VisitTask.state.in_(OPEN), VisitTask.due_on < today)
    made_where = (of_school, VisitTask.state == COMPLETED, VisitTask.visited_on > today - YEAR)
    made = _count(session, VisitTask, *made_where)
    on_time = _count(session, VisitTask, *made_where, VisitTask.visited_on <= VisitTask.due_on)
    if late:
        return Light(BROKEN, _("Visits overdue: %(late)s.", late=late))
    if not made:
        return Light(NOTHING, _("No visit was made in the last 365 days."))
    words = _("In time: %(part)s of %(whole)s.", part=on_time, whole=made)
    top, bottom = NINE_IN_TEN
    return Light(KEPT if on_time * bottom >= made * top else WATCH, words)


def _aid(session: Session, school_id: str) -> Light:
    since = clock.today() - WITHIN
    of_school = AidRequest.school_id == school_id
    undecided = _count(
        session, AidRequest, of_school, AidRequest.state == REQUESTED, AidRequest.requested_on < since
    )
    unpaid = _count(
        session, AidRequest, of_school, AidRequest.state == APPROVED, AidRequest.decided_on < since
    )
    if undecided or unpaid:
        return Light(
            BROKEN,
            _(
                "Waiting for more than 14 days: %(undecided)s for a decision, %(unpaid)s to be paid.",
                undecided=undecided,
                unpaid=unpaid,
            ),
        )
    asked = _count(session, AidRequest, of_school, AidRequest.requested_on > clock.today() - YEAR)
    if not asked:
        return Light(NOTHING, _("No aid was asked for in the last 365 days."))
    return Light(KEPT, _("Asked for in the last 365 days: %(asked)s; nothing waits too long.", asked=asked))


def _reports(session: Session, school_id: str) -> Light:
    today = clock.today()
    waiting = _count(
        session,
        MemberRequest,
        MemberRequest.school_id == school_id,
        MemberRequest.state.in_(OPEN_REQUESTS),
        MemberRequest.due_on < today,
    )
    known = counting.times(session, school_id, today - YEAR, today + YEAR).known
    if waiting:
        return Light(BROKEN, _("Requests without an answer past their day: %(waiting)s.", waiting=waiting))
    if known is None:
        return Light(NOTHING, _("Nothing was reported in the last 365 days."))
    words = _("Half was known within %(days)s days.", days=known)
    return Light(KEPT if known <= KNOWN_WITHIN else WATCH, words)


def _appraisal(session: Session, school_id: str) -> Light:
    today = clock.today()
    looked = _count(
        session,
        CareSystem,
        CareSystem.school_id == school_id,
        CareSystem.code != APPRAISAL,
        CareSystem.looked_on > today - YEAR,
    )
    others = len(SYSTEMS) - 1
    has_targets = target_of(session, school_id, today.year) is not None
    words = _("Looked at: %(looked)s of %(others)s.", looked=looked, others=others)
    if not has_targets:
        words = f"{words} {_('The year has no targets.')}"
    return Light(KEPT if looked == others and has_targets else WATCH, words)


JUDGES: dict[str, Callable[[Session, str], Light]] = {
    FILES: _files,
    ROUNDS: _rounds,
    VISITS: _visits,
    AID: _aid,
    REPORTS: _reports,
    APPRAISAL: _appraisal,
}
