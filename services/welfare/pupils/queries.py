"""Reading the help for pupils: programmes, what one has paid, and a year's total."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.pupils.models import PupilPayment, PupilProgramme
from shared.kit.access import within
from shared.kit.paging import Keyset

SEE, KEEP = "pupils.see", "pupils.keep"


def programmes(filters: dict[str, Any]) -> Keyset:
    query = select(PupilProgramme).where(within(PupilProgramme))
    if filters.get("state"):
        query = query.where(PupilProgramme.state == filters["state"])
    if filters.get("q"):
        query = query.where(PupilProgramme.title.contains(filters["q"], autoescape=True))
    newest_first = filters.get("sort", "-proposed_on") == "-proposed_on"
    return Keyset(query, [PupilProgramme.proposed_on, PupilProgramme.id], descending=newest_first)


def payments(session: Session, programme_id: str) -> Sequence[PupilPayment]:
    query = select(PupilPayment).where(PupilPayment.programme_id == programme_id)
    return session.scalars(query.order_by(PupilPayment.paid_on, PupilPayment.id)).all()


@dataclass(frozen=True)
class Paid:
    """What was paid: to which codes, how much in all."""

    codes: frozenset[str]
    amount_fen: int

    @classmethod
    def of(cls, found: Sequence[PupilPayment]) -> "Paid":
        codes = frozenset(code for payment in found for code in payment.codes)
        return cls(codes, sum(payment.amount_fen for payment in found))


def paid_in(session: Session, school_id: str, year: int) -> Sequence[PupilPayment]:
    """By all programmes of a school in a year."""
    query = select(PupilPayment).where(
        PupilPayment.school_id == school_id,
        PupilPayment.paid_on >= date(year, 1, 1),
        PupilPayment.paid_on <= date(year, 12, 31),
    )
    return session.scalars(query).all()
