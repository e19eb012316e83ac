"""The kinds of occasion that the union answers with a visit, with the usual figures of each.

An occasion is what happened to a person, and is told only to those who go. A group (care, joy, grief,
retiree) is what may be said elsewhere. Days are calendar days; the figures are the defaults which a
school's scheme (五必访) may change and a district may cap.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

CARE, JOY, GRIEF, RETIREE = "care", "joy", "grief", "retiree"
GROUPS: dict[str, Any] = {
    CARE: _l("Care"),
    JOY: _l("Congratulation"),
    GRIEF: _l("Condolence"),
    RETIREE: _l("Retired colleagues"),
}
ROUND = "round:"  # how the cause of a visit begins that belongs to a round
DEATH, RETIREMENT, RETIREE_VISIT, ACHIEVEMENT = "death", "retirement", "retiree-visit", "achievement"


@dataclass(frozen=True)
class Kind:
    """One kind of occasion: its group, its usual terms, and which ceiling of a rule pack (规则包) binds the gift."""

    name: Any
    group: str
    due_days: int
    escalate_days: int | None  # days after the due day at which it goes to the chair; None: never
    ceiling: str | None = None
    repeat_days: int | None = None
    after_end_days: int | None = None
    by_its_date: bool = False  # an announced date is the due day: one comes to a wedding, not after it
    restricted: bool = False  # for the chair alone, and only where the school opted in


KINDS: dict[str, Kind] = {
    "hospitalized": Kind(_l("In hospital"), CARE, 3, 2, "hospitalized", repeat_days=30, after_end_days=7),
    "bereavement": Kind(_l("Death in the family"), GRIEF, 1, 0, "relative-death"),
    "childbirth": Kind(_l("Birth of a child"), JOY, 15, 7, "childbirth"),
    "marriage": Kind(_l("Wedding"), JOY, 15, 7, "marriage", by_its_date=True),
    RETIREMENT: Kind(_l("Retirement"), RETIREE, 10, 5, "retirement"),
    "hardship": Kind(_l("Hardship"), CARE, 7, 7, repeat_days=91),
    "accident": Kind(_l("Accident or disaster"), CARE, 1, 0, "hospitalized"),
    "family-dispute": Kind(_l("Dispute in the family"), CARE, 3, 3, restricted=True),
    "neighbour-dispute": Kind(_l("Dispute with neighbours"), CARE, 3, 3, restricted=True),
    "housing": Kind(_l("Housing trouble"), CARE, 14, 14),
    ACHIEVEMENT: Kind(_l("Outstanding achievement"), JOY, 7, None),
    "sick-leave": Kind(_l("Long sick leave"), CARE, 7, 7, "hospitalized"),
    DEATH: Kind(_l("Death of a member"), GRIEF, 1, 0, "member-death"),
    RETIREE_VISIT: Kind(_l("Regular visit to a retired colleague"), RETIREE, 184, 0),
}

# Visits of a round (春节慰问 and the like): no scheme answers these, so they stand beside the kinds above.
ROUND_SPRING, ROUND_OTHER = "round-spring", "round-other"
ALL_KINDS = KINDS | {
    ROUND_SPRING: Kind(_l("Spring Festival round"), CARE, 23, 6, "festival-spring"),
    ROUND_OTHER: Kind(_l("Round of visits"), CARE, 30, 7, "festival-other"),
}
