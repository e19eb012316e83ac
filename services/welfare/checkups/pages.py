"""Pages of check-ups: the campaigns with one's own archive, a new one, who has been."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.checkups import actions, queries
from services.welfare.checkups.models import AUDIENCES, EVERYONE, HALVES, STATES, CheckupCampaign
from services.welfare.checkups.schemas import (
    ROWS,
    CampaignFilter,
    CampaignForm,
    Mark,
    OwnRecordIn,
    PeopleFilter,
)
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.problems import Invalid, NotFound
from shared.kit.web.forms import Form

pages = Pages("checkups")
HOME = "/welfare/checkups/"
SEE = "checkups.see"


@pages.context_processor
def _words() -> dict[str, object]:
    return {"AUDIENCES": AUDIENCES, "STATES": STATES, "HALVES": HALVES}


@pages.get("/checkups/", allow=SEE)
def campaigns() -> Any:
    filters = Form().load(CampaignFilter, request.args) or {}
    keyset = queries.campaigns(filters)

    def row(found: CheckupCampaign) -> list[Any]:
        return [found.title, str(AUDIENCES[found.audience]), found.provider, found.starts_on, found.ends_on,
                str(STATES[found.state])]  # fmt: skip

    header = [_("Check-up"), _("For whom"), _("Where"), _("From"), _("To"), _("State")]
    if (file := export(keyset, header, row, "checkups")) is not None:
        return file
    with reading() as session:
        own = queries.own(session)
    return render("checkups/list.html", listing=Listing(keyset), own=own, filters=filters)


@pages.get("/checkups/new", allow=queries.KEEP)
def new() -> str:
    return render(
        "checkups/new.html", form=Form({"audience": EVERYONE, "capacity": 20, "every_years": 1}), rows=ROWS
    )


@pages.post("/checkups/new", allow=queries.KEEP)
def send_new() -> Any:
    form = Form()
    data = form.load(CampaignForm, request.form)
    if data is not None:
        days = [(data.pop(f"day_{n}"), data.pop(f"half_{n}")) for n in range(1, ROWS + 1)]
        who = actor()
        try:
            with transaction() as session:
                campaign = actions.open_campaign(
                    session,
                    school_id=str(who.school_id),
                    by=str(who.person_id),
                    half_days=[(day, half) for day, half in days if day is not None],
                    **data,
                )
            flash(_("Open. Colleagues can take a place in a moment."))
            return seen_other(HOME + campaign.id)
        except Invalid as refusal:
            form.refuse({"day_1": refusal.fields["slots"]})
    return Response(render("checkups/new.html", form=form, rows=ROWS), 422)


@pages.get("/checkups/<uuid:campaign_id>", allow=SEE)
def campaign(campaign_id: str) -> Any:
    filters = Form().load(PeopleFilter, request.args) or {}
    with reading() as session:
        found = get_within(session, CheckupCampaign, campaign_id)
        slots, tally = queries.slots(session, found.id), queries.tally(session, found)
        is_mine = queries.is_for_me(session, found)
    listing = None
    if actor().may(queries.KEEP):
        keyset = queries.people(found, filters)
        header = [_("Name"), _("Has been on")]
        if (
            file := export(keyset, header, lambda row: [row.Person.name, row.attended_on], "checkup")
        ) is not None:
            return file
        listing = Listing(keyset)
    return render(
        "checkups/show.html",
        campaign=found,
        slots=slots,
        tally=tally,
        is_mine=is_mine,
        listing=listing,
        filters=filters,
        today=clock.today(),
    )


@pages.post("/checkups/<uuid:campaign_id>/people/<uuid:person_id>", allow=queries.KEEP)
def mark(campaign_id: str, person_id: str) -> Any:
    given = Form().load(Mark, request.form)
    if given is None:
        raise NotFound()
    with transaction() as session:
        found = get_within(session, CheckupCampaign, campaign_id, lock=True)
        found.require_open()
        if queries.eligible(session, found, person_id) is None:
            raise NotFound()
        actions.mark(session, found, person_id, given["attended"], clock.today())
    return seen_other(HOME + campaign_id)


@pages.post("/checkups/<uuid:campaign_id>/close", allow=queries.KEEP)
def close(campaign_id: str) -> Any:
    with transaction() as session:
        actions.close(session, get_within(session, CheckupCampaign, campaign_id, lock=True))
    return seen_other(HOME + campaign_id)


@pages.get("/checkups/<uuid:campaign_id>/mine", allow=SEE)
def own_record(campaign_id: str) -> str:
    with reading() as session:
        found = queries.own_campaign(session, campaign_id)
        record = queries.own_record(session, found.id)
        form = Form({"follow_up": bool(record is not None and record.follow_up)})
        return render("checkups/mine.html", campaign=found, record=record, form=form)


@pages.post("/checkups/<uuid:campaign_id>/mine", allow=SEE)
def keep_record(campaign_id: str) -> Any:
    form = Form()
    data = form.load(OwnRecordIn, request.form)
    upload = request.files.get("copy")
    copy = (upload.stream, upload.filename) if upload is not None and upload.filename else None
    if data is not None:
        try:
            with transaction() as session:
                found = queries.own_campaign(session, campaign_id, lock=True)
                actions.keep_record(session, found, str(actor().person_id), **data, copy=copy)
            flash(_("Kept, and sealed. Only you can open it."))
            return seen_other(f"{HOME}{campaign_id}/mine")
        except Invalid as refusal:
            form.refuse({"copy": refusal.fields["file"]})
    with reading() as session:
        found = queries.own_campaign(session, campaign_id)
        record = queries.own_record(session, found.id)
        return Response(render("checkups/mine.html", campaign=found, record=record, form=form), 422)


@pages.post("/checkups/<uuid:campaign_id>/mine/erase", allow=SEE)
def drop_record(campaign_id: str) -> Any:
    with transaction() as session:
        found = queries.own_campaign(session, campaign_id, lock=True)
        actions.drop_records(session, str(actor().person_id), found.id)
    flash(_("Erased."))
    return seen_other(f"{HOME}{campaign_id}/mine")
