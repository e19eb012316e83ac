"""Putting a sheet on the board."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.bulletins.models import ACCOUNTS, Bulletin

FIGURES = ("income_by_code", "spend_by_code", "rule_breaches", "sha256")


def post_accounts(session: Session, school_id: str, said: dict[str, Any], at: datetime) -> Bulletin:
    """The accounts of a period; what hangs there of the same period stays as it was."""
    known = session.scalar(
        select(Bulletin).where(
            Bulletin.school_id == school_id, Bulletin.kind == ACCOUNTS, Bulletin.reference == said["period"]
        )
    )
    if known is not None:
        return known
    bulletin = Bulletin(
        school_id=school_id,
        kind=ACCOUNTS,
        reference=said["period"],
        content={name: said[name] for name in FIGURES},
        published_at=at,
    )
    session.add(bulletin)
    return bulletin
