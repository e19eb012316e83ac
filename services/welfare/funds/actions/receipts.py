"""Keeping receipts, saying what they prove, and who may look at one."""

from collections.abc import Sequence
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.funds.models import Entry, Receipt
from services.welfare.funds.queries.receipts import used_elsewhere
from shared.kit import audit, files
from shared.kit.access import Actor
from shared.kit.problems import Invalid

RECEIPT = "visit-receipt"


def keep_receipt(
    session: Session, stream: BinaryIO, filename: str, *, school_id: str, kept_by: str
) -> Receipt:
    """Store the picture of a receipt; the same person sending it again before it is used gets the same one.

    Raises Invalid where it is no picture, or too large.
    """
    file = files.keep(session, stream, filename, school_id=school_id, owner_id=kept_by, purpose=RECEIPT)
    waiting = session.scalar(
        select(Receipt)
        .where(
            Receipt.school_id == school_id,
            Receipt.sha256 == file.sha256,
            Receipt.kept_by == kept_by,
            Receipt.source_id.is_(None),
        )
        .order_by(Receipt.id)
        .limit(1)
    )
    if waiting is not None:
        session.delete(file)
        return waiting
    receipt = Receipt(school_id=school_id, file_id=file.id, sha256=file.sha256, kept_by=kept_by)
    session.add(receipt)
    return receipt


def receipts_for(
    session: Session, receipt_ids: Sequence[str], *, school_id: str, source: str, source_id: str
) -> list[Receipt]:
    """The receipts of these ids that are free, or prove this already. Raises Invalid for any other."""
    found = [session.get(Receipt, receipt_id) for receipt_id in dict.fromkeys(receipt_ids)]
    if any(
        receipt is None
        or receipt.school_id != school_id
        or (receipt.is_used and not receipt.proves(source, source_id))
        for receipt in found
    ):
        raise Invalid(fields={"receipt_ids": [_("There is no such receipt.")]})
    return [receipt for receipt in found if receipt is not None]


def use_receipts(
    session: Session, receipt_ids: Sequence[str], *, school_id: str, source: str, source_id: str
) -> list[Receipt]:
    """Say what receipts prove, from now on and nothing else. Raises Invalid."""
    receipts = receipts_for(session, receipt_ids, school_id=school_id, source=source, source_id=source_id)
    for receipt in receipts:
        receipt.source, receipt.source_id = source, source_id
    return receipts


def prove(
    session: Session, entry: Entry, stream: BinaryIO, filename: str, *, by: str
) -> tuple[Receipt, list[Receipt]]:
    """Add a receipt to what an entry is for; with it come those of the same picture that prove something else.

    Raises Invalid.
    """
    receipt = keep_receipt(session, stream, filename, school_id=entry.school_id, kept_by=by)
    session.flush()
    use_receipts(
        session, [receipt.id], school_id=entry.school_id, source=entry.source, source_id=entry.source_id
    )
    audit.record(session, "ledger.proved", object_id=entry.id)
    return receipt, used_elsewhere(session, [receipt], entry.source, entry.source_id)


@files.readable(RECEIPT)
def may_read_receipt(_session: Session, file: files.File, who: Actor) -> bool:
    """Whoever handed it in, and those who answer for the money."""
    return file.owner_id == who.person_id or who.may("funds.receipts")
