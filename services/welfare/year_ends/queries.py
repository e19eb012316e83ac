"""What a year's package holds and what it still lacks; the ledger of a month for accounting software."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.audits.actions.publishing import fingerprint
from services.welfare.audits.models import AuditSession
from services.welfare.funds.codes import CODES, INCOME, SPENDING
from services.welfare.funds.models import PUBLISHED, Entry
from services.welfare.funds.queries import half_years, sums
from services.welfare.periods import bounds, half_year_of
from services.welfare.year_ends.models import YearPackage
from shared.kit import clock
from shared.kit.people import Organisation, schools_under
from shared.kit.problems import NotFound

MONTH = r"20[0-9]{2}-(0[1-9]|1[0-2])"
BUDGET, FIRST, SECOND = "budget", "first-half", "second-half"
MISSING: dict[str, Any] = {
    BUDGET: _l("No budget of the year was approved."),
    FIRST: _l("The first half is not published yet."),
    SECOND: _l("The second half is not published yet."),
}


def of_year(session: Session, school_id: str, year: int) -> YearPackage | None:
    return session.scalar(
        select(YearPackage).where(YearPackage.school_id == school_id, YearPackage.year == year)
    )


def missing(session: Session, school_id: str, year: int) -> list[str]:
    """What a year lacks before it can be handed up; codes of MISSING."""
    found = [] if sums.budget_in_force(session, school_id, year) else [BUDGET]
    for code, half in ((FIRST, "H1"), (SECOND, "H2")):
        period = half_years.find(session, school_id, f"{year}-{half}")
        if period is None or period.state != PUBLISHED:
            found.append(code)
    return found


def content(session: Session, school_id: str, year: int) -> dict[str, Any]:
    """The budget, the final account (the two published halves together), the opinions, and the hash of the ledger.

    No line of the ledger goes up: with the hash the district can tell, should it ever be shown the ledger, whether
    it is the same one.
    """
    budget = sums.budget_in_force(session, school_id, year)
    assert budget is not None
    income: dict[str, int] = {}
    spend: dict[str, int] = {}
    audits, breaches = [], 0
    for half in ("H1", "H2"):
        period = half_years.find(session, school_id, f"{year}-{half}")
        assert period is not None
        assert period.content is not None
        for into, part in ((income, "income_by_code"), (spend, "spend_by_code")):
            for code, fen in period.content[part].items():
                into[code] = into.get(code, 0) + fen
        breaches += period.content["rule_breaches"]
        examined = session.get(AuditSession, period.content["audit_id"])
        assert examined is not None
        audits.append(
            {
                "audit_id": examined.id,
                "period": examined.period,
                "verdict": examined.verdict,
                "opinion": examined.opinion,
            }
        )
    rows = ledger_between(session, school_id, *bounds(str(year)))
    return {
        "year": year,
        "budget": {"number": budget.number, "resolution": budget.resolution, "lines": budget.lines},
        "income_by_code": income,
        "spend_by_code": spend,
        "rule_breaches": breaches,
        "audits": audits,
        "ledger": {"entries": len(rows), "sha256": fingerprint({"entries": [booked(row) for row in rows]})},
    }


def ledger_between(session: Session, school_id: str, begins: date, ends: date) -> list[Entry]:
    """Every row of the ledger that counts in [begins, ends), counter-entries too, in the order of the books."""
    return list(
        session.scalars(
            select(Entry)
            .where(Entry.school_id == school_id, Entry.counted_on >= begins, Entry.counted_on < ends)
            .order_by(Entry.counted_on, Entry.id)
        )
    )


def booked(entry: Entry) -> dict[str, Any]:
    """A row as accounting software takes it; by its id it knows a row that it has."""
    return {
        "id": entry.id,
        "day": entry.counted_on.isoformat(),
        "account": CODES[entry.code].account,
        "code": entry.code,
        "fund": entry.fund,
        "side": "income" if entry.code in INCOME else "spending",
        "amount_fen": entry.amount_fen,
        "words": entry.words,
        "counters_id": entry.counters_id,
    }


@dataclass(frozen=True)
class Month:
    """A month of the ledger by account. `is_final`: its half-year was examined, so nothing can be added to it."""

    month: str
    is_final: bool
    entries: list[dict[str, Any]]
    totals: list[dict[str, Any]]
    sha256: str


def month(session: Session, school_id: str, name: str) -> Month:
    """The ledger of a month (2026-06). Asked again it is the same, but for what was booked since. Raises NotFound."""
    if not re.fullmatch(MONTH, name):
        raise NotFound()
    begins = date(int(name[:4]), int(name[5:]), 1)
    ends = date(begins.year + begins.month // 12, begins.month % 12 + 1, 1)
    rows = [booked(entry) for entry in ledger_between(session, school_id, begins, ends)]
    totals = {
        code: sum(row["amount_fen"] for row in rows if row["code"] == code) for code in (*INCOME, *SPENDING)
    }
    period = half_years.find(session, school_id, half_year_of(begins))
    return Month(
        month=name,
        is_final=period is not None and period.is_closed and ends <= clock.today(),
        entries=rows,
        totals=[
            {"account": CODES[code].account, "code": code, "amount_fen": fen}
            for code, fen in totals.items()
            if any(row["code"] == code for row in rows)
        ],
        sha256=fingerprint({"entries": rows}),
    )


def of_district(
    session: Session, district_id: str, year: int, q: str = ""
) -> list[tuple[Organisation, YearPackage | None]]:
    """Every union of a district (whose name holds `q`) with the package of a year that it handed up, if it did."""
    unions = [one for one in schools_under(session, district_id) if q.strip() in one.name]
    found = session.scalars(
        select(YearPackage).where(
            YearPackage.school_id.in_([one.id for one in unions]), YearPackage.year == year
        )
    )
    by_union = {one.school_id: one for one in found}
    return [(one, by_union.get(one.id)) for one in unions]


def below(session: Session, district_id: str, package_id: str, *, lock: bool = False) -> YearPackage:
    """A package that a union of the district handed up. Raises NotFound."""
    package = session.get(YearPackage, package_id, with_for_update=lock, populate_existing=lock)
    union = session.get(Organisation, package.school_id) if package else None
    if package is None or union is None or union.parent_id != district_id:
        raise NotFound()
    return package
