"""Improvements over HTTP: suggesting, taking on, doing, showing."""

from typing import Any

from flask import request

from services.welfare.improvements import actions, queries
from services.welfare.improvements.models import Improvement
from services.welfare.improvements.schemas import (
    Begun,
    Done,
    ImprovementDecision,
    ImprovementFilter,
    ImprovementRow,
    Suggestion,
)
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid

api = Api(
    "improvements",
    description="Practical improvements: from a suggestion or a proposal to what stands there.",
)
SEE = "improvements.see"


@api.get("/improvements", allow=SEE)
@api.paged(ImprovementRow, ImprovementFilter)
def improvements(filters: dict[str, Any]) -> Keyset:
    """Those taken on, one's own suggestions, and for who decides all."""
    return queries.improvements(filters)


@api.post("/improvements", allow="improvements.suggest")
@api.arguments(Suggestion)
@api.response(201, ImprovementRow)
def suggest(body: dict[str, Any]) -> Any:
    """Suggest something."""
    with transaction() as session:
        who = actor()
        found = actions.suggest(session, school_id=str(who.school_id), person_id=str(who.person_id), **body)
        return _shown(session, found)


@api.get("/improvements/<uuid:improvement_id>", allow=SEE)
@api.response(200, ImprovementRow)
def one_improvement(improvement_id: str) -> Any:
    """One improvement."""
    with reading() as session:
        return _shown(session, queries.visible(session, improvement_id))


@api.post("/improvements/<uuid:improvement_id>/decide", allow=queries.KEEP)
@api.arguments(ImprovementDecision)
@api.response(200, ImprovementRow)
def decide(body: dict[str, Any], improvement_id: str) -> Any:
    """Take it on, or say why not."""
    with transaction() as session:
        found = get_within(session, Improvement, improvement_id, lock=True)
        actions.decide(session, found, **body)
        return _shown(session, found)


@api.post("/improvements/<uuid:improvement_id>/begin", allow=queries.KEEP)
@api.arguments(Begun)
@api.response(200, ImprovementRow)
def begin(body: dict[str, Any], improvement_id: str) -> Any:
    """Work begins."""
    with transaction() as session:
        found = get_within(session, Improvement, improvement_id, lock=True)
        actions.begin(session, found, **body)
        return _shown(session, found)


@api.post("/improvements/<uuid:improvement_id>/finish", allow=queries.KEEP)
@api.arguments(Done)
@api.response(200, ImprovementRow)
def finish(body: dict[str, Any], improvement_id: str) -> Any:
    """It is there, at this cost in fen."""
    with transaction() as session:
        found = get_within(session, Improvement, improvement_id, lock=True)
        actions.finish(session, found, **body)
        return _shown(session, found)


@api.post("/improvements/<uuid:improvement_id>/photo", allow=queries.KEEP)
@api.response(200, ImprovementRow)
def show_photo(improvement_id: str) -> Any:
    """A picture of it (multipart, `file`)."""
    if (upload := request.files.get("file")) is None:
        raise Invalid(fields={"file": ["missing"]})
    with transaction() as session:
        found = get_within(session, Improvement, improvement_id, lock=True)
        actions.show_photo(session, found, upload.stream, upload.filename or "", by=str(actor().person_id))
        return _shown(session, found)


def _shown(session: Any, found: Improvement) -> Improvement:
    session.flush()
    api.etag(found.version)
    return found
