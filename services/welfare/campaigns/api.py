"""Campaigns over HTTP: donations and group deals, one's own part, what came in, the end with its sums."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.welfare.campaigns import actions, queries, schemas
from services.welfare.campaigns.models import Campaign
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid

api = Api("campaigns", description="Donations and group deals: totals are told, amounts of people never.")
SEE = "campaigns.see"


@api.post("/campaigns", allow=queries.KEEP)
@api.arguments(schemas.CampaignNew)
@api.response(201, schemas.CampaignWhole)
def open_campaign(body: dict[str, Any]) -> Any:
    """Begin a donation or a deal."""
    who = actor()
    with transaction() as session:
        campaign = actions.open_campaign(session, school_id=str(who.school_id), by=str(who.person_id), **body)
        return _whole(session, campaign)


@api.get("/campaigns", allow=SEE)
@api.paged(schemas.CampaignOut, schemas.CampaignsQuery)
def campaigns(filters: dict[str, Any]) -> Keyset:
    """The campaigns of the school."""
    return queries.campaigns(filters)


@api.get("/campaigns/<uuid:campaign_id>", allow=SEE)
@api.response(200, schemas.CampaignWhole)
def one_campaign(campaign_id: str) -> Any:
    """A campaign with one's own part."""
    with reading() as session:
        return _whole(session, get_within(session, Campaign, campaign_id))


@api.put("/campaigns/<uuid:campaign_id>/mine", allow=SEE)
@api.arguments(schemas.Said)
@api.response(200, schemas.CampaignWhole)
def say(body: dict[str, Any], campaign_id: str) -> Any:
    """Pledge or order; 0 takes it back. Once money came in only `name_shown` changes."""
    with transaction() as session:
        campaign = get_within(session, Campaign, campaign_id, lock=True)
        actions.say(session, campaign, str(actor().person_id), **body)
        return _whole(session, campaign)


@api.get("/campaigns/<uuid:campaign_id>/people", allow=queries.KEEP)
@api.paged(schemas.ContributionOut, schemas.ContributionsQuery)
def contributions(filters: dict[str, Any], campaign_id: str) -> Keyset:
    """Who said an amount, and what came in."""
    with reading() as session:
        return queries.contributions(get_within(session, Campaign, campaign_id), filters)


@api.put("/campaigns/<uuid:campaign_id>/people/<uuid:person_id>", allow=queries.KEEP)
@api.arguments(schemas.Collected)
@api.response(204)
def collect(body: dict[str, Any], campaign_id: str, person_id: str) -> None:
    """So much came in of somebody, in all; 0 takes a mistake back."""
    with transaction() as session:
        campaign = get_within(session, Campaign, campaign_id, lock=True)
        actions.collect(session, campaign, person_id, body["collected_fen"])


@api.post("/campaigns/<uuid:campaign_id>/receipt", allow=queries.KEEP)
@api.response(204)
def keep_receipt(campaign_id: str) -> None:
    """The receipt or the partner's statement, as `file` of a multipart body: a photo or PDF up to 5 MB."""
    file = request.files.get("file")
    if file is None:
        raise Invalid(fields={"file": [_("Choose a file.")]})
    with transaction() as session:
        campaign = get_within(session, Campaign, campaign_id, lock=True)
        actions.keep_receipt(session, campaign, file.stream, file.filename or "", by=str(actor().person_id))


@api.post("/campaigns/<uuid:campaign_id>/close", allow=queries.KEEP)
@api.arguments(schemas.HandedOver)
@api.response(200, schemas.CampaignWhole)
def close(body: dict[str, Any], campaign_id: str) -> Any:
    """Hand the money over and close it. 409 `sums-differ` where the paper says another sum than came in."""
    with transaction() as session:
        campaign = get_within(session, Campaign, campaign_id, lock=True)
        actions.close(session, campaign, **body)
        return _whole(session, campaign)


def _whole(session: Any, campaign: Campaign) -> dict[str, Any]:
    session.flush()
    api.etag(campaign.version)
    found: dict[str, Any] = {name: getattr(campaign, name) for name in schemas.CampaignOut().fields}
    participants, total_fen = queries.total_to_tell(campaign)
    found |= {
        "own": queries.contribution(session, campaign.id, str(actor().person_id)),
        "handed_on": campaign.handed_on,
        "participants": participants,
        "total_fen": total_fen,
        "names": queries.names_shown(session, campaign),
    }
    if actor().may(queries.KEEP):
        found["collected_fen"] = queries.sums(session, campaign.id).collected_fen
    return found
