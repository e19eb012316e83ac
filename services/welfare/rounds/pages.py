"""The pages of rounds: the list, one round, its lines and teams, the sheets, and the results that come back."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.rounds import queries
from services.welfare.rounds.actions import deciding, drafting, opening, results
from services.welfare.rounds.kinds import CRITERIA, KINDS, RETIRED
from services.welfare.rounds.models import DRAFT, OPEN, RESULTS, RoundRoute, RoundRow, VisitRound
from services.welfare.rounds.schemas import (
    AddForm,
    CloseBody,
    LineFilter,
    LineForm,
    LinesForm,
    ResultForm,
    RoundForm,
    TeamForm,
    VoteBody,
)
from services.welfare.rounds.wording import WORDS, result
from services.welfare.standards import Breach, no_gift_festival
from services.welfare.visits.actions.reporting import NeedsConfirmation
from services.welfare.visits.queries import names
from services.welfare.wording import in_yuan
from shared.kit import audit, clock
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.paging import everything
from shared.kit.people import RulePack, people_in, rule_pack, rule_pack_used
from shared.kit.problems import Problem
from shared.kit.web.forms import WHOLE, Form

pages = Pages("rounds")
HOME = "/welfare/rounds/"
CONTROLS = {"gift_fen": "gift", "team": "first", "results": "lines"}


@pages.context_processor
def _words() -> dict[str, object]:
    return {"words": WORDS}


def _me() -> str:
    return str(actor().person_id)


def _funds() -> list[tuple[str, str]]:
    return [(code, str(fund.name)) for code, fund in FUNDS.items() if code != PERSONAL]


def _refuse(form: Form, refusal: Problem) -> None:
    if isinstance(refusal, NeedsConfirmation):
        form.add("confirmed", _("Please read and confirm."))
        form.values["warnings"] = [
            (warning["code"], warning["text"]) for warning in refusal.extra["warnings"]
        ]
        return
    faults = {CONTROLS.get(name, name): text for name, text in (refusal.fields or {}).items()}
    form.refuse(faults or {WHOLE: [str(refusal.detail or refusal.title)]})


@pages.get("/rounds/", allow=queries.WALK)
def home() -> str:
    """One's own routes and what was done, in numbers; for those who keep rounds all of them."""
    keeps = actor().may(queries.KEEP)
    listing = Listing(queries.rounds({})) if keeps else None
    with reading() as session:
        return render(
            "rounds/home.html",
            listing=listing,
            routes=queries.own_routes(session),
            keeps=keeps,
            told=queries.told(session),
        )


@pages.get("/rounds/new", allow=queries.KEEP)
def new() -> str:
    kind = request.args.get("kind") if request.args.get("kind") in KINDS else "spring"
    usual = KINDS[str(kind)]
    today = clock.today()
    year = today.year if usual.festival_in(today.year) >= today else today.year + 1
    start = {"kind": kind, "year": year, "criteria": list(usual.criteria), "age": usual.criteria.get(RETIRED) or 70,
             "fund": "union", "retiree_fund": "administration"}  # fmt: skip
    return render("rounds/new.html", form=Form(start), funds=_funds())


@pages.post("/rounds/new", allow=queries.KEEP)
def begin() -> Any:
    form = Form()
    data = form.load(RoundForm, request.form)
    if data is not None:
        try:
            age = data.pop("age")
            data["criteria"] = {code: age if code == RETIRED else None for code in data["criteria"]}
            with transaction() as session:
                made = drafting.open_round(session, school_id=str(actor().school_id), **data)
            return seen_other(HOME + made.id)
        except Problem as refusal:
            _refuse(form, refusal)
    return Response(render("rounds/new.html", form=form, funds=_funds()), 422)


@pages.get("/rounds/<uuid:round_id>", allow=queries.DECIDE)
def show(round_id: str) -> Any:
    filters = Form().load(LineFilter, request.args) or {}
    with reading() as session:
        made = queries.seen(session, round_id)
        keyset = queries.rows(made, filters)
        exported = list(everything(session, keyset)) if request.args.get("format") else []
        people = names(session, {row.person_id for row in exported})
        came = queries.results(session, exported)

    def row(line: RoundRow) -> list[Any]:
        return [line.number, people.get(line.person_id, ""), line.area, in_yuan(line.gift_fen),
                str(FUNDS[line.fund].name), result(came.get(line.id))[0], line.result_on]  # fmt: skip

    header = [_("No."), _("Name"), _("Area"), _("Gift in yuan"), _("Fund"), _("Result"), _("On")]
    if (file := export(keyset, header, row, "round")) is not None:
        return file
    return _shown(round_id, filters, Form())


def _shown(round_id: str, filters: dict[str, Any], form: Form) -> str:
    with reading() as session:
        made = queries.seen(session, round_id)
        listing = Listing(queries.rows(made, filters))
        ids: set[str | None] = {row.person_id for row in listing.rows} | set(made.reviewers)
        ids.update(who for route in made.routes for who in route.team)
        rules = rule_pack(session, made.school_id, made.festival_on)
        return render(
            "rounds/show.html",
            round=made,
            pack=rule_pack_used(session, made.pack_code, made.pack_version),
            no_gift_day=_no_gift_day(rules, made),
            listing=listing,
            filters=filters,
            form=form,
            figures=made.figures or queries.figures(session, made),
            names=names(session, ids),
            results=queries.results(session, listing.rows),
            keeps=actor().may(queries.KEEP),
            mine=_me() in made.reviewers and made.vote_of(_me()) is None,
            funds=dict(_funds()),
        )


def _deed(path: str, action: Any) -> None:
    """A button on a round's page that moves it on; what is refused is said there."""

    def deed(round_id: str) -> Any:
        form = Form()
        data = form.load(CloseBody, request.form)
        if data is not None:
            try:
                with transaction() as session:
                    target = action(session, queries.kept(session, round_id, lock=True), data["reason"])
                return seen_other(target or HOME + round_id)
            except Problem as refusal:
                _refuse(form, refusal)
        return Response(_shown(round_id, {}, form), 422)

    deed.__name__ = path.replace("-", "_")
    pages.post(f"/rounds/<uuid:round_id>/{path}", allow=queries.KEEP)(deed)


def _no_gift_day(rules: RulePack | None, made: VisitRound) -> Breach | None:
    """What stands against gifts on this day; a round that is bound to no festival gives none to all."""
    festival = KINDS[made.kind].festival
    return no_gift_festival(rules, festival, made.gift_fen) if festival and made.gift_fen else None


def _job(job: Any) -> str:
    return f"/welfare/jobs/{job.id}"


_deed("fill", lambda session, made, _reason: drafting.fill_list(session, made) and None)
_deed("propose", lambda session, made, _reason: deciding.propose(session, made, by=_me()) and None)
_deed("open", lambda session, made, _reason: _job(opening.begin(session, made, by=_me())))
_deed("call-off", lambda session, made, _reason: drafting.call_off(session, made))
_deed("close", lambda session, made, reason: _job(results.close(session, made, by=_me(), reason=reason)))
_deed(
    "codes",
    lambda session, made, _reason: _job(opening.draw_codes(session, made, by=_me(), host=request.host_url)),
)


@pages.post("/rounds/<uuid:round_id>/vote", allow=queries.DECIDE)
def vote(round_id: str) -> Any:
    form = Form()
    data = form.load(VoteBody, request.form)
    if data is not None:
        try:
            with transaction() as session:
                made = queries.seen(session, round_id, lock=True)
                deciding.vote(session, made, by=_me(), **data)
            flash(_("Your voice is counted."))
            return seen_other(HOME + round_id)
        except Problem as refusal:
            _refuse(form, refusal)
    return Response(_shown(round_id, {}, form), 422)


# --- lines and teams


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
            _refuse(form, refusal)
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
            _refuse(form, refusal)
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
            _refuse(form, refusal)
    with reading() as session:
        return Response(_team_form(session, get_within(session, RoundRoute, route_id), form), 422)


def _team_form(session: Any, found: RoundRoute, form: Form) -> str:
    people = [(card.id, card.name) for card in people_in(session, found.school_id)]
    return render("rounds/team.html", route=found, form=form, people=people)


# --- the sheets and what comes back


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
                    session, made, typed, by=_me(), areas=areas, confirmed=data["confirmed"]
                )
            flash(_("Recorded. Lines that were reported already stay as they are."))
            after = HOME + round_id if actor().may(queries.KEEP) else f"{HOME}{round_id}/results"
            return seen_other(_job(job) if job else after)
        except Problem as refusal:
            _refuse(form, refusal)
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
                results.take_results(session, made, [line], by=_me(), areas=queries.areas_of(made),
                                     confirmed=data["confirmed"])  # fmt: skip
            flash(_("Recorded: %(result)s", result=str(RESULTS[data["result"]])))
            return seen_other(f"{HOME}rows/{row_id}")
        except Problem as refusal:
            _refuse(form, refusal)
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
