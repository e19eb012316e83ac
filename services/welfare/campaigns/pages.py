"""Pages of campaigns: the list, one campaign with one's own part, what came in, the end with its receipt."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.campaigns import actions, queries, schemas
from services.welfare.campaigns.models import BENEFIT, CAUSES, DONATION, KINDS, STATES, Campaign
from services.welfare.wording import in_yuan
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.people import people_in
from shared.kit.problems import Conflict, Invalid
from shared.kit.web.forms import WHOLE, Form

pages = Pages("campaigns")
HOME = "/welfare/campaigns/"
SEE = "campaigns.see"


@pages.context_processor
def _words() -> dict[str, object]:
    return {"KINDS": KINDS, "CAUSES": CAUSES, "STATES": STATES, "DONATION": DONATION}


@pages.get("/campaigns/", allow=SEE)
def campaigns() -> Any:
    filters = Form().load(schemas.CampaignsQuery, request.args) or {}
    keyset = queries.campaigns(filters)

    def row(found: Campaign) -> list[Any]:
        return [found.title, str(KINDS[found.kind]), found.counterpart, found.opens_on, found.closes_on,
                str(STATES[found.state])]  # fmt: skip

    header = [_("Campaign"), _("Kind"), _("Who gets the money"), _("From"), _("To"), _("State")]
    if (file := export(keyset, header, row, "campaigns")) is not None:
        return file
    return render("campaigns/list.html", listing=Listing(keyset), filters=filters)


@pages.get("/campaigns/new", allow=queries.KEEP)
def new() -> str:
    return _new(Form({"kind": DONATION, "cause": "one-day", "opens_on": clock.today()}))


@pages.post("/campaigns/new", allow=queries.KEEP)
def send_new() -> Any:
    form, who = Form(), actor()
    data = form.load(schemas.CampaignForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                campaign = actions.open_campaign(
                    session, school_id=str(who.school_id), by=str(who.person_id), **data
                )
            return seen_other(HOME + campaign.id)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return Response(_new(form), 422)


@pages.get("/campaigns/<uuid:campaign_id>", allow=SEE)
def campaign(campaign_id: str) -> Any:
    if request.args.get("format") in ("csv", "xlsx") and actor().may(queries.KEEP):
        with reading() as session:
            keyset = queries.contributions(get_within(session, Campaign, campaign_id), _filter())

        def row(found: Any) -> list[Any]:
            part = found.Contribution
            return [found.Person.name, in_yuan(part.said_fen), in_yuan(part.collected_fen)]

        return export(keyset, [_("Name"), _("Said, in yuan"), _("Received, in yuan")], row, "campaign")
    return _campaign(campaign_id, Form())


@pages.post("/campaigns/<uuid:campaign_id>/mine", allow=SEE)
def say(campaign_id: str) -> Any:
    form = Form()
    data = form.load(schemas.SaidForm, request.form)
    if data is None:
        return Response(_campaign(campaign_id, form), 422)
    with transaction() as session:
        found = get_within(session, Campaign, campaign_id, lock=True)
        part = actions.say(session, found, str(actor().person_id), **data)
    flash(_("Noted. Only you and those who collect see it.") if part else _("All right, nothing is noted."))
    return seen_other(HOME + campaign_id)


@pages.get("/campaigns/<uuid:campaign_id>/collect", allow=queries.KEEP)
def collect(campaign_id: str) -> str:
    return _collect(campaign_id, Form({"person_id": request.args.get("who", "")}))


@pages.post("/campaigns/<uuid:campaign_id>/collect", allow=queries.KEEP)
def send_collected(campaign_id: str) -> Any:
    form = Form()
    data = form.load(schemas.CollectForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                found = get_within(session, Campaign, campaign_id, lock=True)
                actions.collect(session, found, data["person_id"], data["collected_fen"])
            return seen_other(HOME + campaign_id)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return Response(_collect(campaign_id, form), 422)


@pages.get("/campaigns/<uuid:campaign_id>/close", allow=queries.KEEP)
def close(campaign_id: str) -> str:
    return _close(campaign_id, Form({"handed_on": clock.today()}))


@pages.post("/campaigns/<uuid:campaign_id>/close", allow=queries.KEEP)
def send_close(campaign_id: str) -> Any:
    """The receipt and its sums; refused where they are not what came in."""
    form = Form()
    data = form.load(schemas.CloseForm, request.form)
    if data is not None:
        upload = request.files.get("file")
        try:
            with transaction() as session:
                found = get_within(session, Campaign, campaign_id, lock=True)
                if upload is not None and upload.filename:
                    by = str(actor().person_id)
                    actions.keep_receipt(session, found, upload.stream, upload.filename, by=by)
                actions.close(session, found, **data)
            flash(_("Closed. The result stands among the open affairs of the school."))
            return seen_other(HOME + campaign_id)
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_close(campaign_id, form), 422)


def _filter() -> dict[str, Any]:
    return Form().load(schemas.ContributionsQuery, request.args) or {}


def _new(form: Form) -> str:
    return render("campaigns/new.html", form=form)


def _campaign(campaign_id: str, form: Form) -> str:
    filters, me = _filter(), str(actor().person_id)
    with reading() as session:
        found = get_within(session, Campaign, campaign_id)
        own = queries.contribution(session, found.id, me)
        may_join = queries.may_take_part(session, found, me)
        names = queries.names_shown(session, found)
        keeps = actor().may(queries.KEEP)
        sums = queries.sums(session, found.id) if keeps else None
    participants, total_fen = queries.total_to_tell(found)
    listing = Listing(queries.contributions(found, filters)) if keeps else None
    return render(
        "campaigns/show.html", campaign=found, own=own, may_join=may_join, names=names, sums=sums, listing=listing,
        filters=filters, form=form, participants=participants, total_fen=total_fen,
    )  # fmt: skip


def _collect(campaign_id: str, form: Form) -> str:
    with reading() as session:
        found = get_within(session, Campaign, campaign_id)
        people = [(card.id, card.name) for card in people_in(session, found.school_id)]
    return render("campaigns/collect.html", campaign=found, form=form, people=people)


def _close(campaign_id: str, form: Form) -> str:
    with reading() as session:
        found = get_within(session, Campaign, campaign_id)
        sums = queries.sums(session, found.id)
    agreed = (
        actions.rebate_of(sums.collected_fen, found.rebate_percent or 0) if found.kind == BENEFIT else None
    )
    return render("campaigns/close.html", campaign=found, form=form, sums=sums, agreed=agreed)
