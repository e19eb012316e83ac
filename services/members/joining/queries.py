"""Applications as the person, the group leader and the committee see them."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.joining.models import DRAFT, SUBMITTED, WEIGHED, Application
from shared.kit.access import Actor
from shared.kit.database import locked
from shared.kit.problems import NotFound


def visible_to(actor: Actor) -> Select[tuple[Application]]:
    """A leader sees the applications of the groups they lead, the committee those of the union; drafts nobody."""
    query = select(Application).where(Application.school_id == actor.school_id, Application.state != DRAFT)
    if not actor.may("joining.see-all"):
        query = query.where(Application.group_id.in_(actor.groups_led))
    return query


def waiting_for(actor: Actor) -> Select[tuple[Application]]:
    """What waits for this officer: to be weighed by the leader, to be decided by the committee."""
    states = [SUBMITTED] if actor.may("joining.weigh") else []
    states += [WEIGHED] if actor.may("joining.decide") else []
    return visible_to(actor).where(Application.state.in_(states))


def application(session: Session, application_id: str, actor: Actor, lock: bool = False) -> Application:
    """One that the actor may see. Raises NotFound."""
    found = session.scalars(visible_to(actor).where(Application.id == application_id)).first()
    if found is None:
        raise NotFound
    return locked(session, Application, found.id) or found if lock else found


def latest_of(session: Session, member_id: str, school_id: str) -> Application | None:
    """A person's last application in a union."""
    query = select(Application).where(Application.member_id == member_id, Application.school_id == school_id)
    return session.scalars(
        query.order_by(Application.created_at.desc(), Application.id.desc()).limit(1)
    ).first()


def to_weigh(session: Session, application_id: str, actor: Actor) -> Application:
    """One of a group that the actor leads, locked. Raises NotFound."""
    found = application(session, application_id, actor, lock=True)
    if found.group_id not in actor.groups_led:
        raise NotFound
    return found
