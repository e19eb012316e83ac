"""The pages of inspections: the list, planning, the checklist to fill in and to print, the letter, the second look."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.inspections import actions, queries
from services.welfare.inspections.kinds import KINDS
from services.welfare.inspections.models import ANSWERS, CLOSED, PLANNED, STATES, Inspection
from services.welfare.inspections.schemas import (
    InspectionFilter,
    InspectionIn,
    Mended,
    Reply,
    SecondLook,
    held_form,
)
from services.welfare.visits.queries import names
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.people import people_in
from shared.kit.problems import Conflict, Forbidden, Invalid
from shared.kit.web.forms import WHOLE, Form

pages = Pages("inspections")
HOME = "/welfare/inspections/"
SEE = "inspections.see"
PLACES = ("first", "second", "third")  # who goes, in the form


def badge(found: Inspection) -> tuple[str, str]:
    if found.is_late:
        return _("Late"), "late"
    return str(
        STATES[found.state]
    ), "done" if found.state == CLOSED else "soon" if found.closed_on is None else ""


@pages.context_processor
def _words() -> dict[str, object]:
    return {"words": {"badge": badge, "KINDS": KINDS, "ANSWERS": ANSWERS, "STATES": STATES}}


@pages.get("/inspections/", allow=SEE)
def inspections() -> Any:
    filters = Form().load(InspectionFilter, request.args) or {}
    keyset = queries.inspections(filters)

    def row(found: Inspection) -> list[Any]:
        return [
            str(KINDS[found.kind].name),
            badge(found)[0],
            found.due_on,
            found.held_on,
            found.letter_number,
            len(found.findings),
            found.closed_on,
        ]

    header = [
        _("What"),
        _("State"),
        _("At the latest"),
        _("Held on"),
        _("Letter"),
        _("Findings"),
        _("Closed on"),
    ]
    if (file := export(keyset, header, row, "inspections")) is not None:
        return file
    return render("inspections/list.html", listing=Listing(keyset), filters=filters)


@pages.get("/inspections/plan", allow=queries.KEEP)
def plan() -> str:
    return _plan(Form())


@pages.post("/inspections/plan", allow=queries.KEEP)
def send_plan() -> Any:
    form = Form()
    typed = request.form.copy()
    typed.setlist("roster", [request.form[place] for place in PLACES if request.form.get(place)])
    made: list[str] = []

    def do(session: Session, data: dict[str, Any]) -> None:
        who = actor()
        made.append(actions.plan(session, school_id=str(who.school_id), by=str(who.person_id), **data).id)

    if not _done(form, InspectionIn, do, typed):
        form.values |= {place: request.form.get(place, "") for place in PLACES}
        if wrong := form.errors.pop("roster", None):
            form.errors["first"] = wrong
            form.labels["first"] = _("Who goes, and is responsible")
        return Response(_plan(form), 422)
    flash(_("Planned; those who go are told."))
    return seen_other(HOME + made[0])


@pages.get("/inspections/<uuid:inspection_id>", allow=SEE)
def show(inspection_id: str) -> str:
    return _page(inspection_id, "inspections/show.html", Form())


@pages.get("/inspections/<uuid:inspection_id>/print", allow=SEE)
def sheet(inspection_id: str) -> str:
    """The empty checklist to take along; once something was found, the letter with room for the reply."""
    return _page(inspection_id, "inspections/print.html", Form())


@pages.post("/inspections/<uuid:inspection_id>/call-off", allow=queries.KEEP)
def call_off(inspection_id: str) -> Response:
    with transaction() as session:
        actions.call_off(session, get_within(session, Inspection, inspection_id, lock=True))
    flash(_("Called off."))
    return seen_other(HOME)


@pages.get("/inspections/<uuid:inspection_id>/hold", allow=SEE)
def hold(inspection_id: str) -> str:
    with reading() as session:
        if not queries.may_inspect(queries.visible(session, inspection_id)):
            raise Forbidden
    return _page(inspection_id, "inspections/hold.html", Form())


@pages.post("/inspections/<uuid:inspection_id>/hold", allow=SEE)
def send_hold(inspection_id: str) -> Any:
    with reading() as session:
        kind = queries.visible(session, inspection_id).kind

    def do(session: Session, data: dict[str, Any]) -> None:
        answers = {
            item: {"answer": data[item], "remark": data[f"{item}-remark"]} for item in KINDS[kind].items
        }
        found = queries.to_inspect(session, inspection_id)
        actions.hold(
            session,
            found,
            answers=answers,
            opinion=data["opinion"],
            mend_by=data["mend_by"],
            by=str(actor().person_id),
        )

    return _change(inspection_id, held_form(kind), do, "inspections/hold.html")


@pages.post("/inspections/<uuid:inspection_id>/reply", allow=queries.ANSWER)
def send_reply(inspection_id: str) -> Any:
    def do(session: Session, data: dict[str, Any]) -> None:
        found = queries.visible(session, inspection_id, lock=True)
        actions.answer(session, found, by=str(actor().person_id), **data)

    return _change(inspection_id, Reply, do, "inspections/show.html")


@pages.get("/inspections/<uuid:inspection_id>/findings/<uuid:finding_id>", allow=SEE)
def finding(inspection_id: str, finding_id: str) -> str:
    return _page(inspection_id, "inspections/finding.html", Form(), finding_id)


@pages.post("/inspections/<uuid:inspection_id>/findings/<uuid:finding_id>/mend", allow=queries.ANSWER)
def send_mend(inspection_id: str, finding_id: str) -> Any:
    def do(session: Session, data: dict[str, Any]) -> None:
        found = queries.visible(session, inspection_id, lock=True)
        actions.mend(session, queries.finding_of(found, finding_id), inspection=found, **data)

    return _change(inspection_id, Mended, do, "inspections/finding.html", finding_id)


@pages.post("/inspections/<uuid:inspection_id>/findings/<uuid:finding_id>/look", allow=SEE)
def send_look(inspection_id: str, finding_id: str) -> Any:
    def do(session: Session, data: dict[str, Any]) -> None:
        found = queries.to_inspect(session, inspection_id)
        one = queries.finding_of(found, finding_id)
        actions.look_again(session, one, by=str(actor().person_id), inspection=found, **data)

    return _change(inspection_id, SecondLook, do, "inspections/finding.html", finding_id)


def _plan(form: Form) -> str:
    with reading() as session:
        people = [(card.id, card.name) for card in people_in(session, str(actor().school_id))]
    kinds = [(code, kind.name) for code, kind in KINDS.items()]
    return render("inspections/plan.html", form=form, people=people, kinds=kinds, places=PLACES)


def _change(
    inspection_id: str,
    schema: Any,
    do: Callable[[Session, dict[str, Any]], None],
    template: str,
    finding_id: str | None = None,
) -> Any:
    form = Form()
    if _done(form, schema, do, request.form):
        flash(_("Kept."))
        return seen_other(HOME + inspection_id)
    return Response(_page(inspection_id, template, form, finding_id), 422)


def _done(form: Form, schema: Any, do: Callable[[Session, dict[str, Any]], None], typed: Any) -> bool:
    """Do it with what was typed; False, and the form says why, if it cannot be done."""
    data = form.load(schema, typed)
    if data is None:
        return False
    try:
        with transaction() as session:
            do(session, data)
    except Invalid as refusal:
        form.refuse(refusal.fields)
    except Conflict as refusal:
        form.add(WHOLE, str(refusal.detail))
    return not form.errors


def _page(inspection_id: str, template: str, form: Form, finding_id: str | None = None) -> str:
    with reading() as session:
        found = queries.visible(session, inspection_id)
        return render(
            template,
            found=found,
            kind=KINDS[found.kind],
            finding=queries.finding_of(found, finding_id) if finding_id else None,
            form=form,
            names=names(session, {*found.roster, found.held_by, found.replied_by}),
            inspects=queries.may_inspect(found),
            planned=found.state == PLANNED,
            today=clock.today(),
        )
