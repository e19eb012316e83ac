"""The first page of the money: the year at a glance, and the ways from it; what activities cost, and aid set apart."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.welfare.funds.actions import planning
from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.funds.pages import pages
from services.welfare.funds.pages.words import ACTIVITY_KINDS
from services.welfare.funds.queries import half_years, plans, sums
from services.welfare.funds.queries.ledger import is_unproved
from services.welfare.funds.schemas import AllotmentForm, CostFilter, YearQuery
from services.welfare.wording import in_yuan
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, export, flash, render, seen_other
from shared.kit.problems import Problem
from shared.kit.web.forms import WHOLE, Form


@pages.get("/money/", allow="money.see")
def money() -> str:
    """Planned, bespoken and spent, as bars with the table beside them."""
    school_id, now = str(actor().school_id), clock.today().year
    year = (Form().load(YearQuery, request.args) or {}).get("year") or now
    with reading() as session:
        return render(
            "funds/home.html",
            year=sums.year_of(session, school_id, year),
            draft=sums.latest_budget(session, school_id, year),
            now=now,
            balances=sums.balances(session, school_id),
            aid=sums.aid_fund(session, school_id),
            unproved=sums.how_many(session, school_id, is_unproved()),
            half_years=half_years.latest(session, school_id),
            funds=FUNDS,
        )


@pages.get("/money/activities", allow="money.see")
def activity_costs() -> Any:
    """Cost and content of each activity, side by side."""
    filters = Form().load(CostFilter, request.args) or {}
    keyset = plans.costs(filters)
    header = [
        _("Day"),
        _("Kind"),
        _("Came"),
        _("Prizes"),
        _("Budget in yuan"),
        _("Spent in yuan"),
        _("For each in yuan"),
        _("Liked, of 5"),
    ]

    def row(cost: Any) -> list[Any]:
        liked = cost.satisfaction_hundredths
        return [
            cost.completed_on,
            str(ACTIVITY_KINDS.get(cost.kind, cost.kind)),
            cost.attended,
            cost.winners,
            None if cost.budget_fen is None else in_yuan(cost.budget_fen),
            in_yuan(cost.spend_fen),
            None if cost.each_fen is None else in_yuan(cost.each_fen),
            None if liked is None else in_yuan(liked),
        ]

    if (file := export(keyset, header, row, "activity-costs")) is not None:
        return file
    return render("funds/activities.html", listing=Listing(keyset), filters=filters, kinds=ACTIVITY_KINDS)


@pages.get("/money/aid-fund", allow="money.see")
def aid_fund() -> str:
    return _aid_page(Form({"allotted_on": clock.today()}))


@pages.post("/money/aid-fund", allow="money.keep")
def allot_aid() -> Any:
    """Set a sum apart."""
    form = Form()
    data = form.load(AllotmentForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                planning.allot_aid(
                    session, school_id=str(actor().school_id), by=str(actor().person_id), **data
                )
            flash(_("Set apart."))
            return seen_other("/welfare/money/aid-fund")
        except Problem as refusal:
            form.refuse(refusal.fields or {WHOLE: [str(refusal.title)]})
    return _aid_page(form), 422


def _aid_page(form: Form) -> str:
    listing = Listing(plans.allotments())
    with reading() as session:
        aid = sums.aid_fund(session, str(actor().school_id))
    chosen = [(code, str(fund.name)) for code, fund in FUNDS.items() if code != PERSONAL]
    return render("funds/aid.html", form=form, listing=listing, aid=aid, funds=FUNDS, chosen=chosen)
