"""Reading what was told to the women's officer: one's own, and hers; nobody else's office opens it, the chair's neither."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.confidences.models import WomenConfidence
from shared.kit import audit
from shared.kit.access import actor, get_within, within
from shared.kit.people import IS_THERE, Person, matching
from shared.kit.problems import Forbidden, Refused

TELL, READ = "confidences.tell", "confidences.read"
MOST = 500


def own(session: Session) -> Sequence[WomenConfidence]:
    query = select(WomenConfidence).where(
        within(WomenConfidence), WomenConfidence.person_id == actor().person_id
    )
    return session.scalars(query.order_by(WomenConfidence.id)).all()


def confidences(session: Session, filters: dict[str, Any]) -> list[tuple[WomenConfidence, Person]]:
    """All that was told, with whoever told it, by name; each look is on record, once a day."""
    query = (
        select(WomenConfidence, Person)
        .join(Person, Person.id == WomenConfidence.person_id)
        .where(within(WomenConfidence), Person.school_id == WomenConfidence.school_id, IS_THERE)
    )
    if filters.get("q"):
        query = query.where(matching(filters["q"]))
    rows = session.execute(query.order_by(Person.pinyin, WomenConfidence.id).limit(MOST)).all()
    found = [(row, card) for row, card in rows if filters.get("kind") in (None, "", row.kind)]
    if filters.get("sort") == "-name":
        found.reverse()
    for row, _card in found:
        record_read(session, row)
    return found


def visible(session: Session, confidence_id: str) -> WomenConfidence:
    """One thing, for whoever told it and for the women's officer of the same school. Raises NotFound, Refused."""
    found = get_within(session, WomenConfidence, confidence_id)
    who = actor()
    if found.person_id != who.person_id:
        card = session.get(Person, found.person_id)
        if not who.may(READ) or card is None or card.school_id != found.school_id:
            raise Refused("confidence", found.id, found.person_id)
    return found


def to_take_back(session: Session, confidence_id: str) -> WomenConfidence:
    """One's own, locked. Raises NotFound, Refused, Forbidden."""
    if visible(session, confidence_id).person_id != actor().person_id:
        raise Forbidden
    return get_within(session, WomenConfidence, confidence_id, lock=True)


def record_read(session: Session, found: WomenConfidence) -> None:
    """The officer looked; the person sees who and when, under 谁看过我的资料."""
    if found.person_id != actor().person_id:
        audit.record_look(session, "confidence.read", object_id=found.id, person_id=found.person_id)
