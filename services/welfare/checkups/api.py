"""Check-ups over HTTP: campaigns, who has been, one's own. Attendance alone: no field for a result."""

from typing import Any

from flask import request

from services.welfare.checkups import actions, queries
from services.welfare.checkups.models import CheckupCampaign, OwnRecord
from services.welfare.checkups.schemas import (
    CampaignDetail,
    CampaignFilter,
    CampaignIn,
    CampaignRow,
    Mark,
    OwnCheckupOut,
    OwnRecordIn,
    OwnRecordOut,
    PeopleFilter,
    PersonRow,
)
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid, NotFound

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


@api.get("/checkups/<uuid:campaign_id>/mine", allow=SEE)
@api.response(200, OwnRecordOut)
def own_record(campaign_id: str) -> Any:
    """What one keeps of the own check-up. Nobody reads somebody else's."""
    with reading() as session:
        campaign = queries.own_campaign(session, campaign_id)
        return _own(queries.own_record(session, campaign.id))


@api.put("/checkups/<uuid:campaign_id>/mine", allow=SEE)
@api.arguments(OwnRecordIn)
@api.response(200, OwnRecordOut)
def keep_record(body: dict[str, Any], campaign_id: str) -> Any:
    """Note for oneself that a follow-up was advised; the copy stays."""
    with transaction() as session:
        campaign = queries.own_campaign(session, campaign_id, lock=True)
        return _own(actions.keep_record(session, campaign, str(actor().person_id), **body))


@api.post("/checkups/<uuid:campaign_id>/mine/copy", allow=SEE)
@api.response(201, OwnRecordOut)
def keep_copy(campaign_id: str) -> Any:
    """Keep an own copy (multipart, `file`: a photo or PDF of at most 5 MB), sealed, over an earlier one."""
    if (upload := request.files.get("file")) is None:
        raise Invalid(fields={"file": ["missing"]})
    with transaction() as session:
        campaign = queries.own_campaign(session, campaign_id, lock=True)
        known = queries.own_record(session, campaign.id)
        follow_up = bool(known is not None and known.follow_up)
        copy = (upload.stream, upload.filename or "")
        return _own(
            actions.keep_record(session, campaign, str(actor().person_id), follow_up=follow_up, copy=copy)
        )


@api.delete("/checkups/<uuid:campaign_id>/mine", allow=SEE)
@api.response(204)
def drop_record(campaign_id: str) -> None:
    """Erase what one keeps, copy and all."""
    with transaction() as session:
        campaign = queries.own_campaign(session, campaign_id, lock=True)
        actions.drop_records(session, str(actor().person_id), campaign.id)


def _own(record: OwnRecord | None) -> dict[str, Any]:
    return {
        "follow_up": bool(record is not None and record.follow_up),
        "file_id": record.file_id if record else None,
    }


def _detail(session: Any, campaign: CheckupCampaign) -> dict[str, Any]:
    session.flush()
    api.etag(campaign.version)
    tally = queries.tally(session, campaign)
    return {name: getattr(campaign, name) for name in CampaignRow().fields} | {
        "slots": queries.slots(session, campaign.id),
        "eligible": tally.eligible,
        "attended": tally.attended,
    }
