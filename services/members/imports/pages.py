"""Pages of imports: upload, the preview with its errors by cell, commit, the result with slips and undo."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.members.asking import me, my_union
from services.members.groups.queries import groups_of
from services.members.imports import actions, queries, template
from services.members.imports.columns import LABELS
from services.members.imports.models import CHECKED, CHECKING, COMMITTING, UNDOING, RosterImport
from services.members.imports.reader import MAX_BYTES
from services.members.imports.sheet import MAX_ROWS
from shared.kit.access import get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, flash, render, seen_other
from shared.kit.paging import XLSX
from shared.kit.problems import Conflict, Problem
from shared.kit.web.forms import Form

pages = Pages("imports")
LIST = "/members/imports/"
MOST_SLIPS = 500  # on one print; more are printed from the page of accounts


@pages.get("/imports/", allow="imports.run")
def listing() -> Any:
    return _list_page(Form())


@pages.post("/imports/", allow="imports.run")
def upload() -> Any:
    form = Form()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        form.add("file", _("Choose a file."))
        return _list_page(form), 422
    try:
        with transaction() as session:
            roster = actions.take(
                session, sent.stream.read(MAX_BYTES + 1), sent.filename, school_id=my_union(), owner_id=me()
            )
    except Problem as refusal:
        form.add("file", str(refusal.detail))
        return _list_page(form), 422
    return seen_other(f"/members/jobs/{roster.job_id}")


@pages.get("/imports/template.xlsx", allow="imports.run")
def empty_roster() -> Response:
    with reading() as session:
        return _workbook(template.template(session, my_union()), "roster-template.xlsx")


@pages.get("/imports/<uuid:import_id>", allow="imports.run")
def roster(import_id: str) -> Any:
    show = request.args.get("show", "bad")
    with reading() as session:
        found = get_within(session, RosterImport, import_id)
        if found.state in (CHECKING, COMMITTING, UNDOING):
            return seen_other(f"/members/jobs/{found.job_id}")
        if found.state != CHECKED:
            return render(
                "imports/result.html",
                roster=found,
                entered=queries.entered(session, found),
                most_slips=MOST_SLIPS,
                preventing=actions.preventing(session, found) if found.state == "committed" else [],
            )
        show = show if show in queries.SHOWN and (show != "bad" or found.counts["bad"]) else "all"
        rows = queries.rows(session, found, show)
        return render(
            "imports/preview.html",
            roster=found,
            rows=rows,
            show=show,
            labels=LABELS,
            groups=groups_of(session, my_union()),
            absent=queries.absent(session, found),
            most=queries.MOST_ROWS,
        )


@pages.get("/imports/<uuid:import_id>/annotated.xlsx", allow="imports.run")
def annotated(import_id: str) -> Response:
    with reading() as session:
        return _workbook(
            template.annotated(session, get_within(session, RosterImport, import_id)), "roster-to-mend.xlsx"
        )


@pages.post("/imports/<uuid:import_id>/rows/<int:row>", allow="imports.run")
def mend(import_id: str, row: str) -> Any:
    cells = {
        name: text.strip()[:500] for name, text in request.form.items() if name in LABELS and text.strip()
    }
    if request.form.get("drop"):
        return _change(import_id, actions.drop_row, row=int(row))
    return _change(import_id, actions.mend_row, row=int(row), cells=cells)


@pages.post("/imports/<uuid:import_id>/commit", allow="imports.run")
def commit(import_id: str) -> Any:
    return _change(import_id, actions.commit, all_or_nothing=bool(request.form.get("all_or_nothing")))


@pages.post("/imports/<uuid:import_id>/undo", allow="imports.run")
def undo(import_id: str) -> Any:
    return _change(import_id, actions.undo)


@pages.post("/imports/<uuid:import_id>/discard", allow="imports.run")
def discard(import_id: str) -> Any:
    with transaction() as session:
        actions.discard(session, get_within(session, RosterImport, import_id, lock=True))
    flash(_("The roster was given up; nothing of it was kept."))
    return seen_other(LIST)


def _change(import_id: str, change: Any, **options: Any) -> Any:
    """Begin a step and show its progress; what it refuses is said on the roster's page."""
    try:
        with transaction() as session:
            found = get_within(session, RosterImport, import_id, lock=True)
            change(session, found, **options)
        return seen_other(f"/members/jobs/{found.job_id}")
    except Conflict as refusal:
        flash(str(refusal.detail) or str(refusal.title), "late")
        return seen_other(f"{LIST}{import_id}")


def _list_page(form: Form) -> Any:
    listed = Listing(queries.imports(my_union()), limit=20)
    return render(
        "imports/list.html",
        listing=listed,
        form=form,
        most_rows=f"{MAX_ROWS:,}",
        most_mb=MAX_BYTES // 1_000_000,
    )


def _workbook(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
