"""Pages of mutual insurance: the plans, one plan with one's own answer and the officers' list, paper, the district's rates."""

from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from services.welfare.consents import queries as consents
from services.welfare.consents.actions import NoConsent
from services.welfare.insurance import actions, queries, schemas
from services.welfare.insurance.listing import InsurerList
from services.welfare.insurance.models import (
    ANSWERS,
    AUDIENCES,
    CONSENTED,
    PAYERS,
    PURPOSE,
    STATES,
    InsurancePlan,
)
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.api import as_file
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.problems import Conflict, Invalid, NotFound
from shared.kit.web.forms import WHOLE, Form

pages = Pages("insurance")
HOME = "/welfare/insurance/"
SEE = "insurance.see"


@pages.context_processor
def _words() -> dict[str, object]:
    return {
        "AUDIENCES": AUDIENCES, "STATES": STATES, "PAYERS": PAYERS, "ANSWERS": ANSWERS, "CONSENTED": CONSENTED,
        "UNDECIDED": queries.UNDECIDED,
    }  # fmt: skip


@pages.get("/insurance/", allow=SEE)
def plans() -> Any:
    filters = Form().load(schemas.PlanFilter, request.args) or {}
    keyset = queries.plans(filters)

    def row(found: InsurancePlan) -> list[Any]:
        return [found.title, str(AUDIENCES[found.audience]), found.insurer, found.opens_on, found.closes_on,
                str(STATES[found.state])]  # fmt: skip

    header = [_("Insurance"), _("For whom"), _("Insurer"), _("From"), _("To"), _("State")]
    if (file := export(keyset, header, row, "insurance")) is not None:
        return file
    return render("insurance/list.html", listing=Listing(keyset), filters=filters)


@pages.get("/insurance/new", allow=queries.KEEP)
def new() -> str:
    """The form, with October (互助保障月) as the usual window."""
    today = clock.today()
    year = today.year if today.month <= 10 else today.year + 1
    usual = {"opens_on": max(today, date(year, 10, 1)), "closes_on": date(year, 10, 31)}
    return _new(Form({"audience": "everyone", "payer": "union", **usual}))


@pages.post("/insurance/new", allow=queries.KEEP)
def send_new() -> Any:
    form = Form()
    data = form.load(schemas.PlanForm, request.form)
    if data is not None:
        who = actor()
        try:
            with transaction() as session:
                plan = actions.open_plan(session, school_id=str(who.school_id), by=str(who.person_id), **data)
            return seen_other(HOME + plan.id)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return Response(_new(form), 422)


@pages.get("/insurance/<uuid:plan_id>", allow=SEE)
def plan(plan_id: str) -> Any:
    if request.args.get("format") in ("csv", "xlsx") and actor().may(queries.KEEP):
        with reading() as session:
            keyset = queries.people(get_within(session, InsurancePlan, plan_id), _people_filter())

        def row(found: Any) -> list[Any]:
            said = found.Enrolment
            return [found.Person.name, str(ANSWERS[said.answer]) if said else "", said and said.consented_on]

        return export(keyset, [_("Name"), _("What they said"), _("Consent of")], row, "insurance-people")
    return _plan(plan_id, Form())


@pages.post("/insurance/<uuid:plan_id>/answer", allow=SEE)
def answer(plan_id: str) -> Any:
    given = Form().load(schemas.Answer, request.form)
    if given is None:
        raise NotFound()
    try:
        with transaction() as session:
            found = get_within(session, InsurancePlan, plan_id, lock=True)
            actions.answer(session, found, str(actor().person_id), joins=given["joins"])
    except NoConsent:
        return seen_other(f"/members/consents/?next={HOME}{plan_id}#{PURPOSE}")
    flash(
        _("You are on the list.")
        if given["joins"]
        else _("All right. You can change your mind while it is open.")
    )
    return seen_other(HOME + plan_id)


@pages.get("/insurance/<uuid:plan_id>/record", allow=queries.KEEP)
def record_people(plan_id: str) -> str:
    return _record(plan_id, Form({"how": "paper", "signed_on": clock.today()}))


@pages.post("/insurance/<uuid:plan_id>/record", allow=queries.KEEP)
def send_people(plan_id: str) -> Any:
    form = Form()
    data = form.load(schemas.RecordForm, request.form)
    if data is not None:
        signed_on = data["signed_on"] if data["how"] == "paper" else None
        try:
            with transaction() as session:
                found = get_within(session, InsurancePlan, plan_id, lock=True)
                count = actions.record_people(session, found, data["person_ids"], signed_on=signed_on)
            flash(ngettext("%(num)d person entered.", "%(num)d people entered.", count))
            return seen_other(HOME + plan_id)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return Response(_record(plan_id, form), 422)


@pages.get("/insurance/<uuid:plan_id>/sheet", allow=queries.KEEP)
def sheet(plan_id: str) -> str:
    """The paper on which those sign who do not use a phone."""
    with reading() as session:
        found = get_within(session, InsurancePlan, plan_id)
        return render(
            "insurance/sheet.html", plan=found, people=queries.undecided(session, found), today=clock.today()
        )


@pages.post("/insurance/<uuid:plan_id>/people/<uuid:person_id>/take-off", allow=queries.KEEP)
def take_off(plan_id: str, person_id: str) -> Any:
    with transaction() as session:
        actions.take_off(session, get_within(session, InsurancePlan, plan_id, lock=True), person_id)
    return seen_other(HOME + plan_id)


@pages.post("/insurance/<uuid:plan_id>/remind", allow=queries.KEEP)
def remind(plan_id: str) -> Any:
    with transaction() as session:
        count = actions.remind_undecided(session, get_within(session, InsurancePlan, plan_id, lock=True))
    flash(ngettext("%(num)d person is told, once.", "%(num)d people are told, once.", count))
    return seen_other(HOME + plan_id)


@pages.post("/insurance/<uuid:plan_id>/hand-over", allow=queries.KEEP)
def hand_over(plan_id: str) -> Any:
    """The list as a file; or the page again, which names every line that keeps it in the house."""
    asked, form = Form().load(schemas.FileForm, request.form) or {}, Form()
    try:
        with transaction() as session:
            found = get_within(session, InsurancePlan, plan_id, lock=True)
            made = InsurerList(found, actions.hand_over(session, found))
            return as_file(made.header(), made.rows(), asked.get("format", "xlsx"), "insurance-list")
    except actions.ConsentsMissing as refusal:
        for line in refusal.extra["rows"]:
            form.add(WHOLE, str(line["words"]))
        return Response(_plan(plan_id, form), refusal.status)
    except Conflict as refusal:
        form.add(WHOLE, str(refusal.detail))
        return Response(_plan(plan_id, form), refusal.status)


@pages.post("/insurance/<uuid:plan_id>/close", allow=queries.KEEP)
def close(plan_id: str) -> Any:
    with transaction() as session:
        actions.close(session, get_within(session, InsurancePlan, plan_id, lock=True))
    flash(_("Closed. The result stands among the open affairs of the school."))
    return seen_other(HOME + plan_id)


@pages.get("/district/insurance", allow="district.see")
def district() -> Any:
    """How far each school is: rates, and no person or count."""
    asked = Form().load(schemas.RateQuery, request.args) or {}
    year, q = asked.get("year") or clock.today().year, asked.get("q", "")
    with reading() as session:
        found = queries.rates(session, str(actor().school_id), year, q, asked.get("audience"))
    if (form := request.args.get("format")) in ("csv", "xlsx"):
        rows = [
            [
                one.school.name,
                one.plan and one.plan.title,
                one.plan and str(STATES[one.plan.state]),
                one.percent,
            ]
            for one in found
        ]
        header = [_("School"), _("Insurance"), _("State"), _("Enrolled, in percent")]
        return as_file(header, rows, form, f"insurance-{year}")
    return render(
        "insurance/district.html", rates=found, year=year, this_year=clock.today().year, q=q, asked=asked
    )


def _people_filter() -> dict[str, Any]:
    return Form().load(schemas.PeopleFilter, request.args) or {}


def _new(form: Form) -> str:
    return render("insurance/new.html", form=form)


def _plan(plan_id: str, form: Form) -> str:
    filters, me = _people_filter(), str(actor().person_id)
    with reading() as session:
        found = get_within(session, InsurancePlan, plan_id)
        own = queries.enrolment(session, found.id, me)
        for_me = bool(queries.eligible(session, found, [me]))
        agreed = consents.in_force(session, me, PURPOSE) is not None
        keeps = actor().may(queries.KEEP)
        figures = queries.tally(session, found) if keeps else None
        waiting = len(queries.undecided(session, found)) if keeps and found.state == "open" else 0
    listing = Listing(queries.people(found, filters)) if keeps else None
    return render(
        "insurance/show.html", plan=found, own=own, for_me=for_me, agreed=agreed, figures=figures,
        waiting=waiting, listing=listing, filters=filters, form=form,
    )  # fmt: skip


def _record(plan_id: str, form: Form) -> str:
    with reading() as session:
        found = get_within(session, InsurancePlan, plan_id)
        return render(
            "insurance/record.html", plan=found, form=form, people=queries.undecided(session, found)
        )
