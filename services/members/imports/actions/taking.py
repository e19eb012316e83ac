"""Taking a roster in, and mending its rows before they are committed."""

from collections import defaultdict
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.groups.queries import groups_of
from services.members.imports import reader
from services.members.imports.cells import tidy
from services.members.imports.checks import UNIQUE, Row
from services.members.imports.columns import Layout, find_roster
from services.members.imports.models import (
    CHECKED,
    CHECKING,
    CHUNK_ROWS,
    DISCARDED,
    RosterChunk,
    RosterImport,
)
from services.members.imports.sheet import RosterRefused, Sheet
from shared.kit import jobs
from shared.kit.problems import Conflict

JOB = "members.import"


def take(session: Session, content: bytes, filename: str, *, school_id: str, owner_id: str) -> RosterImport:
    """Read an uploaded roster and begin to check it.

    A file that cannot be read leaves nothing behind. Raises RosterRefused.
    """
    sheet, layout = find_roster(reader.read(content, filename))
    rows = _rows(sheet, layout)
    if not rows:
        raise RosterRefused(_("There is no row under the headings."))
    has_groups = bool(groups_of(session, school_id))
    roster = RosterImport(
        school_id=school_id,
        owner_id=owner_id,
        filename=filename[-200:],
        sheet=sheet.name,
        headings=layout.headings,
        ignored=layout.ignored,
        rows=len(rows),
        days_from_1904=sheet.days_from_1904,
        state=CHECKING,
        new_groups=[] if has_groups else sorted({name for _number, cells in rows if (name := _group(cells))}),
    )
    session.add(roster)
    for number, start in enumerate(range(0, len(rows), CHUNK_ROWS)):
        chunk = RosterChunk(import_id=roster.id, number=number, state="read")
        chunk.rows = rows[start : start + CHUNK_ROWS]
        session.add(chunk)
    session.flush()
    roster.repeated = _repeated(rows)
    _start_checking(session, roster)
    return roster


def mend_row(session: Session, roster: RosterImport, row: int, cells: dict[str, str]) -> None:
    """Write other cells into a row and check the roster again. `roster` is locked."""
    _rewrite(session, roster, row, cells)


def drop_row(session: Session, roster: RosterImport, row: int) -> None:
    """Leave a row out and check the roster again. `roster` is locked."""
    _rewrite(session, roster, row, None)


def discard(session: Session, roster: RosterImport) -> None:
    """Give a roster up before it is committed; its rows are erased. `roster` is locked."""
    if roster.state not in (CHECKING, CHECKED):
        raise Conflict(_("This roster is in the register already."))
    for chunk in chunks_of(session, roster):
        session.delete(chunk)
    roster.state = DISCARDED


def chunks_of(session: Session, roster: RosterImport) -> list[RosterChunk]:
    """The chunks of a roster in the order of its rows."""
    query = select(RosterChunk).where(RosterChunk.import_id == roster.id)
    return list(session.scalars(query.order_by(RosterChunk.number)))


def _rewrite(session: Session, roster: RosterImport, row: int, cells: dict[str, str] | None) -> None:
    if roster.state != CHECKED:
        raise Conflict(_("This roster cannot be changed just now."))
    chunks = chunks_of(session, roster)
    found = False
    rows: list[Row] = []
    for chunk in chunks:
        kept: list[Row] = []
        for number, old in chunk.rows:
            if number != row:
                kept.append((number, old))
                continue
            found = True
            if cells is not None:
                kept.append((number, old | {name: text for name, text in cells.items() if name in old}))
        chunk.rows, chunk.state = kept, "read"
        rows += kept
    if not found:
        raise Conflict(_("There is no such row."))
    roster.rows, roster.repeated = len(rows), _repeated(rows)
    _start_checking(session, roster)


def _start_checking(session: Session, roster: RosterImport) -> None:
    roster.state = CHECKING
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


def _rows(sheet: Sheet, layout: Layout) -> list[Row]:
    wanted = layout.columns.items()
    return [
        (number, cells)
        for number, line in sheet.rows[layout.row_index + 1 :]
        if any((cells := {name: line[at] if at < len(line) else "" for name, at in wanted}).values())
    ]


def _group(cells: dict[str, str]) -> str:
    name = cells.get("group", "")
    return "" if name.startswith("=") else tidy(name).text[:100]


def _repeated(rows: list[Row]) -> dict[str, Any]:
    """For what nobody shares: each row whose value stands in another row too, and in which."""
    repeated: dict[str, Any] = {}
    for name in UNIQUE:
        places: dict[str, list[int]] = defaultdict(list)
        for number, cells in rows:
            if cell := cells.get(name):
                places[tidy(cell).text.upper()].append(number)
        repeated[name] = {
            str(number): next(other for other in numbers if other != number)
            for numbers in places.values()
            if len(numbers) > 1
            for number in numbers
        }
    return repeated
