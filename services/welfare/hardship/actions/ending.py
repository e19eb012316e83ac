"""Ending a case and erasing what it held: a consent withdrawn, a person who left or moved."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.hardship.actions.saying import say
from services.welfare.hardship.models import (
    DROPPED,
    NO_CONSENT,
    OPEN_PROPOSAL,
    WITHDRAWN,
    HardshipCase,
)
from shared.kit import clock, files
from shared.kit.database import locked

TOLD = ("size", "income_fen", "medical_fen", "schooling_fen", "accident")


def erase(session: Session, case: HardshipCase) -> int:
    """Empty every sealed column of a case and delete its papers; returns the number of rows that held something."""
    if case.erased_at is not None:
        return 0
    rows = [case, *case.surveys, *case.proposals, *(vote for p in case.proposals for vote in p.votes)]
    for name in (*TOLD, "story"):
        setattr(case, name, None)
    for survey in case.surveys:
        for name in (*TOLD, "findings", "assessment"):
            setattr(survey, name, None)
        survey.went = []
    for proposal in case.proposals:
        proposal.reason = None
        if proposal.state == OPEN_PROPOSAL:
            proposal.state = DROPPED
        for vote in proposal.votes:
            vote.reason = None
    papers = list(case.evidence)
    files.erase(session, [paper.file_id for paper in papers])
    for paper in papers:
        session.delete(paper)
    case.evidence.clear()
    case.erased_at = clock.now()
    return len(rows) + len(papers)


def end_all(session: Session, person_id: str, outcome: str) -> None:
    """Somebody left the union, or moved to another one: nothing is done here any more, and what was told goes."""
    for case in _cases_of(session, person_id):
        if case.is_open:
            case.end(WITHDRAWN, outcome, clock.today())
            erase(session, case)
            say(session, case)


def erase_all(session: Session, person_id: str) -> int:
    """The consent was withdrawn: all cases of the person end, are emptied, and are nobody's any more."""
    rows = 0
    for case in _cases_of(session, person_id):
        if case.is_open:
            case.end(WITHDRAWN, NO_CONSENT, clock.today())
            say(session, case)
        rows += erase(session, case)
        case.person_id = case.nominated_by = None
    return rows


def _cases_of(session: Session, person_id: str) -> list[HardshipCase]:
    ids = session.scalars(
        select(HardshipCase.id).where(HardshipCase.person_id == person_id).order_by(HardshipCase.id)
    ).all()
    return [case for case_id in ids if (case := locked(session, HardshipCase, case_id)) is not None]
