"""Reminders of surveys and of November, withdrawn consents, and people who leave."""

from sqlalchemy.orm import Session

from services.welfare.consents.actions import erases
from services.welfare.consents.models import FAMILY_FINANCE
from services.welfare.hardship.actions import applying, ending, rechecking
from services.welfare.hardship.models import HAS_LEFT, HAS_MOVED, HardshipCase
from shared.contracts.members import MemberLeft, MemberTransferred
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(applying.SurveyDue)
def on_survey_due(session: Session, event: Received) -> None:
    case = locked(session, HardshipCase, event.data["case_id"])
    if case is not None:
        applying.remind_of_survey(session, case)


@handles(rechecking.RecheckOpens)
def on_recheck_opens(session: Session, event: Received) -> None:
    rechecking.open_recheck(session, event.data["school_id"], event.data["year"])


@handles(rechecking.RecheckCloses)
def on_recheck_closes(session: Session, event: Received) -> None:
    rechecking.close_recheck(session, event.data["school_id"], event.data["year"])


@handles(MemberLeft)
def on_member_left(session: Session, event: Received) -> None:
    ending.end_all(session, event.data["person_id"], HAS_LEFT)


@handles(MemberTransferred)
def on_member_transferred(session: Session, event: Received) -> None:
    """A file does not follow by itself: in the new union the person may apply anew."""
    ending.end_all(session, event.data["person_id"], HAS_MOVED)


@erases(FAMILY_FINANCE)
def erase_cases(session: Session, person_id: str) -> int:
    return ending.erase_all(session, person_id)
