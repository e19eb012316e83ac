"""Pages of the register: the list, a person, one's own data, and moves between unions."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.members.asking import me, my_union
from services.members.groups.queries import groups_of
from services.members.offices.queries import offices_of_many, terms_of
from services.members.people import actions, queries, schemas, words
from services.members.people.identity import masked
from services.members.people.models import GONE, VOTING, Member, Transfer
from services.members.people.names import romanised
from services.members.schools.models import Organisation
from shared.kit import audit, clock, people
from shared.kit.access import ANYONE_SIGNED_IN, actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.problems import Problem
from shared.kit.web.forms import WHOLE, Form

pages = Pages("people")
LIST = "/members/people/"


@pages.get("/people/", allow="people.see")
def register() -> Any:
    asked = Form().load(schemas.PeopleAsked, request.args) or schemas.PeopleAsked().load({})
    keyset = queries.register(my_union(), **asked)
    with reading() as session:
        groups = {group.id: group.name for group in groups_of(session, my_union(), closed=True)}
        counts = queries.counts(session, my_union())
        offices = offices_of_many(session, my_union(), clock.today())
    if (file := export(keyset, _header(), lambda member: _exported(member, groups), "people")) is not None:
        return file
    staff, members = queries.staff_and_members(counts)
    return render(
        "people/register.html",
        listing=Listing(keyset),
        asked=asked,
        groups=groups,
        counts=counts,
        offices=offices,
        staff=staff,
        members=members,
        words=words,
        romanised=romanised,
    )


@pages.get("/people/new", allow="people.change")
def new() -> Any:
    return _new_page(Form({"post_kind": "established"}))


@pages.post("/people/new", allow="people.change")
def enter() -> Any:
    form = Form()
    if (typed := form.load(schemas.PersonIn, request.form)) is not None:
        try:
            with transaction() as session:
                member = actions.enter(session, school_id=my_union(), **typed)
            flash(_("%(name)s is in the register.", name=member.name))
            return seen_other(f"{LIST}{member.id}")
        except Problem as refusal:
            _refuse(form, refusal)
    return _new_page(form), 422


@pages.get("/people/me", allow=ANYONE_SIGNED_IN)
def mine() -> Any:
    return _own_page(Form())


@pages.post("/people/me/phone", allow=ANYONE_SIGNED_IN)
def own_phone() -> Any:
    form = Form()
    if (typed := form.load(schemas.PhoneIn, request.form)) is None:
        return _own_page(form), 422
    with transaction() as session:
        actions.change_phone(session, get_within(session, Member, me(), lock=True), typed["phone"])
    flash(_("Your number was changed."))
    return seen_other(f"{LIST}me")


@pages.get("/people/<uuid:person_id>", allow="people.see")
def person(person_id: str) -> Any:
    return _person_page(person_id)


@pages.post("/people/<uuid:person_id>/sensitive", allow="people.see-sensitive")
def sensitive(person_id: str) -> Any:
    """Shown once, on the answer to the post: a page of its own could be opened again without a record."""
    form = Form()
    typed = form.load(schemas.SensitiveAsked, request.form)
    if typed is None:
        return _person_page(person_id, form=form), 422
    with transaction() as session:
        shown = actions.read_sensitive(session, get_within(session, Member, person_id), typed["reason"])
    return _person_page(person_id, sensitive=shown)


@pages.get("/people/<uuid:person_id>/edit", allow="people.change")
def edit(person_id: str) -> Any:
    with reading() as session:
        member = get_within(session, Member, person_id)
    names = ("name", "sex", "birth_date", "post_kind", "is_teacher", "staff_number", "workplace_id")
    values = {name: getattr(member, name) for name in names} | {"titles": "、".join(member.titles)}
    return _edit_page(member, Form(values))


@pages.post("/people/<uuid:person_id>/edit", allow="people.change")
def correct(person_id: str) -> Any:
    form = Form()
    typed = form.load(schemas.PersonForm, request.form)
    if typed is not None:
        typed["titles"] = [
            title for title in typed["titles"].replace(",", "、").replace("，", "、").split("、") if title
        ]
        typed["is_teacher"] = bool(typed.get("is_teacher"))
        try:
            with transaction() as session:
                actions.correct(session, get_within(session, Member, person_id, lock=True), **typed)
            flash(_("Corrected."))
            return seen_other(f"{LIST}{person_id}")
        except Problem as refusal:
            _refuse(form, refusal)
    with reading() as session:
        member = get_within(session, Member, person_id)
    return _edit_page(member, form), 422


@pages.get("/people/<uuid:person_id>/end", allow="people.change")
def end(person_id: str) -> Any:
    return _end_page(person_id, Form())


@pages.post("/people/<uuid:person_id>/retire", allow="people.change")
def retire(person_id: str) -> Any:
    return _ending(
        person_id,
        schemas.RetireIn,
        lambda session, member, typed: actions.retire(session, member, typed["on"]),
    )


@pages.post("/people/<uuid:person_id>/leave", allow="people.change")
def leave(person_id: str) -> Any:
    return _ending(
        person_id, schemas.LeaveIn, lambda session, member, typed: actions.leave(session, member, **typed)
    )


@pages.post("/people/<uuid:person_id>/transfer", allow="people.change")
def transfer(person_id: str) -> Any:
    return _ending(
        person_id,
        schemas.TransferForm,
        lambda session, member, typed: actions.request_transfer(session, member, by=me(), **typed),
    )


@pages.get("/transfers/", allow="people.change")
def transfers() -> Any:
    listing = Listing(queries.transfers(my_union()))
    with reading() as session:
        cards = {row.member_id: people.person(session, row.member_id) for row in listing.rows}
        unions = {
            key: people.organisation(session, key)
            for row in listing.rows
            for key in (row.school_id, row.to_school_id)
        }
        groups = groups_of(session, my_union())
    return render(
        "people/transfers.html", listing=listing, cards=cards, unions=unions, groups=groups, here=my_union()
    )


@pages.post("/transfers/<uuid:transfer_id>/<any(release, accept, decline):step>", allow="people.change")
def decide_transfer(transfer_id: str, step: str) -> Any:
    with transaction() as session:
        found = queries.transfer(
            session, transfer_id, my_union(), as_new={"release": False, "accept": True, "decline": None}[step]
        )
        _decide(session, found, step, request.form.get("group_id") or None)
    return seen_other("/members/transfers/")


def _decide(session: Any, found: Transfer, step: str, group_id: str | None) -> None:
    if step == "release":
        actions.release_transfer(session, found, by=me())
    elif step == "accept":
        actions.accept_transfer(session, found, by=me(), group_id=group_id)
    else:
        actions.decline_transfer(session, found, by=me())


def _ending(person_id: str, schema: Any, change: Any) -> Any:
    """One of the three ways out: check, change, say so; or the same page with what is wrong."""
    form = Form()
    if (typed := form.load(schema, request.form)) is not None:
        try:
            with transaction() as session:
                change(session, get_within(session, Member, person_id, lock=True), typed)
            flash(_("Entered."))
            return seen_other(f"{LIST}{person_id}")
        except Problem as refusal:
            _refuse(form, refusal)
    return _end_page(person_id, form), 422


def _refuse(form: Form, refusal: Problem) -> None:
    if refusal.status == 404:
        raise refusal
    form.add(WHOLE, str(refusal.detail) or str(refusal.title))
    form.refuse(refusal.fields)


def _new_page(form: Form) -> Any:
    with reading() as session:
        options = [(group.id, group.name) for group in groups_of(session, my_union())]
    return render("people/new.html", form=form, words=words, group_options=options)


def _edit_page(member: Member, form: Form) -> Any:
    return render("people/edit.html", form=form, member=member, words=words)


def _end_page(person_id: str, form: Form) -> Any:
    with reading() as session:
        member = get_within(session, Member, person_id)
        unions = queries.other_unions(session, my_union())
    return render(
        "people/end.html",
        member=member,
        form=form,
        unions=unions,
        words=words,
        today=clock.today(),
        voting=member.standing in VOTING,
        gone=member.standing in GONE,
    )


def _person_page(person_id: str, *, sensitive: Any = None, form: Form | None = None) -> Any:
    with reading() as session:
        member = get_within(session, Member, person_id)
        places = {
            o.id: o.name
            for key in (member.group_id, member.workplace_id)
            if (o := key and session.get(Organisation, key))
        }
        return render(
            "people/person.html",
            member=member,
            places=places,
            words=words,
            romanised=romanised,
            sensitive=sensitive,
            terms=terms_of(session, member.id),
            affiliations=queries.affiliations(session, member.id),
            form=form or Form(),
            today=clock.today(),
            gone=member.standing in GONE,
        )


def _own_page(form: Form) -> Any:
    with reading() as session:
        member = get_within(session, Member, me())
        reads = audit.reads_of(session, me())
        readers = {
            entry.actor_id: people.person(session, entry.actor_id) for entry in reads if entry.actor_id
        }
        group = session.get(Organisation, member.group_id) if member.group_id else None
        if not form.errors:
            form.values["phone"] = member.phone
        return render(
            "people/mine.html",
            member=member,
            form=form,
            reads=reads,
            readers=readers,
            group=group,
            words=words,
            identity=masked(member.identity_number),
            terms=terms_of(session, me()),
            today=clock.today(),
            union=actor().school_name,
        )


def _header() -> list[str]:  # noqa: N802
    return [
        _("Name"),
        _("Group"),
        _("Standing"),
        _("Card number"),
        _("Staff number"),
        _("Sex"),
        _("Birth date"),
        _("Kind of post"),
        _("Joined on"),
    ]


def _exported(member: Member, groups: dict[str, str]) -> list[Any]:
    return [
        member.name,
        groups.get(member.group_id or "", ""),
        str(words.STANDINGS[member.standing]),
        member.card,
        member.staff_number or "",
        str(words.SEXES[member.sex]),
        member.birth_date.isoformat(),
        str(words.POST_KINDS[member.post_kind]),
        member.joined_on.isoformat() if member.joined_on else "",
    ]
