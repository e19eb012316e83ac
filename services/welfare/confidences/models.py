"""What somebody tells the women's officer (女工委) alone: a protected period (五期保护), or that she would like to be on
her care list (贴心人).

One table for both, and what it is stands sealed with its days: the row says that a person told something, not what.
Taken back, or over for a while, it is deleted.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit.database import Id
from shared.kit.encryption import encrypted

CARE: Final = "care"
PREGNANCY, LEAVE, NURSING = "pregnancy", "leave", "nursing"
PERIODS: dict[str, Any] = {
    PREGNANCY: _l("Pregnancy"),
    LEAVE: _l("Birth and leave"),
    NURSING: _l("Nursing"),
    "menstruation": _l("Menstruation"),
    "menopause": _l("Menopause"),
}
KINDS: dict[str, Any] = {CARE: _l("On the care list")} | PERIODS

KEPT_AFTER: Final = timedelta(days=30)  # a period that is over, then nothing is left of it
LONGEST: Final = timedelta(days=730)
SEVEN_MONTHS: Final = timedelta(weeks=12)  # before the birth is due: 28 weeks are seven months
BEFORE_BIRTH: Final = timedelta(days=15)


@dataclass(frozen=True)
class Duty:
    """What the rules ask from a day on, and where they say it."""

    since: date
    words: Any
    source: Any


class WomenConfidence(Base):
    """One thing told. `told` is {"kind", "starts_on", "ends_on", "words"}, the days as ISO text or None."""

    __tablename__ = "women_confidence"
    __table_args__ = (Index("ix_women_confidence_school", "school_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id, index=True)
    told_on: Mapped[date]
    told_sealed: Mapped[str] = mapped_column(Text, default="")
    told = encrypted("told_sealed")
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def kind(self) -> str:
        return str(self.told["kind"])

    @property
    def words(self) -> str | None:
        return self.told["words"] or None

    @property
    def starts_on(self) -> date | None:
        return _day(self.told["starts_on"])

    @property
    def ends_on(self) -> date | None:
        return _day(self.told["ends_on"])

    @property
    def duties(self) -> list[Duty]:
        return duties(self.kind, self.starts_on, self.ends_on)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_RULES: Final = {  # by article of 女职工劳动保护特别规定 (国务院令第619号, 2012)
    6: _l("Rules on the labour protection of women (2012), article 6"),
    7: _l("Rules on the labour protection of women (2012), article 7"),
    9: _l("Rules on the labour protection of women (2012), article 9"),
    "annex": _l("Rules on the labour protection of women (2012), annex, part 2"),
}


def duties(kind: str, starts_on: date | None, ends_on: date | None) -> list[Duty]:
    """What 女职工劳动保护特别规定 (国务院令第619号, 2012) asks in a period, in the order of its days.

    A pregnancy ends on the day on which the birth is due.
    """
    if starts_on is None or ends_on is None:
        return []
    if kind == PREGNANCY:
        found = [
            Duty(starts_on, _l("Check-ups before the birth are working time."), _RULES[6]),
            Duty(
                max(starts_on, ends_on - SEVEN_MONTHS),
                _l("From the seventh month: no overtime, no night work, rest within working hours."),
                _RULES[6],
            ),
            Duty(
                max(starts_on, ends_on - BEFORE_BIRTH),
                _l(
                    "Leave may begin: 98 days, 15 of them before the birth; 15 more for a difficult birth and for "
                    "each further child. Your province may give more."
                ),
                _RULES[7],
            ),
        ]
    elif kind == LEAVE:
        found = [
            Duty(
                starts_on,
                _l(
                    "98 days of leave, 15 more for a difficult birth and for each further child; after a miscarriage "
                    "15 days, from the fourth month on 42. Your province may give more."
                ),
                _RULES[7],
            ),
            Duty(ends_on, _l("Ask whether she is nursing: the nursing hour begins."), _RULES[9]),
        ]
    elif kind == NURSING:
        hour = _l(
            "Until the child is one year old: an hour a day within working hours, one more for each further child; "
            "no overtime, no night work."
        )
        found = [Duty(starts_on, hour, _RULES[9])]
    elif kind == "menstruation":
        found = [
            Duty(
                starts_on,
                _l(
                    "No work in cold water, in the cold, at heights or with heavy loads of the grades named there."
                ),
                _RULES["annex"],
            )
        ]
    else:
        found = [
            Duty(
                starts_on,
                _l(
                    "No rule for the whole country: look into your province's rules and the collective contract."
                ),
                "",
            )
        ]
    return sorted(found, key=lambda duty: duty.since)
