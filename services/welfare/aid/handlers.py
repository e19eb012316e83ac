"""Withdrawn consents: what was told for aid goes with them."""

from sqlalchemy.orm import Session

from services.welfare.aid import actions
from services.welfare.consents.actions import erases
from services.welfare.consents.models import FAMILY_FINANCE


@erases(FAMILY_FINANCE)
def erase_requests(session: Session, person_id: str) -> int:
    return actions.erase_all(session, person_id)
