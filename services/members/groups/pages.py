"""Pages of groups: the list with its vacancies, one group, and the September re-balance (调整工会小组)."""

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _

from services.members.asking import my_union
from services.members.groups import actions, queries, schemas
from services.members.people.queries import register
from services.members.people.words import STANDINGS
from services.members.schools.models import Organisation
from shared.kit import clock, paging
from shared.kit.access import get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.problems import Conflict
from shared.kit.web.forms import WHOLE, Form

pages = Pages("groups")
LIST = "/members/groups/"


@pages.get("/groups/", allow="groups.see")
def listing() -> Any:
    return _list_page(Form())


@pages.post("/groups/", allow="groups.adjust")
def form_group() -> Any:
    form = Form()
    if (typed := form.load(schemas.GroupIn, request.form)) is not None:
        try:
            with transaction() as session:
                actions.form_group(
                    session, get_within(session, Organisation, my_union(), lock=True), typed["name"]
                )
            return seen_other(LIST)
        except Conflict as refusal:
            form.refuse(refusal.fields)
    return _list_page(form), 422


@pages.get("/groups/<uuid:group_id>", allow="groups.see")
def group(group_id: str) -> Any:
    asked = Form().load(schemas.MembersAsked, request.args) or {"on": None}
    on: date = asked["on"] or clock.today()
    with reading() as session:
        found = queries.group(session, group_id, my_union())
        return render(
            "groups/group.html",
            group=found,
            leader=queries.leader_of(session, group_id, on),
            on=on,
            today=clock.today(),
            members=queries.members_on(session, group_id, on),
            standings=STANDINGS,
        )


@pages.post("/groups/<uuid:group_id>/dissolve", allow="groups.adjust")
def dissolve(group_id: str) -> Any:
    try:
        with transaction() as session:
            actions.dissolve_group(session, queries.group(session, group_id, my_union(), lock=True))
    except Conflict as refusal:
        flash(refusal.detail, "late")
        return seen_other(f"{LIST}{group_id}")
    return seen_other(LIST)


@pages.get("/groups/adjust", allow="groups.adjust")
def adjust() -> Any:
    return _adjust_page(Form())


@pages.post("/groups/adjust", allow="groups.adjust")
def preview_or_commit() -> Any:
    """First shows who would move where; the second post, from that page, does it."""
    with reading() as session:
        people = {m.id: m for m in paging.everything(session, register(my_union()))}
        groups = {g.id: g.name for g in queries.groups_of(session, my_union())}
    moves = {
        person_id: target or None
        for person_id, target in request.form.items()
        if person_id in people
        and (target or None) != people[person_id].group_id
        and (not target or target in groups)
    }
    if request.form.get("step") != "commit":
        changes = [
            (people[key], groups.get(people[key].group_id or ""), groups.get(to or ""))
            for key, to in moves.items()
        ]
        return render("groups/preview.html", changes=changes, moves=moves)
    try:
        with transaction() as session:
            moved = actions.adjust_groups(session, my_union(), moves)
    except Conflict as refusal:
        form = Form()
        form.add(WHOLE, refusal.detail)
        return _adjust_page(form), 422
    flash(_("%(count)s people were moved.", count=len(moved)))
    return seen_other(LIST)


def _list_page(form: Form) -> Any:
    with reading() as session:
        return render("groups/list.html", summaries=queries.summaries(session, my_union()), form=form)


def _adjust_page(form: Form) -> Any:
    with reading() as session:
        people = list(paging.everything(session, register(my_union(), sort="group")))
        groups = [(g.id, g.name) for g in queries.groups_of(session, my_union())]
    return render("groups/adjust.html", people=people, groups=groups, form=form)
