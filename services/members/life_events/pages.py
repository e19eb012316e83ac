"""Pages of life events: three taps to report, the person's answer, what those who care see."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from flask import request
from flask_babel import gettext as _

from services.members.asking import me, my_union
from services.members.life_events import actions, queries, schemas
from services.members.life_events.kinds import KINDS
from services.members.life_events.models import NORMAL, RESTRICTED, LifeEvent
from shared.kit import clock, people
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.audit import AuditEntry
from shared.kit.database import reading, transaction
from shared.kit.encryption import Unreadable, seal, unseal
from shared.kit.pages import Listing, Pages, flash, render, seen_other
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid, NotFound
from shared.kit.web.formats import day
from shared.kit.web.forms import Form

pages = Pages("life_events")
MINE = "/members/life-events/"


# --- three taps: who, what, when


@pages.get("/life-events/report", allow=ANYONE_SIGNED_IN)
def choose_person() -> Any:
    text, who = request.args.get("q", "").strip()[:50], actor()
    with reading() as session:
        found = queries.nearest_colleagues(session, my_union(), me(), who.group_id, text)
        group = people.organisation(session, who.group_id) if who.group_id else None
    return render("life_events/choose_person.html", people=found, group=group, q=text, me=me())


@pages.get("/life-events/report/<uuid:person_id>", allow=ANYONE_SIGNED_IN)
def choose_kind(person_id: str) -> Any:
    with reading() as session:
        person = queries.colleague(session, person_id, my_union())
    # What happened never stands in an address, where logs would keep it: the links carry it sealed.
    links = {kind: f"/members/life-events/report/{person_id}/day?what={_seal(kind)}" for kind in KINDS}
    return render(
        "life_events/choose_kind.html", person=person, kinds=KINDS, links=links, own=person_id == me()
    )


@pages.get("/life-events/report/<uuid:person_id>/day", allow=ANYONE_SIGNED_IN)
def choose_day(person_id: str) -> Any:
    what = request.args.get("what", "")
    return _day_page(person_id, _unseal(what), what, Form({"day": "0"}))


@pages.post("/life-events/report/<uuid:person_id>/day", allow=ANYONE_SIGNED_IN)
def report(person_id: str) -> Any:
    form = Form()
    typed = form.load(schemas.DayForm, request.form)
    what = request.form.get("what", "")
    kind = _unseal(what)
    if typed is not None and (occurred_on := _day_of(typed)) is None:
        form.add("occurred_on", _("Say which day."))
    elif typed is not None:
        try:
            with transaction() as session:
                received = actions.report_life_event(
                    session,
                    reporter_id=me(),
                    school_id=my_union(),
                    person_id=person_id,
                    kind=kind,
                    occurred_on=occurred_on,
                    privacy=RESTRICTED if typed["restricted"] else NORMAL,
                )
            return seen_other(f"/members/life-events/reported/{received.id}")
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return _day_page(person_id, kind, what, form), 422


@pages.get("/life-events/reported/<uuid:report_id>", allow=ANYONE_SIGNED_IN)
def reported(report_id: str) -> Any:
    with reading() as session:
        received = queries.own_report(session, report_id, me())
    may_take_back = received.taken_back_at is None and clock.now() <= received.may_be_taken_back_until
    return render("life_events/reported.html", report=received, may_take_back=may_take_back)


@pages.post("/life-events/reported/<uuid:report_id>/take-back", allow=ANYONE_SIGNED_IN)
def take_back(report_id: str) -> Any:
    with transaction() as session:
        actions.take_back(session, queries.own_report(session, report_id, me(), lock=True))
    flash(_("Taken back."))
    return seen_other("/")


# --- the person's own


@pages.get("/life-events/", allow=ANYONE_SIGNED_IN)
def own_events() -> Any:
    events = Listing(
        Keyset(queries.own_events(me()), order=[LifeEvent.reported_at, LifeEvent.id], descending=True)
    )
    reads = Listing(Keyset(queries.reads_of(me()), order=[AuditEntry.at, AuditEntry.id], descending=True))
    with reading() as session:
        readers = {
            entry.actor_id: people.person(session, entry.actor_id) for entry in reads.rows if entry.actor_id
        }
    return render("life_events/mine.html", events=events, reads=reads, readers=readers, kinds=KINDS)


@pages.get("/life-events/open", allow="life-events.care")
def open_events() -> Any:
    query = queries.open_events(my_union(), with_restricted=actor().may("life-events.care-restricted"))
    listing = Listing(Keyset(query, order=[LifeEvent.reported_at, LifeEvent.id]))
    with reading() as session:
        whom = {event.person_id: people.person(session, event.person_id) for event in listing.rows}
    return render("life_events/open.html", listing=listing, whom=whom)


@pages.get("/life-events/<uuid:life_event_id>", allow=ANYONE_SIGNED_IN)
def event(life_event_id: str) -> Any:
    return _event_page(life_event_id, Form())


@pages.post("/life-events/<uuid:life_event_id>/confirm", allow=ANYONE_SIGNED_IN)
def confirm(life_event_id: str) -> Any:
    with transaction() as session:
        actions.confirm(session, queries.own_event(session, life_event_id, me()))
    flash(_("Thank you. Somebody will come."))
    return seen_other(MINE + life_event_id)


@pages.post("/life-events/<uuid:life_event_id>/withdraw", allow=ANYONE_SIGNED_IN)
def withdraw(life_event_id: str) -> Any:
    with transaction() as session:
        actions.withdraw(session, queries.own_event(session, life_event_id, me()))
    flash(_("Withdrawn. Nobody will come, and what it was is erased."))
    return seen_other(MINE)


@pages.post("/life-events/<uuid:life_event_id>/end", allow=ANYONE_SIGNED_IN)
def end(life_event_id: str) -> Any:
    form = Form()
    typed = form.load(schemas.LifeEventEnd, request.form)
    if typed is not None:
        try:
            with transaction() as session:
                actions.end(session, _asked_for(session, life_event_id), typed["ended_on"])
            flash(_("Noted; a visit afterwards is planned where the scheme has one."))
            return seen_other(MINE + life_event_id)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return _event_page(life_event_id, form), 422


def _event_page(life_event_id: str, form: Form) -> Any:
    with transaction() as session:
        found = _asked_for(session, life_event_id)
        person = people.person(session, found.person_id)
    kind = KINDS.get(found.kind) if found.kind else None
    own = found.person_id == me()
    return render(
        "life_events/event.html",
        event=found,
        kind=kind,
        person=person,
        own=own,
        form=form,
        today=clock.today(),
    )


def _asked_for(session: Any, life_event_id: str) -> LifeEvent:
    who = actor()
    return queries.event_for(
        session,
        life_event_id,
        person_id=me(),
        school_id=my_union(),
        cares=who.may("life-events.care"),
        chairs=who.may("life-events.care-restricted"),
    )


def _day_page(person_id: str, kind: str, what: str, form: Form) -> Any:
    with reading() as session:
        person = queries.colleague(session, person_id, my_union())
        group = people.organisation(session, person.group_id) if person.group_id else None
    today = clock.today()
    names = [_("Today"), _("Yesterday"), _("The day before")]
    offered = [
        (str(ago), name, day(today - timedelta(days=ago), year=False)) for ago, name in enumerate(names)
    ]
    return render(
        "life_events/choose_day.html",
        person=person,
        group=group,
        kind=KINDS[kind],
        what=what,
        form=form,
        offered=[*offered, ("other", _("Another day"))],
        own=person_id == me(),
        back=f"/members/life-events/report/{person_id}",
    )


def _day_of(typed: dict[str, Any]) -> date | None:
    """A date that was typed wins over a choice that was left standing."""
    if typed["occurred_on"] is not None:
        return typed["occurred_on"]
    return clock.today() - timedelta(days=int(typed["day"])) if typed["day"] in ("0", "1", "2") else None


def _seal(kind: str) -> str:
    return quote(seal(kind, f"life-event-report.{me()}"), safe="")


def _unseal(what: str) -> str:
    """The kind a link carries. Raises NotFound for one that was made up, or made for somebody else."""
    try:
        kind = unseal(what, f"life-event-report.{me()}")
    except (Unreadable, ValueError):
        raise NotFound from None
    if kind not in KINDS:
        raise NotFound
    return str(kind)
