"""JSON API of union groups (工会小组)."""

from typing import Any

from services.members.asking import my_union
from services.members.groups import actions, queries, schemas
from services.members.people.models import Member
from services.members.schools.models import Organisation
from shared.kit import clock
from shared.kit.access import get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction

api = Api(
    "groups", description="Union groups: who leads them, who is or was in them, moving people between them"
)


@api.get("/groups", allow="groups.see")
@api.response(200, schemas.GroupOut(many=True))
def groups() -> list[queries.GroupSummary]:
    """The living groups of one's union, by name. A group whose leader is null has a vacancy."""
    with reading() as session:
        return queries.summaries(session, my_union())


@api.post("/groups", allow="groups.adjust")
@api.arguments(schemas.GroupIn)
@api.response(201, schemas.GroupOut)
def form_group(body: dict[str, Any]) -> queries.GroupSummary:
    """Form a group."""
    with transaction() as session:
        union = get_within(session, Organisation, my_union(), lock=True)
        return queries.GroupSummary(actions.form_group(session, union, body["name"]), None, 0)


@api.get("/groups/<uuid:group_id>/members", allow="groups.see")
@api.arguments(schemas.MembersAsked, location="query")
@api.response(200, schemas.GroupMemberOut(many=True))
def members(asked: dict[str, Any], group_id: str) -> list[Member]:
    """Who was in a group on a day; past ballots and recommendations ask for it."""
    with reading() as session:
        return queries.members_on(
            session, queries.group(session, group_id, my_union()).id, asked["on"] or clock.today()
        )


@api.post("/groups/<uuid:group_id>/dissolve", allow="groups.adjust")
@api.response(204)
def dissolve(group_id: str) -> None:
    """Close a group that nobody is in."""
    with transaction() as session:
        actions.dissolve_group(session, queries.group(session, group_id, my_union(), lock=True))


@api.post("/group-adjustments", allow="groups.adjust")
@api.arguments(schemas.Adjustment)
@api.response(200, schemas.AdjustmentOut)
def adjust(body: dict[str, Any]) -> dict[str, int]:
    """Move people between groups from today on: all of them, or nobody."""
    moves = {move["person_id"]: move["group_id"] for move in body["moves"]}
    with transaction() as session:
        return {"moved": len(actions.adjust_groups(session, my_union(), moves))}
