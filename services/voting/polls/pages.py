"""Pages of polls: the list, one's vote in two steps, preparing and opening, the result.

A choice travels in the body of a post, through the confirm page too: never in an address, which a log would keep.
"""

from datetime import timedelta

from flask import request
from flask_babel import gettext as _

from services.voting.polls import actions, queries
from services.voting.polls.models import OPEN, SECRECY, STATUS, AlreadyVoted, Poll
from services.voting.polls.ready import READY, values_of
from services.voting.polls.schemas import ROLL, PollFilter, PollForm
from services.voting.rolls import queries as roll_queries
from services.voting.rolls.audiences import AUDIENCES, DELEGATES, GROUP, MEMBERS, as_choice
from services.voting.rolls.models import Roll
from services.voting.thresholds import RULES
from shared.kit import clock, people
from shared.kit.access import ANYONE_SIGNED_IN, actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid, Problem
from shared.kit.web.forms import WHOLE, Form

pages = Pages("polls")

SORTS = {"title": Poll.title, "status": Poll.status, "closes_at": Poll.closes_at}
FRESH = timedelta(days=7)


@pages.get("/", allow=ANYONE_SIGNED_IN, endpoint="home")
def home():
    """The district's officer has no polls of their own, but a table of the unions."""
    return seen_other("/voting/district/polls" if actor().may("district.see") else "/voting/polls/")


@pages.get("/polls/", allow="polls.see")
def list_polls():
    who, sort = actor(), request.args.get("sort", "-closes_at")
    column = SORTS.get(sort.removeprefix("-"), Poll.closes_at)
    filters = Form().load(PollFilter, request.args) or {}
    query = queries.polls(who.school_id, drafts=who.may("polls.manage"), **filters)
    keyset = Keyset(query, order=[column, Poll.id], descending=sort.startswith("-"))
    header = [
        _("Question"),
        _("State"),
        _("Who votes"),
        _("Names"),
        _("Entitled"),
        _("Voted"),
        _("Open until"),
    ]
    if (file := export(keyset, header, _row, "polls")) is not None:
        return file
    with reading() as session:
        waiting = queries.waiting_for(session, who.school_id, who.person_id, clock.now())
    return render(
        "polls/list.html",
        listing=Listing(keyset),
        waiting=waiting,
        sort=sort,
        statuses=STATUS,
        audiences=AUDIENCES,
        now=clock.now(),
    )


def _row(poll):
    return [
        poll.title,
        str(STATUS[poll.status]),
        str(AUDIENCES[poll.audience]),
        str(SECRECY[poll.secrecy]),
        poll.entitled,
        poll.answers,
        poll.closes_at,
    ]


@pages.get("/panels/this-week", allow="polls.see")
def panel():
    """What one can vote on now, and what came out in the last days; nothing of either: 204."""
    who = actor()
    with reading() as session:
        waiting = queries.waiting_for(session, who.school_id, who.person_id, clock.now())
        fresh = queries.closed_since(session, who.school_id, clock.now() - FRESH)
    if not waiting and not fresh:
        return "", 204
    return render("polls/panel.html", waiting=waiting, fresh=fresh[:3])


# --- voting


@pages.get("/polls/<uuid:poll_id>", allow="polls.see")
def show(poll_id):
    with reading() as session:
        poll = queries.visible(session, poll_id)
        if poll.is_closed:
            return _result_page(session, poll)
        if poll.is_draft:
            return render(
                "polls/draft.html",
                poll=poll,
                many=_would_be_entitled(session, poll),
                group=_group_name(session, poll),
            )
        return _poll_page(session, poll, Form())


def _poll_page(session, poll, form):
    return render(
        "polls/poll.html",
        poll=poll,
        form=form,
        turnout=queries.turnout(session, poll),
        voted=queries.has_voted(session, poll, actor().person_id),
    )


@pages.post("/polls/<uuid:poll_id>/confirm", allow="polls.vote")
def confirm(poll_id):
    """The second step: the choice in large type, to send or to change."""
    with reading() as session:
        poll = queries.visible(session, poll_id)
        if not poll.takes_votes or queries.has_voted(session, poll, actor().person_id) is not False:
            return seen_other(f"/voting/polls/{poll_id}")
        chosen = [option for option in poll.options if option.id in set(request.form.getlist("option_ids"))]
        if not 1 <= len(chosen) <= poll.most:
            form = Form({"option_ids": [option.id for option in chosen]})
            form.add(
                "option_ids",
                _("Please choose at most %(most)s.", most=poll.most) if chosen else _("Please choose first."),
            )
            return _poll_page(session, poll, form), 422
        return render("polls/confirm.html", poll=poll, chosen=chosen)


@pages.post("/polls/<uuid:poll_id>/vote", allow="polls.vote")
def vote(poll_id):
    try:
        with transaction() as session:
            poll = queries.visible(session, poll_id, lock=True)
            actions.vote(
                session, poll, person_id=actor().person_id, option_ids=request.form.getlist("option_ids")
            )
    except AlreadyVoted:
        flash(_("You have voted already. The first vote counts."), "late")
    return seen_other(f"/voting/polls/{poll_id}/voted")


@pages.get("/polls/<uuid:poll_id>/voted", allow="polls.vote")
def voted(poll_id):
    with reading() as session:
        poll = queries.visible(session, poll_id)
        if not queries.has_voted(session, poll, actor().person_id):
            return seen_other(f"/voting/polls/{poll_id}")
    return render("polls/voted.html", poll=poll)


# --- preparing, opening, closing


@pages.get("/polls/new", allow="polls.manage")
def new():
    """An empty form, or with ?ready=needs the question that a union asks each year."""
    values = {"secrecy": "secret", "most": 1, "who": MEMBERS, "closes_at": _in_a_week()}
    return _form_page(Form(values | values_of(request.args.get("ready"))))


@pages.post("/polls/new", allow="polls.manage", endpoint="create")
def create():
    return _save(
        lambda session, question: actions.draft_poll(
            session, question, school_id=actor().school_id, by=actor().person_id
        )
    )


@pages.get("/polls/<uuid:poll_id>/edit", allow="polls.manage")
def edit(poll_id):
    with reading() as session:
        poll = get_within(session, Poll, poll_id)
    if not poll.is_draft:
        return seen_other(f"/voting/polls/{poll_id}")
    who = f"{ROLL}{poll.roll_id}" if poll.roll_id else as_choice(poll.audience, poll.group_id)
    values = {name: getattr(poll, name) for name in ("title", "explanation", "most", "secrecy", "rule_code")}
    values |= {
        "who": who,
        "closes_at": f"{clock.local(poll.closes_at):%Y-%m-%dT%H:%M}",
        "options": "\n".join(option.text for option in poll.options),
    }
    return _form_page(Form(values), poll)


@pages.post("/polls/<uuid:poll_id>/edit", allow="polls.manage", endpoint="save")
def save(poll_id):
    with reading() as session:
        poll = get_within(session, Poll, poll_id)
    return _save(
        lambda session, question: actions.revise(
            session, get_within(session, Poll, poll_id, lock=True), question
        ),
        poll,
    )


def _save(change, poll=None):
    form = Form()
    question = form.load(PollForm, request.form)
    if question is not None:
        try:
            with transaction() as session:
                saved = change(session, question)
            return seen_other(f"/voting/polls/{saved.id}")
        except Invalid as refusal:
            fields = {
                "who" if name in ("group_id", "roll_id") else name: text
                for name, text in refusal.fields.items()
            }
            form.refuse(fields or {WHOLE: [refusal.detail]})
    return _form_page(form, poll), 422


def _form_page(form, poll=None):
    with reading() as session:
        groups = roll_queries.groups(session, actor().school_id)
        rolls = roll_queries.frozen_rolls(session, actor().school_id)
    who = [(MEMBERS, AUDIENCES[MEMBERS]), (DELEGATES, AUDIENCES[DELEGATES])]
    who += [(as_choice(GROUP, group.id), group.name) for group in groups]
    who += [
        (f"{ROLL}{roll.id}", _("Frozen roll: %(title)s (%(number)s)", title=roll.title, number=roll.entitled))
        for roll in rolls
    ]
    return render(
        "polls/form.html", form=form, poll=poll, who=who, secrecy=SECRECY, rules=RULES.values(), ready=READY
    )


def _in_a_week():
    return f"{clock.local(clock.now() + timedelta(days=7)):%Y-%m-%dT18:00}"


@pages.get("/polls/<uuid:poll_id>/open", allow="polls.manage")
def check_answers(poll_id):
    """What opening would do: on whom the roll would be frozen, and that nothing changes from then on."""
    with reading() as session:
        poll = get_within(session, Poll, poll_id)
        if not poll.is_draft:
            return seen_other(f"/voting/polls/{poll_id}")
        return render(
            "polls/open.html",
            poll=poll,
            entitled=_would_be_entitled(session, poll),
            group=_group_name(session, poll),
            refusal=None,
        )


def _would_be_entitled(session, poll):
    if poll.roll_id:
        return len(roll_queries.lines(session, session.get(Roll, poll.roll_id)))
    return len(roll_queries.entitled_on(session, poll.school_id, clock.today(), poll.audience, poll.group_id))


@pages.post("/polls/<uuid:poll_id>/open", allow="polls.manage", endpoint="open_poll")
def open_poll(poll_id):
    try:
        with transaction() as session:
            actions.open_poll(session, get_within(session, Poll, poll_id, lock=True), by=actor().person_id)
    except Problem as refusal:
        if refusal.status not in (409, 422):
            raise
        with reading() as session:
            poll = get_within(session, Poll, poll_id)
            return render(
                "polls/open.html",
                poll=poll,
                entitled=_would_be_entitled(session, poll),
                group=_group_name(session, poll),
                refusal=refusal,
            ), refusal.status
    flash(_("The poll is open. Everybody on the roll is being told."))
    return seen_other(f"/voting/polls/{poll_id}")


@pages.get("/polls/<uuid:poll_id>/close", allow="polls.manage")
def check_close(poll_id):
    with reading() as session:
        poll = queries.visible(session, poll_id)
        if poll.status != OPEN:
            return seen_other(f"/voting/polls/{poll_id}")
        return render("polls/close.html", poll=poll, turnout=queries.turnout(session, poll))


@pages.post("/polls/<uuid:poll_id>/close", allow="polls.manage", endpoint="close")
def close(poll_id):
    with transaction() as session:
        actions.close_poll(session, get_within(session, Poll, poll_id, lock=True), by=actor().person_id)
    return seen_other(f"/voting/polls/{poll_id}")


@pages.post("/polls/<uuid:poll_id>/discard", allow="polls.manage")
def discard(poll_id):
    with transaction() as session:
        actions.discard(session, get_within(session, Poll, poll_id, lock=True))
    flash(_("The draft is gone."))
    return seen_other("/voting/polls/")


# --- result


def _result_page(session, poll):
    result = queries.result(session, poll)
    cards = roll_queries.cards(session, [one for ids in result.names.values() for one in ids])
    names = {
        position: sorted(cards[one].name for one in ids if one in cards)
        for position, ids in result.names.items()
    }
    closed_by = people.person(session, poll.closed_by) if poll.closed_by else None
    return render("polls/result.html", poll=poll, result=result, names=names, closed_by=closed_by)


def _group_name(session, poll):
    group = people.organisation(session, poll.group_id) if poll.group_id else None
    return group.name if group else None
