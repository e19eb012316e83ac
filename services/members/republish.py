"""Says the whole state again (`run members republish`), so that an empty or outdated copy fills itself."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.accounts.actions import signing_keys
from services.members.people.cards import publish_cards
from services.members.people.models import Member
from services.members.rules import actions as rules
from services.members.schools.actions import publish_organisation
from services.members.schools.models import Organisation
from shared.kit.database import locked_where

BATCH = 500


def republish(session: Session, since: datetime | None = None) -> int:
    """Emit every key, pack, organisation and person card one version on; returns how many cards that were.

    `since`: only people entered after that moment, where the rest is known to have arrived. An organisation
    always follows its parent, so that a copy never hangs in the air.
    """
    signing_keys.republish(session)
    rules.republish(session)
    for organisation in _from_the_root(session):
        publish_organisation(session, organisation)
    ids = select(Member.id).order_by(Member.id)
    if since is not None:
        ids = ids.where(Member.created_at >= since)
    wanted = list(session.scalars(ids))
    for start in range(0, len(wanted), BATCH):
        publish_cards(session, locked_where(session, Member, Member.id.in_(wanted[start : start + BATCH])))
    return len(wanted)


def _from_the_root(session: Session) -> Iterator[Organisation]:
    """Every organisation, locked, parents before children."""
    children: dict[str | None, list[Organisation]] = {}
    for organisation in locked_where(session, Organisation):
        children.setdefault(organisation.parent_id, []).append(organisation)
    waiting = list(children.get(None, ()))
    while waiting:
        organisation = waiting.pop(0)
        yield organisation
        waiting += children.get(organisation.id, ())
