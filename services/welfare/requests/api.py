"""Requests of members over HTTP: asking, following, answering."""

from typing import Any

from services.welfare.requests import actions, queries
from services.welfare.requests.models import MemberRequest
from services.welfare.requests.schemas import (
    HelperIn,
    MemberAsk,
    MemberRequestDetail,
    MemberRequestRow,
    OutcomeOut,
    RequestFilter,
    RequestStep,
)
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api("requests", description="What members ask of the union; nothing stays without an answer.")


@api.post("/requests", allow="requests.ask")
@api.arguments(MemberAsk)
@api.response(201, MemberRequestDetail)
def ask(body: dict[str, Any]) -> Any:
    """Ask the union for something."""
    with transaction() as session:
        who = actor()
        found = actions.ask(session, school_id=str(who.school_id), person_id=str(who.person_id), **body)
        return _detail(session, found)


@api.get("/requests/mine", allow="requests.ask")
@api.paged(MemberRequestRow)
def own_requests(_filters: dict[str, Any]) -> Keyset:
    """One's own."""
    return queries.own_requests()


@api.get("/requests", allow=queries.KEEP)
@api.paged(MemberRequestRow, RequestFilter)
def requests(filters: dict[str, Any]) -> Keyset:
    """Those of the school, without the words."""
    return queries.requests(filters)


@api.get("/requests/<uuid:request_id>", allow=ANYONE_SIGNED_IN)
@api.response(200, MemberRequestDetail)
def one_request(request_id: str) -> Any:
    """A whole request; the read is recorded. 403, recorded too, for others."""
    with transaction() as session:
        found = queries.visible(session, request_id)
        queries.record_read(session, found)
        return _detail(session, found)


@api.get("/requests/outcomes", allow=queries.KEEP)
@api.response(200, OutcomeOut(many=True))
def outcomes() -> Any:
    """How many of each kind were asked this year, and settled."""
    with reading() as session:
        return queries.outcomes(session)


@api.post("/requests/<uuid:request_id>/helper", allow=queries.KEEP)
@api.arguments(HelperIn)
@api.response(200, MemberRequestDetail)
def give_to(body: dict[str, Any], request_id: str) -> Any:
    """Let a colleague see to it, where the person agreed; 409 where not."""
    with transaction() as session:
        found = queries.to_give(session, request_id)
        actions.give_to(session, found, body["helper_id"])
        return _detail(session, found)


@api.post("/requests/<uuid:request_id>/steps", allow=ANYONE_SIGNED_IN)
@api.arguments(RequestStep)
@api.response(200, MemberRequestDetail)
def step(body: dict[str, Any], request_id: str) -> Any:
    """Discussed, referred, or answered; a helper only answers."""
    with transaction() as session:
        found = queries.to_answer(session, request_id, body["to"])
        actions.step(session, found, by=str(actor().person_id), **body)
        return _detail(session, found)


@api.post("/requests/<uuid:request_id>/withdraw", allow=ANYONE_SIGNED_IN)
@api.response(200, MemberRequestDetail)
def withdraw(request_id: str) -> Any:
    """Take one's own back: what was told is erased."""
    with transaction() as session:
        found = queries.own(session, request_id)
        actions.withdraw(session, found)
        return _detail(session, found)


def _detail(session: Any, found: MemberRequest) -> dict[str, Any]:
    session.flush()
    api.etag(found.version)
    return {name: getattr(found, name) for name in MemberRequestDetail().fields}
