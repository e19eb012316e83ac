"""Inspections over HTTP: planning, the checklist, the employer's reply, mending, the second look."""

from typing import Any

from services.welfare.inspections import actions, queries
from services.welfare.inspections.models import Inspection
from services.welfare.inspections.schemas import (
    Held,
    InspectionDetail,
    InspectionFilter,
    InspectionIn,
    InspectionRow,
    Mended,
    Reply,
    SecondLook,
)
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api("inspections", description="Inspections by members: the canteen, and lawful employment.")
SEE = "inspections.see"


@api.get("/inspections", allow=SEE)
@api.paged(InspectionRow, InspectionFilter)
def inspections(filters: dict[str, Any]) -> Keyset:
    """Those that the asker may see."""
    return queries.inspections(filters)


@api.post("/inspections", allow=queries.KEEP)
@api.arguments(InspectionIn)
@api.response(201, InspectionDetail)
def plan(body: dict[str, Any]) -> Any:
    """Plan one; those who go are told."""
    with transaction() as session:
        who = actor()
        return _detail(
            session, actions.plan(session, school_id=str(who.school_id), by=str(who.person_id), **body)
        )


@api.get("/inspections/<uuid:inspection_id>", allow=SEE)
@api.response(200, InspectionDetail)
def one_inspection(inspection_id: str) -> Any:
    """One with its checklist, letter, reply and findings."""
    with reading() as session:
        return _shown(queries.visible(session, inspection_id))


@api.post("/inspections/<uuid:inspection_id>/call-off", allow=queries.KEEP)
@api.response(200, InspectionDetail)
def call_off(inspection_id: str) -> Any:
    """It will not take place."""
    with transaction() as session:
        found = get_within(session, Inspection, inspection_id, lock=True)
        actions.call_off(session, found)
        return _detail(session, found)


@api.post("/inspections/<uuid:inspection_id>/hold", allow=SEE)
@api.arguments(Held)
@api.response(200, InspectionDetail)
def hold(body: dict[str, Any], inspection_id: str) -> Any:
    """Write the checklist down: those on the roster, and those who keep the inspections."""
    with transaction() as session:
        found = queries.to_inspect(session, inspection_id)
        actions.hold(session, found, by=str(actor().person_id), **body)
        return _detail(session, found)


@api.post("/inspections/<uuid:inspection_id>/reply", allow=queries.ANSWER)
@api.arguments(Reply)
@api.response(200, InspectionDetail)
def answer(body: dict[str, Any], inspection_id: str) -> Any:
    """The employer's written reply."""
    with transaction() as session:
        found = queries.visible(session, inspection_id, lock=True)
        actions.answer(session, found, by=str(actor().person_id), **body)
        return _detail(session, found)


@api.post("/inspections/<uuid:inspection_id>/findings/<uuid:finding_id>/mend", allow=queries.ANSWER)
@api.arguments(Mended)
@api.response(200, InspectionDetail)
def mend(body: dict[str, Any], inspection_id: str, finding_id: str) -> Any:
    """One thing is mended, says the school."""
    with transaction() as session:
        found = queries.visible(session, inspection_id, lock=True)
        actions.mend(session, queries.finding_of(found, finding_id), inspection=found, **body)
        return _detail(session, found)


@api.post("/inspections/<uuid:inspection_id>/findings/<uuid:finding_id>/look", allow=SEE)
@api.arguments(SecondLook)
@api.response(200, InspectionDetail)
def look_again(body: dict[str, Any], inspection_id: str, finding_id: str) -> Any:
    """The second look; the last one that finds all in order closes it."""
    with transaction() as session:
        found = queries.to_inspect(session, inspection_id)
        finding = queries.finding_of(found, finding_id)
        actions.look_again(session, finding, by=str(actor().person_id), inspection=found, **body)
        return _detail(session, found)


def _detail(session: Any, found: Inspection) -> dict[str, Any]:
    session.flush()
    return _shown(found)


def _shown(found: Inspection) -> dict[str, Any]:
    api.etag(found.version)
    return {name: getattr(found, name) for name in InspectionDetail().fields}
