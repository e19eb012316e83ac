"""Years that are handed up, and months for accounting software, over HTTP."""

from typing import Any

from services.welfare.year_ends import actions, queries, schemas
from services.welfare.year_ends.models import YearPackage
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.problems import NotFound

api = Api("year_ends", description="The year's package for the district, and the month's ledger by account.")


@api.get("/accounting/<string:month>", allow="money.see")
@api.response(200, schemas.MonthOut)
def accounting(month: str) -> queries.Month:
    """A month (2026-06) by account of the accounting rules for unions. Idempotent: rows are known by their ids."""
    with reading() as session:
        return queries.month(session, str(actor().school_id), month)


@api.get("/years/<int(min=2000,max=2099):year>", allow="money.see")
@api.response(200, schemas.PackageOut)
def year(year: str) -> YearPackage:
    with reading() as session:
        found = queries.of_year(session, str(actor().school_id), int(year))
        if found is None:
            raise NotFound()
        return found


@api.post("/years/<int(min=2000,max=2099):year>/submit", allow="accounts.publish")
@api.response(200, schemas.PackageOut)
def submit(year: str) -> YearPackage:
    """Hand the year up to the district. 409 `year-not-ready` names what is missing. Idempotent."""
    with transaction() as session:
        who = actor()
        return actions.submit(session, school_id=str(who.school_id), year=int(year), by=str(who.person_id))


@api.get("/district/year-ends", allow="district.see")
@api.arguments(schemas.YearQuery, location="query")
@api.response(200, schemas.HandedUpOut(many=True))
def handed_up(query: dict[str, Any]) -> list[dict[str, Any]]:
    """Which unions handed a year up, the last one if left out."""
    with reading() as session:
        rows = queries.of_district(
            session, str(actor().school_id), query.get("year") or clock.today().year - 1, query["q"]
        )
        return [
            {
                "school_id": union.id,
                "name": union.name,
                "package_id": package.id if package else None,
                "submitted_at": package.submitted_at if package else None,
                "received_at": package.received_at if package else None,
            }
            for union, package in rows
        ]


@api.get("/district/year-ends/<uuid:package_id>", allow="district.see")
@api.response(200, schemas.PackageOut)
def package(package_id: str) -> YearPackage:
    """Totals by heading, the opinions, the ledger's hash."""
    with reading() as session:
        return queries.below(session, str(actor().school_id), package_id)


@api.post("/district/year-ends/<uuid:package_id>/receive", allow="district.see")
@api.response(200, schemas.PackageOut)
def receive(package_id: str) -> YearPackage:
    """Confirm that the district has it. Idempotent."""
    with transaction() as session:
        found = queries.below(session, str(actor().school_id), package_id, lock=True)
        return actions.receive(session, found, by=str(actor().person_id))
