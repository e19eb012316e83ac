"""Who keeps the books and who keeps the cash (会计, 出纳), and the rules that the union gave itself for its money."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime

ACCOUNTANT, CASHIER = "accountant", "cashier"
POSTS: dict[str, Any] = {ACCOUNTANT: _l("Accountant"), CASHIER: _l("Cashier")}


class MoneyPost(Base):
    """Somebody's time as accountant or cashier of a union; `ended_on` is the first day without it."""

    __tablename__ = "money_post"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    post: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[str] = mapped_column(Id)
    begun_on: Mapped[date]
    ended_on: Mapped[date | None]
    given_by: Mapped[str | None] = mapped_column(Id)

    def is_held_on(self, day: date) -> bool:
        return self.begun_on <= day and (self.ended_on is None or day < self.ended_on)


FINANCE_RULES, ACCOUNTANT_DUTIES, CASHIER_DUTIES = "finance-rules", "accountant-duties", "cashier-duties"
POLICIES: dict[str, Any] = {
    FINANCE_RULES: _l("Rules for the union's money"),
    ACCOUNTANT_DUTIES: _l("Duties of the accountant"),
    CASHIER_DUTIES: _l("Duties of the cashier"),
}


class Policy(Base):
    """One version of a document on money (财务管理规定, 岗位责任制). Never changed: the next version follows it."""

    __tablename__ = "money_policy"
    __table_args__ = (UniqueConstraint("school_id", "kind", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    adopted_on: Mapped[date]
    published_by: Mapped[str] = mapped_column(Id)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
