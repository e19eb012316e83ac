"""Pages of the year's budget: what it says, the form, the committee's approval, the report to the district."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.welfare.funds.actions import planning
from services.welfare.funds.codes import CODES, INCOME, SPENDING
from services.welfare.funds.models import BUDGET_STATES, Budget
from services.welfare.funds.pages import pages
from services.welfare.funds.queries import sums
from services.welfare.funds.schemas import Approval, budget_form
from services.welfare.visits.queries import names
from shared.kit.access import actor
from shared.kit.database import locked, reading, transaction
from shared.kit.pages import flash, render, seen_other
from shared.kit.problems import NotFound, Problem
from shared.kit.web.forms import WHOLE, Form


@pages.get("/money/budgets/<int(min=2000,max=2099):year>", allow="money.see")
def budget(year: str) -> str:
    return _show(int(year), Form())


@pages.get("/money/budgets/<int(min=2000,max=2099):year>/edit", allow="money.keep")
def edit_budget(year: str) -> str:
    """The draft, or the figures of the version in force, ready to be changed."""
    with reading() as session:
        latest = sums.latest_budget(session, str(actor().school_id), int(year))
        before = latest or sums.latest_budget(session, str(actor().school_id), int(year) - 1)
    lines = before.lines if before else {}
    start = {f"line-{code}": lines.get(code) for code in CODES}
    return _form(int(year), Form(start | {"reserve_percent": before.reserve_percent if before else 0}))


@pages.post("/money/budgets/<int(min=2000,max=2099):year>/edit", allow="money.keep")
def keep_budget(year: str) -> Any:
    form = Form()
    data = form.load(budget_form(), request.form)
    if data is None:
        return _form(int(year), form), 422
    with transaction() as session:
        planning.draft_budget(
            session,
            school_id=str(actor().school_id),
            year=int(year),
            lines={code: data[f"line-{code}"] for code in CODES},
            reserve_percent=data["reserve_percent"],
            by=str(actor().person_id),
        )
    flash(_("Kept as a draft. Somebody else notes the committee's approval."))
    return seen_other(f"/welfare/money/budgets/{year}")


@pages.post("/money/budgets/<int(min=2000,max=2099):year>/approve", allow="money.decide")
def approve_budget(year: str) -> Any:
    form = Form()
    given = form.load(Approval, request.form)
    if given is not None:
        try:
            with transaction() as session:
                planning.approve_budget(
                    session, _locked(session, int(year)), by=str(actor().person_id), **given
                )
            flash(_("Approved. It is in force now."))
            return seen_other(f"/welfare/money/budgets/{year}")
        except NotFound:
            raise
        except Problem as refusal:
            form.add(WHOLE, str(refusal.detail or refusal.title))
    return _show(int(year), form), 422


@pages.post("/money/budgets/<int(min=2000,max=2099):year>/report", allow="money.decide")
def report_budget(year: str) -> Any:
    with transaction() as session:
        planning.report_budget(session, _locked(session, int(year)))
    flash(_("Noted: the district sees that it was reported."))
    return seen_other(f"/welfare/money/budgets/{year}")


def _locked(session: Any, year: int) -> Budget:
    found = sums.latest_budget(session, str(actor().school_id), year)
    kept = locked(session, Budget, found.id) if found else None
    if kept is None:
        raise NotFound()
    return kept


def _show(year: int, form: Form) -> str:
    with reading() as session:
        latest = sums.latest_budget(session, str(actor().school_id), year)
        if latest is None and not actor().may("money.keep"):
            raise NotFound()
        people = names(session, {latest.drafted_by, latest.approved_by}) if latest else {}
    return render(
        "funds/budget.html",
        budget=latest,
        year=year,
        form=form,
        names=people,
        income=INCOME,
        spending=SPENDING,
        states=BUDGET_STATES,
        may_approve=latest is not None
        and actor().may("money.decide")
        and latest.drafted_by != actor().person_id,
    )


def _form(year: int, form: Form) -> str:
    return render("funds/budget_form.html", year=year, form=form, income=INCOME, spending=SPENDING)
