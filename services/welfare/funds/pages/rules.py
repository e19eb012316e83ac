"""Pages of who keeps the books and the cash, and of the documents on money that every member may read."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.welfare.funds.actions import posts
from services.welfare.funds.models import POLICIES, POSTS
from services.welfare.funds.pages import pages
from services.welfare.funds.queries import posts as held
from services.welfare.funds.schemas import PolicyBody, PostBody
from services.welfare.visits.queries import names
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.database import reading, transaction
from shared.kit.pages import flash, render, seen_other
from shared.kit.people import WITH_VOTE, people_in
from shared.kit.problems import NotFound, Problem
from shared.kit.web.forms import WHOLE, Form

PAGE = "/welfare/money/rules"


@pages.get("/money/rules", allow="money.policies")
def rules() -> str:
    """Who does what, and the documents in their latest version."""
    school_id = str(actor().school_id)
    with reading() as session:
        running = held.running(session, school_id)
        people = names(session, {post.person_id for post in running.values()})
        documents = held.policies(session, school_id)
    return render(
        "funds/rules.html", running=running, names=people, documents=documents, posts=POSTS, kinds=POLICIES
    )


@pages.get("/money/posts/<post>", allow="money.decide")
def choose_for_post(post: str) -> str:
    return _post_form(post, Form())


@pages.post("/money/posts/<post>", allow="money.decide")
def give_post(post: str) -> Any:
    """Name the accountant or the cashier."""
    form = Form()
    given = form.load(PostBody, request.form)
    if given is not None:
        try:
            with transaction() as session:
                posts.give_post(
                    session, school_id=str(actor().school_id), post=post, by=str(actor().person_id), **given
                )
            flash(_("Named, from today."))
            return seen_other(PAGE)
        except Problem as refusal:
            form.refuse(refusal.fields or {WHOLE: [str(refusal.detail or refusal.title)]})
    return _post_form(post, form), 422


@pages.get("/money/policies/<kind>", allow="money.policies")
def policy(kind: str) -> str:
    """A document in every version, the newest first."""
    with reading() as session:
        versions = held.policies(session, str(actor().school_id)).get(_known(kind), [])
    return render("funds/policy.html", kind=kind, name=POLICIES[kind], versions=versions)


@pages.get("/money/policies/<kind>/new", allow="money.decide")
def new_policy(kind: str) -> str:
    with reading() as session:
        versions = held.policies(session, str(actor().school_id)).get(_known(kind), [])
    start = {"text": versions[0].text if versions else "", "adopted_on": clock.today()}
    return render("funds/policy_form.html", kind=kind, name=POLICIES[kind], form=Form(start))


@pages.post("/money/policies/<kind>/new", allow="money.decide")
def publish_policy(kind: str) -> Any:
    form = Form()
    typed = request.form.copy()
    typed["kind"] = _known(kind)
    data = form.load(PolicyBody, typed)
    if data is not None:
        try:
            with transaction() as session:
                posts.publish_policy(
                    session, school_id=str(actor().school_id), by=str(actor().person_id), **data
                )
            flash(_("Published. Every member can read it."))
            return seen_other(f"/welfare/money/policies/{kind}")
        except Problem as refusal:
            form.refuse(refusal.fields)
    return render("funds/policy_form.html", kind=kind, name=POLICIES[kind], form=form), 422


def _post_form(post: str, form: Form) -> str:
    if post not in POSTS:
        raise NotFound()
    with reading() as session:
        cards = [card for card in people_in(session, str(actor().school_id)) if card.standing in WITH_VOTE]
    choices = [
        (card.id, card.name) for card in cards if not any(card.holds(office) for office in posts.KEPT_APART)
    ]
    return render("funds/post.html", post=post, name=POSTS[post], form=form, choices=choices)


def _known(kind: str) -> str:
    if kind not in POLICIES:
        raise NotFound()
    return kind
