"""Pages of offices: the committee and the delegates; appointing, ending, handing over."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.members.asking import my_union
from services.members.groups.queries import groups_of
from services.members.offices import actions, queries, schemas
from services.members.offices.models import OfficeTerm
from services.members.people.models import VOTING, Member
from services.members.people.words import office
from services.members.schools.models import Organisation
from shared.kit import clock, people
from shared.kit.access import OFFICES, SCHOOL_OFFICES, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.problems import Problem
from shared.kit.web.forms import WHOLE, Form

pages = Pages("offices")
LIST = "/members/offices/"


@pages.get("/offices/", allow="offices.see")
def listing() -> Any:
    with reading() as session:
        holders = queries.holders(session, my_union(), clock.today())
        groups = {group.id: group.name for group in groups_of(session, my_union(), closed=True)}
    return render(
        "offices/list.html",
        holders=holders,
        committee=queries.COMMITTEE,
        groups=groups,
        office=office,
        today=clock.today(),
    )


@pages.get("/offices/appoint", allow="offices.appoint")
def choose() -> Any:
    values = {key: request.args[key] for key in ("code", "scope_id") if key in request.args}
    return _appoint_page(Form({"term_from": clock.today(), **values}))


@pages.post("/offices/appoint", allow="offices.appoint")
def appoint() -> Any:
    form = Form()
    if (typed := form.load(schemas.AppointIn, request.form)) is not None:
        try:
            with transaction() as session:
                scope = get_within(session, Organisation, typed.pop("scope_id") or my_union(), lock=True)
                member = get_within(session, Member, typed.pop("person_id"), lock=True)
                actions.appoint(session, member, typed.pop("code"), scope=scope, **typed)
            flash(_("Appointed. The rights hold from the first day of the term."))
            return seen_other(LIST)
        except Problem as refusal:
            _refuse(form, refusal)
    return _appoint_page(form), 422


@pages.get("/offices/<uuid:term_id>", allow="offices.appoint")
def term(term_id: str) -> Any:
    return _term_page(term_id, Form())


@pages.post("/offices/<uuid:term_id>/end", allow="offices.appoint")
def end(term_id: str) -> Any:
    try:
        with transaction() as session:
            found = get_within(session, OfficeTerm, term_id, lock=True)
            actions.end_office(
                session, get_within(session, Member, found.member_id, lock=True), found, clock.today()
            )
        flash(_("Ended. The rights of this office are gone."))
    except Problem as refusal:
        if refusal.status == 404:
            raise
        flash(refusal.detail, "late")
    return seen_other(LIST)


@pages.post("/offices/<uuid:term_id>/hand-over", allow="offices.appoint")
def hand_over(term_id: str) -> Any:
    form = Form()
    if (typed := form.load(schemas.HandOverIn, request.form)) is not None:
        try:
            with transaction() as session:
                found = get_within(session, OfficeTerm, term_id, lock=True)
                successor = get_within(session, Member, typed["person_id"], lock=True)
                actions.hand_over(session, found, successor, on=typed["on"] or clock.today())
            flash(_("Handed over to %(name)s.", name=successor.name))
            return seen_other(LIST)
        except Problem as refusal:
            _refuse(form, refusal)
    return _term_page(term_id, form), 422


def _refuse(form: Form, refusal: Problem) -> None:
    if refusal.status == 404:
        raise refusal
    form.add(WHOLE, str(refusal.detail) or str(refusal.title))
    form.refuse(refusal.fields)


def _electable() -> list[tuple[str, str]]:
    """Those who may hold an office, by pinyin."""
    with reading() as session:
        return [
            (card.id, card.name) for card in people.people_in(session, my_union()) if card.standing in VOTING
        ]


def _appoint_page(form: Form) -> Any:
    with reading() as session:
        groups = [(group.id, group.name) for group in groups_of(session, my_union())]
    offices = [(code, office(code)) for code in OFFICES if code in SCHOOL_OFFICES]
    return render("offices/appoint.html", form=form, people=_electable(), offices=offices, groups=groups)


def _term_page(term_id: str, form: Form) -> Any:
    with reading() as session:
        found = get_within(session, OfficeTerm, term_id)
        holder = session.get(Member, found.member_id)
        scope = session.get(Organisation, found.scope_id)
    return render(
        "offices/term.html",
        term=found,
        holder=holder,
        scope=scope,
        form=form,
        people=_electable(),
        office=office,
        today=clock.today(),
    )
