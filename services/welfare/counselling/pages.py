"""The pages of counselling: free times and the ticket, the counsellor's list, what the union offers."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.counselling import actions, queries
from services.welfare.counselling.models import MOST_A_MONTH, CounsellingOffer, CounsellingSlot
from services.welfare.counselling.schemas import Booking, CounsellingOfferIn, Move, Ticket, TimesIn
from services.welfare.visits.queries import names
from shared.kit.access import ANYONE_SIGNED_IN, actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.people import people_in
from shared.kit.problems import Conflict, Invalid, NotFound
from shared.kit.web.forms import WHOLE, Form

pages = Pages("counselling")
HOME = "/welfare/counselling/"


@pages.get("/counselling/", allow=queries.BOOK)
def counselling() -> str:
    """Where help is at once, and the times that can be taken."""
    with reading() as session:
        offers = {offer.id: offer for offer in queries.offers(session)}
        return render(
            "counselling/times.html",
            offers=offers,
            free=queries.free(session),
            names=names(session, {offer.counsellor_id for offer in offers.values()}),
            counsels=queries.counsels(session),
            most=MOST_A_MONTH,
        )


@pages.post("/counselling/book", allow=queries.BOOK)
def book() -> Any:
    """The answer itself shows the ticket: an address to see it at again would be a link to a person."""
    data = Form().load(Booking, request.form)
    if data is None:
        raise NotFound
    try:
        with transaction() as session:
            ticket, slot = actions.book(session, person_id=str(actor().person_id), **data)
            return _ticket(ticket, slot, is_new=True)
    except Conflict as refusal:
        flash(str(refusal.detail), "late")
        return seen_other(HOME)


@pages.get("/counselling/ticket", allow=queries.BOOK)
def ticket() -> str:
    return render("counselling/enter.html", form=Form())


@pages.post("/counselling/ticket", allow=queries.BOOK)
def look() -> Any:
    form = Form()
    data = form.load(Ticket, request.form)
    if data is not None:
        try:
            with reading() as session:
                return _ticket(data["ticket"], actions.look(session, **data))
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return Response(render("counselling/enter.html", form=form), 422)


@pages.post("/counselling/move", allow=queries.BOOK)
def move() -> Any:
    form = Form()
    data = form.load(Move, request.form)
    if data is not None:
        try:
            with transaction() as session:
                slot = actions.move(session, **data)
                return _ticket(data["ticket"], slot)
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(render("counselling/enter.html", form=form), 422)


@pages.post("/counselling/cancel", allow=queries.BOOK)
def cancel() -> Any:
    form = Form()
    data = form.load(Ticket, request.form)
    if data is not None:
        try:
            with transaction() as session:
                actions.cancel(session, **data)
            flash(_("The time is free again."))
            return seen_other(HOME)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return Response(render("counselling/enter.html", form=form), 422)


def _ticket(ticket: str, slot: CounsellingSlot, is_new: bool = False) -> str:
    with reading() as session:
        offer = session.get(CounsellingOffer, slot.offer_id)
        assert offer is not None
        return render(
            "counselling/ticket.html",
            ticket=ticket,
            slot=slot,
            offer=offer,
            counsellor=names(session, {offer.counsellor_id}).get(offer.counsellor_id or "", ""),
            others=[other for other in queries.free(session) if other.id != slot.id],
            is_new=is_new,
        )


# --- the counsellor


@pages.get("/counselling/offers/<uuid:offer_id>/times", allow=ANYONE_SIGNED_IN)
def times(offer_id: str) -> str:
    return _times(offer_id, Form({"minutes": 50, "count": 3}))


@pages.post("/counselling/offers/<uuid:offer_id>/times", allow=ANYONE_SIGNED_IN)
def add_times(offer_id: str) -> Any:
    form = Form()
    data = form.load(TimesIn, request.form)
    if data is not None:
        try:
            with transaction() as session:
                actions.add_times(session, queries.counselled(session, offer_id, lock=True), **data)
            flash(_("They can be taken now."))
            return seen_other(f"{HOME}offers/{offer_id}/times")
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_times(offer_id, form), 422)


@pages.post("/counselling/offers/<uuid:offer_id>/times/<uuid:slot_id>/call-off", allow=ANYONE_SIGNED_IN)
def call_off(offer_id: str, slot_id: str) -> Any:
    with transaction() as session:
        actions.call_off(session, queries.counselled(session, offer_id, lock=True), slot_id)
    return seen_other(f"{HOME}offers/{offer_id}/times")


def _times(offer_id: str, form: Form) -> str:
    with reading() as session:
        offer = queries.counselled(session, offer_id)
        return render("counselling/own.html", offer=offer, slots=queries.slots(session, offer), form=form)


# --- the union


@pages.get("/counselling/offers", allow=queries.OFFER)
def offers() -> str:
    return _offers(Form())


@pages.post("/counselling/offers", allow=queries.OFFER)
def send_offer() -> Any:
    form = Form()
    data = form.load(CounsellingOfferIn, request.form)
    if data is not None:
        try:
            with transaction() as session:
                actions.offer(session, school_id=str(actor().school_id), **data)
            flash(_("Offered. The counsellor adds the times."))
            return seen_other(f"{HOME}offers")
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return Response(_offers(form), 422)


@pages.post("/counselling/offers/<uuid:offer_id>/end", allow=queries.OFFER)
def end(offer_id: str) -> Any:
    with transaction() as session:
        actions.end(session, get_within(session, CounsellingOffer, offer_id, lock=True))
    return seen_other(f"{HOME}offers")


def _offers(form: Form) -> str:
    with reading() as session:
        found = queries.own_offers(session)
        return render(
            "counselling/offers.html",
            form=form,
            offers=found,
            use=queries.use(session),
            names=names(session, {offer.counsellor_id for offer in found}),
            people=[(card.id, card.name) for card in people_in(session, str(actor().school_id))],
        )
