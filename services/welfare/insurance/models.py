"""Mutual insurance (互助保障; 安康 for women): a plan, and who said what to it. No column for an illness or an identity
number: the school adds the numbers from its register when the list goes to the insurer.

A line of the list without a consent that holds (个人信息保护法 art. 23) keeps the whole list in the house.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.problems import Conflict

OPEN, CLOSED = "open", "closed"
STATES: dict[str, Any] = {OPEN: _l("Under way"), CLOSED: _l("Closed")}
EVERYONE, WOMEN = "everyone", "women"
AUDIENCES: dict[str, Any] = {EVERYONE: _l("All in post"), WOMEN: _l("Women in post")}
PAYERS: dict[str, Any] = {
    "member": _l("Each for himself or herself"),
    "union": _l("The union"),
    "administration": _l("The school administration"),
}
PURPOSE = "insurance"  # the consent in members' register that covers it
PHONE, PAPER, LISTED, DECLINED, WITHDRAWN = "phone", "paper", "listed", "declined", "withdrawn"
ANSWERS: dict[str, Any] = {
    PHONE: _l("Agreed on the phone"),
    PAPER: _l("Agreed on paper"),
    LISTED: _l("On the list without consent"),
    DECLINED: _l("Does not take part"),
    WITHDRAWN: _l("Consent withdrawn"),
}
CONSENTED = (PHONE, PAPER)
ON_LIST = (PHONE, PAPER, LISTED, WITHDRAWN)  # who withdrew stays in sight until somebody takes the line off


class InsurancePlan(Base):
    """What is offered to whom, by which insurer, for how much a head, and between which days one joins.

    `eligible` and `enrolled` are the figures of the day it was closed.
    """

    __tablename__ = "insurance_plan"
    __table_args__ = (Index("ix_insurance_plan_school", "school_id", "opens_on", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    title: Mapped[str] = mapped_column(String(60))
    audience: Mapped[str] = mapped_column(String(10))
    insurer: Mapped[str] = mapped_column(String(80))
    premium_fen: Mapped[int] = mapped_column(BigInteger)
    payer: Mapped[str] = mapped_column(String(15))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    opened_by: Mapped[str] = mapped_column(Id)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handed_over_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handed_over_rows: Mapped[int | None] = mapped_column(Integer)
    eligible: Mapped[int | None] = mapped_column(Integer)
    enrolled: Mapped[int | None] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def takes_answers(self) -> bool:
        """Whether one may join today."""
        return self.state == OPEN and self.opens_on <= clock.today() <= self.closes_on

    def require_open(self) -> None:
        """Raise Conflict where it is closed."""
        if self.state != OPEN:
            raise Conflict(str(STATES[self.state]), state=self.state)


class Enrolment(Base):
    """What one person said to one plan. `consented_on` and `text_version` are of the consent, while it holds."""

    __tablename__ = "insurance_enrolment"
    __table_args__ = (UniqueConstraint("plan_id", "person_id"), Index("ix_insurance_person", "person_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    plan_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)
    answer: Mapped[str] = mapped_column(String(10))
    consented_on: Mapped[date | None]
    text_version: Mapped[int | None] = mapped_column(Integer)
    handed_over: Mapped[bool] = mapped_column(default=False)
