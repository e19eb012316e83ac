"""An erased person's contributions name nobody."""

from sqlalchemy.orm import Session

from services.welfare.campaigns import actions
from services.welfare.consents.actions import erases


@erases("campaign")  # rests on no consent: it goes with the person
def forget_contributions(session: Session, person_id: str) -> int:
    return actions.forget(session, person_id)
