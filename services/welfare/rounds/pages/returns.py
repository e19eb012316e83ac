"""The sheets that are printed, and the results that come back: typed line by line, or scanned."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.rounds import queries
from services.welfare.rounds.actions import opening, results
from services.welfare.rounds.models import OPEN, RESULTS, RoundRow
from services.welfare.rounds.pages import HOME, job_page, me, pages, refuse
from services.welfare.rounds.schemas import LinesForm, ResultForm
from services.welfare.visits.queries import names
from shared.kit import audit, clock
from shared.kit.access import actor
from shared.kit.database import reading, transaction
from shared.kit.pages import flash, render, seen_other
from shared.kit.problems import Problem
from shared.kit.web.forms import Form


@pages.get("/rounds/<uuid:round_id>/sheets", allow=queries.WALK)
def sheets(round_id: str) -> Any:
    """The sheets of one's routes, or of all; one for each area, with a code for each line."""
    with transaction() as session:
        made = queries.kept(session, round_id)
        listed = queries.sheet(session, made, queries.areas_of(made), request.args.get("area"))
        ids: set[str | None] = {row.person_id for row in listed} | {
            who for r in made.routes for who in r.team
        }
        audit.record(session, "round.printed", object_id=made.id, amount=len(listed))
        by_area: dict[str, list[RoundRow]] = {}
        for row in listed:
            by_area.setdefault(row.area, []).append(row)
        return render(
            "rounds/sheets.html", round=made, areas=by_area, names=names(session, ids), today=clock.today()
        )


@pages.get("/rounds/<uuid:round_id>/results", allow=queries.WALK)
def write_results(round_id: str) -> str:
    return _results_form(round_id, Form({"visited_on": clock.today()}))


@pages.post("/rounds/<uuid:round_id>/results", allow=queries.WALK)
def send_results(round_id: str) -> Any:
    form = Form()
    data = form.load(LinesForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                made = queries.kept(session, round_id, lock=True)
                areas = queries.areas_of(made)
                typed = results.parse_lines(data["lines"], data["visited_on"], queries.numbers(session, made))
                job = results.take_results(
                    session, made, typed, by=me(), areas=areas, confirmed=data["confirmed"]
                )
            flash(_("Recorded. Lines that were reported already stay as they are."))
            after = HOME + round_id if actor().may(queries.KEEP) else f"{HOME}{round_id}/results"
            return seen_other(job_page(job) if job else after)
        except Problem as refusal:
            refuse(form, refusal)
    return Response(_results_form(round_id, form), 422)


def _results_form(round_id: str, form: Form) -> str:
    with reading() as session:
        made = queries.kept(session, round_id)
        areas = queries.areas_of(made)
        opening.require_open(made)
        listed = queries.sheet(session, made, areas, request.args.get("area"))
        came = queries.results(session, listed)
        waiting = [row for row in listed if came[row.id] is None][:100]
        people = names(session, {row.person_id for row in waiting})
        done = len(listed) - sum(value is None for value in came.values())
        return render(
            "rounds/results.html",
            round=made,
            form=form,
            waiting=waiting,
            names=people,
            done=done,
            total=len(listed),
        )


@pages.get("/rounds/rows/<uuid:row_id>", allow=queries.WALK)
def scanned(row_id: str) -> str:
    """Where the code of a line leads."""
    with reading() as session:
        return _result_form(session, row_id, Form({"visited_on": clock.today()}))


@pages.post("/rounds/rows/<uuid:row_id>", allow=queries.WALK)
def send_scanned(row_id: str) -> Any:
    form = Form()
    data = form.load(ResultForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                row, found = queries.line(session, row_id)
                made = queries.kept(session, found.id, lock=True)
                line = results.Result(row.number, data["result"], data["visited_on"])
                results.take_results(session, made, [line], by=me(), areas=queries.areas_of(made),
                                     confirmed=data["confirmed"])  # fmt: skip
            flash(_("Recorded: %(result)s", result=str(RESULTS[data["result"]])))
            return seen_other(f"{HOME}rows/{row_id}")
        except Problem as refusal:
            refuse(form, refusal)
    with reading() as session:
        return Response(_result_form(session, row_id, form), 422)


def _result_form(session: Any, row_id: str, form: Form) -> str:
    row, made = queries.line(session, row_id)
    return render(
        "rounds/result.html",
        row=row,
        round=made,
        form=form,
        is_open=made.state == OPEN,
        came=queries.results(session, [row])[row.id],
        names=names(session, {row.person_id}),
        results=[(code, str(name)) for code, name in RESULTS.items()],
    )
