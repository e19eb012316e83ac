"""JSON API of the tree of organisations: one's own union, and for a district its unions with counts."""

from typing import Any

from services.members.asking import my_union
from services.members.people.models import MEMBERS
from services.members.schools import actions, opening, queries, schemas
from services.members.schools.models import Organisation
from shared.kit.access import ANYONE_SIGNED_IN, get_within
from shared.kit.api import Api
from shared.kit.database import locked, reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound

api = Api("schools", description="Districts, schools, joint unions, workplaces and groups as a tree")


@api.get("/unions", allow="schools.see")
@api.paged(schemas.OrganisationOut, schemas.UnionsAsked)
def unions(asked: dict[str, Any]) -> Keyset:
    """The unions of one's district."""
    return queries.unions(my_union(), asked["q"])


@api.post("/unions", allow="schools.found")
@api.arguments(schemas.UnionIn)
@api.response(201, schemas.OpenedOut)
def open_union(body: dict[str, Any]) -> dict[str, Any]:
    """Open a school or joint union with its first chair."""
    with transaction() as session:
        district = get_within(session, Organisation, my_union(), lock=True)
        union, chair = opening.open_union(session, district, **body)
        return {"union": union, "chair_id": chair.id}


@api.get("/unions/<uuid:union_id>/counts", allow="schools.see")
@api.response(200, schemas.CountsOut)
def counts(union_id: str) -> dict[str, Any]:
    """How many members a union of one's district has; small counts are veiled."""
    with reading() as session:
        union = session.get(Organisation, union_id)
        if union is None or union.parent_id != my_union():
            raise NotFound
        found = queries.counts_of(session, [union_id])[union_id]
    shown = dict(zip(MEMBERS, queries.veiled([found[standing] for standing in MEMBERS]), strict=True))
    return {**shown, "members": queries.veiled([sum(found.values())])[0]}


@api.get("/unions/mine", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.OrganisationOut)
def my_own() -> Organisation:
    """One's own union (or district)."""
    with reading() as session:
        union = get_within(session, Organisation, my_union())
    api.etag(union.version)
    return union


@api.patch("/unions/mine", allow="unions.change")
@api.arguments(schemas.UnionChange)
@api.response(200, schemas.OrganisationOut)
def change(body: dict[str, Any]) -> Organisation:
    """Rename one's union or report the number of its staff; needs If-Match."""
    with transaction() as session:
        union = locked(session, Organisation, my_union())
        if union is None:
            raise NotFound
        api.check_etag(union.version)
        actions.change_organisation(session, union, **body)
    api.etag(union.version)
    return union
