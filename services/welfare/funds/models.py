"""Where the money of a gift comes from, and the receipts that prove it.

Sums are whole fen everywhere. A receipt is known by the hash of its picture, so that one which was handed
in before is found, whoever hands it in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime


@dataclass(frozen=True)
class Fund:
    """A source of money; `is_union_money` is bound by the ceilings for union funds (基层工会经费收支管理办法)."""

    name: Any
    is_union_money: bool = True


ADMINISTRATION, PERSONAL = "administration", "personal"
FUNDS: dict[str, Fund] = {
    "union": Fund(_l("Union funds")),
    "dues": Fund(_l("Members' dues")),
    ADMINISTRATION: Fund(_l("School administration")),
    "superior": Fund(_l("Grant from above")),
    PERSONAL: Fund(_l("Own pocket"), is_union_money=False),
}


class Receipt(Base):
    """A picture of a receipt, first without a use, then with the task whose gift it proves."""

    __tablename__ = "receipt"
    __table_args__ = (Index("ix_receipt_hash", "school_id", "sha256"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    file_id: Mapped[str] = mapped_column(Id)
    sha256: Mapped[str] = mapped_column(String(64))
    task_id: Mapped[str | None] = mapped_column(Id, index=True)
    kept_by: Mapped[str] = mapped_column(Id)
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
