"""Keeping receipts, and who may look at one."""

from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.funds.models import Receipt
from shared.kit import files
from shared.kit.access import Actor

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
            Receipt.task_id.is_(None),
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


@files.readable(RECEIPT)
def may_read_receipt(_session: Session, file: files.File, who: Actor) -> bool:
    """Whoever handed it in, and those who answer for the money."""
    return file.owner_id == who.person_id or who.may("funds.receipts")
