"""Keeping the copy, and erasing what a withdrawn consent covered, with a receipt for it.

A feature names what it erases: `@erases("family-finance")` above a function that takes a session and a person and
returns how many rows it emptied. It may be called again and finds nothing then.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from services.welfare.consents.models import EVERYTHING, ConsentCopy
from shared.contracts.welfare import WelfareErasureCompleted
from shared.kit import audit, clock
from shared.kit.database import locked_where
from shared.kit.messages import emit
from shared.kit.problems import Conflict

Eraser = Callable[[Session, str], int]
_erasers: dict[str, list[Eraser]] = defaultdict(list)


class NoConsent(Conflict):
    """What is asked needs a consent that the person has not given, or has withdrawn."""

    slug = "consent-missing"


def erases(*purposes: str) -> Callable[[Eraser], Eraser]:
    """Name the function that erases what a feature keeps of a person for these purposes."""

    def register(function: Eraser) -> Eraser:
        for purpose in purposes:
            _erasers[purpose].append(function)
        return function

    return register


def take_over(
    session: Session,
    *,
    person_id: str,
    purpose_code: str,
    school_id: str | None,
    granted: bool,
    text_version: int | None,
    erase_by: date | None,
    said_at: datetime,
) -> None:
    """Take a person's word over, unless a later one is here; what was withdrawn is erased at once."""
    rows = locked_where(
        session, ConsentCopy, ConsentCopy.person_id == person_id, ConsentCopy.purpose_code == purpose_code
    )
    copy = rows[0] if rows else ConsentCopy(person_id=person_id, purpose_code=purpose_code)
    if not rows:
        session.add(copy)
    elif copy.said_at > said_at:
        return
    copy.school_id, copy.granted, copy.text_version = school_id, granted, text_version
    copy.erase_by, copy.said_at, copy.erased_at = erase_by, said_at, None
    session.flush()
    if not granted:
        _erase(session, copy)


def erase_everything(session: Session, person_id: str, school_id: str) -> None:
    """The person was erased in the register: whatever was kept for any purpose goes, once."""
    rows = locked_where(
        session, ConsentCopy, ConsentCopy.person_id == person_id, ConsentCopy.purpose_code == EVERYTHING
    )
    if rows:
        return
    copy = ConsentCopy(
        person_id=person_id,
        purpose_code=EVERYTHING,
        school_id=school_id,
        granted=False,
        said_at=clock.now(),
    )
    session.add(copy)
    session.flush()
    _erase(session, copy)


def _erase(session: Session, copy: ConsentCopy) -> None:
    """Let every feature empty its rows, and say how many there were."""
    purposes = list(_erasers) if copy.purpose_code == EVERYTHING else [copy.purpose_code]
    functions = dict.fromkeys(function for purpose in purposes for function in _erasers[purpose])
    rows = sum(function(session, copy.person_id) for function in functions)
    copy.erased_at = clock.now()
    audit.record(
        session,
        "consent.erased",
        object_id=copy.id,
        person_id=copy.person_id,
        reason=copy.purpose_code or "everything",
        school_id=copy.school_id,
    )
    emit(
        session,
        WelfareErasureCompleted,
        of=copy,
        subject=copy.person_id,
        school=copy.school_id,
        person_id=copy.person_id,
        purpose_code=copy.purpose_code or None,
        completed_at=copy.erased_at,
        rows=rows,
    )
