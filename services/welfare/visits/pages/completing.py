"""The form 完成探望: what was typed is never lost, whatever the rules say to it."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.funds.actions import keep_receipt
from services.welfare.funds.models import ADMINISTRATION, FUNDS, PERSONAL, Receipt
from services.welfare.visits import queries
from services.welfare.visits.actions import ceilings, reporting
from services.welfare.visits.actions.planning import occasion_of
from services.welfare.visits.models import COMPLETED, VisitTask
from services.welfare.visits.pages import pages
from services.welfare.visits.schemas import MOST_RECEIPTS, ReportForm
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.database import new_id, transaction
from shared.kit.pages import render, seen_other
from shared.kit.people import officers, people_in, person, rule_pack_used
from shared.kit.problems import Invalid
from shared.kit.web.forms import WHOLE, Form

SUGGESTED_OFFICES = ("carer", "chair", "vice_chair", "women", "principal")
CONTROLS = {"gift_fen": "gift", "receipt_ids": "receipt"}


@pages.get("/visits/<uuid:visit_id>/complete", allow="visits.mine")
def complete(visit_id: str) -> Any:
    with transaction() as session:
        task = queries.known(session, visit_id)
        if not task.is_open:
            return seen_other(f"/welfare/visits/{visit_id}")
        return _form(session, task, Form(_start(session, task)))


@pages.post("/visits/<uuid:visit_id>/complete", allow="visits.mine")
def send_report(visit_id: str) -> Any:
    return _take(visit_id, correcting=False)


@pages.get("/visits/<uuid:visit_id>/correct", allow="visits.mine")
def correct(visit_id: str) -> Any:
    with transaction() as session:
        task = queries.known(session, visit_id)
        if task.state != COMPLETED:
            return seen_other(f"/welfare/visits/{visit_id}")
        return _form(session, task, Form(_start(session, task)), correcting=True)


@pages.post("/visits/<uuid:visit_id>/correct", allow="visits.mine")
def send_correction(visit_id: str) -> Any:
    return _take(visit_id, correcting=True)


@pages.get("/visits/<uuid:visit_id>/done", allow="visits.mine")
def done(visit_id: str) -> str:
    with transaction() as session:
        task = queries.known(session, visit_id)
        name = queries.names(session, {task.person_id}).get(task.person_id, "")
        used = task.report
        pack = rule_pack_used(session, used.pack_code, used.pack_version) if used else None
        return render(
            "visits/done.html", task=task, name=name, occasion=occasion_of(session, task), pack=pack
        )


def _take(visit_id: str, *, correcting: bool) -> Any:
    """Take a sent form: keep its photos first, then try the report; show it again with everything in it if refused."""
    form = Form()
    data = form.load(ReportForm, request.form)
    form.values["receipt"] = _keep_photos(visit_id, form)
    if data is not None and not form.errors:
        try:
            with transaction() as session:
                task = queries.known(session, visit_id, lock=True)
                report = _report(session, task, data, form)
                who = str(actor().person_id)
                if correcting:
                    if not data["reason"]:
                        raise Invalid(fields={"reason": [_("Say why it is corrected.")]})
                    reporting.correct_report(session, task, report, reason=data["reason"], by=who)
                else:
                    reporting.complete_visit(session, task, report, by=who)
            return seen_other(f"/welfare/visits/{visit_id}/done")
        except ceilings.OverCeiling as refusal:
            form.refuse({"gift": [str(refusal.detail)]})
            form.values["over"] = refusal.extra | {
                "effective_from": date.fromisoformat(refusal.extra["effective_from"])
            }
        except reporting.NeedsConfirmation as question:
            form.add("confirmed", _("Please read and confirm."))
            form.values["warnings"] = [
                (warning["code"], warning["text"]) for warning in question.extra["warnings"]
            ]
        except Invalid as refusal:
            form.refuse({CONTROLS.get(name, name): messages for name, messages in refusal.fields.items()})
    with transaction() as session:
        task = queries.known(session, visit_id)
        return Response(_form(session, task, form, correcting=correcting), 422)


def _keep_photos(visit_id: str, form: Form) -> list[str]:
    """Ids of the receipts handed in before and with this form. A bad photo is an error at its control."""
    kept = [text for text in request.form.getlist("receipt") if text]
    for upload in request.files.getlist("photos"):
        if not upload.filename:
            continue
        try:
            with transaction() as session:
                task = queries.known(session, visit_id)
                receipt = keep_receipt(
                    session,
                    upload.stream,
                    upload.filename,
                    school_id=task.school_id,
                    kept_by=str(actor().person_id),
                )
                kept.append(receipt.id)
        except Invalid as refusal:
            form.refuse({"photos": refusal.fields.get("file", [str(refusal.detail)])})
    return list(dict.fromkeys(kept))[:MOST_RECEIPTS]


def _report(session: Any, task: VisitTask, data: dict[str, Any], form: Form) -> reporting.Report:
    """The report that a form means; after a refusal with the way out that was chosen."""
    went = [*data["went"], *([data["other"]] if data["other"] else [])]
    report = reporting.Report(
        visited_on=data["visited_on"],
        went=went,
        gift_fen=data["gift_fen"],
        fund=data["fund"],
        operation=data["operation"],
        note=data["note"],
        receipt_ids=form.values["receipt"],
        follow_up=data["follow_up"],
        entry_id=data["entry_id"],
        confirmed=data["confirmed"],
    )
    match data["fix"]:
        case "reduce":
            ceiling = ceilings.ceiling_of(session, task, report.visited_on, operation=report.operation)
            rest = max((ceiling.limit_fen or 0) - ceilings.given_before(session, task), 0)
            return replace(report, gift_fen=min(report.gift_fen, rest))
        case "operation":
            return replace(report, operation=True)
        case "fund":
            return replace(report, fund=PERSONAL)
    return report


def _start(session: Any, task: VisitTask) -> dict[str, Any]:
    """What a fresh form holds: the likely answers, or those of the report to correct.

    Its standards and questions give the occasion away, so that opening it is a read like any other.
    """
    queries.read_matter(session, task)
    card = person(session, task.person_id)
    fund = (
        ADMINISTRATION
        if card is not None and card.standing == "retired" and task.group == "retiree"
        else "union"
    )
    start: dict[str, Any] = {
        "visited_on": clock.today(),
        "went": task.goes,
        "fund": fund,
        "follow_up": "true",
        "entry_id": new_id(),
    }
    if task.report is not None:
        report, details = task.report, task.report.details
        start |= {
            "visited_on": report.visited_on,
            "went": report.went,
            "gift": report.gift_fen,
            "fund": report.fund or fund,
            "operation": details["operation"],
            "note": details["note"],
            "follow_up": "true" if details["follow_up"] else "false",
        }
    return start


def _form(session: Any, task: VisitTask, form: Form, *, correcting: bool = False) -> str:
    occasion = occasion_of(session, task)
    on = clock.today()
    ceiling = ceilings.ceiling_of(session, task, on)
    operated = ceilings.ceiling_of(session, task, on, operation=True)
    colleagues = {
        card.id: card.name for card in people_in(session, task.school_id) if card.id != task.person_id
    }
    likely = _likely(session, task, form, colleagues)
    receipts = [session.get(Receipt, receipt_id) for receipt_id in form.values.get("receipt", [])]
    return render(
        "visits/complete.html",
        task=task,
        form=form,
        correcting=correcting,
        occasion=occasion,
        ceiling=ceiling,
        operated=operated if operated.limit_fen != ceiling.limit_fen else None,
        before=ceilings.given_before(session, task),
        likely=likely,
        name=_name(session, task),
        others=[(key, name) for key, name in colleagues.items() if key not in dict(likely)],
        receipts=[
            receipt for receipt in receipts if receipt is not None and receipt.school_id == task.school_id
        ],
        funds=[(code, str(fund.name)) for code, fund in FUNDS.items()],
        whole=WHOLE,
        personal=PERSONAL,
    )


def _likely(session: Any, task: VisitTask, form: Form, colleagues: dict[str, str]) -> list[tuple[str, str]]:
    """Who probably went: those who were to go, whoever is ticked already, and the officers.

    A form may name anybody: an id that is none of a colleague's gets no name.
    """
    ticked = [str(text) for text in form.values.get("went") or []]
    usual = [card.id for code in SUGGESTED_OFFICES for card in officers(session, task.school_id, code)]
    keys = dict.fromkeys([*task.goes, *ticked, *usual])
    return [(key, colleagues[key]) for key in keys if key in colleagues]


def _name(session: Any, task: VisitTask) -> str:
    return queries.names(session, {task.person_id}).get(task.person_id, "")
