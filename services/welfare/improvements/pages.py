"""The pages of improvements: what was made better, suggesting, and the chair's steps."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.improvements import actions, queries
from services.welfare.improvements.models import ACCEPTED, DONE, IN_WORK, STATES, SUGGESTED, Improvement
from services.welfare.improvements.schemas import (
    Begun,
    DoneForm,
    ImprovementDecision,
    ImprovementFilter,
    Suggestion,
)
from services.welfare.visits.queries import names
from services.welfare.wording import in_yuan
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.problems import Conflict, Invalid
from shared.kit.web.forms import WHOLE, Form

pages = Pages("improvements")
HOME = "/welfare/improvements/"
SEE = "improvements.see"
STEPS: dict[str, tuple[str, Any]] = {
    SUGGESTED: ("decide", ImprovementDecision),
    ACCEPTED: ("begin", Begun),
    IN_WORK: ("finish", DoneForm),
}


def badge(found: Improvement) -> tuple[str, str]:
    if found.is_late:
        return _("Late"), "late"
    return str(STATES[found.state]), "done" if found.state == DONE else "soon" if found.is_open else ""


def title(found: Improvement) -> str:
    return found.title or (_("From a proposal") if found.proposal_id else _("Erased"))


@pages.context_processor
def _words() -> dict[str, object]:
    return {"words": {"badge": badge, "title": title}}


@pages.get("/improvements/", allow=SEE)
def improvements() -> Any:
    filters = Form().load(ImprovementFilter, request.args) or {}
    keyset = queries.improvements(filters)

    def row(found: Improvement) -> list[Any]:
        cost = None if found.cost_fen is None else in_yuan(found.cost_fen)
        return [
            title(found),
            badge(found)[0],
            found.department,
            found.begun_on,
            found.due_on,
            found.done_on,
            cost,
        ]

    header = [
        _("Title"),
        _("State"),
        _("Who sees to it"),
        _("Begun on"),
        _("By when"),
        _("Done on"),
        _("Cost in yuan"),
    ]
    if (file := export(keyset, header, row, "improvements")) is not None:
        return file
    return render("improvements/list.html", listing=Listing(keyset), filters=filters)


@pages.get("/improvements/suggest", allow="improvements.suggest")
def suggest() -> str:
    return render("improvements/suggest.html", form=Form())


@pages.post("/improvements/suggest", allow="improvements.suggest")
def send_suggestion() -> Any:
    form = Form()
    if (data := form.load(Suggestion, request.form)) is None:
        return Response(render("improvements/suggest.html", form=form), 422)
    with transaction() as session:
        who = actor()
        found = actions.suggest(session, school_id=str(who.school_id), person_id=str(who.person_id), **data)
    flash(_("It is with the chair. You will be told what becomes of it."))
    return seen_other(HOME + found.id)


@pages.get("/improvements/<uuid:improvement_id>", allow=SEE)
def show(improvement_id: str) -> str:
    return _page(improvement_id, Form())


@pages.post("/improvements/<uuid:improvement_id>/<any(decide, begin, finish):step>", allow=queries.KEEP)
def send_step(improvement_id: str, step: str) -> Any:
    schema = next(schema for name, schema in STEPS.values() if name == step)
    form = Form()
    data = form.load(schema, request.form)
    if data is not None:
        try:
            with transaction() as session:
                found = get_within(session, Improvement, improvement_id, lock=True)
                getattr(actions, step)(session, found, **data)
                _photo(session, found)
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    if form.errors:
        return Response(_page(improvement_id, form), 422)
    flash(_("Kept."))
    return seen_other(HOME + improvement_id)


def _photo(session: Session, found: Improvement) -> None:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        actions.show_photo(session, found, upload.stream, upload.filename, by=str(actor().person_id))


def _page(improvement_id: str, form: Form) -> str:
    with reading() as session:
        found = queries.visible(session, improvement_id)
        knows = actor().may(queries.KEEP) or queries.is_own(found)
        step = STEPS[found.state][0] if found.state in STEPS and actor().may(queries.KEEP) else None
        return render(
            "improvements/show.html",
            found=found,
            form=form,
            step=step,
            suggester=names(session, {found.suggested_by}).get(found.suggested_by or "") if knows else None,
        )
