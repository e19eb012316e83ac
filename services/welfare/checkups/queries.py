"""Reading check-ups: campaigns, who may go and has been, one's own and what one keeps of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from services.welfare.checkups.models import (
    WOMEN,
    CheckupAttendance,
    CheckupCampaign,
    CheckupSlot,
    OwnRecord,
)
from services.welfare.district.withholding import is_few
from shared.kit.access import actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.people import IS_THERE, Person, matching
from shared.kit.problems import NotFound

KEEP = "checkups.keep"
IN_POST = ("full", "early_retired_in_post")


def campaigns(filters: dict[str, Any]) -> Keyset:
    """The school's campaigns, the newest first."""
    query = select(CheckupCampaign).where(within(CheckupCampaign))
    if filters.get("state"):
        query = query.where(CheckupCampaign.state == filters["state"])
    if filters.get("q"):
        query = query.where(CheckupCampaign.title.contains(filters["q"], autoescape=True))
    newest_first = filters.get("sort", "-starts_on") == "-starts_on"
    return Keyset(query, [CheckupCampaign.starts_on, CheckupCampaign.id], descending=newest_first)


def slots(session: Session, campaign_id: str) -> list[CheckupSlot]:
    query = select(CheckupSlot).where(CheckupSlot.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(CheckupSlot.starts_at)))


def attendance(session: Session, campaign_id: str, person_id: str) -> CheckupAttendance | None:
    return session.scalar(
        select(CheckupAttendance).where(
            CheckupAttendance.campaign_id == campaign_id, CheckupAttendance.person_id == person_id
        )
    )


def people(campaign: CheckupCampaign, filters: dict[str, Any]) -> Keyset:
    """Those who may go, each with the day on which they have been, or None; by name."""
    query = _eligible(campaign, select(Person, CheckupAttendance.attended_on))
    if filters.get("attended") is not None:
        has_been = CheckupAttendance.id.is_not(None)
        query = query.where(has_been if filters["attended"] else ~has_been)
    if filters.get("q"):
        query = query.where(matching(filters["q"]))
    return Keyset(query, [Person.pinyin, Person.id])


def eligible(session: Session, campaign: CheckupCampaign, person_id: str) -> Person | None:
    """The person, where the campaign is for them."""
    row = session.execute(_eligible(campaign, select(Person)).where(Person.id == person_id)).first()
    return None if row is None else row[0]


@dataclass(frozen=True)
class Tally:
    """How many may go and how many have been; `attended` None: fewer than five, and told to nobody but the keepers."""

    eligible: int
    attended: int | None


def tally(session: Session, campaign: CheckupCampaign) -> Tally:
    """The numbers; a small one only for those who keep the list anyway."""
    counted = _eligible(campaign, select(func.count(), func.count(CheckupAttendance.id)))
    may_go, been = session.execute(counted).one()
    hides = not actor().may(KEEP) and (is_few(been) or is_few(may_go - been))
    return Tally(may_go, None if hides else been)


@dataclass(frozen=True)
class OwnCheckup:
    """A line of one's own archive: where, when, and whether one has been."""

    campaign: CheckupCampaign
    attended_on: date | None


def own(session: Session) -> list[OwnCheckup]:
    """The latest campaigns that are or were for oneself."""
    me = session.get(Person, actor().person_id)
    if me is None:
        return []
    query = (
        select(CheckupCampaign, CheckupAttendance.attended_on)
        .outerjoin(
            CheckupAttendance,
            and_(CheckupAttendance.campaign_id == CheckupCampaign.id, CheckupAttendance.person_id == me.id),
        )
        .where(within(CheckupCampaign))
    )
    if me.sex != "female":
        query = query.where(CheckupCampaign.audience != WOMEN)
    newest = query.order_by(CheckupCampaign.starts_on.desc(), CheckupCampaign.id.desc()).limit(20)
    return [OwnCheckup(campaign, day) for campaign, day in session.execute(newest)]


def is_for_me(session: Session, campaign: CheckupCampaign) -> bool:
    """Whether it is or was for the asker."""
    me = session.get(Person, actor().person_id)
    return me is not None and (campaign.audience != WOMEN or me.sex == "female")


def own_campaign(session: Session, campaign_id: str, *, lock: bool = False) -> CheckupCampaign:
    """A campaign that is or was for the asker. Raises NotFound."""
    campaign = get_within(session, CheckupCampaign, campaign_id, lock=lock)
    if not is_for_me(session, campaign):
        raise NotFound()
    return campaign


def own_record(session: Session, campaign_id: str) -> OwnRecord | None:
    """What the asker keeps of it: there is no way to ask for somebody else's."""
    return session.scalar(
        select(OwnRecord).where(
            within(OwnRecord), OwnRecord.campaign_id == campaign_id, OwnRecord.person_id == actor().person_id
        )
    )


def _eligible(campaign: CheckupCampaign, query: Select[Any]) -> Select[Any]:
    """People of the school in post whom the campaign is for, each with their attendance, if any."""
    joined = query.select_from(Person).outerjoin(
        CheckupAttendance,
        and_(CheckupAttendance.campaign_id == campaign.id, CheckupAttendance.person_id == Person.id),
    )
    found = joined.where(Person.school_id == campaign.school_id, IS_THERE, Person.standing.in_(IN_POST))
    return found.where(Person.sex == "female") if campaign.audience == WOMEN else found
