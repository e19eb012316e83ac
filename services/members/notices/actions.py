"""Delivering notices and marking them read."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.members.notices.models import Notice
from shared.kit import clock


def deliver(
    session: Session, notice_id: str, *, at: datetime, school_id: str | None, said: dict[str, Any]
) -> None:
    """Put a notice into a person's inbox; a second delivery of the same one changes nothing."""
    if session.get(Notice, notice_id) is None:
        session.add(
            Notice(
                id=notice_id,
                school_id=school_id,
                person_id=said["to"],
                template=said["template"],
                parameters=said["parameters"],
                link=said.get("link"),
                created_at=at,
            )
        )


def read(notice: Notice) -> None:
    if notice.read_at is None:
        notice.read_at = clock.now()


def read_all(session: Session, person_id: str) -> None:
    unread = update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    session.execute(unread.values(read_at=clock.now()))
