"""Naming the accountant and the cashier, who are two people and no auditors; and the union's rules for its money.

会计、出纳、经审 are three people: whoever writes the books does not hold the cash, and neither examines them.
"""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare.funds.models import POLICIES, POSTS, MoneyPost, Policy
from services.welfare.funds.queries import posts as held
from shared.kit import audit, clock
from shared.kit.database import locked_where
from shared.kit.people import WITH_VOTE, person
from shared.kit.problems import Conflict, Invalid

KEPT_APART = ("auditor", "chair")  # examine the books; approve what is paid


class PostsApart(Conflict):
    """These two are held by different people (会计≠出纳≠经审)."""

    slug = "posts-apart"
    title = _l("These two are held by different people")


def give_post(session: Session, *, school_id: str, post: str, person_id: str, by: str | None) -> MoneyPost:
    """Make somebody of the union its accountant or cashier from today; whoever was is relieved.

    Raises Invalid, PostsApart.
    """
    if post not in POSTS:
        raise Invalid(fields={"post": [_("There is no such post.")]})
    card = person(session, person_id)
    if card is None or card.school_id != school_id or card.standing not in WITH_VOTE:
        raise Invalid(fields={"person_id": [_("Choose a member in post of this union.")]})
    if any(card.holds(office) for office in KEPT_APART):
        raise PostsApart(_("Neither an auditor nor the chair keeps the books or the cash."))
    running = locked_where(session, MoneyPost, MoneyPost.school_id == school_id, MoneyPost.ended_on.is_(None))
    for one in running:
        if one.person_id == person_id and one.post != post:
            raise PostsApart(_("The accountant and the cashier are two people."))
        if one.person_id == person_id:
            return one
    for one in running:
        if one.post == post:
            one.ended_on = clock.today()
    given = MoneyPost(
        school_id=school_id, post=post, person_id=person_id, begun_on=clock.today(), given_by=by
    )
    session.add(given)
    session.flush()
    audit.record(session, "money-post.given", object_id=given.id, person_id=person_id)
    return given


def relieve(session: Session, school_id: str, person_id: str, *, on: date) -> None:
    """Take from somebody whatever posts they have, from a day on."""
    for post in locked_where(
        session,
        MoneyPost,
        MoneyPost.school_id == school_id,
        MoneyPost.person_id == person_id,
        MoneyPost.ended_on.is_(None),
    ):
        post.ended_on = max(on, post.begun_on)


def publish_policy(
    session: Session, *, school_id: str, kind: str, text: str, adopted_on: date, by: str
) -> Policy:
    """The next version of a document on money; the earlier ones stay readable. Raises Invalid."""
    if kind not in POLICIES:
        raise Invalid(fields={"kind": [_("There is no such document.")]})
    if adopted_on > clock.today():
        raise Invalid(fields={"adopted_on": [_("That day is still to come.")]})
    last = session.scalar(
        select(func.max(Policy.number)).where(Policy.school_id == school_id, Policy.kind == kind)
    )
    policy = Policy(
        school_id=school_id,
        kind=kind,
        number=(last or 0) + 1,
        text=text,
        adopted_on=adopted_on,
        published_by=by,
    )
    session.add(policy)
    session.flush()
    audit.record(session, "money-policy.published", object_id=policy.id)
    return policy


def holder(session: Session, school_id: str, post: str) -> str | None:
    """Who has a post today."""
    found = held.running(session, school_id).get(post)
    return found.person_id if found else None
