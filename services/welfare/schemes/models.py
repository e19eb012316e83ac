"""A school's visiting scheme (必访制度) as dated, versioned data, and the district's longest terms.

A version is never changed: adapting a scheme adds the next one, so that each task can name the version
under which it was planned.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from services.welfare.occasions import ALL_KINDS
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime

STANDARD = "standard"


@dataclass(frozen=True)
class Occasion:
    """One thing a scheme answers: which kinds, within how many days, by whom, and what happens if nobody goes."""

    code: str
    kinds: tuple[str, ...]
    due_days: int
    office: str = "carer"
    team: tuple[str, ...] = ("chair",)  # offices that go along; with the first one a team of up to three
    repeat_days: int | None = None
    after_end_days: int | None = None
    escalate_days: int | None = None
    ceiling: str | None = None  # a key of the rule pack; None: the one of the kind
    sex: str | None = None  # a women's scheme (女教职工必访) answers for women
    restricted: bool = False
    active: bool = True
    name: str | None = None  # the school's own wording; None: the names of its kinds

    @classmethod
    def usual(cls, kind: str, *more: str, **own: Any) -> "Occasion":
        """An occasion with the usual figures of a kind, answering more of them if given."""
        usual = ALL_KINDS[kind]
        figures: dict[str, Any] = {
            "due_days": usual.due_days,
            "repeat_days": usual.repeat_days,
            "after_end_days": usual.after_end_days,
            "escalate_days": usual.escalate_days,
            "restricted": usual.restricted,
            "active": not usual.restricted,
        }
        if usual.restricted:
            figures |= {"office": "chair", "team": ()}
        return cls(**({"code": kind, "kinds": (kind, *more)} | figures | own))

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Occasion":
        return cls(**{**stored, "kinds": tuple(stored["kinds"]), "team": tuple(stored["team"])})

    def dump(self) -> dict[str, Any]:
        return asdict(self) | {"kinds": list(self.kinds), "team": list(self.team)}

    def answers(self, kind: str, sex: str | None) -> bool:
        return self.active and kind in self.kinds and self.sex in (None, sex)

    def ceiling_for(self, kind: str) -> str | None:
        return self.ceiling or ALL_KINDS[kind].ceiling

    def capped(self, limits: Mapping[str, int]) -> "Occasion":
        """The same, due no later than the district allows for any of its kinds."""
        return replace(self, due_days=min([self.due_days, *(limits[k] for k in self.kinds if k in limits)]))


class SchoolScheme(Base):
    """One version of a school's scheme, in force from a day until the next version is."""

    __tablename__ = "school_scheme"
    __table_args__ = (UniqueConstraint("school_id", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    version: Mapped[int] = mapped_column(Integer)  # 0 is the standard one, which no school had to choose
    variant: Mapped[str] = mapped_column(String(20))
    effective_from: Mapped[date]
    stored_occasions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    chosen_by: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    @property
    def occasions(self) -> list[Occasion]:
        return [Occasion.load(stored) for stored in self.stored_occasions]

    @occasions.setter
    def occasions(self, occasions: Iterable[Occasion]) -> None:
        self.stored_occasions = [occasion.dump() for occasion in occasions]

    def answering(self, kind: str, sex: str | None) -> Occasion | None:
        """The occasion that answers a kind for a person; one made for her sex goes before a general one."""
        fitting = [occasion for occasion in self.occasions if occasion.answers(kind, sex)]
        return min(fitting, key=lambda occasion: occasion.sex is None, default=None)

    def occasion(self, code: str) -> Occasion | None:
        return next((occasion for occasion in self.occasions if occasion.code == code), None)


class VisitingLimit(Base):
    """The longest term that a district allows its schools for one kind. The district is the tenant of this row."""

    __tablename__ = "visiting_limit"
    __table_args__ = (UniqueConstraint("school_id", "kind"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id, index=True)
    kind: Mapped[str] = mapped_column(String(30))
    max_days: Mapped[int] = mapped_column(Integer)
    set_by: Mapped[str] = mapped_column(Id)
    set_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
