"""A person's calendar over HTTP."""

from typing import Any

from services.events.asking import myself
from services.events.calendar import queries
from services.events.calendar.schemas import CalendarSpan, EntryOut
from shared.kit.api import Api
from shared.kit.database import reading

api = Api("calendar", description="A person's own days.")


@api.get("/calendar", allow="calendar.see")
@api.arguments(CalendarSpan, location="query")
@api.response(200, EntryOut(many=True))
def calendar(span: dict[str, Any]) -> list[queries.Entry]:
    """My places, what else is on in my school, and my own tasks."""
    with reading() as session:
        me = myself(session)
        return queries.entries(session, me.id, me.school_id, **span)
