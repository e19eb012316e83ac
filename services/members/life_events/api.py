"""JSON API of life events: anybody reports, the person answers, those who care see what they must."""

from typing import Any

from services.members.asking import me, my_union
from services.members.life_events import actions, queries, schemas
from services.members.life_events.models import LifeEvent, LifeEventReport
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.api import Api
from shared.kit.audit import AuditEntry
from shared.kit.database import transaction
from shared.kit.paging import Keyset

api = Api("life_events", description="What happened in people's lives, so that the union can come")


@api.post("/life-events", allow=ANYONE_SIGNED_IN)
@api.arguments(schemas.ReportIn)
@api.response(201, schemas.ReceiptOut)
def record(body: dict[str, Any]) -> LifeEventReport:
    """Report something for a colleague or for oneself. The answer says that it was received, and no more."""
    with transaction() as session:
        return actions.report_life_event(session, reporter_id=me(), school_id=my_union(), **body)


@api.post("/life-events/reports/<uuid:report_id>/take-back", allow=ANYONE_SIGNED_IN)
@api.response(204)
def take_back(report_id: str) -> None:
    """Take one's own report back within ten minutes."""
    with transaction() as session:
        actions.take_back(session, queries.own_report(session, report_id, me(), lock=True))


@api.get("/life-events", allow=ANYONE_SIGNED_IN)
@api.paged(schemas.LifeEventOut)
def own_events(_asked: dict[str, Any]) -> Keyset:
    """One's own life events, latest first."""
    return Keyset(queries.own_events(me()), order=[LifeEvent.reported_at, LifeEvent.id], descending=True)


@api.get("/life-events/reads", allow=ANYONE_SIGNED_IN)
@api.paged(schemas.DataReadOut)
def reads(_asked: dict[str, Any]) -> Keyset:
    """Who read one's own sensitive data, latest first."""
    return Keyset(queries.reads_of(me()), order=[AuditEntry.at, AuditEntry.id], descending=True)


@api.get("/life-events/open", allow="life-events.care")
@api.paged(schemas.OpenEventOut)
def open_events(_asked: dict[str, Any]) -> Keyset:
    """What is open in the union: whom to look after, and not what for."""
    query = queries.open_events(my_union(), with_restricted=actor().may("life-events.care-restricted"))
    return Keyset(query, order=[LifeEvent.reported_at, LifeEvent.id])


@api.get("/life-events/<uuid:life_event_id>", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.LifeEventOut)
def event(life_event_id: str) -> LifeEvent:
    """One event, for its person or for those who care. The latter's read is recorded and shown to the person."""
    with transaction() as session:
        return asked_for(session, life_event_id)


@api.post("/life-events/<uuid:life_event_id>/confirm", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.LifeEventOut)
def confirm(life_event_id: str) -> LifeEvent:
    """The person says that it is so."""
    with transaction() as session:
        found = queries.own_event(session, life_event_id, me())
        actions.confirm(session, found)
        return found


@api.post("/life-events/<uuid:life_event_id>/withdraw", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.LifeEventOut)
def withdraw(life_event_id: str) -> LifeEvent:
    """The person objects: visits are cancelled, and what it was is erased."""
    with transaction() as session:
        found = queries.own_event(session, life_event_id, me())
        actions.withdraw(session, found)
        return found


@api.post("/life-events/<uuid:life_event_id>/end", allow=ANYONE_SIGNED_IN)
@api.arguments(schemas.LifeEventEnd)
@api.response(200, schemas.LifeEventOut)
def end(body: dict[str, Any], life_event_id: str) -> LifeEvent:
    """It ended on a day (discharge from hospital): said by the person or by those who care."""
    with transaction() as session:
        found = asked_for(session, life_event_id)
        actions.end(session, found, body["ended_on"])
        return found


def asked_for(session: Any, life_event_id: str) -> LifeEvent:
    """The event, where whoever asks may see it."""
    who = actor()
    return queries.event_for(
        session,
        life_event_id,
        person_id=me(),
        school_id=my_union(),
        cares=who.may("life-events.care"),
        chairs=who.may("life-events.care-restricted"),
    )
