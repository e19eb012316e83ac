"""JSON API of a person's own inbox."""

from typing import Any

from services.members.asking import me
from services.members.notices import actions, queries, schemas
from services.members.notices.models import Notice
from shared.kit.access import ANYONE_SIGNED_IN
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api("notices", description="What a person was told")


@api.get("/notices", allow=ANYONE_SIGNED_IN)
@api.paged(schemas.NoticeOut, schemas.NoticeFilter)
def inbox(asked: dict[str, Any]) -> Keyset:
    """One's own notices, latest first."""
    query = queries.inbox(me(), asked.get("unread", False))
    return Keyset(query, order=[Notice.created_at, Notice.id], descending=True)


@api.get("/notices/count", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.Count)
def count() -> dict[str, int]:
    """How many are unread."""
    with reading() as session:
        return {"unread": queries.unread_count(session, me())}


@api.post("/notices/<uuid:notice_id>/read", allow=ANYONE_SIGNED_IN)
@api.response(204)
def read(notice_id: str) -> None:
    with transaction() as session:
        actions.read(queries.own_notice(session, notice_id, me()))


@api.post("/notices/read", allow=ANYONE_SIGNED_IN)
@api.response(204)
def read_all() -> None:
    with transaction() as session:
        actions.read_all(session, me())
