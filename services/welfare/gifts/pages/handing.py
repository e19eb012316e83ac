"""Handing out: typed codes and numbers, a scanned code, the sheet with its column of signatures."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.gifts.actions import handing_out
from services.welfare.gifts.models import OPEN, WAITING, GiftShare
from services.welfare.gifts.pages import pages
from services.welfare.gifts.queries import lists
from services.welfare.gifts.schemas import LinesForm, ShareForm
from services.welfare.visits.queries import names
from shared.kit import audit, clock
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import flash, render, seen_other
from shared.kit.people import people_in
from shared.kit.problems import Problem
from shared.kit.web.forms import WHOLE, Form

HOME = "/welfare/gifts/"


def refuse(form: Form, refusal: Problem, **controls: str) -> None:
    """Show at its control what was refused."""
    faults = {controls.get(name, name): text for name, text in (refusal.fields or {}).items()}
    form.refuse(faults or {WHOLE: [str(refusal.detail or refusal.title)]})


@pages.get("/gifts/<uuid:round_id>/hand-out", allow=lists.KEEP)
def hand_out(round_id: str) -> str:
    return _lines_form(round_id, Form())


@pages.post("/gifts/<uuid:round_id>/hand-out", allow=lists.KEEP)
def send_lines(round_id: str) -> Any:
    form = Form()
    data = form.load(LinesForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                made = lists.kept(session, round_id, lock=True)
                lines = handing_out.parse_lines(data["lines"])
                done = handing_out.take_lines(session, made, lines, by=str(actor().person_id))
            flash(_("%(count)s marked. What was marked already stays as it is.", count=done))
            return seen_other(f"{HOME}{round_id}/hand-out")
        except Problem as refusal:
            refuse(form, refusal)
    return Response(_lines_form(round_id, form), 422)


def _lines_form(round_id: str, form: Form) -> str:
    with reading() as session:
        made = lists.kept(session, round_id)
        made.require(OPEN)
        waiting = [share for share in lists.sheet(session, made) if share.state == WAITING]
        people = names(session, {share.person_id for share in waiting[:100]})
        return render(
            "gifts/hand_out.html",
            round=made,
            form=form,
            waiting=waiting,
            names=people,
            eligible=made.eligible,
        )


@pages.get("/gifts/<uuid:round_id>/sheet", allow=lists.KEEP)
def sheet(round_id: str) -> str:
    """The list to tick and sign on paper; that it was printed is recorded."""
    with transaction() as session:
        made = lists.kept(session, round_id)
        shares = lists.sheet(session, made)
        audit.record(session, "gifts.printed", object_id=made.id, amount=len(shares))
        people = names(session, {share.person_id for share in shares})
        return render("gifts/sheet.html", round=made, shares=shares, names=people, today=clock.today())


@pages.get("/gifts/shares/<uuid:share_id>", allow=lists.KEEP)
def scanned(share_id: str) -> str:
    """Where somebody's code leads."""
    return _share_form(share_id, Form())


@pages.post("/gifts/shares/<uuid:share_id>", allow=lists.KEEP)
def mark(share_id: str) -> Any:
    form = Form()
    data = form.load(ShareForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                share = get_within(session, GiftShare, share_id)
                made = lists.kept(session, share.round_id, lock=True)
                session.refresh(share)
                handing_out.mark(session, made, share, by=str(actor().person_id), **data)
            flash(_("Recorded."))
            return seen_other(f"{HOME}shares/{share_id}")
        except Problem as refusal:
            refuse(form, refusal)
    return Response(_share_form(share_id, form), 422)


def _share_form(share_id: str, form: Form) -> str:
    with reading() as session:
        share = get_within(session, GiftShare, share_id)
        made = lists.kept(session, share.round_id)
        colleagues = [
            (card.id, card.name) for card in people_in(session, made.school_id) if card.id != share.person_id
        ]
        return render(
            "gifts/share.html",
            share=share,
            round=made,
            form=form,
            names=names(session, {share.person_id, share.taken_by, share.handed_by}),
            colleagues=colleagues,
        )
