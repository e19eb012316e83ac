"""Pages of the year's end: the package and what it lacks, the month's ledger by account, and the district's list."""

from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.audits.models import VERDICTS
from services.welfare.funds.codes import CODES, INCOME, SPENDING
from services.welfare.funds.models import FUNDS
from services.welfare.periods import in_words
from services.welfare.wording import in_yuan
from services.welfare.year_ends import actions, queries
from services.welfare.year_ends.models import YearPackage
from services.welfare.year_ends.schemas import YearQuery
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import as_file
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.people import Organisation
from shared.kit.web.forms import Form

pages = Pages("year_ends")
DISTRICT = "/welfare/district/year-ends"


@pages.get("/money/accounting", allow="money.see")
def accounting() -> Any:
    """A month by account, this one if none is named; to look at and as a file for accounting software."""
    month = request.args.get("month") or f"{clock.today():%Y-%m}"
    with reading() as session:
        found = queries.month(session, str(actor().school_id), month)
    if (form := request.args.get("format")) in ("csv", "xlsx"):
        header = [
            _("Row"),
            _("Day"),
            _("Account"),
            _("Heading"),
            _("Fund"),
            _("Income in yuan"),
            _("Spending in yuan"),
            _("What for"),
            _("Takes back"),
        ]
        rows = [
            [
                row["id"],
                date.fromisoformat(row["day"]),
                row["account"],
                str(CODES[row["code"]].name),
                str(FUNDS[row["fund"]].name),
                in_yuan(row["amount_fen"]) if row["side"] == "income" else None,
                in_yuan(row["amount_fen"]) if row["side"] == "spending" else None,
                row["words"],
                row["counters_id"],
            ]
            for row in found.entries
        ]
        return as_file(header, rows, form, f"ledger-{month}")
    first = date(int(month[:4]), int(month[5:]), 1)
    return render(
        "year_ends/month.html",
        found=found,
        codes=CODES,
        earlier=_shift(first, -1),
        later=_shift(first, 1) if _shift(first, 1) <= f"{clock.today():%Y-%m}" else None,
    )


@pages.get("/money/years/<int(min=2000,max=2099):year>", allow="money.see")
def year(year: str) -> str:
    return _year(int(year))


@pages.post("/money/years/<int(min=2000,max=2099):year>/submit", allow="accounts.publish")
def submit(year: str) -> Any:
    try:
        with transaction() as session:
            who = actor()
            actions.submit(session, school_id=str(who.school_id), year=int(year), by=str(who.person_id))
    except actions.YearNotReady as refusal:
        return Response(_year(int(year)), refusal.status)
    flash(_("Handed up. The district confirms it."))
    return seen_other(f"/welfare/money/years/{year}")


@pages.get("/district/year-ends", allow="district.see")
def handed_up() -> Any:
    """Which unions handed a year up, and what waits for a receipt."""
    last = clock.today().year - 1
    asked = Form().load(YearQuery, request.args) or {}
    year, q = asked.get("year") or last, asked.get("q", "")
    with reading() as session:
        rows = queries.of_district(session, str(actor().school_id), year, q)
    if (form := request.args.get("format")) in ("csv", "xlsx"):
        header = [_("School"), _("Handed up"), _("Received")]
        table = [
            [union.name, one.submitted_at if one else None, one.received_at if one else None]
            for union, one in rows
        ]
        return as_file(header, table, form, f"year-ends-{year}")
    return render("year_ends/district.html", rows=rows, year=year, last=last, q=q)


@pages.get("/district/year-ends/<uuid:package_id>", allow="district.see")
def package(package_id: str) -> str:
    with reading() as session:
        found = queries.below(session, str(actor().school_id), package_id)
        union = session.get(Organisation, found.school_id)
    return _package(found, union.name if union else "", is_district=True)


@pages.post("/district/year-ends/<uuid:package_id>/receive", allow="district.see")
def receive(package_id: str) -> Any:
    with transaction() as session:
        found = queries.below(session, str(actor().school_id), package_id, lock=True)
        actions.receive(session, found, by=str(actor().person_id))
    flash(_("Confirmed. The union is told."))
    return seen_other(f"{DISTRICT}/{package_id}")


def _year(year: int) -> str:
    school_id = str(actor().school_id)
    with reading() as session:
        found = queries.of_year(session, school_id, year)
        lacks = [] if found else queries.missing(session, school_id, year)
    if found is not None:
        return _package(found, actor().school_name, is_district=False)
    return render("year_ends/year.html", year=year, lacks=[queries.MISSING[code] for code in lacks])


def _package(found: YearPackage, name: str, *, is_district: bool) -> str:
    return render(
        "year_ends/package.html",
        package=found,
        content=found.content,
        union=name,
        is_district=is_district,
        codes=CODES,
        sides=[(_("Income"), INCOME, "income_by_code"), (_("Spending"), SPENDING, "spend_by_code")],
        verdicts=VERDICTS,
        in_words=in_words,
    )


def _shift(first: date, months: int) -> str:
    total = first.year * 12 + first.month - 1 + months
    return f"{total // 12}-{total % 12 + 1:02d}"
