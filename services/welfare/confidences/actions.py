"""Telling the women's officer something, taking it back; reminding her of what the rules ask; deleting what is over."""

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.confidences.models import CARE, KEPT_AFTER, LONGEST, WomenConfidence
from services.welfare.telling import tell
from shared.kit import audit, clock
from shared.kit.database import locked, locked_where
from shared.kit.messages import remind, reminder
from shared.kit.people import Person, officers
from shared.kit.problems import Conflict, Invalid

PAGE = "/welfare/confidences/"
OFFICE = "women"
ConfidenceMorning = reminder("confidence-morning")


def confide(
    session: Session,
    *,
    school_id: str,
    person_id: str,
    kind: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    words: str = "",
) -> WomenConfidence:
    """Tell it; the women's officer hears that something waits. Raises Invalid; Conflict where it was told already."""
    card = locked(session, Person, person_id)
    if kind == CARE:
        starts_on = ends_on = None
    else:
        if card is None or card.sex != "female":
            raise Invalid(
                fields={"kind": [_("The protected periods are women's. The care list is open to you.")]}
            )
        _check_days(starts_on, ends_on)
    known = locked_where(session, WomenConfidence, WomenConfidence.person_id == person_id)
    if any(found.kind == kind and not _is_over(found) for found in known):
        raise Conflict(_("You have told this already. To change it, take it back first."))
    found = WomenConfidence(school_id=school_id, person_id=person_id, told_on=clock.today())
    found.told = {
        "kind": kind,
        "starts_on": starts_on and starts_on.isoformat(),
        "ends_on": ends_on and ends_on.isoformat(),
        "words": words,
    }
    session.add(found)
    session.flush()
    _look_tomorrow(session, found)
    audit.record(session, "confidence.told", object_id=found.id, person_id=person_id)
    tell_officer(session, found)
    return found


def _check_days(starts_on: date | None, ends_on: date | None) -> None:
    faults: dict[str, list[str]] = {}
    if starts_on is None:
        faults["starts_on"] = [_("From which day?")]
    if ends_on is None:
        faults["ends_on"] = [_("Until which day? An estimate will do.")]
    elif starts_on is not None and not starts_on <= ends_on <= starts_on + LONGEST:
        faults["ends_on"] = [_("After the first day, and within two years of it.")]
    elif ends_on < clock.today():
        faults["ends_on"] = [_("This period is over already; nobody needs to be told.")]
    if faults:
        raise Invalid(fields=faults)


def _is_over(found: WomenConfidence) -> bool:
    return found.ends_on is not None and found.ends_on < clock.today()


def take_back(session: Session, found: WomenConfidence) -> None:
    """It is deleted at once."""
    audit.record(session, "confidence.taken-back", object_id=found.id, person_id=found.person_id)
    session.delete(found)


def tell_officer(session: Session, found: WomenConfidence) -> None:
    """Something waits, and not what. To the holders of the office alone: nobody stands in for it."""
    for officer in officers(session, found.school_id, OFFICE):
        if officer.id != found.person_id:
            tell(
                session, officer.id, "file-waiting",
                school_id=found.school_id, link=PAGE + found.id, due_on=clock.today().isoformat(),
            )  # fmt: skip


def look_at(session: Session, confidence_id: str, looked_on: date) -> None:
    """Each morning: whatever the rules ask since the last look, the officer is told; over for long enough, it goes."""
    found, today = locked(session, WomenConfidence, confidence_id), clock.today()
    if found is None:
        return
    if found.ends_on is not None and found.ends_on + KEPT_AFTER <= today:
        session.delete(found)
        return
    if any(looked_on < duty.since <= today for duty in found.duties):
        tell_officer(session, found)
    _look_tomorrow(session, found)


def _look_tomorrow(session: Session, found: WomenConfidence) -> None:
    """Of everything that was told, every day: a message for its very days would say them in clear, and so what it is."""
    today = clock.today()
    data = {"confidence_id": found.id, "looked_on": today.isoformat()}
    remind(session, ConfidenceMorning, at=today + timedelta(days=1), key=found.id, data=data)


def end_all(session: Session, person_id: str, *, school_id: str | None) -> None:
    """The person left the union or moved to another: what was told there is deleted."""
    own = (WomenConfidence.person_id == person_id, WomenConfidence.school_id == school_id)
    for found in locked_where(session, WomenConfidence, *own):
        session.delete(found)


def erase_all(session: Session, person_id: str) -> int:
    """The person was erased. Returns the number of rows deleted."""
    rows = locked_where(session, WomenConfidence, WomenConfidence.person_id == person_id)
    for found in rows:
        session.delete(found)
    return len(rows)
