"""The rounds: the list, a new one, one with its list, the committee, and its end."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.funds.actions import keep_receipt
from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.gifts.actions import closing, deciding, drafting, handing_out
from services.welfare.gifts.kinds import AUDIENCES, IN_POST, OCCASIONS, PLACES
from services.welfare.gifts.models import DRAFT, GiftRound, GiftShare
from services.welfare.gifts.pages import pages
from services.welfare.gifts.pages.handing import HOME, refuse
from services.welfare.gifts.queries import lists
from services.welfare.gifts.queries.years import meant_ids
from services.welfare.gifts.schemas import CloseForm, GiftFilter, GiftForm, GiftReason, GiftVoice, ShareFilter
from services.welfare.gifts.wording import WORDS, share, title
from services.welfare.visits.queries import names
from services.welfare.wording import in_yuan
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.database import reading, transaction
from shared.kit.festivals import FESTIVALS, next_day
from shared.kit.pages import Listing, export, flash, render, seen_other
from shared.kit.paging import everything
from shared.kit.people import rule_pack, rule_pack_used
from shared.kit.problems import Invalid, Problem
from shared.kit.web.forms import Form

CONTROLS = {"per_head_fen": "per_head", "cost_fen": "cost", "receipt_ids": "receipts"}


def _me() -> str:
    return str(actor().person_id)


@pages.get("/gifts/", allow=lists.DECIDE)
def home() -> Any:
    filters = Form().load(GiftFilter, request.args) or {}
    keyset = lists.rounds(filters)

    def row(made: GiftRound) -> list[Any]:
        return [title(made), made.happens_on, str(AUDIENCES[made.audience].name), made.eligible,
                in_yuan(made.per_head_fen), str(FUNDS[made.fund].name),
                None if made.cost_fen is None else in_yuan(made.cost_fen), WORDS["badge"](made)[0]]  # fmt: skip

    header = [_("Round"), _("Day"), _("For whom"), _("People"), _("For each, in yuan"), _("Fund"),
              _("Cost in yuan"), _("State")]  # fmt: skip
    if (file := export(keyset, header, row, "gifts")) is not None:
        return file
    return render("gifts/list.html", listing=Listing(keyset), filters=filters, keeps=actor().may(lists.KEEP))


@pages.get("/gifts/new", allow=lists.KEEP)
def new() -> str:
    occasion = request.args.get("occasion") if request.args.get("occasion") in OCCASIONS else None
    today = clock.today()
    day = next_day(occasion, today) if occasion in FESTIVALS else today
    begins = max(today + timedelta(days=1), day - timedelta(days=3))
    times = [datetime.combine(begins, hour, clock.SHANGHAI) for hour in (time(12), time(17, 30))]
    start = {"occasion": occasion, "audience": IN_POST, "pickup_from": times[0], "pickup_to": times[1]}
    return _form(Form(start))


@pages.post("/gifts/new", allow=lists.KEEP)
def send_new() -> Any:
    form = Form()
    data = form.load(GiftForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                made = drafting.begin(session, school_id=str(actor().school_id), **data)
            return seen_other(HOME + made.id)
        except Problem as refusal:
            refuse(form, refusal, **CONTROLS)
    return Response(_form(form), 422)


@pages.get("/gifts/<uuid:round_id>/edit", allow=lists.KEEP)
def edit(round_id: str) -> str:
    with reading() as session:
        made = lists.kept(session, round_id)
        made.require(DRAFT)
        start = {name: getattr(made, name) for name in
                 ("occasion", "happens_on", "audience", "fund", "place", "pickup_from", "pickup_to")}  # fmt: skip
        items = "\n".join(item.name for item in made.items)
        return _form(Form(start | {"per_head": made.per_head_fen, "items": items}), made)


@pages.post("/gifts/<uuid:round_id>/edit", allow=lists.KEEP)
def send_edit(round_id: str) -> Any:
    form = Form()
    data = form.load(GiftForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                drafting.edit(session, lists.kept(session, round_id, lock=True), **data)
            return seen_other(HOME + round_id)
        except Problem as refusal:
            refuse(form, refusal, **CONTROLS)
    with reading() as session:
        return Response(_form(form, lists.kept(session, round_id)), 422)


def _form(form: Form, made: GiftRound | None = None) -> str:
    return render(
        "gifts/form.html",
        form=form,
        round=made,
        occasions=list(OCCASIONS.items()),
        audiences=[(code, audience.name) for code, audience in AUDIENCES.items()],
        places=list(PLACES.items()),
        funds=[(code, str(fund.name)) for code, fund in FUNDS.items() if code != PERSONAL],
    )


@pages.get("/gifts/<uuid:round_id>", allow=lists.DECIDE)
def show(round_id: str) -> Any:
    filters = Form().load(ShareFilter, request.args) or {}
    if request.args.get("format") in ("csv", "xlsx") and actor().may(lists.KEEP):
        return _exported(round_id, filters)
    return _shown(round_id, filters, Form({"spent_on": clock.today()}))


def _exported(round_id: str, filters: dict[str, Any]) -> Any:
    with reading() as session:
        made = lists.kept(session, round_id)
        keyset = lists.shares(made, filters)
        rows = list(everything(session, keyset))
        people = names(session, {row.person_id for row in rows} | {row.taken_by for row in rows})
        things = {item.id: item.name for item in made.items}

    def row(found: GiftShare) -> list[Any]:
        fetched = clock.local(found.taken_at).date() if found.taken_at else None
        return [found.number, people.get(found.person_id, ""), things.get(found.item_id or "", ""),
                share(found)[0], fetched, people.get(found.taken_by or "", "")]  # fmt: skip

    header = [_("No."), _("Name"), _("Thing"), _("State"), _("On"), _("Fetched by")]
    return export(keyset, header, row, "gift-round")


def _shown(round_id: str, filters: dict[str, Any], form: Form) -> str:
    with reading() as session:
        made = lists.seen(session, round_id)
        keeps = actor().may(lists.KEEP)
        listing = Listing(lists.shares(made, filters)) if keeps and made.eligible is not None else None
        ids: set[str | None] = {row.person_id for row in listing.rows} if listing else set()
        ids |= set(made.reviewers) | ({row.taken_by for row in listing.rows} if listing else set())
        pack = rule_pack(session, made.school_id, made.happens_on)
        return render(
            "gifts/show.html",
            round=made,
            listing=listing,
            filters=filters,
            form=form,
            keeps=keeps,
            mine=made.awaits(_me()),
            figures=lists.figures(session, made),
            chosen=lists.choices(session, made),
            breaches=_breaches(session, made),
            pack=pack,
            used=rule_pack_used(session, made.pack_code, made.pack_version),
            meant=_meant(session, made),
            names=names(session, ids),
            things={item.id: item.name for item in made.items},
            fund=FUNDS[made.fund].name,
        )


def _breaches(session: Session, made: GiftRound) -> list[dict[str, Any]]:
    """What the committee saw; of a draft what it would see now."""
    if made.state != DRAFT:
        return made.breaches
    pack = rule_pack(session, made.school_id, made.happens_on)
    return [breach.as_dict() for breach in deciding.breaches_of(session, made, pack)]


def _meant(session: Session, made: GiftRound) -> int:
    if made.eligible is not None:
        return made.eligible
    return len(meant_ids(session, made.school_id, made.audience))


def _deed(path: str, action: Any) -> None:
    """A button on a round's page that moves it on; what is refused is said there."""

    def deed(round_id: str) -> Any:
        form = Form()
        data = form.load(GiftReason, request.form)
        if data is not None:
            try:
                with transaction() as session:
                    action(session, lists.kept(session, round_id, lock=True), data["reason"])
                return seen_other(HOME + round_id)
            except Problem as refusal:
                refuse(form, refusal)
        return Response(_shown(round_id, {}, form), 422)

    deed.__name__ = path.replace("-", "_")
    pages.post(f"/gifts/<uuid:round_id>/{path}", allow=lists.KEEP)(deed)


_deed("propose", lambda session, made, reason: deciding.propose(session, made, by=_me(), reason=reason))
_deed("revise", lambda session, made, _reason: drafting.revise(session, made))
_deed("call-off", lambda session, made, _reason: drafting.call_off(session, made))
_deed("open", lambda session, made, _reason: handing_out.open_round(session, made, by=_me()))


@pages.post("/gifts/<uuid:round_id>/vote", allow=lists.DECIDE)
def vote(round_id: str) -> Any:
    form = Form()
    data = form.load(GiftVoice, request.form)
    if data is not None:
        try:
            with transaction() as session:
                made = lists.seen(session, round_id, lock=True)
                deciding.vote(session, made, by=_me(), **data)
            flash(_("Your voice is counted."))
            return seen_other(HOME + round_id)
        except Problem as refusal:
            refuse(form, refusal)
    return Response(_shown(round_id, {}, form), 422)


@pages.post("/gifts/<uuid:round_id>/close", allow=lists.KEEP)
def close(round_id: str) -> Any:
    form = Form()
    data = form.load(CloseForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                made = lists.kept(session, round_id, lock=True)
                closing.close(session, made, by=_me(), receipt_ids=_receipts(session), **data)
            flash(_("Closed. What it cost stands in the ledger."))
            return seen_other(HOME + round_id)
        except Problem as refusal:
            refuse(form, refusal, **CONTROLS)
    return Response(_shown(round_id, {}, form), 422)


def _receipts(session: Session) -> list[str]:
    """Ids of the receipts that came with the form. Raises Invalid."""
    who, found = actor(), []
    for upload in request.files.getlist("receipts"):
        if upload.filename:
            try:
                receipt = keep_receipt(
                    session, upload.stream, upload.filename, school_id=str(who.school_id), kept_by=_me()
                )
            except Invalid as refusal:
                raise Invalid(fields={"receipt_ids": refusal.fields.get("file", [])}) from refusal
            session.flush()
            found.append(receipt.id)
    return found
