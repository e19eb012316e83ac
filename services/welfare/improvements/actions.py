"""Suggesting an improvement, taking it on, and showing that it is there."""

from datetime import date
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.improvements.models import (
    ACCEPTED,
    DECLINED,
    DONE,
    IN_WORK,
    SHOWN_TO_ALL,
    SUGGESTED,
    Improvement,
)
from services.welfare.telling import tell, tell_office
from shared.kit import audit, clock, files
from shared.kit.access import Actor
from shared.kit.database import locked_where
from shared.kit.problems import Invalid

PAGE = "/welfare/improvements/"
PHOTO = "improvement-photo"
# The stages at which a proposal has become work for somebody (交承办部门), whichever of them is heard of first.
BECOMES_WORK = ("filed", "assigned", "answered")


def suggest(session: Session, *, school_id: str, person_id: str, title: str, words: str) -> Improvement:
    """A member suggests something; the chair hears that something waits."""
    found = Improvement(
        school_id=school_id,
        state=SUGGESTED,
        title=title,
        words=words or None,
        suggested_by=person_id,
        begun_on=clock.today(),
    )
    session.add(found)
    session.flush()
    audit.record(session, "improvement.suggested", object_id=found.id)
    tell_office(
        session,
        "chair",
        "file-waiting",
        school_id=school_id,
        link=PAGE + found.id,
        due_on=clock.today().isoformat(),
    )
    return found


def decide(
    session: Session,
    found: Improvement,
    *,
    accepts: bool,
    title: str,
    answer: str,
    department: str,
    due_on: date | None,
) -> None:
    """Take it on, by a day if one is named, or say why not. Raises Conflict, Invalid."""
    found.require(SUGGESTED)
    if not accepts and not answer:
        raise Invalid(fields={"answer": [_("Say why not: who suggested it reads this.")]})
    if due_on is not None and due_on < clock.today():
        raise Invalid(fields={"due_on": [_("This day is over.")]})
    found.state = ACCEPTED if accepts else DECLINED
    found.title, found.answer = title or found.title, answer or None
    found.department, found.due_on = department or None, due_on
    _moved(session, found)


def begin(session: Session, found: Improvement, *, title: str, department: str, due_on: date | None) -> None:
    """Work begins. What came from a proposal gets its title here, at the latest. Raises Conflict, Invalid."""
    found.require(ACCEPTED)
    if not (title or found.title):
        raise Invalid(fields={"title": [_("Give it a title: all members read it.")]})
    found.state = IN_WORK
    found.title, found.department = title or found.title, department or found.department
    found.due_on = due_on or found.due_on
    _moved(session, found)


def finish(session: Session, found: Improvement, *, done_on: date, cost_fen: int, answer: str) -> None:
    """It is there: what it cost, for all to see. Raises Conflict, Invalid."""
    found.require(IN_WORK)
    if done_on > clock.today():
        raise Invalid(fields={"done_on": [_("This day is still to come.")]})
    found.state, found.done_on, found.cost_fen = DONE, done_on, cost_fen
    found.answer = answer or found.answer
    _moved(session, found)


def show_photo(session: Session, found: Improvement, stream: BinaryIO, filename: str, *, by: str) -> None:
    """Keep the picture of what was done, in place of an earlier one. Raises Conflict, Invalid."""
    found.require(IN_WORK, DONE)
    file = files.keep(session, stream, filename, school_id=found.school_id, owner_id=by, purpose=PHOTO)
    if file.media_type not in files.PICTURES.values():
        raise Invalid(fields={"file": [_("Please choose a photo (JPEG, PNG, WebP).")]})
    if found.photo_id is not None:
        files.erase(session, [found.photo_id])
    found.photo_id = file.id


@files.readable(PHOTO)
def may_see_photo(_session: Session, _file: files.File, who: Actor) -> bool:
    """Whoever may read the list: the kit has seen to it that they are of the school."""
    return who.may("improvements.see")


def follow_proposal(session: Session, school_id: str, said: dict[str, Any]) -> Improvement | None:
    """A proposal moved on: once it is somebody's work it stands here, and what is said of it later is noted."""
    known = locked_where(
        session,
        Improvement,
        Improvement.school_id == school_id,
        Improvement.proposal_id == said["proposal_id"],
    )
    found = next(iter(known), None)
    if found is None and said["stage"] not in BECOMES_WORK:
        return None
    if found is None:
        found = Improvement(
            school_id=school_id,
            state=ACCEPTED,
            proposal_id=said["proposal_id"],
            begun_on=clock.today(),
        )
        session.add(found)
        session.flush()
        audit.record(session, "improvement.from-proposal", object_id=found.id)
    found.proposal_stage = said["stage"]
    found.satisfaction = said.get("satisfaction") or found.satisfaction
    found.department = said.get("dept_code") or found.department
    if said.get("due_on"):
        found.due_on = date.fromisoformat(str(said["due_on"]))
    return found


def forget(session: Session, person_id: str) -> int:
    """The person was erased: what was suggested stays, by nobody."""
    rows = session.scalars(select(Improvement).where(Improvement.suggested_by == person_id)).all()
    for found in rows:
        found.suggested_by = None
        if found.state not in SHOWN_TO_ALL:
            found.title = found.words = found.answer = None
    return len(rows)


def _moved(session: Session, found: Improvement) -> None:
    audit.record(session, f"improvement.{found.state}", object_id=found.id)
    tell(session, found.suggested_by, "answer-ready", school_id=found.school_id, link=PAGE + found.id)
