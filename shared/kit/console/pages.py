"""The console as pages, the same in every service: how messages fare, the lists, one message, and the acts."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from shared.contracts.registry import SERVICES
from shared.kit import people
from shared.kit.audit import AuditEntry
from shared.kit.console import ACT, SEE, actions, lists, queries, schemas
from shared.kit.database import current, reading, transaction
from shared.kit.messages import public_name
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound
from shared.kit.web.forms import WHOLE, Form

NAMES = {
    "members": _l("Members"),
    "events": _l("Activities"),
    "welfare": _l("Care"),
    "voting": _l("Decisions"),
}
MOODS = {"done": _l("all is well"), "soon": _l("catching up"), "late": _l("somebody must look")}
STATES = {
    "waiting": _l("waiting"),
    "handled": _l("handled"),
    "dead": _l("set aside"),
    "skipped": _l("given up"),
    "published": _l("sent"),
}
DIRECTIONS = {"sent": _l("Sent"), "received": _l("Received from others"), "own": _l("A message to itself")}
KINDS = {lists.DUE: _l("Due now"), lists.DELAYED: _l("Delayed"), lists.REMINDERS: _l("For later")}
ACTS = {
    "console.redriven": _l("Tried again"),
    "console.skipped": _l("Given up"),
    "console.resent": _l("Sent again"),
}
SHOWN = 5  # dead messages that the first page shows


def pages_of(service: str) -> Pages:
    """The routes of one service."""
    pages = Pages("console")
    pages.service = service
    for rule, view in (
        ("", overview),
        ("panels/state", state_panel),
        ("waiting", waiting),
        ("dead", dead),
        ("unsent", unsent),
        ("acts", acts),
        ("messages/<uuid:message_id>", message),
    ):
        pages.get(f"/console/{rule}", allow=SEE)(view)
    pages.post("/console/redrive", allow=ACT)(redrive)
    pages.get("/console/messages/<uuid:message_id>/skip", allow=ACT)(ask_to_skip)
    pages.post("/console/messages/<uuid:message_id>/skip", allow=ACT)(skip)
    pages.get("/console/resend", allow=ACT)(ask_to_resend)
    pages.post("/console/resend", allow=ACT)(resend)
    return pages


def overview() -> str:
    """This service's state, what is dead in it, and the state of the others as they tell it."""
    with reading() as session:
        state = queries.state(session)
        return _render(
            "overview",
            state=state,
            processes=queries.processes(session),
            dead=Listing(lists.dead(), SHOWN).rows if state.handling.dead else [],
            others=[name for name in SERVICES if name != current().name],
        )


def state_panel() -> str:
    """The state alone, for the consoles of the others and for home; it asks itself anew every ten seconds."""
    with reading() as session:
        return _render("panel", state=queries.state(session))


def waiting() -> Any:
    """What waits to be handled."""
    asked = Form().load(schemas.ConsoleWaitingFilter, request.args) or {}
    kind, sort = asked.get("kind"), asked.get("sort", "since")
    keyset = lists.waiting(kind, asked.get("type"), asked.get("q", ""), sort)
    if (file := export(keyset, _header(_("Due at")), _exported, "waiting")) is not None:
        return file
    return _list("waiting", keyset, lists.waiting(kind), asked, sort=sort, kinds=KINDS)


def dead() -> Any:
    """What was set aside, and why; some of it or all can be tried again from here."""
    asked = Form().load(schemas.ConsoleDeadFilter, request.args) or {}
    sort = asked.get("sort", "since")
    keyset = lists.dead(asked.get("type"), asked.get("q", ""), sort)
    if (file := export(keyset, _header(_("Last try")), _exported, "dead")) is not None:
        return file
    return _list("dead", keyset, lists.dead(), asked, sort=sort)


def unsent() -> Any:
    """What was said and not sent yet."""
    asked = Form().load(schemas.ConsoleUnsentFilter, request.args) or {}
    keyset = lists.unsent(asked.get("type"))
    header = [_("Position"), _("Message"), _("Type")]
    if (
        file := export(keyset, header, lambda row: [row.position, row.id, public_name(row.type)], "unsent")
    ) is not None:
        return file
    return _list("unsent", keyset, lists.unsent(), asked)


def acts() -> Any:
    """What operators did here."""
    asked = Form().load(schemas.ConsoleActFilter, request.args) or {}
    keyset = lists.acts(asked.get("act"), asked.get("q", ""))
    header = [_("When"), _("Act"), _("By whom"), _("What to"), _("How many"), _("Reason")]

    def row(act: AuditEntry) -> list[Any]:
        who = act.by or act.actor_id
        return [act.at, str(ACTS[act.action]), who, act.object_id, act.amount, act.reason]

    if (file := export(keyset, header, row, "acts")) is not None:
        return file
    listing = Listing(keyset)
    with reading() as session:
        return _render("acts", listing=listing, asked=asked, who=_names(session, listing.rows), acts=ACTS)


def message(message_id: str) -> str:
    """One message without what it says, and what was done with it here."""
    with reading() as session:
        if not (found := queries.messages(session, message_id)):
            raise NotFound()
        done = Listing(lists.acts(words=message_id)).rows
        return _render(
            "message",
            found=found,
            message_id=message_id,
            done=done,
            who=_names(session, done),
            acts=ACTS,
            states=STATES,
            directions=DIRECTIONS,
        )


def redrive() -> Any:
    """From the list or from one message: try again, and say what came of it."""
    form = Form()
    asked = form.load(schemas.ConsoleRedrive, request.form)
    if asked is None:
        flash(" ".join(text for texts in form.errors.values() for text in texts), "late")
        return seen_other(_at("dead"))
    try:
        with transaction() as session:
            number = actions.redrive(
                session, ids=asked.get("ids"), type_=asked.get("type"), reason=asked.get("reason", "")
            )
        flash(_("%(number)s will be tried again.", number=number))
    except actions.NotDead as refusal:
        flash(str(refusal.title), "soon")
    return seen_other(_at("dead"))


def ask_to_skip(message_id: str) -> str:
    return _skip_form(message_id, Form())


def skip(message_id: str) -> Any:
    form = Form()
    given = form.load(schemas.ConsoleSkip, request.form)
    if given is None:
        return _skip_form(message_id, form), 422
    try:
        with transaction() as session:
            actions.skip(session, message_id, reason=given["reason"])
    except actions.NotDead as refusal:
        flash(str(refusal.title), "soon")
    else:
        flash(_("Given up. It stays on record, with your reason."))
    return seen_other(_at("dead"))


def ask_to_resend() -> str:
    return _render("resend", form=Form({"position": request.args.get("position")}), count=None)


def resend() -> Any:
    """The first time say how many that would be; with `confirmed`, do it."""
    form = Form()
    asked = form.load(schemas.ConsoleResend, request.form)
    if asked is None:
        return Response(_render("resend", form=form, count=None), 422)
    if not request.form.get("confirmed"):
        with reading() as session:
            count = actions.to_resend(session, position=asked.get("position"), since=asked.get("since"))
        if count:
            return _render("resend", form=form, count=count)
        form.add(WHOLE, _("Nothing was sent from there on."))
        return Response(_render("resend", form=form, count=None), 422)
    with transaction() as session:
        number = actions.resend(session, **asked)
    flash(_("%(number)s will be sent again.", number=number))
    return seen_other(_at("acts"))


# --- what the views share


def _render(name: str, **values: Any) -> str:
    here = current().name
    return render(
        f"console/{name}.html",
        service=here,
        base=_at(),
        names=NAMES,
        moods=MOODS,
        public=public_name,
        **values,
    )


def _at(rule: str = "") -> str:
    return f"/{current().name}/console/{rule}"


def _list(name: str, keyset: Keyset, whole: Keyset, asked: dict[str, Any], **values: Any) -> str:
    listing = Listing(keyset)
    with reading() as session:
        types = lists.types_in(session, whole)
    return _render(name, listing=listing, asked=asked, types=types, **values)


def _header(moment: str) -> list[str]:
    return [_("Message"), _("Type"), _("Tries"), _("First failure"), moment, _("Why")]


def _exported(row: Any) -> list[Any]:
    return [row.id, public_name(row.type), row.attempts, row.failed_at, row.due_at, row.error]


def _names(session: Session, done: list[AuditEntry]) -> dict[str, str]:
    """Who acted, by the id of the entry: a colleague's name, or the account at a keyboard."""
    found = {}
    for act in done:
        card = people.person(session, act.actor_id) if act.actor_id else None
        found[act.id] = act.by or (card.name if card else act.actor_id or "—")
    return found


def _skip_form(message_id: str, form: Form) -> str:
    with reading() as session:
        found = [one for one in queries.messages(session, message_id) if one.state == "dead"]
    if not found:
        raise NotFound()
    return _render("skip", message=found[0], form=form)
