"""Of what the district is told counts: each topic names its columns and gives its facts by school, column and day.

A feature whose facts the district may count adds a line to TOPICS. The columns of a topic divide its facts, and no
fact belongs to two topics: figures that overlap could be subtracted from one another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from services.welfare.hardship import queries as hardship
from services.welfare.hardship.models import HARDSHIP, LEVELS, SEVERE, TEMPORARY
from services.welfare.occasions import GROUPS
from services.welfare.visits import queries as visits

# school, column, day, how many
Fact = tuple[str, str, date, int]
OVERDUE, UNDER_WAY, CLEAR = "overdue", "under-way", "clear"


@dataclass(frozen=True)
class Topic:
    """`facts` are those of some schools from a first day on and before a last; `standings` is a word for each
    school now (OVERDUE, UNDER_WAY), where there is one."""

    name: Any
    caption: Any
    columns: Mapping[str, Any]
    facts: Callable[[Session, Sequence[str], date, date], Iterable[Fact]]
    standings: Callable[[Session, Sequence[str]], Mapping[str, str]] | None = None


def _standings_of_visits(session: Session, school_ids: Sequence[str]) -> dict[str, str]:
    late = visits.schools_with_open_tasks(session, school_ids)
    return {school_id: OVERDUE if is_late else UNDER_WAY for school_id, is_late in late.items()}


TOPICS: dict[str, Topic] = {
    "visits": Topic(
        _l("Visits"),
        _l("Visits made, by school and group"),
        GROUPS,
        visits.made_by_school,
        _standings_of_visits,
    ),
    "hardship": Topic(
        _l("Hardship cases"),
        _l("Cases taken on file, by school and level"),
        {level: LEVELS[level] for level in (SEVERE, HARDSHIP, TEMPORARY)},
        hardship.taken_on_file,
    ),
}
