"""What is said of a case: to welfare's own outbox alone (no service binds it), and in neutral notices."""

from sqlalchemy.orm import Session

from services.welfare.hardship.models import HardshipCase
from services.welfare.telling import tell
from shared.contracts.welfare import HardshipCaseChanged
from shared.kit.messages import emit

PAGE = "/welfare/hardship/"


def say(session: Session, case: HardshipCase) -> None:
    """The state or the level has changed; whose case it is stands nowhere in it."""
    session.flush()
    emit(
        session,
        HardshipCaseChanged,
        of=case,
        subject=case.id,
        school=case.school_id,
        case_id=case.id,
        level=case.level,
        state=case.state,
    )


def tell_person(session: Session, case: HardshipCase, template: str) -> None:
    tell(session, case.person_id, template, school_id=case.school_id, link=PAGE + case.id)
