"""JSON API of joining (入会): the person applies, the group weighs, the committee decides."""

from typing import Any

from services.members.asking import me
from services.members.joining import actions, queries, schemas
from services.members.joining.models import Application
from services.members.people.models import Member
from shared.kit.access import ANYONE_SIGNED_IN, actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound

api = Api("joining", description="Applications to join the union")


@api.put("/applications/mine", allow=ANYONE_SIGNED_IN)
@api.arguments(schemas.ApplicationIn)
@api.response(200, schemas.ApplicationOut)
def draft(body: dict[str, Any]) -> Application:
    """Begin or change one's own application."""
    with transaction() as session:
        return actions.draft(session, get_within(session, Member, me(), lock=True), **body)


@api.get("/applications/mine", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.ApplicationOut)
def own() -> Application:
    """One's last application."""
    with reading() as session:
        found = queries.latest_of(session, me(), actor().school_id or "")
    if found is None:
        raise NotFound
    return found


@api.post("/applications/mine/submit", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.ApplicationOut)
def submit() -> Application:
    """Hand one's application in."""
    return _own(actions.submit)


@api.post("/applications/mine/withdraw", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.ApplicationOut)
def withdraw() -> Application:
    """Think better of it."""
    return _own(actions.withdraw)


@api.get("/applications", allow="joining.see")
@api.paged(schemas.ApplicationOut, schemas.ApplicationsAsked)
def applications(asked: dict[str, Any]) -> Keyset:
    """Applications to one's group (as its leader) or union (as its committee)."""
    query = queries.visible_to(actor())
    if "state" in asked:
        query = query.where(Application.state == asked["state"])
    return Keyset(query, order=[Application.created_at, Application.id], descending=True)


@api.get("/applications/<uuid:application_id>", allow="joining.see")
@api.response(200, schemas.ApplicationOut)
def application(application_id: str) -> Application:
    """One application."""
    with reading() as session:
        return queries.application(session, application_id, actor())


@api.post("/applications/<uuid:application_id>/opinion", allow="joining.weigh")
@api.arguments(schemas.OpinionIn)
@api.response(200, schemas.ApplicationOut)
def weigh(body: dict[str, Any], application_id: str) -> Application:
    """The group leader's word."""
    with transaction() as session:
        found = queries.to_weigh(session, application_id, actor())
        actions.weigh(session, found, me(), **body)
        return found


@api.post("/applications/<uuid:application_id>/approve", allow="joining.decide")
@api.response(200, schemas.ApplicationOut)
def approve(application_id: str) -> Application:
    """The committee admits the person."""
    with transaction() as session:
        found = queries.application(session, application_id, actor(), lock=True)
        actions.approve(session, found, me())
        return found


@api.post("/applications/<uuid:application_id>/refuse", allow="joining.decide")
@api.arguments(schemas.RefusalIn)
@api.response(200, schemas.ApplicationOut)
def refuse(body: dict[str, Any], application_id: str) -> Application:
    """The committee does not admit the person, and says why."""
    with transaction() as session:
        found = queries.application(session, application_id, actor(), lock=True)
        actions.refuse(session, found, me(), body["reason"])
        return found


def _own(change: Any) -> Application:
    with transaction() as session:
        found = actions.open_application(session, me())
        if found is None or found.school_id != actor().school_id:
            raise NotFound
        change(session, found)
        return found
