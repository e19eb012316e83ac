"""Who has which post today, and what the union's documents on money say."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.funds.models import MoneyPost, Policy
from shared.kit import clock
from shared.kit.access import within
from shared.kit.paging import Keyset


def running(session: Session, school_id: str) -> dict[str, MoneyPost]:
    """The posts that are held today."""
    found = session.scalars(
        select(MoneyPost).where(MoneyPost.school_id == school_id).order_by(MoneyPost.begun_on, MoneyPost.id)
    )
    return {post.post: post for post in found if post.is_held_on(clock.today())}


def all_policies() -> Keyset:
    """Every version of the asker's union, the newest first."""
    return Keyset(select(Policy).where(within(Policy)), [Policy.published_at, Policy.id], descending=True)


def policies(session: Session, school_id: str) -> dict[str, list[Policy]]:
    """Every version of every document, the newest first."""
    found: dict[str, list[Policy]] = {}
    for policy in session.scalars(
        select(Policy).where(Policy.school_id == school_id).order_by(Policy.number.desc())
    ):
        found.setdefault(policy.kind, []).append(policy)
    return found
