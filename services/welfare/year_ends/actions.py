"""Handing a year up to the district, and the district's receipt for it."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.audits.actions.publishing import fingerprint
from services.welfare.funds.actions.half_years import period_of
from services.welfare.year_ends import queries
from services.welfare.year_ends.models import YearPackage
from shared.contracts.welfare import FinancePeriodPublished
from shared.kit import audit, clock
from shared.kit.messages import emit
from shared.kit.notices import notify
from shared.kit.people import officers
from shared.kit.problems import Conflict


class YearNotReady(Conflict):
    """A part of the package is still missing."""

    slug = "year-not-ready"
    title = _l("The year is not ready to be handed up")


def submit(session: Session, *, school_id: str, year: int, by: str) -> YearPackage:
    """Hand a year up: once, when both halves were published and a budget was approved. Raises YearNotReady."""
    period_of(session, school_id, f"{year}-H2")  # holds it: two who hand up at once hand up one
    known = session.scalar(
        select(YearPackage).where(YearPackage.school_id == school_id, YearPackage.year == year)
    )
    if known is not None:
        return known
    if missing := queries.missing(session, school_id, year):
        raise YearNotReady(" ".join(str(queries.MISSING[code]) for code in missing), missing=missing)
    content = queries.content(session, school_id, year)
    package = YearPackage(
        school_id=school_id, year=year, content=content, sha256=fingerprint(content), submitted_by=by
    )
    session.add(package)
    session.flush()
    emit(
        session,
        FinancePeriodPublished,
        of=package,
        subject=school_id,
        school=school_id,
        period=str(year),
        income_by_code=content["income_by_code"],
        spend_by_code=content["spend_by_code"],
        rule_breaches=content["rule_breaches"],
        audit_ref=content["audits"][-1]["audit_id"],
        sha256=package.sha256,
    )
    audit.record(session, "year.submitted", object_id=package.id)
    return package


def receive(session: Session, package: YearPackage, *, by: str) -> YearPackage:
    """The district confirms that it has the package; the union's treasurer is told."""
    if package.received_at is None:
        package.received_by, package.received_at = by, clock.now()
        audit.record(session, "year.received", object_id=package.id)
        for treasurer in officers(session, package.school_id, "treasurer"):
            notify(
                session,
                to=treasurer.id,
                school=package.school_id,
                template="year-received",
                link=f"/welfare/money/years/{package.year}",
            )
    return package
