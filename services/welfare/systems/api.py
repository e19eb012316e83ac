"""The six systems of care over HTTP: the register with its lights, a school's own words, the yearly look."""

from typing import Any

from services.welfare.systems import actions, queries
from services.welfare.systems.schemas import Look, SystemIn, SystemOut
from shared.kit.access import actor
from shared.kit.api import Api
from shared.kit.database import reading, transaction

api = Api(
    "systems", description="The six systems of care (六项制度): what each asks, and whether it is kept."
)


@api.get("/systems", allow="systems.see")
@api.response(200, SystemOut(many=True))
def register() -> Any:
    """All six; a light is kept, watch, broken, or nothing to judge."""
    with reading() as session:
        return queries.register(session, str(actor().school_id))


@api.put("/systems/<code>", allow="systems.keep")
@api.arguments(SystemIn)
@api.response(200, SystemOut)
def describe(body: dict[str, Any], code: str) -> Any:
    """Give a system the school's own name, words and evidence."""
    with transaction() as session:
        school_id = str(actor().school_id)
        queries.entry(session, school_id, code)
        actions.describe(session, school_id=school_id, code=code, **body)
        return queries.entry(session, school_id, code)


@api.post("/systems/<code>/looks", allow="systems.keep")
@api.arguments(Look)
@api.response(201, SystemOut)
def look_at(body: dict[str, Any], code: str) -> Any:
    """Record what was found today."""
    with transaction() as session:
        who = actor()
        queries.entry(session, str(who.school_id), code)
        actions.look_at(session, school_id=str(who.school_id), code=code, by=str(who.person_id), **body)
        return queries.entry(session, str(who.school_id), code)
