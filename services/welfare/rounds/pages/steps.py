"""A round from its draft to its end: the list of rounds, one round, and the buttons that move it on."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.rounds import queries
from services.welfare.rounds.actions import deciding, drafting, opening, results
from services.welfare.rounds.kinds import KINDS, RETIRED
from services.welfare.rounds.models import RoundRow, VisitRound
from services.welfare.rounds.pages import HOME, job_page, me, pages, refuse
from services.welfare.rounds.schemas import CloseBody, LineFilter, RoundForm, VoteBody
from services.welfare.rounds.wording import result
from services.welfare.standards import Breach, no_gift_festival
from services.welfare.visits.queries import names
from services.welfare.wording import in_yuan
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, export, flash, render, seen_other
from shared.kit.paging import everything
from shared.kit.people import RulePack, rule_pack, rule_pack_used
from shared.kit.problems import Problem
from shared.kit.web.forms import Form


def _funds() -> list[tuple[str, str]]:
    return [(code, str(fund.name)) for code, fund in FUNDS.items() if code != PERSONAL]


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
            refuse(form, refusal)
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
            mine=me() in made.reviewers and made.vote_of(me()) is None,
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
                refuse(form, refusal)
        return Response(_shown(round_id, {}, form), 422)

    deed.__name__ = path.replace("-", "_")
    pages.post(f"/rounds/<uuid:round_id>/{path}", allow=queries.KEEP)(deed)


def _no_gift_day(rules: RulePack | None, made: VisitRound) -> Breach | None:
    """What stands against gifts on this day; a round that is bound to no festival gives none to all."""
    festival = KINDS[made.kind].festival
    return no_gift_festival(rules, festival, made.gift_fen) if festival and made.gift_fen else None


_deed("fill", lambda session, made, _reason: drafting.fill_list(session, made) and None)
_deed("propose", lambda session, made, _reason: deciding.propose(session, made, by=me()) and None)
_deed("open", lambda session, made, _reason: job_page(opening.begin(session, made, by=me())))
_deed("call-off", lambda session, made, _reason: drafting.call_off(session, made))
_deed("close", lambda session, made, reason: job_page(results.close(session, made, by=me(), reason=reason)))
_deed(
    "codes",
    lambda session, made, _reason: job_page(
        opening.draw_codes(session, made, by=me(), host=request.host_url)
    ),
)


@pages.post("/rounds/<uuid:round_id>/vote", allow=queries.DECIDE)
def vote(round_id: str) -> Any:
    form = Form()
    data = form.load(VoteBody, request.form)
    if data is not None:
        try:
            with transaction() as session:
                made = queries.seen(session, round_id, lock=True)
                deciding.vote(session, made, by=me(), **data)
            flash(_("Your voice is counted."))
            return seen_other(HOME + round_id)
        except Problem as refusal:
            refuse(form, refusal)
    return Response(_shown(round_id, {}, form), 422)
