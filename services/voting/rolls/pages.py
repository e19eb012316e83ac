"""Pages of rolls: the list, beginning one, who is on it and as of when, marking teachers, freezing, the sheet to post."""

from collections import Counter

from flask import Response, request
from flask_babel import gettext as _

from services.voting.rolls import actions, queries
from services.voting.rolls.audiences import AUDIENCES, DELEGATES, GROUP, MEMBERS, as_choice
from services.voting.rolls.models import DRAFT, FROZEN, Roll, RollFrozenAlready
from services.voting.rolls.schemas import RollFilter, RollForm
from services.voting.thresholds import TEACHERS_AMONG_DELEGATES
from shared.kit import clock, people
from shared.kit.access import actor, get_within
from shared.kit.api import as_file
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid, Problem
from shared.kit.web.forms import Form

pages = Pages("rolls")

SORTS = {"title": Roll.title, "as_of": Roll.as_of, "status": Roll.status}


@pages.get("/rolls/", allow="rolls.see")
def list_rolls():
    sort = request.args.get("sort", "-as_of")
    column = SORTS.get(sort.removeprefix("-"), Roll.as_of)
    filters = Form().load(RollFilter, request.args) or {}
    keyset = Keyset(
        queries.rolls(actor().school_id, **filters), order=[column, Roll.id], descending=sort.startswith("-")
    )
    header = [_("Name of the roll"), _("Who is entitled"), _("As of"), _("State"), _("Entitled"), "SHA-256"]
    if (file := export(keyset, header, _row, "rolls")) is not None:
        return file
    states = {DRAFT: _("Draft"), FROZEN: _("Frozen")}
    return render("rolls/list.html", listing=Listing(keyset), sort=sort, states=states, audiences=AUDIENCES)


def _row(roll):
    state = _("Frozen") if roll.is_frozen else _("Draft")
    return [roll.title, str(AUDIENCES[roll.audience]), roll.as_of, state, roll.entitled, roll.sha256]


@pages.get("/rolls/new", allow="rolls.keep")
def new():
    return _form_page(Form({"who": MEMBERS, "as_of": clock.today().isoformat()}))


@pages.post("/rolls/new", allow="rolls.keep", endpoint="create")
def create():
    form = Form()
    body = form.load(RollForm, request.form)
    if body is not None:
        try:
            with transaction() as session:
                roll = actions.draft_roll(session, school_id=actor().school_id, by=actor().person_id, **body)
            return seen_other(f"/voting/rolls/{roll.id}")
        except Invalid as refusal:
            form.refuse({"who": refusal.fields.get("group_id", [refusal.detail])})
    return _form_page(form), 422


def _form_page(form):
    with reading() as session:
        groups = queries.groups(session, actor().school_id)
    who = [(MEMBERS, AUDIENCES[MEMBERS]), (DELEGATES, AUDIENCES[DELEGATES])]
    return render(
        "rolls/form.html", form=form, who=who + [(as_choice(GROUP, group.id), group.name) for group in groups]
    )


@pages.get("/rolls/<uuid:roll_id>", allow="rolls.see")
def show(roll_id):
    with reading() as session:
        roll = get_within(session, Roll, roll_id)
        if (form := request.args.get("format")) in ("csv", "xlsx"):
            lines = _named(session, roll)
            header = [_("Name"), _("Union group"), _("Teaches")]
            rows = ((line["name"], line["group"], _("yes") if line["teacher"] else "") for line in lines)
            return as_file(header, rows, form, "roll")
        return _roll_page(session, roll)


def _roll_page(session, roll, refusal=None):
    lines = _named(session, roll)
    teachers = sum(line["teacher"] for line in lines)
    needed = TEACHERS_AMONG_DELEGATES.least(len(lines)) if roll.audience == DELEGATES else None
    return render(
        "rolls/roll.html",
        roll=roll,
        lines=lines,
        teachers=teachers,
        needed=needed,
        refusal=refusal,
        known_since=queries.known_since(session, roll.school_id),
        constituencies=_by_group(session, roll, lines),
        audiences=AUDIENCES,
        heard_until=roll.heard_until if roll.is_frozen else queries.heard_until(session, roll.school_id),
        frozen_by=people.person(session, roll.frozen_by) if roll.frozen_by else None,
        matches=queries.recomputed_hash(session, roll) == roll.sha256 if roll.is_frozen else None,
        group=_group_name(session, roll.group_id),
    )


def _named(session, roll):
    """The lines with names, by pinyin; whoever was erased is a line without one."""
    lines = queries.lines(session, roll)
    cards = queries.cards(session, [line.person_id for line in lines])
    names = {
        group_id: _group_name(session, group_id) or "—" for group_id in {line.group_id for line in lines}
    }
    named = [
        {
            "person_id": line.person_id,
            "group_id": line.group_id,
            "group": names[line.group_id],
            "teacher": line.teacher,
            "name": card.name if card else "—",
            "pinyin": card.pinyin if card else "",
        }
        for line in lines
        for card in [cards.get(line.person_id)]
    ]
    return sorted(named, key=lambda line: (line["pinyin"], line["person_id"]))


def _by_group(session, roll, lines):
    """How many each constituency has, and who leads it."""
    known = queries.constituencies(session, roll.school_id)
    found = []
    for (group_id, name), number in Counter((line["group_id"], line["group"]) for line in lines).items():
        leader_id = known[group_id].leader_id if group_id in known else None
        leader = people.person(session, leader_id) if leader_id else None
        found.append({"name": name, "leader": leader.name if leader else "—", "number": number})
    return sorted(found, key=lambda group: (-group["number"], group["name"]))


def _group_name(session, group_id):
    group = people.organisation(session, group_id) if group_id else None
    return group.name if group else None


@pages.post("/rolls/<uuid:roll_id>/teachers", allow="rolls.keep")
def teachers(roll_id):
    with transaction() as session:
        roll = get_within(session, Roll, roll_id, lock=True)
        actions.mark_teachers(session, roll, set(request.form.getlist("teacher_ids")))
    flash(_("Noted who teaches."))
    return seen_other(f"/voting/rolls/{roll_id}")


@pages.get("/rolls/<uuid:roll_id>/freeze", allow="rolls.keep")
def check_freeze(roll_id):
    with reading() as session:
        roll = get_within(session, Roll, roll_id)
        if roll.is_frozen:
            return seen_other(f"/voting/rolls/{roll_id}")
        return render(
            "rolls/freeze.html",
            roll=roll,
            number=len(queries.lines(session, roll)),
            audiences=AUDIENCES,
            heard_until=queries.heard_until(session, roll.school_id),
            group=_group_name(session, roll.group_id),
        )


@pages.post("/rolls/<uuid:roll_id>/freeze", allow="rolls.keep", endpoint="freeze")
def freeze(roll_id):
    try:
        with transaction() as session:
            actions.freeze(session, get_within(session, Roll, roll_id, lock=True), by=actor().person_id)
    except RollFrozenAlready:
        return seen_other(f"/voting/rolls/{roll_id}")
    except Problem as refusal:
        if refusal.status not in (409, 422):
            raise
        with reading() as session:
            return _roll_page(session, get_within(session, Roll, roll_id), refusal), refusal.status
    flash(_("The roll is frozen. Nothing that is heard later changes it."))
    return seen_other(f"/voting/rolls/{roll_id}")


@pages.post("/rolls/<uuid:roll_id>/discard", allow="rolls.keep")
def discard(roll_id):
    with transaction() as session:
        actions.discard_roll(session, get_within(session, Roll, roll_id, lock=True))
    flash(_("The draft is gone."))
    return seen_other("/voting/rolls/")


@pages.get("/rolls/<uuid:roll_id>/roll.txt", allow="rolls.see", endpoint="canonical")
def canonical(roll_id):
    """The list as it is hashed: `sha256sum roll.txt` gives the roll's hash."""
    with reading() as session:
        roll = get_within(session, Roll, roll_id)
        text = roll.canonical(queries.lines(session, roll))
    disposition = {"Content-Disposition": 'attachment; filename="roll.txt"'}
    return Response(text, mimetype="text/plain", headers=disposition)


@pages.get("/rolls/<uuid:roll_id>/print", allow="rolls.see")
def sheet(roll_id):
    """The list to post on the board: names and groups, nothing else."""
    with reading() as session:
        roll = get_within(session, Roll, roll_id)
        return render(
            "rolls/sheet.html", roll=roll, lines=_named(session, roll), now=clock.now(), audiences=AUDIENCES
        )
