"""What is told to the women's officer, over HTTP. There is no file of it to take along."""

from typing import Any

from services.welfare.confidences import actions, queries
from services.welfare.confidences.schemas import ConfidenceFilter, ConfidenceIn, ConfidenceOut
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.api import Api
from shared.kit.database import reading, transaction

api = Api(
    "confidences", description="What is told to the women's officer alone: protected periods, the care list."
)


@api.put("/confidences", allow=queries.TELL)
@api.arguments(ConfidenceIn)
@api.response(201, ConfidenceOut)
def confide(body: dict[str, Any]) -> Any:
    """Tell the women's officer. A PUT, so that no key for repeats keeps a copy of the answer; told twice is 409."""
    who = actor()
    with transaction() as session:
        return actions.confide(session, school_id=str(who.school_id), person_id=str(who.person_id), **body)


@api.get("/confidences/mine", allow=ANYONE_SIGNED_IN)
@api.response(200, ConfidenceOut(many=True))
def mine() -> Any:
    """What one has told, with what the rules ask."""
    with reading() as session:
        return queries.own(session)


@api.get("/confidences", allow=queries.READ)
@api.arguments(ConfidenceFilter, location="query")
@api.response(200, ConfidenceOut(many=True))
def confidences(filters: dict[str, Any]) -> Any:
    """All of the school, for the women's officer; who looked is shown to each person."""
    with transaction() as session:
        return [found for found, _card in queries.confidences(session, filters)]


@api.get("/confidences/<uuid:confidence_id>", allow=ANYONE_SIGNED_IN)
@api.response(200, ConfidenceOut)
def confidence(confidence_id: str) -> Any:
    """One thing; 403, recorded, for everybody but whoever told it and the women's officer."""
    with transaction() as session:
        found = queries.visible(session, confidence_id)
        queries.record_read(session, found)
        return found


@api.delete("/confidences/<uuid:confidence_id>", allow=ANYONE_SIGNED_IN)
@api.response(204)
def take_back(confidence_id: str) -> None:
    """Take one's own back: it is deleted at once."""
    with transaction() as session:
        actions.take_back(session, queries.to_take_back(session, confidence_id))
