"""Giving a task to somebody, agreeing on a day, cancelling, and answering an offer of another school."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.visits import queries
from services.welfare.visits.actions import handing_over, planning, staffing, stopping
from services.welfare.visits.models import HandOver, VisitTask
from services.welfare.visits.pages import pages
from services.welfare.visits.schemas import Agreement, Assignment, Reason
from shared.kit.access import actor, get_within, require
from shared.kit.database import reading, transaction
from shared.kit.pages import flash, render, seen_other
from shared.kit.people import people_in
from shared.kit.problems import Invalid, NotFound
from shared.kit.web.forms import Form


@pages.get("/visits/<uuid:visit_id>/assign", allow="visits.assign")
def assign(visit_id: str) -> str:
    return _assign_form(visit_id, Form())


@pages.post("/visits/<uuid:visit_id>/assign", allow="visits.assign")
def send_assignment(visit_id: str) -> Any:
    form = Form()

    def change(session: Session, task: VisitTask, data: dict[str, Any]) -> None:
        staffing.reassign(session, task, to=data["person_id"])

    return _change(visit_id, form, Assignment, change) or Response(_assign_form(visit_id, form), 422)


def _assign_form(visit_id: str, form: Form) -> str:
    with reading() as session:
        task = queries.visible(session, visit_id)
        people = [
            (card.id, card.name) for card in people_in(session, task.school_id) if card.id != task.person_id
        ]
        return render("visits/assign.html", task=task, form=form, people=people)


@pages.get("/visits/<uuid:visit_id>/agree", allow="visits.mine")
def agree(visit_id: str) -> str:
    return _plain_form(visit_id, Form(), "visits/agree.html")


@pages.post("/visits/<uuid:visit_id>/agree", allow="visits.mine")
def send_agreement(visit_id: str) -> Any:
    form = Form()

    def change(_session: Session, task: VisitTask, data: dict[str, Any]) -> None:
        _must_know(task)
        planning.agree_on(task, data["agreed_on"])

    return _change(visit_id, form, Agreement, change) or Response(
        _plain_form(visit_id, form, "visits/agree.html"), 422
    )


@pages.get("/visits/<uuid:visit_id>/cancel", allow="visits.mine")
def cancel(visit_id: str) -> str:
    return _plain_form(visit_id, Form(), "visits/cancel.html")


@pages.post("/visits/<uuid:visit_id>/cancel", allow="visits.mine")
def send_cancellation(visit_id: str) -> Any:
    form = Form()

    def change(session: Session, task: VisitTask, data: dict[str, Any]) -> None:
        if not queries.knows(task):
            require("visits.assign")
        stopping.cancel_visit(session, task, reason=data["reason"])

    return _change(visit_id, form, Reason, change) or Response(
        _plain_form(visit_id, form, "visits/cancel.html"), 422
    )


@pages.post("/visits/offers/<uuid:offer_id>/accept", allow="visits.take-over")
def accept(offer_id: str) -> Response:
    with transaction() as session:
        offer = get_within(session, HandOver, offer_id, lock=True)
        task = handing_over.accept_offer(session, offer, by=str(actor().person_id))
    flash(_("The task is yours now."))
    return seen_other(
        f"/welfare/visits/{task.id}" if actor().person_id in task.goes else "/welfare/visits/offers"
    )


@pages.post("/visits/offers/<uuid:offer_id>/decline", allow="visits.take-over")
def decline(offer_id: str) -> Response:
    with transaction() as session:
        offer = get_within(session, HandOver, offer_id, lock=True)
        handing_over.decline_offer(session, offer, by=str(actor().person_id))
    flash(_("The task stays with the other school."))
    return seen_other("/welfare/visits/offers")


Change = Callable[[Session, VisitTask, dict[str, Any]], None]


def _change(visit_id: str, form: Form, schema: Any, change: Change) -> Response | None:
    """Do what a sent form asks and go back to the task; None if something has to be mended first."""
    data = form.load(schema, request.form)
    if data is None:
        return None
    try:
        with transaction() as session:
            change(session, queries.visible(session, visit_id, lock=True), data)
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return None
    flash(_("Saved."))
    return seen_other(f"/welfare/visits/{visit_id}")


def _plain_form(visit_id: str, form: Form, template: str) -> str:
    with reading() as session:
        return render(template, task=queries.visible(session, visit_id), form=form)


def _must_know(task: VisitTask) -> None:
    if not queries.knows(task):
        raise NotFound()
