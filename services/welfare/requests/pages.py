"""The pages of requests: one's own and the form, the officers' list, one request and its answer."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.requests import actions, queries
from services.welfare.requests.models import (
    ANSWERED,
    DISCUSSED,
    HOUSING,
    KINDS,
    REFERRED,
    STATES,
    MemberRequest,
)
from services.welfare.requests.schemas import HelperIn, MemberAsk, RequestFilter, RequestStepForm
from services.welfare.visits.queries import names
from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.paging import everything
from shared.kit.people import people_in
from shared.kit.problems import Conflict, Invalid
from shared.kit.web.forms import WHOLE, Form

pages = Pages("requests")
HOME = "/welfare/requests/"


def state(found: MemberRequest) -> str:
    """How it stands; to whom it was referred depends on what it is about."""
    if found.state != REFERRED:
        return str(STATES[found.state])
    return _("With the school's logistics") if found.kind == HOUSING else _("Referred to legal aid")


def badge(found: MemberRequest) -> tuple[str, str]:
    if found.is_open and found.due_on < clock.today():
        return _("Answer is late"), "late"
    return state(found), "soon" if found.is_open else "done" if found.state == ANSWERED else ""


@pages.context_processor
def _words() -> dict[str, object]:
    return {"words": {"badge": badge, "state": state, "HOUSING": HOUSING, "KINDS": KINDS, "STATES": STATES}}


@pages.get("/requests/mine", allow="requests.ask")
def mine() -> str:
    listing = Listing(queries.own_requests())
    with reading() as session:
        helped = queries.helped_with(session)
        people = names(session, {found.person_id for found in helped})
    return render("requests/mine.html", listing=listing, helped=helped, names=people)


@pages.get("/requests/ask", allow="requests.ask")
def ask() -> str:
    return render("requests/ask.html", form=Form(), kinds=list(KINDS.items()))


@pages.post("/requests/ask", allow="requests.ask")
def send_request() -> Any:
    form = Form()
    data = form.load(MemberAsk, request.form)
    if data is None:
        return Response(render("requests/ask.html", form=form, kinds=list(KINDS.items())), 422)
    with transaction() as session:
        who = actor()
        found = actions.ask(session, school_id=str(who.school_id), person_id=str(who.person_id), **data)
    flash(_("It has come in. You will be told what becomes of it."))
    return seen_other(HOME + found.id)


@pages.get("/requests/", allow=queries.KEEP)
def requests() -> Any:
    filters = Form().load(RequestFilter, request.args) or {}
    keyset = queries.requests(filters)
    with reading() as session:
        everyone = everything(session, keyset) if request.args.get("format") else []
        people = names(session, {found.person_id for found in everyone})

    def row(found: MemberRequest) -> list[Any]:
        whose = people.get(found.person_id or "", "")
        return [whose, str(KINDS[found.kind]), str(STATES[found.state]), found.asked_on, found.closed_on]

    header = [_("Who"), _("Kind"), _("State"), _("Asked on"), _("Closed on")]
    if (file := export(keyset, header, row, "requests")) is not None:
        return file
    listing = Listing(keyset)
    with reading() as session:
        people = names(session, {found.person_id for found in listing.rows})
        outcomes = queries.outcomes(session)
    return render("requests/list.html", listing=listing, names=people, filters=filters, outcomes=outcomes)


@pages.get("/requests/<uuid:request_id>", allow=ANYONE_SIGNED_IN)
def show(request_id: str) -> str:
    """One request; a read by an officer is recorded."""
    return _show(request_id, Form())


def _show(request_id: str, form: Form) -> str:
    with transaction() as session:
        found = queries.visible(session, request_id)
        queries.record_read(session, found)
        form.values.setdefault("helper_id", found.helper_id)
        return render(
            "requests/show.html",
            found=found,
            own=queries.is_own(found),
            names=names(session, {found.person_id, found.answered_by, found.helper_id}),
            form=form,
            colleagues=[
                (card.id, card.name)
                for card in people_in(session, found.school_id)
                if card.id != found.person_id
            ] if found.may_have_helper and actor().may(queries.KEEP) else [],
        )  # fmt: skip


@pages.post("/requests/<uuid:request_id>/helper", allow=queries.KEEP)
def give_to(request_id: str) -> Any:
    form = Form()
    data = form.load(HelperIn, {name: value for name, value in request.form.items() if value})
    if data is not None:
        try:
            with transaction() as session:
                actions.give_to(session, queries.to_give(session, request_id), data["helper_id"])
            flash(_("Kept, and the person is told."))
            return seen_other(HOME + request_id)
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_show(request_id, form), 422)


@pages.get("/requests/<uuid:request_id>/steps", allow=ANYONE_SIGNED_IN)
def step(request_id: str) -> str:
    return _step_form(request_id, Form())


@pages.post("/requests/<uuid:request_id>/steps", allow=ANYONE_SIGNED_IN)
def send_step(request_id: str) -> Any:
    form = Form()
    data = form.load(RequestStepForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                found = queries.to_answer(session, request_id, data["to"])
                actions.step(session, found, by=str(actor().person_id), **data)
            flash(_("Kept, and the person is told."))
            return seen_other(HOME + request_id)
        except Invalid as refusal:
            form.refuse(
                {"cost" if name == "cost_fen" else name: text for name, text in refusal.fields.items()}
            )
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_step_form(request_id, form), 422)


def _step_form(request_id: str, form: Form) -> str:
    with transaction() as session:
        found = queries.visible(session, request_id)
        queries.record_read(session, found)
        titles = {
            DISCUSSED: _("The committee discussed it"),
            REFERRED: _("Handed to the school's logistics")
            if found.kind == HOUSING
            else _("Referred to the legal aid of the union above"),
            ANSWERED: _("Settled: tell the person"),
        }
        keeps = actor().may(queries.KEEP)
        steps = [(to, titles[to]) for to in found.next_steps if keeps or to == ANSWERED]
        return render("requests/step.html", found=found, form=form, steps=steps)


@pages.post("/requests/<uuid:request_id>/withdraw", allow=ANYONE_SIGNED_IN)
def withdraw(request_id: str) -> Response:
    with transaction() as session:
        actions.withdraw(session, queries.own(session, request_id))
    flash(_("Taken back; what you told is erased."))
    return seen_other(f"{HOME}mine")
