"""One step of an import's job: a chunk checked, committed or undone, whichever the roster is at."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.imports.actions.taking import JOB, chunks_of
from services.members.imports.actions.turning import commit_chunk, conclude_commit, conclude_undo, undo_chunk
from services.members.imports.checks import Register, check_rows
from services.members.imports.models import (
    CHECKED,
    CHECKING,
    COMMITTING,
    UNDOING,
    RosterChunk,
    RosterImport,
)
from services.members.people.models import MEMBERS, Member
from shared.kit.database import locked
from shared.kit.jobs import Job

__all__ = ["JOB", "step"]


def step(session: Session, job: Job) -> None:
    """Do the next chunk; conclude when there is none. A roster that was given up meanwhile needs nothing."""
    roster = locked(session, RosterImport, job.params["import_id"])
    assert roster is not None
    work = {CHECKING: _check, COMMITTING: commit_chunk, UNDOING: undo_chunk}.get(roster.state)
    if work is None:
        job.finish()
        return
    from_state, to_state = _CHUNK_STATES[roster.state]
    chunk = session.scalars(
        select(RosterChunk)
        .where(RosterChunk.import_id == roster.id, RosterChunk.state == from_state)
        .order_by(RosterChunk.number)
        .limit(1)
    ).first()
    if chunk is not None:
        work(session, roster, chunk)
        chunk.state = to_state
        job.done += len(chunk.rows)
    if chunk is None or job.done >= job.total:
        {CHECKING: _conclude_check, COMMITTING: conclude_commit, UNDOING: conclude_undo}[roster.state](
            session, roster
        )
        job.finish()


_CHUNK_STATES = {
    CHECKING: ("read", "checked"),
    COMMITTING: ("checked", "committed"),
    UNDOING: ("committed", "undone"),
}


def _check(session: Session, roster: RosterImport, chunk: RosterChunk) -> None:
    rows = check_rows(Register(session, roster), chunk.rows)
    chunk.checked = [
        {
            "row": row.row,
            "state": row.state,
            "member_id": row.member_id,
            "findings": [vars(finding) for finding in row.findings],
        }
        for row in rows
    ]


def _conclude_check(session: Session, roster: RosterImport) -> None:
    """Count what was found, and note who is in the register but not in the roster."""
    rows: list[dict[str, Any]] = [row for chunk in chunks_of(session, roster) for row in chunk.checked]
    counts = dict.fromkeys(("new", "update", "same", "bad", "mended"), 0)
    for row in rows:
        counts[row["state"]] += 1
        counts["mended"] += sum(finding["kind"] == "mended" for finding in row["findings"])
    present = {row["member_id"] for row in rows}
    members = session.scalars(
        select(Member.id)
        .where(Member.school_id == roster.school_id, Member.standing.in_(MEMBERS))
        .order_by(Member.pinyin, Member.id)
    )
    roster.absent = [member_id for member_id in members if member_id not in present]
    roster.counts, roster.state = counts, CHECKED
