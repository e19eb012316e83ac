"""The pages of disputes: one's own and the application, the committee with its seats, its list, and one case."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.disputes import actions, queries
from services.welfare.disputes.models import MATTERS, REGIMES, SIDES, STATES, Dispute, Mediator
from services.welfare.disputes.schemas import (
    ApplicationForm,
    DisputeFilter,
    HearingDay,
    NoteIn,
    SeatIn,
    StepForm,
)
from services.welfare.disputes.wording import WORDS
from services.welfare.visits.queries import names
from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN, actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.paging import everything
from shared.kit.people import people_in
from shared.kit.problems import Conflict, Invalid
from shared.kit.web.forms import WHOLE, Form

pages = Pages("disputes")
HOME = "/welfare/disputes/"
CONTROLS = {"amount_fen": "amount", "won_fen": "won"}


@pages.context_processor
def _words() -> dict[str, object]:
    return {"words": WORDS}


@pages.get("/disputes/mine", allow="disputes.ask")
def mine() -> str:
    listing = Listing(queries.own_disputes())
    with reading() as session:
        return render("disputes/mine.html", listing=listing, mediates=queries.mediates(session))


@pages.get("/disputes/apply", allow="disputes.ask")
def apply() -> str:
    return _apply_form(Form({"claimants": 1}))


@pages.post("/disputes/apply", allow="disputes.ask")
def send_application() -> Any:
    form, found = Form(), []

    def do(session: Session, data: dict[str, Any]) -> None:
        who = actor()
        found.append(
            actions.apply(session, school_id=str(who.school_id), person_id=str(who.person_id), **data).id
        )

    if _done(form, ApplicationForm, do):
        flash(_("Your application is with the committee. The fifteen days have begun."))
        return seen_other(HOME + found[0])
    return Response(_apply_form(form), 422)


def _apply_form(form: Form) -> str:
    with reading() as session:
        ready = bool(queries.committee(session, str(actor().school_id)))
    return render("disputes/apply.html", form=form, ready=ready, matters=list(MATTERS.items()),
                  regimes=list(REGIMES.items()))  # fmt: skip


@pages.get("/disputes/committee", allow="disputes.ask")
def committee() -> str:
    return _committee(Form({"term_from": clock.today()}))


@pages.post("/disputes/committee", allow="disputes.seat")
def send_seat() -> Any:
    form = Form()
    if _done(
        form, SeatIn, lambda session, data: actions.seat(session, school_id=str(actor().school_id), **data)
    ):
        flash(_("Seated."))
        return seen_other(f"{HOME}committee")
    return Response(_committee(form), 422)


@pages.post("/disputes/committee/<uuid:mediator_id>/end", allow="disputes.seat")
def unseat(mediator_id: str) -> Response:
    with transaction() as session:
        actions.unseat(session, get_within(session, Mediator, mediator_id, lock=True))
    flash(_("The seat has ended."))
    return seen_other(f"{HOME}committee")


def _committee(form: Form) -> str:
    with reading() as session:
        seats = queries.committee(session, str(actor().school_id))
        people = [
            (card.id, card.name)
            for card in people_in(session, str(actor().school_id))
            if not card.holds("principal")
        ] if actor().may("disputes.seat") else []  # fmt: skip
        return render("disputes/committee.html", seats=seats, people=people, form=form,
                      names=names(session, {one.person_id for one in seats}), sides=list(SIDES.items()))  # fmt: skip


@pages.get("/disputes/", allow=ANYONE_SIGNED_IN)
def disputes() -> Any:
    filters = Form().load(DisputeFilter, request.args) or {}
    with reading() as session:
        keyset = queries.disputes(session, filters)
        everyone = everything(session, keyset) if request.args.get("format") else []
        people = names(session, {found.person_id for found in everyone})

    def row(found: Dispute) -> list[Any]:
        whose = people.get(found.person_id or "", "")
        return [
            whose,
            str(STATES[found.state]),
            found.claimants,
            found.applied_on,
            found.due_on,
            found.closed_on,
        ]

    header = [_("Who"), _("State"), _("How many it concerns"), _("Applied for"), _("Due on"), _("Closed on")]
    if (file := export(keyset, header, row, "disputes")) is not None:
        return file
    listing = Listing(keyset)
    with reading() as session:
        people = names(session, {found.person_id for found in listing.rows})
    return render("disputes/list.html", listing=listing, names=people, filters=filters)


@pages.get("/disputes/<uuid:dispute_id>", allow=ANYONE_SIGNED_IN)
def show(dispute_id: str) -> str:
    """One case; a read by a mediator is recorded."""
    with transaction() as session:
        dispute = queries.visible(session, dispute_id)
        queries.record_read(session, dispute)
        return _show(session, dispute, Form())


@pages.get("/disputes/<uuid:dispute_id>/steps", allow=ANYONE_SIGNED_IN)
def step(dispute_id: str) -> str:
    return _task(dispute_id, "disputes/step.html", Form())


@pages.post("/disputes/<uuid:dispute_id>/steps", allow=ANYONE_SIGNED_IN)
def send_step(dispute_id: str) -> Any:
    def do(session: Session, data: dict[str, Any]) -> None:
        actions.step(session, queries.to_mediate(session, dispute_id), by=str(actor().person_id), **data)

    return _change(dispute_id, StepForm, do, "disputes/step.html")


@pages.get("/disputes/<uuid:dispute_id>/hearing", allow=ANYONE_SIGNED_IN)
def hearing(dispute_id: str) -> str:
    return _task(dispute_id, "disputes/hearing.html", Form())


@pages.post("/disputes/<uuid:dispute_id>/hearing", allow=ANYONE_SIGNED_IN)
def send_hearing(dispute_id: str) -> Any:
    def do(session: Session, data: dict[str, Any]) -> None:
        actions.fix_hearing(session, queries.to_mediate(session, dispute_id), **data)

    return _change(dispute_id, HearingDay, do, "disputes/hearing.html")


@pages.post("/disputes/<uuid:dispute_id>/notes", allow=ANYONE_SIGNED_IN)
def send_note(dispute_id: str) -> Any:
    def do(session: Session, data: dict[str, Any]) -> None:
        dispute = queries.visible(session, dispute_id, lock=True)
        actions.note(session, dispute, by=str(actor().person_id), **data)

    return _change(dispute_id, NoteIn, do, "disputes/show.html")


@pages.post("/disputes/<uuid:dispute_id>/step-aside", allow=ANYONE_SIGNED_IN)
def step_aside(dispute_id: str) -> Any:
    form = Form()
    try:
        with transaction() as session:
            actions.step_aside(session, queries.to_mediate(session, dispute_id), by=str(actor().person_id))
    except Conflict as refusal:
        form.add(WHOLE, str(refusal.detail))
        return Response(_task(dispute_id, "disputes/show.html", form), 409)
    flash(_("You do not mediate in this one; it is closed to you now."))
    return seen_other(HOME)


@pages.post("/disputes/<uuid:dispute_id>/withdraw", allow=ANYONE_SIGNED_IN)
def withdraw(dispute_id: str) -> Response:
    with transaction() as session:
        actions.withdraw(session, queries.own(session, dispute_id))
    flash(_("Taken back; what you told is erased."))
    return seen_other(f"{HOME}mine")


def _change(
    dispute_id: str, schema: Any, do: Callable[[Session, dict[str, Any]], None], template: str
) -> Any:
    form = Form()
    with reading() as session:  # who may not gets no further
        queries.visible(session, dispute_id)
    if _done(form, schema, do):
        flash(_("Kept, and sealed."))
        return seen_other(HOME + dispute_id)
    return Response(_task(dispute_id, template, form), 422)


def _done(form: Form, schema: Any, do: Callable[[Session, dict[str, Any]], Any]) -> bool:
    """Do it with what was typed; False, and the form says why, if it cannot be done."""
    data = form.load(schema, request.form)
    if data is None:
        return False
    try:
        with transaction() as session:
            do(session, data)
    except Invalid as refusal:
        form.refuse({CONTROLS.get(name, name): text for name, text in refusal.fields.items()})
    except Conflict as refusal:
        form.add(WHOLE, str(refusal.detail))
    return not form.errors


def _task(dispute_id: str, template: str, form: Form) -> str:
    with reading() as session:
        return _show(session, queries.visible(session, dispute_id), form, template)


def _show(session: Session, dispute: Dispute, form: Form, template: str = "disputes/show.html") -> str:
    own = dispute.person_id is not None and dispute.person_id == actor().person_id
    people = names(session, {dispute.person_id, *(line.by_id for line in dispute.notes)})
    return render(template, dispute=dispute, own=own, form=form, names=people)
