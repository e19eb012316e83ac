"""Rounds of visits over HTTP: the list, the committee, the routes, opening, results, closing."""

from typing import Any

from flask import request
from sqlalchemy.orm import Session

from services.welfare.rounds import queries
from services.welfare.rounds.actions import deciding, drafting, opening, results
from services.welfare.rounds.models import RoundRoute, RoundRow, VisitRound
from services.welfare.rounds.schemas import (
    CloseBody,
    LineBody,
    LineChange,
    LineFilter,
    ResultsBody,
    RoundBody,
    RoundDetail,
    RoundFilter,
    RoundLine,
    RoundRowOut,
    RouteOut,
    Started,
    TeamBody,
    VoteBody,
)
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound

api = Api("rounds", description="Rounds of visits (春节慰问 and the like), from the list to the figures.")


@api.get("/rounds", allow=queries.KEEP)
@api.paged(RoundRowOut, RoundFilter)
def rounds(filters: dict[str, Any]) -> Keyset:
    """The school's rounds."""
    return queries.rounds(filters)


@api.post("/rounds", allow=queries.KEEP)
@api.arguments(RoundBody)
@api.response(201, RoundDetail)
def begin_round(body: dict[str, Any]) -> Any:
    """Begin a round; its list is made from the criteria as of its day. 409 where it has been begun."""
    with transaction() as session:
        return detail(session, drafting.open_round(session, school_id=str(actor().school_id), **body))


@api.get("/rounds/<uuid:round_id>", allow=queries.DECIDE)
@api.response(200, RoundDetail)
def one_round(round_id: str) -> Any:
    """A round with its routes and how it stands."""
    with reading() as session:
        return detail(session, queries.seen(session, round_id))


@api.get("/rounds/<uuid:round_id>/lines", allow=queries.DECIDE)
@api.paged(RoundLine, LineFilter)
def lines(filters: dict[str, Any], round_id: str) -> Keyset:
    """The list, without reasons."""
    with reading() as session:
        return queries.rows(queries.seen(session, round_id), filters)


@api.post("/rounds/<uuid:round_id>/lines", allow=queries.KEEP)
@api.arguments(LineBody)
@api.response(201, RoundLine)
def add_line(body: dict[str, Any], round_id: str) -> Any:
    """Put somebody on the list by hand, with the reason."""
    with transaction() as session:
        return drafting.add_person(session, queries.kept(session, round_id, lock=True), **body)


@api.patch("/rounds/lines/<uuid:row_id>", allow=queries.KEEP)
@api.arguments(LineChange)
@api.response(200, RoundLine)
def change_line(body: dict[str, Any], row_id: str) -> Any:
    """Change a line's area, place or gift, or take it off with a reason."""
    with transaction() as session:
        row = get_within(session, RoundRow, row_id)
        return drafting.edit_row(session, queries.kept(session, row.round_id, lock=True), row, **body)


@api.put("/rounds/routes/<uuid:route_id>", allow=queries.KEEP)
@api.arguments(TeamBody)
@api.response(200, RouteOut)
def name_team(body: dict[str, Any], route_id: str) -> Any:
    """Say who goes to an area, the one responsible first."""
    with transaction() as session:
        route = get_within(session, RoundRoute, route_id)
        made = queries.kept(session, route.round_id, lock=True)
        return drafting.set_team(session, made, route, body["team"])


def _deed(path: str, action: Any) -> None:
    """POST without a body that moves a round on and gives it back."""

    def deed(round_id: str) -> Any:
        with transaction() as session:
            made = queries.kept(session, round_id, lock=True)
            action(session, made, str(actor().person_id))
            session.flush()
            return detail(session, made)

    deed.__name__ = path.replace("-", "_") + "_round"
    deed.__doc__ = action.__doc__
    api.post(f"/rounds/<uuid:round_id>/{path}", allow=queries.KEEP)(api.response(200, RoundDetail)(deed))


def _fill(session: Session, made: VisitRound, _by: str) -> None:
    """Make the list anew from the criteria; lines changed by hand stay."""
    drafting.fill_list(session, made)


def _propose(session: Session, made: VisitRound, by: str) -> None:
    """Lay the list before the committee. 409 `against-rules` names what the province does not allow."""
    deciding.propose(session, made, by=by)


def _open(session: Session, made: VisitRound, by: str) -> None:
    """Open the visits, as a job."""
    opening.begin(session, made, by=by)


def _call_off(session: Session, made: VisitRound, _by: str) -> None:
    """Give the round up before its visits are opened."""
    drafting.call_off(session, made)


for _path, _action in (("fill", _fill), ("propose", _propose), ("open", _open), ("call-off", _call_off)):
    _deed(_path, _action)


@api.post("/rounds/<uuid:round_id>/vote", allow=queries.DECIDE)
@api.arguments(VoteBody)
@api.response(200, RoundDetail)
def vote(body: dict[str, Any], round_id: str) -> Any:
    """One voice of the committee's three; two alike decide."""
    with transaction() as session:
        made = queries.seen(session, round_id, lock=True)
        deciding.vote(session, made, by=str(actor().person_id), **body)
        session.flush()
        return detail(session, made)


@api.post("/rounds/<uuid:round_id>/codes", allow=queries.KEEP)
@api.response(202, Started)
def draw_codes(round_id: str) -> Any:
    """Draw the codes of the sheets, as a job."""
    with transaction() as session:
        made = queries.kept(session, round_id, lock=True)
        job = opening.draw_codes(session, made, by=str(actor().person_id), host=request.host_url)
        return {"job_id": job.id}


@api.post("/rounds/<uuid:round_id>/results", allow=queries.WALK)
@api.arguments(ResultsBody)
@api.response(202, Started)
def send_results(body: dict[str, Any], round_id: str) -> Any:
    """What became of the visits, all lines or none; more than a hundred as a job. A line reported already stays.

    409 `confirmation-needed` names the warnings that are to be sent back in `confirmed`.
    """
    with transaction() as session:
        made = queries.kept(session, round_id, lock=True)
        areas = queries.areas_of(made)
        by = str(actor().person_id)
        job = results.take_results(session, made, **body, by=by, areas=areas)
        return {"job_id": job.id if job else None}


@api.post("/rounds/<uuid:round_id>/close", allow=queries.KEEP)
@api.arguments(CloseBody)
@api.response(202, Started)
def close(body: dict[str, Any], round_id: str) -> Any:
    """End the round; whoever was not visited needs a reason."""
    with transaction() as session:
        made = queries.kept(session, round_id, lock=True)
        return {"job_id": results.close(session, made, by=str(actor().person_id), **body).id}


def detail(session: Session, made: VisitRound | None) -> dict[str, Any]:
    """A round as its detail schema dumps it."""
    if made is None:
        raise NotFound()
    shown = {column.name: getattr(made, column.name) for column in VisitRound.__table__.columns}
    return {**shown, "routes": made.routes, "counted": made.figures or queries.figures(session, made)}
