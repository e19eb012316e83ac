"""The board over HTTP."""

from typing import Any

from services.events.bulletins import queries
from services.events.bulletins.models import Bulletin
from services.events.bulletins.schemas import BulletinOut
from shared.kit.access import get_within
from shared.kit.api import Api
from shared.kit.database import reading
from shared.kit.paging import Keyset

api = Api("bulletins", description="What hangs on the board of the staff room.")


@api.get("/bulletins", allow="bulletins.see")
@api.paged(BulletinOut)
def bulletins(_filters: dict[str, Any]) -> Keyset:
    """Every sheet of the asker's school, the newest first."""
    return queries.listing()


@api.get("/bulletins/<uuid:bulletin_id>", allow="bulletins.see")
@api.response(200, BulletinOut)
def bulletin(bulletin_id: str) -> Bulletin:
    with reading() as session:
        return get_within(session, Bulletin, bulletin_id)
