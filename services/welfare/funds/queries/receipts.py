"""Looking up receipts: by their hash, and for the auditors (经审委员)."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.welfare.funds.models import Receipt
from shared.kit.access import within
from shared.kit.paging import Keyset


def used_elsewhere(
    session: Session, receipts: Collection[Receipt], source: str, source_id: str
) -> list[Receipt]:
    """Receipts of the same school with the same picture that already prove something else, whoever handed them in."""
    if not receipts:
        return []
    school_id = next(iter(receipts)).school_id
    return list(
        session.scalars(
            select(Receipt)
            .where(
                Receipt.school_id == school_id,
                Receipt.sha256.in_({receipt.sha256 for receipt in receipts}),
                Receipt.source_id.is_not(None),
                or_(Receipt.source_id != source_id, Receipt.source != source),
            )
            .order_by(Receipt.kept_at)
        )
    )


def receipts_of(session: Session, source: str, source_id: str) -> list[Receipt]:
    """What proves a visit, an expense, a payment."""
    return list(
        session.scalars(
            select(Receipt)
            .where(Receipt.source_id == source_id, Receipt.source == source)
            .order_by(Receipt.id)
        )
    )


def all_receipts() -> Keyset:
    """Every receipt of the asker's school that proves something."""
    return Keyset(
        select(Receipt).where(within(Receipt), Receipt.source_id.is_not(None)), [Receipt.id], descending=True
    )


def hashes(session: Session) -> list[str]:
    """The hash of every receipt of the asker's school that proves something, as often as it does."""
    return list(
        session.scalars(select(Receipt.sha256).where(within(Receipt), Receipt.source_id.is_not(None)))
    )
