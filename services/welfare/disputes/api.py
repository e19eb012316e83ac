"""Disputes over HTTP: the committee, applying, mediating. Who mediates is a matter of seats, not of offices."""

from typing import Any

from services.welfare.disputes import actions, queries
from services.welfare.disputes.models import Dispute, Mediator
from services.welfare.disputes.schemas import (
    Application,
    DisputeDetail,
    DisputeFilter,
    DisputeRow,
    HearingDay,
    MediatorOut,
    NoteIn,
    SeatIn,
    Step,
)
from shared.kit.access import ANYONE_SIGNED_IN, actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api(
    "disputes", description="Disputes at work: open to the person and to those who mediate, to nobody else."
)


@api.get("/disputes/committee", allow="disputes.ask")
@api.response(200, MediatorOut(many=True))
def committee() -> Any:
    """Who mediates today."""
    with reading() as session:
        return queries.committee(session, str(actor().school_id))


@api.post("/disputes/committee", allow="disputes.seat")
@api.arguments(SeatIn)
@api.response(201, MediatorOut)
def seat(body: dict[str, Any]) -> Any:
    """Give somebody a seat; never the principal."""
    with transaction() as session:
        return actions.seat(session, school_id=str(actor().school_id), **body)


@api.post("/disputes/committee/<uuid:mediator_id>/end", allow="disputes.seat")
@api.response(204)
def unseat(mediator_id: str) -> None:
    """End a seat today."""
    with transaction() as session:
        actions.unseat(session, get_within(session, Mediator, mediator_id, lock=True))


@api.post("/disputes", allow="disputes.ask")
@api.arguments(Application)
@api.response(201, DisputeDetail)
def apply(body: dict[str, Any]) -> Any:
    """Ask for mediation. 409 where the union has nobody to mediate."""
    with transaction() as session:
        who = actor()
        found = actions.apply(session, school_id=str(who.school_id), person_id=str(who.person_id), **body)
        return _detail(session, found)


@api.get("/disputes/mine", allow="disputes.ask")
@api.paged(DisputeRow)
def own_disputes(_filters: dict[str, Any]) -> Keyset:
    """One's own disputes."""
    return queries.own_disputes()


@api.get("/disputes", allow=ANYONE_SIGNED_IN)
@api.paged(DisputeRow, DisputeFilter)
def disputes(filters: dict[str, Any]) -> Keyset:
    """The committee's disputes. 403 for those who do not mediate."""
    with reading() as session:
        return queries.disputes(session, filters)


@api.get("/disputes/<uuid:dispute_id>", allow=ANYONE_SIGNED_IN)
@api.response(200, DisputeDetail)
def one_dispute(dispute_id: str) -> Any:
    """A whole dispute; the read is recorded. 403, recorded too, for others."""
    with transaction() as session:
        dispute = queries.visible(session, dispute_id)
        queries.record_read(session, dispute)
        return _detail(session, dispute)


@api.post("/disputes/<uuid:dispute_id>/steps", allow=ANYONE_SIGNED_IN)
@api.arguments(Step)
@api.response(200, DisputeDetail)
def step(body: dict[str, Any], dispute_id: str) -> Any:
    """Accept, decline, agreement, or none."""
    with transaction() as session:
        dispute = queries.to_mediate(session, dispute_id)
        actions.step(session, dispute, by=str(actor().person_id), **body)
        return _detail(session, dispute)


@api.post("/disputes/<uuid:dispute_id>/hearing", allow=ANYONE_SIGNED_IN)
@api.arguments(HearingDay)
@api.response(200, DisputeDetail)
def hearing(body: dict[str, Any], dispute_id: str) -> Any:
    """Fix or move the hearing."""
    with transaction() as session:
        dispute = queries.to_mediate(session, dispute_id)
        actions.fix_hearing(session, dispute, **body)
        return _detail(session, dispute)


@api.post("/disputes/<uuid:dispute_id>/notes", allow=ANYONE_SIGNED_IN)
@api.arguments(NoteIn)
@api.response(201, DisputeDetail)
def note(body: dict[str, Any], dispute_id: str) -> Any:
    """Add a line to the log: the person or a mediator."""
    with transaction() as session:
        dispute = queries.visible(session, dispute_id, lock=True)
        actions.note(session, dispute, by=str(actor().person_id), **body)
        return _detail(session, dispute)


@api.post("/disputes/<uuid:dispute_id>/step-aside", allow=ANYONE_SIGNED_IN)
@api.response(204)
def step_aside(dispute_id: str) -> None:
    """Do not mediate in this one; it is closed to oneself from now on. 409 for the last mediator."""
    with transaction() as session:
        actions.step_aside(session, queries.to_mediate(session, dispute_id), by=str(actor().person_id))


@api.post("/disputes/<uuid:dispute_id>/withdraw", allow=ANYONE_SIGNED_IN)
@api.response(200, DisputeDetail)
def withdraw(dispute_id: str) -> Any:
    """Take one's own application back: what was told is erased."""
    with transaction() as session:
        dispute = queries.own(session, dispute_id)
        actions.withdraw(session, dispute)
        return _detail(session, dispute)


def _detail(session: Any, dispute: Dispute) -> dict[str, Any]:
    session.flush()
    api.etag(dispute.version)
    return {name: getattr(dispute, name) for name in DisputeDetail().fields}
