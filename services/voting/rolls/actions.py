"""Changes to rolls: hearing what members say, drafting a roll, marking teachers, freezing."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from services.voting.rolls import queries
from services.voting.rolls.audiences import DELEGATES, GROUP
from services.voting.rolls.models import Constituency, Roll, RollEntry, RollFrozenAlready, Statement, Teacher
from shared.contracts.voting import RollFrozen
from shared.kit import people
from shared.kit.messages import emit
from shared.kit.problems import Invalid


def hear(
    session: Session,
    *,
    event_id: str,
    school_id: str,
    person_id: str,
    kind: str,
    effective_on: date,
    said_at: datetime,
    says: dict[str, Any],
) -> None:
    """Keep one statement; one that is known already changes nothing. Frozen rolls are not touched."""
    if session.get(Statement, event_id) is None:
        session.add(
            Statement(
                id=event_id,
                school_id=school_id,
                person_id=person_id,
                kind=kind,
                effective_on=effective_on,
                said_at=said_at,
                says=says,
            )
        )


def hear_of_group(
    session: Session,
    group_id: str,
    *,
    school_id: str,
    leader_id: str | None,
    valid_from: date,
    said_at: datetime,
) -> None:
    """Keep a group's leader, unless something newer is known."""
    group = session.get(Constituency, group_id)
    if group is None:
        group = Constituency(id=group_id, school_id=school_id)
        session.add(group)
    elif (group.valid_from, group.said_at) >= (valid_from, said_at):
        return
    group.leader_id, group.valid_from, group.said_at = leader_id, valid_from, said_at


def draft_roll(
    session: Session,
    *,
    school_id: str,
    by: str,
    title: str,
    audience: str,
    as_of: date,
    group_id: str | None = None,
    poll_id: str | None = None,
) -> Roll:
    """Begin a roll; until it is frozen it follows what members say. Raises Invalid for a group of another union."""
    check_audience(session, school_id, audience, group_id)
    roll = Roll(
        school_id=school_id,
        title=title,
        audience=audience,
        as_of=as_of,
        poll_id=poll_id,
        created_by=by,
        group_id=group_id if audience == GROUP else None,
    )
    session.add(roll)
    session.flush()
    return roll


def check_audience(session: Session, school_id: str, audience: str, group_id: str | None) -> None:
    """Refuse a group's roll without a group of this union."""
    if audience != GROUP:
        return
    group = people.organisation(session, group_id) if group_id else None
    if group is None or group.kind != "group" or group.tenant_id != school_id:
        raise Invalid(
            _("Please choose a group of this union."), fields={"group_id": [_("Please choose a group.")]}
        )


def freeze(session: Session, roll: Roll, *, by: str) -> Roll:
    """Fix who is entitled, for ever, and say so. The roll must be locked, or made in this transaction.

    Raises RollFrozenAlready, NobodyEntitled, TeachersMissing, and Invalid for a day still to come.
    """
    lines = queries.lines(session, roll)
    roll.freeze(lines, by=by, heard_until=queries.heard_until(session, roll.school_id))
    session.flush()
    session.execute(
        insert(RollEntry),
        [
            {
                "roll_id": roll.id,
                "school_id": roll.school_id,
                "person_id": line.person_id,
                "group_id": line.group_id,
                "teacher": line.teacher,
            }
            for line in lines
        ],
    )
    emit(
        session,
        RollFrozen,
        of=roll,
        subject=roll.id,
        school=roll.school_id,
        roll_id=roll.id,
        ballot_id=roll.poll_id,
        entitled=roll.entitled,
        teacher_share=roll.teacher_share,
        sha256=roll.sha256,
    )
    return roll


def mark_teachers(session: Session, roll: Roll, teacher_ids: Collection[str]) -> None:
    """Say which people of a draft delegates' roll teach; it holds for the union's later rolls too.

    Raises RollFrozenAlready, and Invalid for somebody who is not on the roll.
    """
    if roll.is_frozen or roll.audience != DELEGATES:
        raise RollFrozenAlready()
    on_roll = {line.person_id for line in queries.lines(session, roll)}
    if strangers := set(teacher_ids) - on_roll:
        raise Invalid(_("%(number)s of those marked are not on this roll.", number=len(strangers)))
    session.execute(
        delete(Teacher).where(Teacher.school_id == roll.school_id, Teacher.person_id.in_(on_roll))
    )
    session.add_all(
        Teacher(school_id=roll.school_id, person_id=person_id) for person_id in sorted(teacher_ids)
    )


def discard_roll(session: Session, roll: Roll) -> None:
    """Drop a draft. Raises RollFrozenAlready."""
    if roll.is_frozen:
        raise RollFrozenAlready()
    session.delete(roll)
