"""JSON API of rule packs."""

from typing import Any

from services.members.asking import me, my_union
from services.members.rules import actions, queries, schemas
from services.members.rules.models import RulePackVersion
from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound

api = Api("rules", description="Dated ceilings and lists of the provinces")


@api.get("/rule-packs", allow=ANYONE_SIGNED_IN)
@api.paged(schemas.PackOut)
def packs(_asked: dict[str, Any]) -> Keyset:
    """Every pack in its newest version."""
    return Keyset(queries.latest_of_all(), order=[RulePackVersion.code, RulePackVersion.id])


@api.get("/rule-packs/<string:code>/versions", allow=ANYONE_SIGNED_IN)
@api.paged(schemas.PackOut)
def versions(_asked: dict[str, Any], code: str) -> Keyset:
    """Every version of a pack, newest first."""
    return Keyset(
        queries.versions(code), order=[RulePackVersion.version, RulePackVersion.id], descending=True
    )


@api.get("/rule-packs/<string:code>/in-force", allow=ANYONE_SIGNED_IN)
@api.arguments(schemas.DayAsked, location="query")
@api.response(200, schemas.PackOut)
def in_force(asked: dict[str, Any], code: str) -> RulePackVersion:
    """The version that counts on a day (today)."""
    with reading() as session:
        found = queries.in_force(session, code, asked["on"] or clock.today())
    if found is None:
        raise NotFound
    return found


@api.post("/rule-packs/<string:code>/versions", allow="rules.publish")
@api.arguments(schemas.VersionIn)
@api.response(201, schemas.PackOut)
def publish(body: dict[str, Any], code: str) -> RulePackVersion:
    """Publish the next version. The one before ends the day before this begins."""
    with transaction() as session:
        return actions.publish_version(session, code, by=me(), district_id=my_union(), **body)


@api.put("/rule-pack-choice", allow="rules.choose")
@api.arguments(schemas.Choice)
@api.response(204)
def choose(body: dict[str, Any]) -> None:
    """Which pack the district's unions follow."""
    with transaction() as session:
        actions.choose_pack(session, my_union(), body["code"])
