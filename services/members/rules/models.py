"""Rule packs (规则包): a province's ceilings and lists, dated and in versions. A published one never changes;
only its last day is set when the next begins."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.base import Base
from shared.kit import clock
from shared.kit.database import Id, Json, UTCDateTime


class RulePackVersion(Base):
    """One version of one pack. Packs belong to a province, so they bear no union."""

    __tablename__ = "rule_pack_version"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(50), index=True)
    version: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(100))
    jurisdiction: Mapped[str] = mapped_column(String(60))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]  # the last day
    source: Mapped[str] = mapped_column(String(500))
    doubtful: Mapped[bool] = mapped_column(
        Boolean, default=False
    )  # not yet compared with the regulation's text
    explanation: Mapped[str] = mapped_column(Text, default="")
    parameters: Mapped[dict[str, Any]] = mapped_column(Json)
    superseded: Mapped[bool] = mapped_column(Boolean, default=False)  # replaced before its first day
    published_by: Mapped[str | None] = mapped_column(Id)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    __table_args__ = (UniqueConstraint("code", "version"),)

    def is_in_force(self, on: date) -> bool:
        return (
            not self.superseded
            and self.effective_from <= on
            and (self.effective_to is None or on <= self.effective_to)
        )
