"""Reading campaigns: the school's, who gave or ordered (for those who collect), sums, and the names that may be shown."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from services.welfare.campaigns.models import CLOSED, DONATION, Campaign, Contribution
from services.welfare.district.withholding import is_few
from shared.kit.access import within
from shared.kit.paging import Keyset
from shared.kit.people import IS_THERE, Person, matching

KEEP = "campaigns.keep"


def campaigns(filters: dict[str, Any]) -> Keyset:
    """The school's campaigns, the newest first."""
    query = select(Campaign).where(within(Campaign))
    for name in ("kind", "state"):
        if filters.get(name):
            query = query.where(getattr(Campaign, name) == filters[name])
    if filters.get("q"):
        query = query.where(Campaign.title.contains(filters["q"], autoescape=True))
    newest_first = filters.get("sort", "-opens_on") == "-opens_on"
    return Keyset(query, [Campaign.opens_on, Campaign.id], descending=newest_first)


def contribution(session: Session, campaign_id: str, person_id: str) -> Contribution | None:
    return session.scalar(
        select(Contribution).where(
            Contribution.campaign_id == campaign_id, Contribution.person_id == person_id
        )
    )


def may_take_part(session: Session, campaign: Campaign, person_id: str) -> bool:
    """Whether it is somebody of the school who is still there."""
    query = select(Person.id).where(Person.id == person_id, Person.school_id == campaign.school_id, IS_THERE)
    return session.scalar(query) is not None


def contributions(campaign: Campaign, filters: dict[str, Any]) -> Keyset:
    """Who said an amount or gave one, by name; for those who collect."""
    query = (
        select(Person, Contribution)
        .join(Contribution, Contribution.person_id == Person.id)
        .where(Contribution.campaign_id == campaign.id)
    )
    if filters.get("collected") is not None:
        came_in = Contribution.collected_fen > 0
        query = query.where(came_in if filters["collected"] else ~came_in)
    if filters.get("q"):
        query = query.where(matching(filters["q"]))
    return Keyset(query, [Person.pinyin, Person.id])


@dataclass(frozen=True)
class Sums:
    """Of how many how much came in; `said_fen` is what was pledged or ordered."""

    said_fen: int
    collected_fen: int
    participants: int


def sums(session: Session, campaign_id: str) -> Sums:
    gave = func.sum(case((Contribution.collected_fen > 0, 1), else_=0))
    query = select(func.sum(Contribution.said_fen), func.sum(Contribution.collected_fen), gave)
    said, collected, participants = session.execute(
        query.where(Contribution.campaign_id == campaign_id)
    ).one()
    return Sums(int(said or 0), int(collected or 0), int(participants or 0))


def total_to_tell(campaign: Campaign) -> tuple[int | None, int | None]:
    """Participants and total of a closed campaign as everybody may see them: neither under five."""
    if campaign.state != CLOSED or is_few(campaign.participants or 0):
        return None, None
    return campaign.participants, campaign.total_fen


def names_shown(session: Session, campaign: Campaign) -> list[str]:
    """The donors who wanted their names to be seen, without sums; none before it is closed."""
    if campaign.kind != DONATION or campaign.state != CLOSED:
        return []
    query = select(Person.name).join(
        Contribution, and_(Contribution.person_id == Person.id, Contribution.campaign_id == campaign.id)
    )
    shown = query.where(Contribution.name_shown, Contribution.collected_fen > 0, Person.erased.is_(False))
    return list(session.scalars(shown.order_by(Person.pinyin, Person.id)))
