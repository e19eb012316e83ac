"""Visiting schemes over HTTP: what there is to choose from, what holds, choosing, and the district's caps."""

from typing import Any

from services.welfare.schemes import actions, queries
from services.welfare.schemes.models import SchoolScheme
from services.welfare.schemes.schemas import Choice, DayQuery, LimitBody, SchemeOut, VariantOut
from services.welfare.schemes.variants import VARIANTS, Variant
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import Api
from shared.kit.database import reading, transaction

api = Api("schemes", description="Which occasions a school answers with a visit, and within how many days.")


@api.get("/schemes/variants", allow="schemes.see")
@api.response(200, VariantOut(many=True))
def variants() -> list[Variant]:
    """The schemes to choose from."""
    return list(VARIANTS.values())


@api.get("/schemes/current", allow="schemes.see")
@api.arguments(DayQuery, location="query")
@api.response(200, SchemeOut)
def current_scheme(query: dict[str, Any]) -> SchoolScheme:
    """The scheme of the asker's school that holds on a day."""
    with reading() as session:
        return queries.in_force(session, str(actor().school_id), query.get("on") or clock.today())


@api.get("/schemes", allow="schemes.see")
@api.response(200, SchemeOut(many=True))
def scheme_versions() -> list[SchoolScheme]:
    """Every version that the asker's school has chosen, the newest first."""
    with reading() as session:
        return queries.versions(session, str(actor().school_id))


@api.post("/schemes", allow="schemes.choose")
@api.arguments(Choice)
@api.response(201, SchemeOut)
def choose_scheme(body: dict[str, Any]) -> SchoolScheme:
    """Put a scheme into force, as it is or adapted; 412 when another version was chosen meanwhile."""
    who = actor()
    with transaction() as session:
        return actions.choose_scheme(
            session, school_id=str(who.school_id), chosen_by=str(who.person_id), **body
        )


@api.get("/schemes/limits", allow="schemes.see")
@api.response(200, description="Longest days by kind")
def limits() -> dict[str, int]:
    """The longest days that the district allows."""
    with reading() as session:
        return queries.limits(session, str(actor().school_id))


@api.put("/schemes/limits/<kind>", allow="schemes.limit")
@api.arguments(LimitBody)
@api.response(204)
def set_limit(body: dict[str, Any], kind: str) -> None:
    """Cap the days of one kind for all schools of the district."""
    who = actor()
    with transaction() as session:
        actions.set_limit(
            session,
            district_id=str(who.school_id),
            kind=kind,
            max_days=body["max_days"],
            set_by=str(who.person_id),
        )
