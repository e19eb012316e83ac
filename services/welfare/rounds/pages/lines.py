"""The lines of a round, one with its reasons, and who walks a route."""

from typing import Any

from flask import Response, request

from services.welfare.rounds import queries
from services.welfare.rounds.actions import drafting
from services.welfare.rounds.kinds import CRITERIA
from services.welfare.rounds.models import DRAFT, RoundRoute, RoundRow, VisitRound
from services.welfare.rounds.pages import HOME, pages, refuse
from services.welfare.rounds.schemas import AddForm, LineForm, TeamForm
from services.welfare.visits.queries import names
from shared.kit import audit
from shared.kit.access import get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import render, seen_other
from shared.kit.people import people_in
from shared.kit.problems import Problem
from shared.kit.web.forms import Form


@pages.get("/rounds/<uuid:round_id>/add", allow=queries.KEEP)
def add(round_id: str) -> str:
    with reading() as session:
        return _add_form(session, queries.kept(session, round_id), Form())


@pages.post("/rounds/<uuid:round_id>/add", allow=queries.KEEP)
def send_add(round_id: str) -> Any:
    form = Form()
    data = form.load(AddForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                drafting.add_person(session, queries.kept(session, round_id, lock=True), **data)
            return seen_other(HOME + round_id)
        except Problem as refusal:
            refuse(form, refusal)
    with reading() as session:
        return Response(_add_form(session, queries.kept(session, round_id), form), 422)


def _add_form(session: Any, made: VisitRound, form: Form) -> str:
    people = [(card.id, card.name) for card in people_in(session, made.school_id)]
    return render("rounds/add.html", round=made, form=form, people=people)


@pages.get("/rounds/lines/<uuid:row_id>", allow=queries.KEEP)
def line(row_id: str) -> str:
    """One line with its reason; that it was opened is recorded."""
    with transaction() as session:
        row = get_within(session, RoundRow, row_id)
        audit.record(session, "round.read", object_id=row.id, person_id=row.person_id)
        return _line_form(session, row, Form({"area": row.area, "place": row.place, "gift": row.gift_fen}))


@pages.post("/rounds/lines/<uuid:row_id>", allow=queries.KEEP)
def send_line(row_id: str) -> Any:
    form = Form()
    data = form.load(LineForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                row = get_within(session, RoundRow, row_id)
                made = queries.kept(session, row.round_id, lock=True)
                if made.state != DRAFT or data["gift_fen"] is None:
                    data.pop("gift_fen")
                if not data["taken_off"]:
                    data.pop("taken_off")
                drafting.edit_row(session, made, row, **data)
            return seen_other(HOME + made.id)
        except Problem as refusal:
            refuse(form, refusal)
    with reading() as session:
        return Response(_line_form(session, get_within(session, RoundRow, row_id), form), 422)


def _line_form(session: Any, row: RoundRow, form: Form) -> str:
    made = queries.kept(session, row.round_id)
    why = [str(CRITERIA[code].name) for code in row.why["criteria"]]
    return render(
        "rounds/line.html", row=row, round=made, form=form, why=why, names=names(session, {row.person_id})
    )


@pages.get("/rounds/routes/<uuid:route_id>", allow=queries.KEEP)
def route(route_id: str) -> str:
    with reading() as session:
        found = get_within(session, RoundRoute, route_id)
        return _team_form(
            session, found, Form(dict(zip(("first", "second", "third"), found.team, strict=False)))
        )


@pages.post("/rounds/routes/<uuid:route_id>", allow=queries.KEEP)
def send_route(route_id: str) -> Any:
    form = Form()
    data = form.load(TeamForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                found = get_within(session, RoundRoute, route_id)
                made = queries.kept(session, found.round_id, lock=True)
                team = [who for who in (data["first"], data["second"], data["third"]) if who]
                known = {card.id for card in people_in(session, made.school_id)}
                drafting.set_team(session, made, found, team if known.issuperset(team) else [])
            return seen_other(HOME + made.id)
        except Problem as refusal:
            refuse(form, refusal)
    with reading() as session:
        return Response(_team_form(session, get_within(session, RoundRoute, route_id), form), 422)


def _team_form(session: Any, found: RoundRoute, form: Form) -> str:
    people = [(card.id, card.name) for card in people_in(session, found.school_id)]
    return render("rounds/team.html", route=found, form=form, people=people)
