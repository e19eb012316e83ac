"""Reading the board of one's own school."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.bulletins.models import Bulletin
from shared.kit import clock
from shared.kit.access import within
from shared.kit.paging import Keyset

FRESH = timedelta(days=14)  # how long a sheet is shown on home


def listing() -> Keyset:
    """Every sheet, the newest first."""
    return Keyset(
        select(Bulletin).where(within(Bulletin)), [Bulletin.published_at, Bulletin.id], descending=True
    )


def fresh(session: Session) -> Sequence[Bulletin]:
    """What was posted in the last two weeks."""
    query = select(Bulletin).where(within(Bulletin), Bulletin.published_at > clock.now() - FRESH)
    return session.scalars(query.order_by(Bulletin.published_at.desc(), Bulletin.id)).all()
