"""A person's inbox."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.members.notices.models import Notice
from shared.kit.database import locked
from shared.kit.problems import NotFound


def inbox(person_id: str, unread_only: bool = False) -> Select[Notice]:
    query = select(Notice).where(Notice.person_id == person_id)
    return query.where(Notice.read_at.is_(None)) if unread_only else query


def unread_count(session: Session, person_id: str) -> int:
    return (
        session.scalar(select(func.count()).select_from(inbox(person_id, unread_only=True).subquery())) or 0
    )


def own_notice(session: Session, notice_id: str, person_id: str) -> Notice:
    """One's own notice, locked. Raises NotFound for another's."""
    notice = locked(session, Notice, notice_id)
    if notice is None or notice.person_id != person_id:
        raise NotFound
    return notice
