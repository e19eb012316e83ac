"""Pages of joining: 「申请入会」 for the person, 「同意」 for the group leader, 「批准」 for the committee."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.members.asking import me, my_union
from services.members.groups.queries import groups_of
from services.members.joining import actions, queries, schemas
from services.members.joining.models import APPROVED, DRAFT, OPEN, REFUSED, SUBMITTED, WEIGHED, Application
from services.members.people.models import APPLICANT, LEFT, Member
from services.members.schools.models import Organisation
from shared.kit import people
from shared.kit.access import ANYONE_SIGNED_IN, actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, flash, render, seen_other
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound, Problem
from shared.kit.web.forms import WHOLE, Form

pages = Pages("joining")
MINE, LIST = "/members/joining/mine", "/members/joining/"


@pages.get("/joining/mine", allow=ANYONE_SIGNED_IN)
def mine() -> Any:
    return _own_page(Form())


@pages.post("/joining/mine", allow=ANYONE_SIGNED_IN)
def apply() -> Any:
    form = Form()
    if (typed := form.load(schemas.ApplicationIn, request.form)) is not None:
        try:
            with transaction() as session:
                application = actions.draft(session, get_within(session, Member, me(), lock=True), **typed)
                actions.submit(session, application)
            return seen_other(MINE)
        except Problem as refusal:
            form.add(WHOLE, str(refusal.detail) or str(refusal.title))
            form.refuse(refusal.fields)
    return _own_page(form), 422


@pages.post("/joining/mine/withdraw", allow=ANYONE_SIGNED_IN)
def withdraw() -> Any:
    with transaction() as session:
        application = actions.open_application(session, me())
        if application is None:
            raise NotFound
        actions.withdraw(session, application)
    return seen_other(MINE)


@pages.get("/joining/", allow="joining.see")
def listing() -> Any:
    waiting = Listing(Keyset(queries.waiting_for(actor()), order=[Application.created_at, Application.id]))
    decided = Listing(
        Keyset(
            queries.visible_to(actor()).where(Application.state.not_in(OPEN)),
            order=[Application.created_at, Application.id],
            descending=True,
        ),
        limit=20,
    )
    with reading() as session:
        cards = {
            row.member_id: people.person(session, row.member_id) for row in [*waiting.rows, *decided.rows]
        }
    return render("joining/list.html", waiting=waiting, decided=decided, cards=cards)


@pages.get("/joining/<uuid:application_id>", allow="joining.see")
def application(application_id: str) -> Any:
    return _page(application_id, Form())


@pages.post("/joining/<uuid:application_id>/weigh", allow="joining.weigh")
def weigh(application_id: str) -> Any:
    form = Form()
    if (typed := form.load(schemas.OpinionIn, request.form)) is None:
        return _page(application_id, form), 422
    with transaction() as session:
        actions.weigh(session, queries.to_weigh(session, application_id, actor()), me(), **typed)
    flash(_("The committee decides now."))
    return seen_other(LIST)


@pages.post("/joining/<uuid:application_id>/approve", allow="joining.decide")
def approve(application_id: str) -> Any:
    with transaction() as session:
        member = actions.approve(
            session, queries.application(session, application_id, actor(), lock=True), me()
        )
    flash(_("%(name)s is a member, card number %(card)s.", name=member.name, card=member.card))
    return seen_other(LIST)


@pages.post("/joining/<uuid:application_id>/refuse", allow="joining.decide")
def refuse(application_id: str) -> Any:
    form = Form()
    if (typed := form.load(schemas.RefusalIn, request.form)) is None:
        return _page(application_id, form), 422
    with transaction() as session:
        found = queries.application(session, application_id, actor(), lock=True)
        actions.refuse(session, found, me(), typed["reason"])
    return seen_other(LIST)


def _page(application_id: str, form: Form) -> Any:
    with reading() as session:
        found = queries.application(session, application_id, actor())
        group = session.get(Organisation, found.group_id) if found.group_id else None
        card, leader = (
            people.person(session, found.member_id),
            found.opinion_by and people.person(session, found.opinion_by),
        )
    who = actor()
    return render(
        "joining/application.html",
        application=found,
        card=card,
        group=group,
        leader=leader,
        form=form,
        may_weigh=found.state == SUBMITTED and found.group_id in who.groups_led and found.member_id != me(),
        may_decide=found.state == WEIGHED and who.may("joining.decide") and found.member_id != me(),
    )


def _own_page(form: Form) -> Any:
    with reading() as session:
        member = get_within(session, Member, me())
        application = queries.latest_of(session, me(), my_union())
        groups = [(group.id, group.name) for group in groups_of(session, my_union())]
    may_apply = member.standing in (APPLICANT, LEFT) and (
        application is None or application.state == DRAFT or application.state not in OPEN
    )
    if not form.errors:
        form.values.update({"group_id": member.group_id})
    return render(
        "joining/mine.html",
        member=member,
        application=application,
        groups=groups,
        form=form,
        may_apply=may_apply,
        refused=application is not None and application.state == REFUSED,
        approved=application is not None and application.state == APPROVED,
    )
