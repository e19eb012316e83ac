"""The register of the six systems of 送温暖 (六项制度): what each is called in this school, what it asks, its evidence.

The six are an assumption that fits the work: files, visits, condolence, aid, reports, appraisal. A school gives them its
own names and words; which duty is watched goes by the code and does not change with the name.
"""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.welfare.base import Base
from shared.kit.database import Id, Json

FILES, ROUNDS, VISITS, AID, REPORTS, APPRAISAL = "files", "rounds", "visits", "aid", "reports", "appraisal"
SYSTEMS: dict[str, Any] = {
    FILES: _l("Keeping files"),
    ROUNDS: _l("Going round"),
    VISITS: _l("Visiting on occasions"),
    AID: _l("Helping with money"),
    REPORTS: _l("Reporting"),
    APPRAISAL: _l("Looking back"),
}
DUTIES: dict[str, Any] = {
    FILES: _l(
        "Every application is surveyed within 7 days, and every case on file is looked at again each November."
    ),
    ROUNDS: _l("A round of visits is held at the festivals, and none stays open past its day."),
    VISITS: _l("No visit is overdue, and at least nine in ten of the last 365 days were in time."),
    AID: _l("What is asked for is decided, and what is granted is paid, within 14 days."),
    REPORTS: _l("Half of what happens is known within 3 days, and every request is answered within 14."),
    APPRAISAL: _l("The year has targets, and each of the other five systems was looked at within 365 days."),
}


class CareSystem(Base):
    """One system of a school, once something of its own was written into it."""

    __tablename__ = "care_system"
    __table_args__ = (UniqueConstraint("school_id", "code"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    code: Mapped[str] = mapped_column(String(12))
    name: Mapped[str | None] = mapped_column(String(30))  # None: the usual one
    words: Mapped[str | None] = mapped_column(Text)
    links: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)  # [{"title", "url"}]
    looked_on: Mapped[date | None]
    looked_by: Mapped[str | None] = mapped_column(Id)
    finding: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
