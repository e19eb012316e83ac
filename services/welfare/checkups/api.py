"""Check-ups over HTTP: campaigns, who has been, one's own. Attendance alone: no field for a result."""

from typing import Any

from services.welfare.checkups import actions, queries
from services.welfare.checkups.models import CheckupCampaign
from services.welfare.checkups.schemas import (
    CampaignDetail,
    CampaignFilter,
    CampaignIn,
    CampaignRow,
    Mark,
    OwnCheckupOut,
    PeopleFilter,
    PersonRow,
)
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound

api = Api("checkups", description="Health check-ups: who may go and who has been; never what was found.")
SEE = "checkups.see"


@api.post("/checkups", allow=queries.KEEP)
@api.arguments(CampaignIn)
@api.response(201, CampaignDetail)
def open_campaign(body: dict[str, Any]) -> Any:
    """Open a campaign; events offers its half-days to sign up for."""
    who = actor()
    half_days = [(slot["day"], slot["half"]) for slot in body.pop("slots")]
    with transaction() as session:
        campaign = actions.open_campaign(
            session, school_id=str(who.school_id), by=str(who.person_id), half_days=half_days, **body
        )
        return _detail(session, campaign)


@api.get("/checkups", allow=SEE)
@api.paged(CampaignRow, CampaignFilter)
def campaigns(filters: dict[str, Any]) -> Keyset:
    """The campaigns of the school."""
    return queries.campaigns(filters)


@api.get("/checkups/mine", allow=SEE)
@api.response(200, OwnCheckupOut(many=True))
def own_checkups() -> Any:
    """Where one may go, and when one has been."""
    with reading() as session:
        return queries.own(session)


@api.get("/checkups/<uuid:campaign_id>", allow=SEE)
@api.response(200, CampaignDetail)
def one_campaign(campaign_id: str) -> Any:
    """A campaign with its half-days and numbers."""
    with reading() as session:
        return _detail(session, get_within(session, CheckupCampaign, campaign_id))


@api.get("/checkups/<uuid:campaign_id>/people", allow=queries.KEEP)
@api.paged(PersonRow, PeopleFilter)
def people(filters: dict[str, Any], campaign_id: str) -> Keyset:
    """Those who may go, and who has been."""
    with reading() as session:
        return queries.people(get_within(session, CheckupCampaign, campaign_id), filters)


@api.put("/checkups/<uuid:campaign_id>/people/<uuid:person_id>", allow=queries.KEEP)
@api.arguments(Mark)
@api.response(204)
def mark(body: dict[str, Any], campaign_id: str, person_id: str) -> None:
    """Mark somebody who went without the code at the door, or take a mark back. 404 for whom it is not."""
    with transaction() as session:
        campaign = get_within(session, CheckupCampaign, campaign_id, lock=True)
        campaign.require_open()
        if queries.eligible(session, campaign, person_id) is None:
            raise NotFound()
        actions.mark(session, campaign, person_id, body["attended"], clock.today())


@api.post("/checkups/<uuid:campaign_id>/close", allow=queries.KEEP)
@api.response(200, CampaignDetail)
def close(campaign_id: str) -> Any:
    """The campaign is over."""
    with transaction() as session:
        campaign = get_within(session, CheckupCampaign, campaign_id, lock=True)
        actions.close(session, campaign)
        return _detail(session, campaign)


def _detail(session: Any, campaign: CheckupCampaign) -> dict[str, Any]:
    session.flush()
    api.etag(campaign.version)
    tally = queries.tally(session, campaign)
    return {name: getattr(campaign, name) for name in CampaignRow().fields} | {
        "slots": queries.slots(session, campaign.id),
        "eligible": tally.eligible,
        "attended": tally.attended,
    }
