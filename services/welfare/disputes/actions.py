"""The mediation committee, and a dispute from its application to an agreement or to the way to arbitration."""

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.disputes.models import (
    ACCEPTED,
    AGREEMENT,
    APPLIED,
    DECLINED,
    FAILED,
    HEARING,
    OPEN,
    WARNED_AFTER,
    WITHDRAWN,
    WITHIN,
    Dispute,
    DisputeNote,
    Mediator,
    SteppedAside,
)
from services.welfare.disputes.queries import committee, mediators_of
from services.welfare.telling import tell, tell_office
from shared.contracts.welfare import DisputeStageChanged
from shared.kit import audit, clock
from shared.kit.database import locked, locked_where
from shared.kit.messages import emit, remind, reminder
from shared.kit.people import GONE, Person
from shared.kit.problems import Conflict, Invalid

PAGE = "/welfare/disputes/"
DisputeDue = reminder("dispute-due")
DisputeWanted = reminder("dispute-wanted")
WANTED_SOON = timedelta(days=14)  # before the day by which it is to be settled (wages before Spring Festival)
STEPS = {
    ACCEPTED: (APPLIED,),
    DECLINED: (APPLIED,),
    AGREEMENT: (ACCEPTED, HEARING),
    FAILED: (ACCEPTED, HEARING),
}


def seat(
    session: Session,
    *,
    school_id: str,
    person_id: str,
    side: str,
    leads: bool,
    term_from: date,
    term_to: date | None,
) -> Mediator:
    """Give somebody a seat in the committee. The principal has none: he is the other party. Raises Invalid."""
    card = locked(session, Person, person_id)
    if card is None or card.school_id != school_id or card.standing in GONE or card.erased:
        raise Invalid(fields={"person_id": [_("Choose somebody of this school.")]})
    if card.holds("principal"):
        raise Invalid(fields={"person_id": [_("The principal stands for the school and does not mediate.")]})
    if term_to is not None and term_to < term_from:
        raise Invalid(fields={"term_to": [_("The term ends after it begins.")]})
    seats = session.scalars(
        select(Mediator).where(Mediator.school_id == school_id, Mediator.person_id == person_id)
    )
    if any((old.term_to is None or old.term_to >= term_from) and (term_to is None or old.term_from <= term_to) for old in seats):  # fmt: skip
        raise Invalid(fields={"person_id": [_("This person has a seat in that time already.")]})
    found = Mediator(school_id=school_id, person_id=person_id, side=side, leads=leads, term_from=term_from,
                     term_to=term_to)  # fmt: skip
    session.add(found)
    session.flush()
    audit.record(session, "mediator.seated", object_id=found.id, person_id=person_id)
    return found


def unseat(session: Session, mediator: Mediator) -> None:
    """The seat ends today: from now on nothing is open to the person. Raises Conflict."""
    if mediator.term_to is not None and mediator.term_to < clock.today():
        raise Conflict(_("This term is over already."))
    if mediator.term_from >= clock.today():
        session.delete(mediator)
    else:
        mediator.term_to = date.fromordinal(clock.today().toordinal() - 1)
    audit.record(session, "mediator.unseated", object_id=mediator.id, person_id=mediator.person_id)


def apply(
    session: Session,
    *,
    school_id: str,
    person_id: str,
    regime: str,
    matter: str,
    statement: str,
    known_on: date,
    claimants: int = 1,
    amount_fen: int | None = None,
    wanted_by: date | None = None,
) -> Dispute:
    """Ask for mediation; the fifteen days begin. Raises Conflict where nobody would mediate, Invalid."""
    faults: dict[str, list[str]] = {}
    if known_on > clock.today():
        faults["known_on"] = [_("This day is still to come.")]
    if wanted_by is not None and wanted_by < clock.today():
        faults["wanted_by"] = [_("This day is over.")]
    if faults:
        raise Invalid(fields=faults)
    if not [one for one in committee(session, school_id) if one.person_id != person_id]:
        raise Conflict(_("Your union has no mediation committee yet. Ask the chair to name one."))
    today = clock.today()
    dispute = Dispute(school_id=school_id, person_id=person_id, state=APPLIED, regime=regime, claimants=claimants,
                      applied_on=today, due_on=today + WITHIN, wanted_by=wanted_by)  # fmt: skip
    session.add(dispute)
    session.flush()  # its id is part of every seal
    dispute.matter, dispute.statement, dispute.amount_fen = matter, statement, amount_fen
    dispute.known = known_on.isoformat()
    for day in {today + WARNED_AFTER, dispute.due_on.fromordinal(dispute.due_on.toordinal() + 1)}:
        remind(session, DisputeDue, at=day, key=f"{dispute.id}:{day}", data={"dispute_id": dispute.id})
    if wanted_by is not None:
        soon = max(today, wanted_by - WANTED_SOON)
        remind(session, DisputeWanted, at=soon, key=dispute.id, data={"dispute_id": dispute.id})
    audit.record(session, "dispute.applied", object_id=dispute.id, person_id=person_id)
    _say(session, dispute)
    _tell_mediators(session, dispute, "file-waiting")
    return dispute


def step(
    session: Session, dispute: Dispute, *, to: str, words: str, by: str, won_fen: int | None = None
) -> None:
    """Accept it, decline it, record the agreement with the sum that was won, or that there is none. Raises Conflict,
    Invalid."""
    dispute.require(*STEPS[to])
    if won_fen is not None and to != AGREEMENT:
        raise Invalid(fields={"won_fen": [_("A sum belongs to an agreement.")]})
    if to == ACCEPTED:
        dispute.accepted_on = clock.today()
        if words:
            note(session, dispute, words=words, by=by)
    elif not words:
        raise Invalid(fields={"words": [_("Fill this in.")]})
    else:
        dispute.result, dispute.won_fen, dispute.closed_on = words, won_fen, clock.today()
    _move(session, dispute, to)
    tell(session, dispute.person_id, "answer-ready", school_id=dispute.school_id, link=PAGE + dispute.id)


def fix_hearing(session: Session, dispute: Dispute, *, hearing_on: date) -> None:
    """Fix the day of the hearing, or move it; who hears and who is heard find it in their calendars."""
    dispute.require(ACCEPTED, HEARING)
    if not clock.today() <= hearing_on <= max(dispute.due_on, clock.today()):
        raise Invalid(fields={"hearing_on": [_("Between today and the end of the fifteen days.")]})
    dispute.hearing_on = hearing_on
    _move(session, dispute, HEARING)
    for person_id in _attendees(session, dispute):
        tell(session, person_id, "file-due", school_id=dispute.school_id, link=PAGE + dispute.id,
             due_on=hearing_on.isoformat())  # fmt: skip


def note(session: Session, dispute: Dispute, *, words: str, by: str) -> DisputeNote:
    """Add a line to the log. Raises Conflict when the case is over."""
    dispute.require(*OPEN)
    line = DisputeNote(school_id=dispute.school_id, dispute_id=dispute.id, by_id=by,
                       noted_on=clock.today())  # fmt: skip
    session.add(line)
    session.flush()
    line.words = words
    dispute.notes.append(line)
    return line


def withdraw(session: Session, dispute: Dispute) -> None:
    """It is not wanted any more: what was told is erased. Raises Conflict."""
    dispute.require(*OPEN)
    dispute.closed_on = clock.today()
    erase(dispute)
    _move(session, dispute, WITHDRAWN)


def step_aside(session: Session, dispute: Dispute, *, by: str) -> None:
    """A mediator does not mediate in this one, and from now on cannot open it. Raises Conflict for the last one."""
    dispute.require(*OPEN)
    if not [one for one in mediators_of(session, dispute) if one.person_id != by]:
        raise Conflict(_("Somebody must be left to mediate. Ask the chair to name another mediator first."))
    dispute.aside.append(SteppedAside(school_id=dispute.school_id, dispute_id=dispute.id, person_id=by))
    audit.record(session, "dispute.stepped-aside", object_id=dispute.id, person_id=dispute.person_id)
    tell(session, dispute.person_id, "answer-ready", school_id=dispute.school_id, link=PAGE + dispute.id)
    if dispute.state == HEARING:  # a seat in the hearing is free: the day leaves one calendar
        session.flush()
        _say(session, dispute)


def remind_of_wish(session: Session, dispute: Dispute) -> None:
    """The day by which it is to be settled draws near: who mediates and the person hear of it."""
    if not dispute.is_open or dispute.wanted_by is None:
        return
    _tell_mediators(session, dispute, "file-due", due_on=dispute.wanted_by)
    tell(session, dispute.person_id, "file-due", school_id=dispute.school_id, link=PAGE + dispute.id,
         due_on=dispute.wanted_by.isoformat())  # fmt: skip


def remind_of_clock(session: Session, dispute: Dispute) -> None:
    """On the twelfth day a warning; when the fifteen are over, both sides hear that arbitration is open."""
    if not dispute.is_open:
        return
    template = "file-late" if dispute.days_left < 0 else "file-due"
    _tell_mediators(session, dispute, template)
    tell(session, dispute.person_id, template, school_id=dispute.school_id, link=PAGE + dispute.id,
         due_on=dispute.due_on.isoformat())  # fmt: skip


def erase(dispute: Dispute) -> int:
    """Empty what was told. Returns the number of rows emptied."""
    if dispute.erased_at is not None:
        return 0
    dispute.matter = dispute.statement = dispute.known = dispute.amount_fen = None
    dispute.result = dispute.won_fen = None
    for line in dispute.notes:
        line.words = None
    dispute.erased_at = clock.now()
    return 1 + len(dispute.notes)


def end_all(session: Session, person_id: str, *, school_id: str | None) -> None:
    """The person left the union or moved to another: whoever mediates is told. What one person wants ends here and
    is erased; what several want stays, for somebody else to speak for them."""
    own = (Dispute.person_id == person_id, Dispute.school_id == school_id, Dispute.state.in_(OPEN))
    for dispute in locked_where(session, Dispute, *own):
        _tell_mediators(session, dispute, "file-due")
        if dispute.claimants == 1:
            withdraw(session, dispute)


def erase_all(session: Session, person_id: str) -> int:
    """The person was erased: open cases end, and none names anybody."""
    rows = 0
    for dispute in locked_where(session, Dispute, Dispute.person_id == person_id):
        if dispute.is_open:
            withdraw(session, dispute)
            rows += 1 + len(dispute.notes)
        rows += erase(dispute)
        dispute.person_id = None
    return rows


def _move(session: Session, dispute: Dispute, state: str) -> None:
    dispute.state = state
    audit.record(session, f"dispute.{state}", object_id=dispute.id, person_id=dispute.person_id)
    _say(session, dispute)


def _say(session: Session, dispute: Dispute) -> None:
    heard = dispute.state == HEARING
    emit(
        session,
        DisputeStageChanged,
        of=dispute,
        subject=dispute.id,
        school=dispute.school_id,
        case_id=dispute.id,
        stage=dispute.state,
        due_on=dispute.due_on if dispute.is_open else None,
        claimants_band=_band(dispute.claimants),
        hearing_on=dispute.hearing_on if heard else None,
        attendees=_attendees(session, dispute) if heard else None,
    )


def _band(claimants: int) -> str:
    return "1-9" if claimants < 10 else "10-49" if claimants < 50 else "50+"


def _attendees(session: Session, dispute: Dispute) -> list[str]:
    found = [dispute.person_id, *(one.person_id for one in mediators_of(session, dispute))]
    return list(dict.fromkeys(key for key in found if key is not None))


def _tell_mediators(session: Session, dispute: Dispute, template: str, due_on: date | None = None) -> None:
    day = (due_on or dispute.due_on).isoformat()
    found = mediators_of(session, dispute)
    if not found:  # all have left: the chair names others
        tell_office(session, "chair", template, school_id=dispute.school_id, link=f"{PAGE}committee",
                    without=(dispute.person_id,), due_on=day)  # fmt: skip
    for mediator in found:
        tell(session, mediator.person_id, template, school_id=dispute.school_id, link=PAGE + dispute.id,
             due_on=day)  # fmt: skip
