"""Whether a person consents to a purpose now."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.consents.models import ConsentCopy


def consent(session: Session, person_id: str, purpose_code: str) -> ConsentCopy | None:
    """The latest word of a person on a purpose, given or withdrawn."""
    return session.scalar(
        select(ConsentCopy).where(
            ConsentCopy.person_id == person_id, ConsentCopy.purpose_code == purpose_code
        )
    )


def in_force(session: Session, person_id: str, purpose_code: str) -> ConsentCopy | None:
    """The consent that holds now, or None."""
    found = consent(session, person_id, purpose_code)
    return found if found is not None and found.granted else None
