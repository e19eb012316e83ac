"""A consent that was withdrawn stops what rested on it."""

from sqlalchemy.orm import Session

from services.welfare.consents.actions import erases
from services.welfare.insurance import actions
from services.welfare.insurance.models import PURPOSE


@erases(PURPOSE)
def forget_enrolments(session: Session, person_id: str) -> int:
    return actions.withdraw(session, person_id)
