"""Who did and who read what: one row for each change of state by a person and each read of sensitive data."""

from datetime import datetime, time

from sqlalchemy import Index, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.kit import clock, telemetry
from shared.kit.access import actor
from shared.kit.database import Id, KitBase, UTCDateTime


class AuditEntry(KitBase):
    """`person_id` is whose data it was, `actor_id` who acted (None: the system itself, or `by` at a keyboard).

    `amount` is of how many things, where an act is of many.
    """

    __tablename__ = "audit"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    action: Mapped[str] = mapped_column(String(100))
    actor_id: Mapped[str | None] = mapped_column(Id)
    school_id: Mapped[str | None] = mapped_column(Id)
    object_id: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[str | None] = mapped_column(Id)
    reason: Mapped[str | None] = mapped_column(String(500))
    correlation_id: Mapped[str | None] = mapped_column(String(64))
    by: Mapped[str | None] = mapped_column(String(100))
    amount: Mapped[int | None]
    __table_args__ = (Index("ix_audit_person", "person_id", "at"), Index("ix_audit_action", "action", "at"))


def record(
    session: Session,
    action: str,
    *,
    object_id: str | None = None,
    person_id: str | None = None,
    reason: str | None = None,
    actor_id: str | None = None,
    school_id: str | None = None,
    by: str | None = None,
    amount: int | None = None,
) -> None:
    """Write an entry in this transaction; the actor is the one who asks, unless named. No free text on persons."""
    try:
        who = actor()
    except RuntimeError:  # no request: the system itself
        who = None
    session.add(
        AuditEntry(
            action=action,
            object_id=object_id,
            person_id=person_id,
            reason=reason,
            actor_id=actor_id or (who.person_id if who else None),
            school_id=school_id or (who.school_id if who else None),
            correlation_id=telemetry.correlation_id.get(),
            by=by,
            amount=amount,
        )
    )


def record_look(
    session: Session, action: str, *, object_id: str, person_id: str | None, reason: str | None = None
) -> None:
    """Write that the asker looked at a thing of somebody: once on a day, however often its pages are opened."""
    morning = datetime.combine(clock.today(), time(), clock.SHANGHAI)
    again = select(AuditEntry.id).where(
        AuditEntry.person_id == person_id,
        AuditEntry.at >= morning,
        AuditEntry.action == action,
        AuditEntry.actor_id == actor().person_id,
        AuditEntry.object_id == object_id,
        AuditEntry.reason.is_(None) if reason is None else AuditEntry.reason == reason,
    )
    if session.scalar(again.limit(1)) is None:
        record(session, action, object_id=object_id, person_id=person_id, reason=reason)


def reads_of(session: Session, person_id: str, limit: int = 100) -> list[AuditEntry]:
    """What happened with a person's data, latest first: shown to that person."""
    query = select(AuditEntry).where(AuditEntry.person_id == person_id)
    return list(session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)))


def looks_at(person_id: str) -> Select[AuditEntry]:
    """Who looked at a person's sensitive data (`<thing>.read`), or wanted to and was refused: the person's own page."""
    return select(AuditEntry).where(
        AuditEntry.person_id == person_id,
        or_(AuditEntry.action.like("%.read"), AuditEntry.action.like("%.refused")),
    )
