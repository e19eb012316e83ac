"""A consent was given or withdrawn, or a person erased: the copy follows, and what is no longer covered goes."""

from sqlalchemy.orm import Session

from services.welfare.consents import actions
from shared.contracts.members import ConsentChanged, PersonChanged
from shared.kit.messages import Received, handles
from shared.kit.people import person


@handles(ConsentChanged)
def on_consent_changed(session: Session, event: Received) -> None:
    actions.take_over(
        session,
        person_id=event.data["person_id"],
        purpose_code=event.data["purpose_code"],
        school_id=event.school,
        granted=event.data["granted"],
        text_version=event.data["text_version"],
        erase_by=event.data["erase_by"],
        said_at=event.time,
    )


@handles(PersonChanged)
def on_person_erased(session: Session, event: Received) -> None:
    card = person(session, event.data["person_id"])
    if card is not None and card.erased:
        actions.erase_everything(session, card.id, card.school_id)
