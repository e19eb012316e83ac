"""The pages of the six systems: the register, to look at and to print; writing into one; looking at one."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.welfare.systems import actions, queries
from services.welfare.systems.duties import BROKEN, EVIDENCE, KEPT, NOTHING, WATCH
from services.welfare.systems.schemas import Look, SystemForm
from services.welfare.visits.queries import names
from shared.kit.access import actor
from shared.kit.api import as_file
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.web.forms import Form

pages = Pages("systems")
HOME = "/welfare/systems/"
LIGHTS: dict[str, tuple[Any, str]] = {
    KEPT: (_l("Kept"), "done"),
    WATCH: (_l("To be watched"), "soon"),
    BROKEN: (_l("Not kept"), "late"),
    NOTHING: (_l("Nothing to judge yet"), ""),
}


@pages.get("/systems/", allow="systems.see")
def register() -> Any:
    with reading() as session:
        entries = queries.register(session, str(actor().school_id))
        people = names(session, {entry.looked_by for entry in entries})
    if (form := request.args.get("format")) in ("csv", "xlsx"):
        header = [
            _("System"),
            _("Duty"),
            _("State"),
            _("Numbers"),
            _("Last looked at"),
            _("What the look found"),
        ]
        rows = [
            [
                entry.name,
                entry.duty,
                str(LIGHTS[entry.light][0]),
                entry.found,
                entry.looked_on,
                entry.finding,
            ]
            for entry in entries
        ]
        return as_file(header, rows, form, "systems")
    return render("systems/register.html", systems=entries, lights=LIGHTS, evidence=EVIDENCE, names=people)


@pages.get("/systems/<code>/edit", allow="systems.keep")
def edit(code: str) -> str:
    return _form(code, "systems/edit.html", Form())


@pages.post("/systems/<code>/edit", allow="systems.keep")
def save(code: str) -> Any:
    form = Form()
    if (data := form.load(SystemForm, request.form)) is None:
        return Response(_form(code, "systems/edit.html", form), 422)
    with transaction() as session:
        school_id = str(actor().school_id)
        queries.entry(session, school_id, code)
        actions.describe(session, school_id=school_id, code=code, **data)
    flash(_("Kept."))
    return seen_other(HOME)


@pages.get("/systems/<code>/look", allow="systems.keep")
def look(code: str) -> str:
    return _form(code, "systems/look.html", Form())


@pages.post("/systems/<code>/look", allow="systems.keep")
def send_look(code: str) -> Any:
    form = Form()
    if (data := form.load(Look, request.form)) is None:
        return Response(_form(code, "systems/look.html", form), 422)
    with transaction() as session:
        who = actor()
        queries.entry(session, str(who.school_id), code)
        actions.look_at(session, school_id=str(who.school_id), code=code, by=str(who.person_id), **data)
    flash(_("Kept."))
    return seen_other(HOME)


def _form(code: str, template: str, form: Form) -> str:
    with reading() as session:
        entry = queries.entry(session, str(actor().school_id), code)
    typed = "\n".join(f"{link['title']} {link['url']}" for link in entry.links)
    return render(template, entry=entry, form=form, links=typed, lights=LIGHTS)
