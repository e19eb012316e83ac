"""One's own tasks, the school's board, one task, offers, the printed sheet, and the panel of the home page."""

from datetime import date
from typing import Any

import segno
from flask import Response, request
from flask_babel import gettext as _

from services.welfare.occasions import ALL_KINDS
from services.welfare.visits import queries
from services.welfare.visits.actions.ceilings import ceiling_of
from services.welfare.visits.actions.planning import occasion_of
from services.welfare.visits.models import COMPLETED, STATES, VISIT, VisitTask
from services.welfare.visits.pages import pages
from services.welfare.visits.schemas import VisitFilter
from services.welfare.visits.wording import badge, title
from shared.contracts.members import LIFE_EVENTS
from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, export, render, seen_other
from shared.kit.paging import Keyset, everything
from shared.kit.people import organisation, rule_pack_used
from shared.kit.web.forms import Form

MOST_ON_A_SHEET = 60


@pages.get("/", allow=ANYONE_SIGNED_IN)
def home() -> Response:
    """The tab 关怀 leads to one's own tasks; at the district to its table."""
    return seen_other("/welfare/district/visits" if actor().may("district.see") else "/welfare/visits/")


@pages.get("/visits/", allow=ANYONE_SIGNED_IN)
def mine() -> str:
    is_done = request.args.get("show") == "done"
    listing = Listing(queries.mine({"done": is_done}))
    who = actor()
    with reading() as session:
        own = queries.counts(session, str(who.school_id), person_id=who.person_id)
        waiting = len(list(everything(session, queries.offers()))) if who.may("visits.take-over") else 0
        names = _names(session, listing.rows)
    return render(
        "visits/mine.html", listing=listing, names=names, counts=own, offers=waiting, is_done=is_done
    )


@pages.get("/visits/board", allow="visits.board")
def board() -> Any:
    form = Form()
    filters = form.load(VisitFilter, request.args) or {}
    keyset = queries.board(filters)
    if (file := _exported(keyset)) is not None:
        return file
    listing = Listing(keyset)
    with reading() as session:
        return render(
            "visits/board.html",
            listing=listing,
            names=_names(session, listing.rows),
            filters=filters,
            states=STATES,
            counts=queries.counts(session, str(actor().school_id)),
        )


def _exported(keyset: Keyset) -> Response | None:
    with reading() as session:
        names = _names(session, list(everything(session, keyset))) if request.args.get("format") else {}

    def row(task: VisitTask) -> list[Any]:
        return [
            names.get(task.person_id, ""),
            title(task),
            badge(task)[0],
            task.due_on,
            str(STATES[task.state]),
            names.get(task.assignee_id or "", ""),
            task.visited_on,
        ]

    header = [_("Name"), _("Task"), _("Term"), _("Due"), _("State"), _("Who goes"), _("Day of the visit")]
    return export(keyset, header, row, "visits")


@pages.get("/visits/<uuid:visit_id>", allow="visits.mine")
def show(visit_id: str) -> str:
    """One task: whole for those who go, without its occasion for the others who may see it."""
    with transaction() as session:
        task = queries.visible(session, visit_id)
        names = _names(session, [task])
        if not queries.knows(task):
            return render("visits/shared.html", task=task, names=names)
        matter, occasion = queries.read_matter(session, task), occasion_of(session, task)
        on, report = task.visited_on or clock.today(), task.report
        return render(
            "visits/show.html",
            task=task,
            used=rule_pack_used(session, report.pack_code, report.pack_version) if report else None,
            names=names,
            matter=matter,
            kind=ALL_KINDS[matter["kind"]],
            occasion=occasion,
            ceiling=ceiling_of(session, task, on),
            operated=ceiling_of(session, task, on, operation=True),
            since=date.fromisoformat(matter["occurred_on"]) if matter["kind"] in LIFE_EVENTS else None,
            first_stage=VISIT,
        )


@pages.get("/visits/offers", allow="visits.take-over")
def offers() -> str:
    with reading() as session:
        rows = list(everything(session, queries.offers()))
        names = queries.names(session, {offer.person_id for offer in rows})
        schools = {offer.from_school_id: organisation(session, offer.from_school_id) for offer in rows}
        return render("visits/offers.html", offers=rows, names=names, schools=schools)


@pages.get("/visits/print", allow="visits.mine")
def sheet() -> str:
    """The open tasks on paper, each with a code that leads to its report. Without any occasion."""
    who = actor()
    whole = who.may("visits.board") and request.args.get("of") == "school"
    with reading() as session:
        tasks = list(everything(session, queries.board({"state": "open"}) if whole else queries.mine()))
        tasks = tasks[:MOST_ON_A_SHEET]
        names = _names(session, tasks)
    codes = {
        task.id: segno.make(
            f"{request.host_url}welfare/visits/{task.id}/complete", error="m", micro=False
        ).svg_data_uri(scale=3, border=2)
        for task in tasks
    }
    return render("visits/sheet.html", tasks=tasks, names=names, codes=codes, today=clock.today())


@pages.get("/panels/this-week", allow=ANYONE_SIGNED_IN)
def this_week() -> Any:
    """What waits for this person this week, and how the school is doing for its officers."""
    who = actor()
    with reading() as session:
        tasks = [task for task in everything(session, queries.mine()) if task.days_left < 7]
        school = queries.counts(session, str(who.school_id)) if who.may("visits.board") else None
        if not tasks and school is None:
            return "", 204
        return render("visits/panel.html", tasks=tasks, names=_names(session, tasks), school=school)


def _names(session: Any, tasks: list[VisitTask]) -> dict[str, str]:
    """Names of all who appear on these tasks."""
    ids: set[str | None] = {task.person_id for task in tasks}
    for task in tasks:
        ids.update(task.goes)
        if task.state == COMPLETED and task.report is not None:
            ids.update(task.report.went)
    return queries.names(session, ids)
