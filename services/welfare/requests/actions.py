"""Asking the union for something, discussing it, referring it, answering it; nothing is forgotten."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.requests.models import (
    AGAIN,
    ANSWERED,
    DISCUSSED,
    HOUSING,
    OPEN,
    RECEIVED,
    REFERRED,
    STATES,
    WITHDRAWN,
    WITHIN,
    MemberRequest,
)
from services.welfare.telling import tell, tell_office
from shared.kit import audit, clock
from shared.kit.database import locked_where
from shared.kit.messages import remind, reminder
from shared.kit.people import GONE, person
from shared.kit.problems import Conflict, Invalid

PAGE = "/welfare/requests/"
RequestDue = reminder("request-due")


def ask(
    session: Session, *, school_id: str, person_id: str, kind: str, words: str, open_to_helpers: bool = False
) -> MemberRequest:
    """Ask; the welfare officer hears that something waits."""
    today = clock.today()
    found = MemberRequest(
        school_id=school_id,
        person_id=person_id,
        kind=kind,
        state=RECEIVED,
        asked_on=today,
        due_on=today + WITHIN,
        open_to_helpers=open_to_helpers,
    )
    session.add(found)
    session.flush()  # its id is part of the seal
    found.words = words
    remind(session, RequestDue, at=found.due_on, key=found.id, data={"request_id": found.id})
    audit.record(session, "request.asked", object_id=found.id, person_id=person_id)
    _tell_office(session, found, "carer", "file-waiting")
    return found


def step(
    session: Session, found: MemberRequest, *, to: str, words: str, by: str, cost_fen: int | None = None
) -> None:
    """Record that it was discussed, referred, or answered (a repair: with what it cost); the person is told.

    Raises Conflict, Invalid.
    """
    if to not in found.next_steps:
        if found.is_open and found.state == RECEIVED:
            raise Conflict(_("The committee discusses a concern before it is answered."), state=found.state)
        raise Conflict(str(STATES[found.state]), state=found.state)
    if not words and to != DISCUSSED:
        raise Invalid(fields={"words": [_("The person reads it: say what was done.")]})
    if cost_fen is not None and not (found.kind == HOUSING and to == ANSWERED):
        raise Invalid(fields={"cost_fen": [_("Only a repair that is done has a cost.")]})
    found.cost_fen = cost_fen
    today = clock.today()
    if to == DISCUSSED:
        found.discussed_on = today
    elif to == REFERRED:
        found.referred_on = today
    else:
        found.closed_on, found.answered_by = today, by
    found.answer = words or found.answer
    found.state = to
    audit.record(session, f"request.{to}", object_id=found.id, person_id=found.person_id)
    tell(session, found.person_id, "answer-ready", school_id=found.school_id, link=PAGE + found.id)


def give_to(session: Session, found: MemberRequest, helper_id: str | None) -> None:
    """Let a colleague see to it, or nobody any more; only where the person agreed. Raises Conflict, Invalid."""
    if not found.may_have_helper:
        raise Conflict(_("The person wants nobody but the officers to see it."))
    if helper_id is not None:
        card = person(session, helper_id)
        if (
            card is None
            or card.school_id != found.school_id
            or card.standing in GONE
            or card.erased
            or helper_id == found.person_id
        ):
            raise Invalid(fields={"helper_id": [_("Choose a colleague of this school.")]})
    found.helper_id = helper_id
    audit.record(session, "request.given", object_id=found.id, person_id=found.person_id)
    tell(session, helper_id, "file-waiting", school_id=found.school_id, link=PAGE + found.id,
         due_on=found.due_on.isoformat())  # fmt: skip
    tell(session, found.person_id, "answer-ready", school_id=found.school_id, link=PAGE + found.id)


def withdraw(session: Session, found: MemberRequest) -> None:
    """It is not wanted any more: what was told is erased. Raises Conflict."""
    found.require(*OPEN)
    found.state, found.closed_on = WITHDRAWN, clock.today()
    erase(found)
    audit.record(session, "request.withdrawn", object_id=found.id, person_id=found.person_id)


def remind_of(session: Session, found: MemberRequest) -> None:
    """It waits still: the chair is told, and every week again."""
    if not found.is_open:
        return
    _tell_office(session, found, "chair", "file-late")
    remind(session, RequestDue, at=clock.today() + AGAIN, key=found.id, data={"request_id": found.id})


def erase(found: MemberRequest) -> int:
    """Empty what was told. Returns the number of rows emptied."""
    if found.erased_at is not None:
        return 0
    found.words = found.answer = None
    found.erased_at = clock.now()
    return 1


def end_all(session: Session, person_id: str, *, school_id: str | None) -> None:
    """The person left the union or moved to another: open ones end, and what was told goes."""
    own = (MemberRequest.person_id == person_id, MemberRequest.school_id == school_id)
    for found in locked_where(session, MemberRequest, *own, MemberRequest.state.in_(OPEN)):
        withdraw(session, found)


def erase_all(session: Session, person_id: str) -> int:
    """The person was erased: open ones end, and none names anybody."""
    rows = 0
    for found in locked_where(session, MemberRequest, MemberRequest.helper_id == person_id):
        found.helper_id = None
    for found in locked_where(session, MemberRequest, MemberRequest.person_id == person_id):
        if found.is_open:
            found.state, found.closed_on = WITHDRAWN, clock.today()
        rows += erase(found)
        found.person_id = None
    return rows


def _tell_office(session: Session, found: MemberRequest, office: str, template: str) -> None:
    tell_office(
        session,
        office,
        template,
        school_id=found.school_id,
        link=PAGE + found.id,
        without=(found.person_id,),
        due_on=found.due_on.isoformat(),
    )
