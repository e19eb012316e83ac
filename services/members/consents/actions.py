"""Giving and withdrawing consent. Withdrawing is as easy as giving, and every service erases what it covered."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.consents.models import Consent, ErasureReceipt
from services.members.consents.purposes import ERASE_WITHIN, PURPOSES
from shared.contracts.members import ConsentChanged
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.messages import emit
from shared.kit.people import Person
from shared.kit.problems import NotFound


def give(session: Session, person_id: str, purpose_code: str, scope: str = "") -> Consent:
    """Consent to one purpose, as its text stands today. Giving it twice is giving it once."""
    if purpose_code not in PURPOSES:
        raise NotFound
    person = locked(session, Person, person_id)  # two at once are one
    if person is None:
        raise NotFound
    consent = in_force(session, person_id, purpose_code, scope)
    if consent is None:
        consent = Consent(
            school_id=person.school_id,
            person_id=person_id,
            purpose_code=purpose_code,
            scope=scope,
            text_version=PURPOSES[purpose_code].version,
        )
        session.add(consent)
        session.flush()
        _say(session, consent)
    return consent


def withdraw(session: Session, consent: Consent) -> None:
    """From now on nothing may be done for this purpose, and what was kept for it is erased. `consent` is locked."""
    if consent.is_in_force:
        consent.withdrawn_at = clock.now()
        consent.erase_by = clock.today() + ERASE_WITHIN
        _say(session, consent)


def in_force(session: Session, person_id: str, purpose_code: str, scope: str = "") -> Consent | None:
    query = select(Consent).where(
        Consent.person_id == person_id,
        Consent.purpose_code == purpose_code,
        Consent.scope == scope,
        Consent.withdrawn_at.is_(None),
    )
    return session.scalars(query).first()


def note_erasure(session: Session, service: str, said: dict[str, Any]) -> None:
    """A service has erased something of a person. The same word twice is one receipt."""
    values = {
        "person_id": said["person_id"],
        "service": service,
        "purpose_code": said.get("purpose_code") or "",
        "completed_at": said["completed_at"],
    }
    if session.scalars(select(ErasureReceipt.id).filter_by(**values)).first() is None:
        session.add(ErasureReceipt(rows=said["rows"], **values))


def _say(session: Session, consent: Consent) -> None:
    emit(
        session,
        ConsentChanged,
        of=consent,
        subject=consent.person_id,
        school=consent.school_id,
        person_id=consent.person_id,
        purpose_code=consent.purpose_code,
        granted=consent.is_in_force,
        text_version=consent.text_version,
        erase_by=consent.erase_by,
    )
