"""What the rules suggest for a household: a pure reckoning with every step of it, in whole fen.

The measures come from the rule pack in force on the day of the survey: the local minimum living standard
(最低生活保障标准), how many times of it still counts as a low income, and which share of a year's income spent on
illness counts as a burden. A suggestion decides nothing (个人信息保护法 art. 24): the committee does, with its reason.
"""

from dataclasses import dataclass, field
from typing import Any

from services.welfare.hardship.models import HARDSHIP, NONE, SEVERE, TEMPORARY
from shared.kit.people import RulePack

MONTHS = 12
PER_HEAD, LINE, BELOW_LINE, AFTER_COSTS = "per-head", "line", "below-line", "after-costs"
LOW_INCOME, MEDICAL, ACCIDENT, NO_LINE = "low-income", "medical", "accident", "no-line"


@dataclass(frozen=True)
class Household:
    """People, income a month, and what illness and schooling cost in the last twelve months (fen)."""

    size: int
    income_fen: int
    medical_fen: int = 0
    schooling_fen: int = 0
    accident: bool = False

    @property
    def per_head_fen(self) -> int:
        """Income a month for each person, in whole fen: what is left over is never counted against anybody."""
        return self.income_fen // self.size

    @property
    def left_fen(self) -> int:
        """The same after the costs of illness and schooling; may be below zero."""
        year = self.income_fen * MONTHS - self.medical_fen - self.schooling_fen
        return year // (MONTHS * self.size)


@dataclass(frozen=True)
class Step:
    """One step: which rule, whether its mark is met (None: no rule, only a figure), and the figures it used."""

    code: str
    met: bool | None = None
    figures: dict[str, int] = field(default_factory=dict)

    def dump(self) -> dict[str, Any]:
        return {"code": self.code, "met": self.met, "figures": self.figures}


@dataclass(frozen=True)
class Assessment:
    """The level that is suggested (None: the pack has no line to measure by) and how it came about."""

    level: str | None
    steps: tuple[Step, ...]

    def dump(self) -> dict[str, Any]:
        return {"level": self.level, "steps": [step.dump() for step in self.steps]}


def assess(household: Household, pack: RulePack | None) -> Assessment:
    """Weigh a household by a pack. 低于 leaves the line itself out; 不超过 and 达到 take it in."""
    per_head = Step(PER_HEAD, None, {"income": household.income_fen, "size": household.size,
                                     "per_head": household.per_head_fen})  # fmt: skip
    measures = pack.parameters if pack else {}
    line = measures.get("minimum_living_fen")
    if not line:
        return Assessment(None, (per_head, Step(NO_LINE)))
    steps = [per_head, Step(LINE, None, {"line": line})]
    marks = [
        (SEVERE, _below_line(household, line)),
        (HARDSHIP, _after_costs(household, line)),
        (HARDSHIP, _low_income(household, line, measures.get("low_income_times"))),
        (TEMPORARY, _medical(household, measures.get("medical_share"))),
        (TEMPORARY, Step(ACCIDENT, household.accident)),
    ]
    known = [(level, step) for level, step in marks if step is not None]
    level = next((level for level, step in known if step.met), NONE)
    return Assessment(level, (*steps, *(step for _, step in known)))


def _below_line(household: Household, line: int) -> Step:
    return Step(BELOW_LINE, household.per_head_fen < line, {"per_head": household.per_head_fen, "line": line})


def _after_costs(household: Household, line: int) -> Step:
    figures = {
        "medical": household.medical_fen,
        "schooling": household.schooling_fen,
        "left": household.left_fen,
        "line": line,
    }
    costs = household.medical_fen + household.schooling_fen
    return Step(AFTER_COSTS, costs > 0 and household.left_fen < line, figures)


def _low_income(household: Household, line: int, times: list[int] | None) -> Step | None:
    if not times:
        return None
    numerator, denominator = times
    met = household.per_head_fen * denominator <= line * numerator
    figures = {
        "per_head": household.per_head_fen,
        "limit": line * numerator // denominator,
        "numerator": numerator,
        "denominator": denominator,
    }
    return Step(LOW_INCOME, met, figures)


def _medical(household: Household, share: list[int] | None) -> Step | None:
    if not share:
        return None
    numerator, denominator = share
    year = household.income_fen * MONTHS
    met = household.medical_fen > 0 and household.medical_fen * denominator >= year * numerator
    percent = household.medical_fen * 100 // year if year else 100 * bool(household.medical_fen)
    figures = {
        "medical": household.medical_fen,
        "year": year,
        "percent": percent,
        "limit_percent": -(-numerator * 100 // denominator),
    }
    return Step(MEDICAL, met, figures)
