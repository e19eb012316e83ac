"""Visits over HTTP: one's own and the board, completing and correcting, cancelling, assigning, handing over."""

from typing import Any

from flask import request

from services.welfare.funds.actions import keep_receipt
from services.welfare.funds.models import Receipt
from services.welfare.funds.queries import used_elsewhere
from services.welfare.visits import queries
from services.welfare.visits.actions import ceilings, handing_over, planning, reporting, staffing, stopping
from services.welfare.visits.models import HandOver, VisitTask
from services.welfare.visits.schemas import (
    Agreement,
    Assignment,
    Correction,
    MineFilter,
    OfferOut,
    Reason,
    ReceiptOut,
    ReportBody,
    VisitDetail,
    VisitFilter,
    VisitOut,
)
from shared.kit import clock
from shared.kit.access import actor, get_within, require
from shared.kit.api import Api
from shared.kit.database import transaction
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid

api = Api("visits", description="Visits that the union owes: planned, made, late, handed over.")


@api.get("/visits", allow="visits.board")
@api.paged(VisitOut, VisitFilter)
def visits(filters: dict[str, Any]) -> Keyset:
    """The school's board, without occasions."""
    return queries.board(filters)


@api.get("/visits/mine", allow="visits.mine")
@api.paged(VisitOut, MineFilter)
def my_visits(filters: dict[str, Any]) -> Keyset:
    """The tasks on which the asker is to go, the most urgent first."""
    return queries.mine(filters)


@api.get("/visits/<uuid:visit_id>", allow="visits.mine")
@api.response(200, VisitDetail)
def one_visit(visit_id: str) -> Any:
    """One task; the occasion for those who go, and that they read it is recorded."""
    with transaction() as session:
        return _detail(session, queries.visible(session, visit_id))


@api.post("/visits/<uuid:visit_id>/complete", allow="visits.mine")
@api.arguments(ReportBody)
@api.response(200, VisitDetail)
def complete_visit(report: reporting.Report, visit_id: str) -> Any:
    """Record the visit. 409 `over-ceiling` names the rule and the ways out; 409 `confirmation-needed` the warnings."""
    with transaction() as session:
        task = queries.known(session, visit_id, lock=True)
        return _detail(session, reporting.complete_visit(session, task, report, by=_me()))


@api.post("/visits/<uuid:visit_id>/correct", allow="visits.mine")
@api.arguments(Correction)
@api.response(200, VisitDetail)
def correct_report(body: dict[str, Any], visit_id: str) -> Any:
    """Put a corrected report over the last one, which is kept."""
    with transaction() as session:
        task = queries.known(session, visit_id, lock=True)
        return _detail(session, reporting.correct_report(session, task, by=_me(), **body))


@api.post("/visits/<uuid:visit_id>/receipts", allow="visits.mine")
@api.response(201, ReceiptOut)
def add_receipt(visit_id: str) -> dict[str, Any]:
    """Hand in the picture of a receipt (multipart, `file`); its id goes into the report."""
    if (upload := request.files.get("file")) is None:
        raise Invalid(fields={"file": ["missing"]})
    with transaction() as session:
        task = queries.known(session, visit_id)
        receipt = keep_receipt(
            session, upload.stream, upload.filename or "", school_id=task.school_id, kept_by=_me()
        )
        session.flush()
        return _receipt(receipt, used=bool(used_elsewhere(session, [receipt], reporting.SOURCE, task.id)))


@api.post("/visits/<uuid:visit_id>/cancel", allow="visits.mine")
@api.arguments(Reason)
@api.response(200, VisitDetail)
def cancel_visit(body: dict[str, Any], visit_id: str) -> Any:
    """Say that a visit will not be made, and why."""
    with transaction() as session:
        task = queries.visible(session, visit_id, lock=True)
        if not queries.knows(task):
            require("visits.assign")
        return _detail(session, stopping.cancel_visit(session, task, reason=body["reason"]))


@api.post("/visits/<uuid:visit_id>/assign", allow="visits.assign")
@api.arguments(Assignment)
@api.response(200, VisitDetail)
def assign_visit(body: dict[str, Any], visit_id: str) -> Any:
    """Give the task to somebody of the school."""
    with transaction() as session:
        task = queries.visible(session, visit_id, lock=True)
        return _detail(session, staffing.reassign(session, task, to=body["person_id"]))


@api.post("/visits/<uuid:visit_id>/agree", allow="visits.mine")
@api.arguments(Agreement)
@api.response(200, VisitDetail)
def agree_on_day(body: dict[str, Any], visit_id: str) -> Any:
    """Note the day agreed with the family."""
    with transaction() as session:
        task = queries.known(session, visit_id, lock=True)
        return _detail(session, planning.agree_on(task, body["agreed_on"]))


@api.get("/visits/offers", allow="visits.take-over")
@api.paged(OfferOut)
def offers(_filters: dict[str, Any]) -> Keyset:
    """Tasks of people who moved here, which their old schools offer to hand over."""
    return queries.offers()


@api.post("/visits/offers/<uuid:offer_id>/accept", allow="visits.take-over")
@api.response(200, VisitDetail)
def accept_offer(offer_id: str) -> Any:
    """Take a task over."""
    with transaction() as session:
        offer = get_within(session, HandOver, offer_id, lock=True)
        return _detail(session, handing_over.accept_offer(session, offer, by=_me()))


@api.post("/visits/offers/<uuid:offer_id>/decline", allow="visits.take-over")
@api.response(200, OfferOut)
def decline_offer(offer_id: str) -> HandOver:
    """Leave a task with the old school."""
    with transaction() as session:
        offer = get_within(session, HandOver, offer_id, lock=True)
        handing_over.decline_offer(session, offer, by=_me())
        return offer


def _me() -> str:
    return str(actor().person_id)


def _detail(session: Any, task: VisitTask) -> dict[str, Any]:
    """A task as its asker may see it."""
    session.flush()
    api.etag(task.version)
    shown = {name: getattr(task, name) for name in VisitOut().fields} | {
        "scheme_version": task.scheme_version
    }
    if not queries.knows(task):
        return shown | {"matter": None, "ceiling": None, "report": None}
    ceiling = ceilings.ceiling_of(session, task, task.visited_on or clock.today())
    return shown | {"matter": queries.read_matter(session, task), "ceiling": ceiling, "report": task.report}


def _receipt(receipt: Receipt, *, used: bool) -> dict[str, Any]:
    return {"id": receipt.id, "file_id": receipt.file_id, "sha256": receipt.sha256, "used_before": used}
