"""What may be given at most for an occasion, by the rules of the province on the day of the visit."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.visits.actions.planning import occasion_of
from services.welfare.visits.models import COMPLETED, VisitTask
from shared.kit.people import RulePack, rule_pack
from shared.kit.problems import Problem

OPERATION = "-operation"  # what a pack adds to the key of a hospital gift after an operation (手术)


@dataclass(frozen=True)
class Gift:
    """What is to be given (fen), out of which fund, on which day."""

    fen: int
    fund: str | None
    visited_on: date
    operation: bool = False

    @property
    def is_union_money(self) -> bool:
        return self.fen > 0 and FUNDS[self.fund or "union"].is_union_money


@dataclass(frozen=True)
class Ceiling:
    """What a rule pack allows for a gift: `limit_fen` None where it says nothing."""

    limit_fen: int | None
    rule: str | None
    pack: RulePack | None

    def over(self, fen: int) -> int:
        """By how much a sum is over; 0 when it is within (以内 includes the limit itself)."""
        return 0 if self.limit_fen is None else max(fen - self.limit_fen, 0)


class OverCeiling(Problem):
    """The gift is over the standard; the answer names the rule and the ways out."""

    slug = "over-ceiling"
    status = 409
    title = _l("Over the standard")


def ceiling_for(pack: RulePack | None, rule: str | None, *, operation: bool = False) -> Ceiling:
    """The ceiling of one rule of a pack; with an operation the higher one, where the pack has it."""
    ceilings = (pack.parameters.get("ceilings_fen") or {}) if pack else {}
    if rule and operation and ceilings.get(rule + OPERATION) is not None:
        rule += OPERATION
    return Ceiling(ceilings.get(rule) if rule else None, rule, pack)


def ceiling_of(session: Session, task: VisitTask, on: date, *, operation: bool = False) -> Ceiling:
    """What may be given for this occasion on a day, by the pack of the district that is in force then."""
    occasion, kind = occasion_of(session, task), task.matter["kind"]
    pack = rule_pack(session, task.school_id, on)
    return ceiling_for(pack, occasion.ceiling_for(kind), operation=operation)


def given_before(session: Session, task: VisitTask) -> int:
    """Union money already given for the same cause (fen): a ceiling is per occasion, not per visit."""
    others = session.scalars(
        select(VisitTask).where(
            VisitTask.school_id == task.school_id,
            VisitTask.cause == task.cause,
            VisitTask.id != task.id,
            VisitTask.state == COMPLETED,
        )
    )
    reports = [other.report for other in others]
    return sum(
        report.gift_fen for report in reports if report and FUNDS[report.fund or "union"].is_union_money
    )


def check_ceiling(session: Session, task: VisitTask, ceiling: Ceiling, gift: Gift) -> None:
    """Refuse a gift of union money that, with what was given before, is over the ceiling. Raises OverCeiling."""
    if not gift.is_union_money or ceiling.limit_fen is None:
        return
    before = given_before(session, task)
    over = ceiling.over(before + gift.fen)
    if not over:
        return
    assert ceiling.pack is not None
    message = _("Over the standard of %(limit)s yuan", limit=in_yuan(ceiling.limit_fen))
    with_operation = ceiling_of(session, task, gift.visited_on, operation=True)
    ways: list[dict[str, Any]] = [{"way": "reduce", "gift_fen": max(ceiling.limit_fen - before, 0)}]
    if not gift.operation and not with_operation.over(before + gift.fen):
        ways.append({"way": "operation", "limit_fen": with_operation.limit_fen})
    ways.append({"way": "fund", "fund": PERSONAL})
    raise OverCeiling(
        message,
        fields={"gift_fen": [message]},
        limit_fen=ceiling.limit_fen,
        given_before_fen=before,
        over_fen=over,
        rule=ceiling.rule,
        pack_code=ceiling.pack.code,
        pack_version=ceiling.pack.version,
        pack_name=ceiling.pack.name,
        effective_from=ceiling.pack.effective_from.isoformat(),
        ways=ways,
    )


def in_yuan(fen: int) -> str:
    """500 or 500.50: a sum as it stands in a sentence."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)
