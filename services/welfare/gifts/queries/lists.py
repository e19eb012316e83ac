"""Rounds, shares, one's own, and the figures of a round."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare.gifts.models import (
    CALLED_OFF,
    DRAFT,
    RETURNED,
    TAKEN,
    WAITING,
    GiftRound,
    GiftShare,
)
from shared.kit.access import actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.people import Person, matching
from shared.kit.problems import NotFound

KEEP, DECIDE, MINE = "gifts.keep", "gifts.decide", "gifts.mine"


def rounds(filters: dict[str, Any]) -> Keyset:
    """The school's rounds, the latest day first; for those who only decide the ones that were proposed."""
    query = select(GiftRound).where(within(GiftRound))
    if not actor().may(KEEP):
        query = query.where(GiftRound.state.not_in((DRAFT, CALLED_OFF)))
    for name in ("state", "occasion"):
        if filters.get(name):
            query = query.where(getattr(GiftRound, name) == filters[name])
    return Keyset(query, [GiftRound.happens_on, GiftRound.id], descending=True)


def seen(session: Session, round_id: str, *, lock: bool = False) -> GiftRound:
    """A round for those who keep it, and for the committee once it was proposed. Raises NotFound."""
    made = get_within(session, GiftRound, round_id, lock=lock)
    if actor().may(KEEP) or made.state not in (DRAFT, CALLED_OFF):
        return made
    raise NotFound()


def kept(session: Session, round_id: str, *, lock: bool = False) -> GiftRound:
    """A round of one's school. Raises NotFound."""
    return get_within(session, GiftRound, round_id, lock=lock)


def shares(made: GiftRound, filters: dict[str, Any]) -> Keyset:
    """The list by number: by name, and by what became of it."""
    query = select(GiftShare).where(within(GiftShare), GiftShare.round_id == made.id)
    match filters.get("state"):
        case "proxy":
            query = query.where(GiftShare.state == TAKEN, GiftShare.taken_by != GiftShare.person_id)
        case str() as state:
            query = query.where(GiftShare.state == state)
    if filters.get("q"):
        names = select(Person.id).where(within(Person), matching(filters["q"]))
        query = query.where(GiftShare.person_id.in_(names))
    return Keyset(query, [GiftShare.number, GiftShare.id])


def sheet(session: Session, made: GiftRound) -> list[GiftShare]:
    query = select(GiftShare).where(GiftShare.round_id == made.id)
    return list(session.scalars(query.order_by(GiftShare.number)))


def figures(session: Session, made: GiftRound) -> dict[str, int]:
    """Shares by what became of them, and how many a colleague fetched."""
    found = {WAITING: 0, TAKEN: 0, RETURNED: 0, "proxy": 0}
    is_proxy = GiftShare.taken_by != GiftShare.person_id
    query = (
        select(GiftShare.state, is_proxy, func.count())
        .where(GiftShare.round_id == made.id)
        .group_by(GiftShare.state, is_proxy)
    )
    for state, by_proxy, count in session.execute(query):
        found[state] += count
        found["proxy"] += count if by_proxy and state == TAKEN else 0
    return found


def choices(session: Session, made: GiftRound) -> dict[str | None, int]:
    """How often each thing was chosen: item id → people; None for those who have not."""
    query = select(GiftShare.item_id, func.count()).where(GiftShare.round_id == made.id)
    return dict(session.execute(query.group_by(GiftShare.item_id)).all())  # type: ignore[arg-type]


def own(session: Session) -> list[tuple[GiftShare, GiftRound]]:
    """What is or was there for the asker, the latest first."""
    query = (
        select(GiftShare, GiftRound)
        .join(GiftRound, GiftRound.id == GiftShare.round_id)
        .where(within(GiftShare), GiftShare.person_id == actor().person_id)
        .order_by(GiftRound.happens_on.desc(), GiftRound.id)
        .limit(50)
    )
    return [(share, made) for share, made in session.execute(query)]


def own_share(session: Session, share_id: str) -> GiftShare:
    """One's own share. Raises NotFound."""
    share = get_within(session, GiftShare, share_id)
    if share.person_id != actor().person_id:
        raise NotFound()
    return share
