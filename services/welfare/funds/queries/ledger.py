"""The list of the ledger, and which of its sums no receipt proves."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from services.welfare.funds.codes import INCOME, SPENDING
from services.welfare.funds.models import BOOKED, Entry, Receipt
from shared.kit.access import actor, within
from shared.kit.paging import Keyset


def listing(filters: dict[str, Any]) -> Keyset:
    """The sums of the asker's union, filtered as the address says; the latest first."""
    query = select(Entry).where(within(Entry))
    for name in ("code", "fund", "source", "activity_id"):
        if filters.get(name):
            query = query.where(getattr(Entry, name) == filters[name])
    if filters.get("side"):
        query = query.where(Entry.code.in_(INCOME if filters["side"] == "income" else SPENDING))
    if filters.get("begins"):
        query = query.where(Entry.counted_on >= filters["begins"])
    if filters.get("ends"):
        query = query.where(Entry.counted_on <= filters["ends"])
    if filters.get("q"):
        query = query.where(Entry.words.icontains(filters["q"], autoescape=True))
    if filters.get("receipt") == "missing":
        query = query.where(is_unproved())
    if filters.get("sort") in ("amount", "-amount"):
        return Keyset(query, [Entry.amount_fen, Entry.id], descending=filters["sort"] == "-amount")
    return Keyset(query, [Entry.counted_on, Entry.id], descending=filters.get("sort") != "day")


def stands() -> ColumnElement[bool]:
    """WHERE: an entry that was not taken back, and takes nothing back."""
    counter = aliased(Entry)
    return and_(Entry.kind == BOOKED, ~select(counter.id).where(counter.counters_id == Entry.id).exists())


def is_unproved() -> ColumnElement[bool]:
    """WHERE: money that was spent, stands, and has no receipt."""
    proof = select(Receipt.id).where(
        Receipt.school_id == Entry.school_id,
        Receipt.source == Entry.source,
        Receipt.source_id == Entry.source_id,
    )
    return and_(Entry.code.in_(SPENDING), stands(), ~proof.exists())


def proved(session: Session, entries: Collection[Entry]) -> set[str]:
    """Which of these entries have a receipt; ids."""
    return proved_of(session, str(actor().school_id), entries)


def proved_of(session: Session, school_id: str, entries: Collection[Entry]) -> set[str]:
    """Which of a union's entries have a receipt; ids."""
    sources = {entry.source_id for entry in entries}
    rows = session.execute(
        select(Receipt.source, Receipt.source_id).where(
            Receipt.school_id == school_id, Receipt.source_id.in_(sources)
        )
    )
    known = {(source, source_id) for source, source_id in rows}
    return {entry.id for entry in entries if (entry.source, entry.source_id) in known}


def counter_of(session: Session, entry: Entry) -> Entry | None:
    """The entry that took it back, if any."""
    return session.scalar(select(Entry).where(Entry.counters_id == entry.id))
