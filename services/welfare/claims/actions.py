"""Handing a claim in, moving it on within the days of its stage, settling it, deleting its papers."""

from datetime import date, timedelta
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare import standards
from services.welfare.claims import queries
from services.welfare.claims.models import (
    MOST_PAPERS,
    PAID,
    PAPER,
    STATES,
    SUBMITTED,
    WITHDRAWN,
    InsuranceClaim,
)
from services.welfare.consents.actions import NoConsent
from services.welfare.telling import tell, tell_office
from shared.kit import audit, clock, files
from shared.kit.access import Actor
from shared.kit.database import locked_where
from shared.kit.messages import remind, reminder
from shared.kit.people import person
from shared.kit.problems import Conflict, Forbidden, Invalid

PAGE = "/welfare/claims/"
AGAIN = timedelta(days=7)
ClaimDue, PapersExpire = reminder("claim-due"), reminder("claim-papers-expire")


def submit(session: Session, *, school_id: str, person_id: str, plan_id: str) -> InsuranceClaim:
    """Claim on a plan that one is enrolled in; the welfare officer hears that something waits. Raises NoConsent."""
    if plan_id not in {plan.id for plan in queries.own_plans(session, person_id)}:
        raise NoConsent(_("Only who is enrolled with a consent can claim."))
    claim = InsuranceClaim(
        school_id=school_id, plan_id=plan_id, person_id=person_id, submitted_on=clock.today(), paper_ids=[]
    )
    session.add(claim)
    session.flush()
    _enter(session, claim, SUBMITTED)
    audit.record(session, "claim.submitted", object_id=claim.id, person_id=person_id)
    _tell_office(session, claim, "carer", "file-waiting")
    return claim


def add_paper(session: Session, claim: InsuranceClaim, stream: BinaryIO, name: str, *, by: str) -> None:
    """Keep a paper, sealed. Raises Invalid, Conflict."""
    claim.require_open()
    if len(claim.paper_ids) >= MOST_PAPERS:
        raise Invalid(fields={"file": [_("There are %(num)s papers already.", num=MOST_PAPERS)]})
    file = files.keep(
        session, stream, name, school_id=claim.school_id, owner_id=by, purpose=PAPER, about=claim.person_id
    )
    claim.paper_ids = [*claim.paper_ids, file.id]


@files.readable(PAPER)
def may_read_paper(_session: Session, file: files.File, who: Actor) -> bool:
    """The person it is about, and those who keep claims."""
    return file.about_id == who.person_id or who.may(queries.KEEP)


def step(session: Session, claim: InsuranceClaim, *, to: str, by: str, paid_fen: int | None = None) -> None:
    """Move it on; at the end the person is told. Raises Forbidden for one's own, Conflict, Invalid. `claim` is locked."""
    if claim.person_id == by:
        raise Forbidden(_("Somebody else sees to your own claim."))
    if to not in claim.next_steps:
        raise Conflict(str(STATES[claim.state]), state=claim.state)
    if not claim.paper_ids:
        raise Conflict(_("No paper was handed in yet."))
    if (to == PAID) is (not paid_fen):
        raise Invalid(fields={"paid_fen": [_("Say how much was paid, and only when it was paid.")]})
    claim.paid_fen = paid_fen
    _enter(session, claim, to)
    audit.record(session, f"claim.{to}", object_id=claim.id, person_id=claim.person_id)
    if not claim.is_open:
        _settle(session, claim)
        tell(session, claim.person_id, "answer-ready", school_id=claim.school_id, link=PAGE + claim.id)


def withdraw(session: Session, claim: InsuranceClaim) -> None:
    """The person takes it back: its papers go at once. Raises Conflict. `claim` is locked."""
    claim.require_open()
    end(session, claim)
    audit.record(session, "claim.withdrawn", object_id=claim.id, person_id=claim.person_id)


def remind_of(session: Session, claim: InsuranceClaim, state: str) -> None:
    """A stage has lasted too long: the welfare officer is told, and every week again the chair."""
    if claim.state != state or not claim.is_late or claim.due_on is None:
        return
    is_first = clock.today() <= claim.due_on + timedelta(days=1)
    _tell_office(session, claim, "carer" if is_first else "chair", "file-late")
    _remind(session, claim, clock.today() + AGAIN)


def delete_papers(session: Session, claim: InsuranceClaim) -> int:
    """Delete its papers for good. Returns how many there were."""
    gone = files.erase(session, claim.paper_ids)
    if claim.paper_ids:
        claim.paper_ids, claim.papers_deleted_on = [], clock.today()
    return gone


def end(session: Session, claim: InsuranceClaim) -> None:
    """Nothing is done for it any more, and its papers go."""
    if claim.is_open:
        claim.state, claim.due_on, claim.settled_on = WITHDRAWN, None, clock.today()
    delete_papers(session, claim)


def end_all(session: Session, person_id: str) -> int:
    """The consent was withdrawn, or the person erased. Returns the number of claims emptied."""
    card = person(session, person_id)
    rows = locked_where(session, InsuranceClaim, InsuranceClaim.person_id == person_id)
    emptied = [claim for claim in rows if claim.is_open or claim.paper_ids]
    for claim in emptied:
        end(session, claim)
    if card is None or card.erased:
        for claim in rows:
            claim.person_id = None
        return len(rows)
    return len(emptied)


def _enter(session: Session, claim: InsuranceClaim, state: str) -> None:
    """A stage begins, with its days."""
    claim.state = state
    days = standards.CLAIM_DAYS.get(state)
    claim.due_on = None if days is None else clock.today() + timedelta(days=days)
    if claim.due_on is not None:
        _remind(session, claim, claim.due_on + timedelta(days=1))


def _settle(session: Session, claim: InsuranceClaim) -> None:
    claim.settled_on = clock.today()
    later = claim.settled_on + timedelta(days=standards.CLAIM_PAPERS_DAYS)
    remind(session, PapersExpire, at=later, key=claim.id, data={"claim_id": claim.id})


def _remind(session: Session, claim: InsuranceClaim, at: date) -> None:
    key, data = f"{claim.id}:{claim.state}", {"claim_id": claim.id, "state": claim.state}
    remind(session, ClaimDue, at=at, key=key, data=data)


def _tell_office(session: Session, claim: InsuranceClaim, office: str, template: str) -> None:
    due_on = (claim.due_on or clock.today()).isoformat()
    tell_office(
        session, office, template, school_id=claim.school_id, link=PAGE + claim.id, without=(claim.person_id,),
        due_on=due_on,
    )  # fmt: skip
