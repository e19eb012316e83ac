"""Making something public, and adding up the help that was paid out."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.voting.disclosure.models import AID, FINANCE, AidPaid, DisclosureItem
from shared.contracts.voting import DisclosurePublished
from shared.kit.messages import emit

FEW = 5  # fewer payments than this point to persons


def disclose(
    session: Session, *, school_id: str, category: str, reference: str, content: dict[str, Any]
) -> DisclosureItem:
    """Make an item public; what was made public about the same thing already stays as it is."""
    known = session.scalar(
        select(DisclosureItem).where(
            DisclosureItem.school_id == school_id,
            DisclosureItem.category == category,
            DisclosureItem.reference == reference,
        )
    )
    if known is not None:
        return known
    item = DisclosureItem(school_id=school_id, category=category, reference=reference, content=content)
    session.add(item)
    session.flush()
    emit(
        session,
        DisclosurePublished,
        of=item,
        subject=item.id,
        school=school_id,
        item_id=item.id,
        category_code=category,
        valid_until=item.valid_until,
    )
    return item


def disclose_accounts(session: Session, school_id: str, said: dict[str, Any]) -> DisclosureItem:
    """The accounts of a period, and beside those of a half-year how much help was paid in it, five payments or more."""
    period = said["period"]
    names = ("income_by_code", "spend_by_code", "rule_breaches", "audit_ref", "sha256")
    item = disclose(
        session,
        school_id=school_id,
        category=FINANCE,
        reference=period,
        content={name: said[name] for name in names},
    )
    if "-H" in period:
        payments, total = aid_in(session, school_id, period)
        if payments >= FEW:
            content = {"payments": payments, "total_fen": total}
            disclose(session, school_id=school_id, category=AID, reference=period, content=content)
    return item


def note_aid(session: Session, *, school_id: str, aid_id: str, amount_fen: int, paid_on: date) -> None:
    """Remember a payment, once."""
    if session.get(AidPaid, aid_id) is None:
        session.add(AidPaid(id=aid_id, school_id=school_id, amount_fen=amount_fen, paid_on=paid_on))


def aid_in(session: Session, school_id: str, period: str) -> tuple[int, int]:
    """How many payments of aid a half-year saw, and their sum in fen."""
    year, first = int(period[:4]), period.endswith("H1")
    begins, ends = (date(year, 1 if first else 7, 1), date(year, 7, 1) if first else date(year + 1, 1, 1))
    payments, total = session.execute(
        select(func.count(), func.sum(AidPaid.amount_fen)).where(
            AidPaid.school_id == school_id, AidPaid.paid_on >= begins, AidPaid.paid_on < ends
        )
    ).one()
    return int(payments), int(total or 0)
