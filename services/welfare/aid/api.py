"""Aid over HTTP: asking, deciding, paying, saying that it came, totals."""

from typing import Any

from services.welfare.aid import actions, queries, wording
from services.welfare.aid.limits import limit_of
from services.welfare.aid.models import AidRequest
from services.welfare.aid.schemas import (
    AidTotal,
    Ask,
    Decision,
    Payment,
    PaymentRow,
    PupilAsk,
    RequestDetail,
    RequestFilter,
    RequestRow,
    YearQuery,
)
from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN, actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api(
    "aid", description="Aid out of what was set apart: who asks, who decides and who pays are three people."
)


@api.post("/aid/requests", allow="aid.ask")
@api.arguments(Ask)
@api.response(201, RequestDetail)
def ask(body: dict[str, Any]) -> Any:
    """Ask for oneself. 409 `consent-missing` where the separate consent is not given."""
    with transaction() as session:
        found = actions.request_aid(session, school_id=_school(), person_id=_me(), **body)
        return _detail(session, found)


@api.post("/aid/pupils", allow=queries.KEEP)
@api.arguments(PupilAsk)
@api.response(201, RequestDetail)
def ask_for_pupil(body: dict[str, Any]) -> Any:
    """Ask for a pupil, whom a code stands for."""
    with transaction() as session:
        return _detail(session, actions.request_for_pupil(session, school_id=_school(), by=_me(), **body))


@api.get("/aid/mine", allow="aid.ask")
@api.paged(RequestRow)
def own_requests(_filters: dict[str, Any]) -> Keyset:
    """One's own requests."""
    return queries.own_requests()


@api.get("/aid/requests", allow=queries.KEEP)
@api.paged(RequestRow, RequestFilter)
def requests(filters: dict[str, Any]) -> Keyset:
    """The requests of the school, without why."""
    return queries.requests(filters)


@api.get("/aid/payments", allow="aid.pay")
@api.paged(PaymentRow)
def payments(_filters: dict[str, Any]) -> Keyset:
    """What was granted and is to be paid."""
    return queries.to_pay()


@api.get("/aid/totals", allow="aid.ask")
@api.arguments(YearQuery, location="query")
@api.response(200, AidTotal(many=True))
def totals(query: dict[str, Any]) -> Any:
    """What was paid in a year; small numbers are told to those who keep the requests alone."""
    year = query.get("year") or clock.today().year
    with reading() as session:
        return queries.totals(session, _school(), year, exact=actor().may(queries.KEEP))


@api.get("/aid/requests/<uuid:request_id>", allow=ANYONE_SIGNED_IN)
@api.response(200, RequestDetail)
def one_request(request_id: str) -> Any:
    """A whole request, for the person and those who keep them; the read is recorded. 403, recorded too, for others."""
    with transaction() as session:
        request = queries.visible(session, request_id)
        queries.record_read(session, request)
        return _detail(session, request)


@api.post("/aid/requests/<uuid:request_id>/withdraw", allow=ANYONE_SIGNED_IN)
@api.response(200, RequestDetail)
def withdraw(request_id: str) -> Any:
    """Take one's own request back."""
    with transaction() as session:
        request = queries.own(session, request_id)
        actions.withdraw(session, request)
        return _detail(session, request)


@api.post("/aid/requests/<uuid:request_id>/received", allow=ANYONE_SIGNED_IN)
@api.response(200, RequestDetail)
def received(request_id: str) -> Any:
    """Say that it came."""
    with transaction() as session:
        request = queries.own(session, request_id)
        actions.confirm_receipt(session, request)
        return _detail(session, request)


@api.post("/aid/requests/<uuid:request_id>/decide", allow="aid.decide")
@api.arguments(Decision)
@api.response(200, RequestDetail)
def decide(body: dict[str, Any], request_id: str) -> Any:
    """Grant a sum within the year's limit, or refuse."""
    with transaction() as session:
        request = get_within(session, AidRequest, request_id, lock=True)
        actions.decide(session, request, by=_me(), **body)
        return _detail(session, request)


@api.post("/aid/requests/<uuid:request_id>/pay", allow="aid.pay")
@api.arguments(Payment)
@api.response(200, PaymentRow)
def pay(body: dict[str, Any], request_id: str) -> AidRequest:
    """Pay it out, with what proves it. 409 `aid-fund-exhausted` where what was set apart does not reach."""
    with transaction() as session:
        request = get_within(session, AidRequest, request_id, lock=True)
        return actions.pay(session, request, by=_me(), **body)


def _me() -> str:
    return str(actor().person_id)


def _school() -> str:
    return str(actor().school_id)


_PLAIN = [name for name in RequestDetail().fields if name not in ("limit_fen", "left_fen", "trace")]


def _detail(session: Any, request: AidRequest) -> dict[str, Any]:
    session.flush()
    limit = limit_of(session, request, request.decided_on or clock.today())
    api.etag(request.version)
    return {name: getattr(request, name) for name in _PLAIN} | {
        "limit_fen": limit.limit_fen,
        "left_fen": limit.left_fen,
        "trace": [words for _met, words in wording.trace(request, limit)],
    }
