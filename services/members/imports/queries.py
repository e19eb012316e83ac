"""Rosters of a union, and the rows of one as its preview shows them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.imports.actions.taking import chunks_of
from services.members.imports.cells import tidy
from services.members.imports.models import COMMITTED, DISCARDED, RosterImport
from services.members.imports.words import say
from services.members.people.identity import masked
from services.members.people.models import Member
from shared.kit.paging import Keyset

SHOWN = ("bad", "mended", "all")
MOST_ROWS = 200  # of a preview page; the annotated workbook holds them all
_MASKED = ("identity_number", "phone")


def imports(school_id: str) -> Keyset:
    """The rosters of a union, the latest first; those given up are not shown."""
    query = select(RosterImport).where(RosterImport.school_id == school_id, RosterImport.state != DISCARDED)
    return Keyset(query, order=[RosterImport.created_at, RosterImport.id], descending=True)


def rows(
    session: Session, roster: RosterImport, show: str = "bad", limit: int = MOST_ROWS
) -> list[dict[str, Any]]:
    """Rows with their cells and what was found in each: the bad ones, those put right, or all.

    Identity numbers and phones are shown by their ends alone.
    """
    found: list[dict[str, Any]] = []
    for chunk in chunks_of(session, roster):
        checked = {entry["row"]: entry for entry in chunk.checked or ()}
        for number, cells in chunk.rows:
            entry = checked.get(number)
            if entry is None or not _is_wanted(entry, show):
                continue
            found.append({"row": number, "state": entry["state"], "cells": _cells(cells, entry["findings"])})
            if len(found) == limit:
                return found
    return found


def entered(session: Session, roster: RosterImport) -> list[str]:
    """The ids of those whom a committed roster brought into the register."""
    if roster.state != COMMITTED:
        return []
    return [
        entry["id"]
        for chunk in chunks_of(session, roster)
        for entry in chunk.before or ()
        if "values" not in entry
    ]


def absent(session: Session, roster: RosterImport, limit: int = 20) -> list[Member]:
    """Members who are not in the roster: perhaps they have left; nothing happens to them by itself."""
    query = select(Member).where(Member.id.in_(roster.absent[:limit])).order_by(Member.pinyin, Member.id)
    return list(session.scalars(query))


def _is_wanted(entry: dict[str, Any], show: str) -> bool:
    if show == "bad":
        return bool(entry["state"] == "bad")
    return show == "all" or any(finding["kind"] == "mended" for finding in entry["findings"])


def _cells(cells: dict[str, str], findings: list[dict[str, str]]) -> dict[str, dict[str, Any]]:
    shown: dict[str, dict[str, Any]] = {
        name: {"text": _shown(name, text), "kind": "", "says": []} for name, text in cells.items()
    }
    for finding in findings:
        cell = shown.setdefault(finding["field"], {"text": "", "kind": "", "says": []})
        cell["kind"] = "bad" if "bad" in (cell["kind"], finding["kind"]) else "fix"
        cell["says"].append(say(finding))
    return shown


def _shown(field: str, text: str) -> str:
    """A cell as it will be entered; what is sensitive by its ends alone."""
    if field not in _MASKED:
        return text
    clean = tidy(text).text
    return masked(clean) or clean
