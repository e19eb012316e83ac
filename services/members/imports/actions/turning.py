"""Committing a checked roster, chunk by chunk, and undoing it as long as nothing was changed since."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.members.accounts.models import Account, FirstUseSlip
from services.members.groups.actions import dissolve_group, form_group, move_to_group
from services.members.groups.models import GroupMembership
from services.members.imports.actions.taking import JOB, chunks_of
from services.members.imports.checks import BAD, NEW, SAME, Checked, Register, check_rows
from services.members.imports.models import (
    CHECKED,
    COMMITTED,
    COMMITTING,
    UNDOING,
    UNDONE,
    RosterChunk,
    RosterImport,
)
from services.members.offices.actions import say_group
from services.members.people.actions.entering import say_joined
from services.members.people.actions.many import enter_many
from services.members.people.cards import publish_cards
from services.members.people.models import FULL, VOTING, Affiliation, Member
from services.members.people.names import reading
from services.members.schools.actions import recount_members
from services.members.schools.models import GROUP, Organisation
from shared.contracts.members import MemberLeft
from shared.kit import clock, jobs
from shared.kit.database import locked, locked_where
from shared.kit.messages import emit
from shared.kit.problems import Conflict

UNDO_WITHIN = timedelta(days=7)


class CannotUndo(Conflict):
    """The import is too old, or people were changed since; `people` names them."""

    slug = "import-cannot-be-undone"
    title = _l("This import can no longer be undone")


def commit(session: Session, roster: RosterImport, *, all_or_nothing: bool = False) -> None:
    """Begin to enter a checked roster: its good rows, or everything where every row is good. `roster` is locked."""
    if roster.state != CHECKED:
        raise Conflict(_("This roster is not ready, or in the register already."))
    if all_or_nothing and roster.counts["bad"]:
        raise Conflict(_("%(count)s rows have to be mended first.", count=roster.counts["bad"]))
    if not roster.counts["new"] + roster.counts["update"]:
        raise Conflict(_("There is nothing to import: no row is new or changed."))
    union = locked(session, Organisation, roster.school_id)
    assert union is not None
    for name in roster.new_groups:
        form_group(session, union, name)
    roster.state, roster.all_or_nothing = COMMITTING, all_or_nothing
    roster.counts = roster.counts | {"entered": 0, "changed": 0, "skipped": 0}
    _start(session, roster)


def commit_chunk(session: Session, roster: RosterImport, chunk: RosterChunk) -> None:
    """Enter the good rows of a chunk. They are checked again: the register may have changed since the preview."""
    rows = check_rows(Register(session, roster), chunk.rows)
    expected = {row["row"] for row in chunk.checked if row["state"] != BAD}
    fresh, changed = [], []
    for row in rows:
        if row.is_bad or row.row not in expected:
            roster.counts = roster.counts | {"skipped": roster.counts["skipped"] + 1}
        elif row.state == NEW:
            fresh.append(row)
        elif row.state != SAME:
            changed.append(row)
    before = _change(session, changed)
    before += [{"id": member.id, "version": member.version} for member in _enter(session, roster, fresh)]
    chunk.before = before
    counts = roster.counts
    roster.counts = counts | {
        "entered": counts["entered"] + len(fresh),
        "changed": counts["changed"] + len(changed),
    }


def conclude_commit(session: Session, roster: RosterImport) -> None:
    """Say the union's new size and those of its groups."""
    roster.state, roster.committed_at = COMMITTED, clock.now()
    recount_members(session, roster.school_id)
    _say_groups(session, roster.school_id)


def preventing(session: Session, roster: RosterImport) -> list[str]:
    """The names of those who were changed, or signed in, since the import; while there are any it stays."""
    names: list[str] = []
    for chunk in chunks_of(session, roster):
        versions = {entry["id"]: entry["version"] for entry in chunk.before or ()}
        entered = {entry["id"] for entry in chunk.before or () if "values" not in entry}
        with_account = set(session.scalars(select(Account.person_id).where(Account.person_id.in_(entered))))
        members = session.scalars(
            select(Member).where(Member.id.in_(versions)).order_by(Member.pinyin, Member.id)
        )
        names += [m.name for m in members if m.version != versions[m.id] or m.id in with_account]
    return names


def undo(session: Session, roster: RosterImport) -> None:
    """Begin to take a committed import back. `roster` is locked. Raises CannotUndo."""
    if roster.state != COMMITTED or roster.committed_at is None:
        raise Conflict(_("This roster is not in the register."))
    if clock.now() - roster.committed_at > UNDO_WITHIN:
        raise CannotUndo(_("It was imported more than %(days)s days ago.", days=UNDO_WITHIN.days))
    if names := preventing(session, roster):
        raise CannotUndo(
            _(
                "Since then the data of these people was changed, or they signed in: %(names)s.",
                names="、".join(names[:10]),
            ),
            people=len(names),
        )
    roster.state = UNDOING
    _start(session, roster)


def undo_chunk(session: Session, roster: RosterImport, chunk: RosterChunk) -> None:
    """Give changed people back what they had; take entered ones out, and tell every service to forget them."""
    entries = {entry["id"]: entry for entry in chunk.before or ()}
    members = locked_where(session, Member, Member.id.in_(entries))
    changed = [member for member in members if "values" in entries[member.id]]
    for member in changed:
        old = entries[member.id]["values"]
        group_id = old.pop("group_id", member.group_id)
        for name, value in old.items():
            setattr(member, name, _loaded(name, value))
        member.pinyin, member.initials = reading(member.name)
        if group_id != member.group_id:
            move_to_group(session, member, group_id, clock.today())
    publish_cards(session, changed)
    entered = [member for member in members if "values" not in entries[member.id]]
    for member in entered:
        if member.standing in VOTING:
            emit(
                session,
                MemberLeft,
                of=member,
                subject=member.id,
                school=member.school_id,
                person_id=member.id,
                reason_code="import-undone",
                effective_on=clock.today(),
            )
        member.standing, member.left_on, member.leave_reason = "left", clock.today(), "import-undone"
    publish_cards(session, entered, erased=True)
    ids = [member.id for member in entered]
    for model in (Affiliation, GroupMembership):
        session.execute(delete(model).where(model.member_id.in_(ids)))
    session.execute(delete(FirstUseSlip).where(FirstUseSlip.person_id.in_(ids)))
    for member in entered:
        session.delete(member)


def conclude_undo(session: Session, roster: RosterImport) -> None:
    """Close the groups that came with the roster, say the union's size, and erase the rows."""
    roster.state, roster.undone_at = UNDONE, clock.now()
    session.flush()
    recount_members(session, roster.school_id)
    _say_groups(session, roster.school_id)
    for name in roster.new_groups:
        group = session.scalars(_groups(roster.school_id).where(Organisation.name == name)).first()
        if group is not None and locked(session, Organisation, group.id):
            dissolve_group(session, group)
    for chunk in chunks_of(session, roster):
        session.delete(chunk)


def _start(session: Session, roster: RosterImport) -> None:
    job = jobs.start(
        session,
        JOB,
        school_id=roster.school_id,
        owner_id=roster.owner_id,
        total=roster.rows,
        params={"import_id": roster.id},
        next_url=f"/members/imports/{roster.id}",
    )
    roster.job_id = job.id


def _enter(session: Session, roster: RosterImport, rows: list[Checked]) -> list[Member]:
    """Enter new people; whoever the roster calls nothing else is a member."""
    groups = {group.name: group.id for group in session.scalars(_groups(roster.school_id))}
    entries = []
    for row in rows:
        entry = {"standing": FULL, **row.values}
        if name := entry.pop("new_group", None):
            entry["group_id"] = groups[name]
        entries.append(entry)
    members = enter_many(session, roster.school_id, entries)
    publish_cards(session, members)
    for member in members:
        if member.standing in VOTING:
            say_joined(session, member)
    return members


def _change(session: Session, rows: list[Checked]) -> list[dict[str, Any]]:
    """Write what is new of people already known; returns what they had, for an undo."""
    known = locked_where(session, Member, Member.id.in_([row.member_id for row in rows]))
    members = {member.id: member for member in known}
    before: list[dict[str, Any]] = []
    for row in rows:
        member, values = members[row.member_id or ""], dict(row.values)
        old = {name: getattr(member, name) for name in values}
        group_id = values.pop("group_id", member.group_id)
        for name, value in values.items():
            setattr(member, name, value)
        if group_id != member.group_id:
            move_to_group(session, member, group_id, clock.today())
        before.append({"id": member.id, "values": {name: _plain(value) for name, value in old.items()}})
    publish_cards(session, list(members.values()))
    for entry in before:
        entry["version"] = members[entry["id"]].version
    return before


def _groups(school_id: str) -> Any:
    return select(Organisation).where(
        Organisation.school_id == school_id, Organisation.kind == GROUP, Organisation.closed_on.is_(None)
    )


def _say_groups(session: Session, school_id: str) -> None:
    for group in session.scalars(_groups(school_id).order_by(Organisation.id)).all():
        say_group(session, group.id)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _loaded(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if value and name in ("birth_date", "joined_on") else value
