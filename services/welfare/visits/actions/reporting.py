"""Completing a visit: what was given is checked against the rules in force on the day of the visit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.funds.actions import book_spending, receipts_for, standing, take_back, use_receipts
from services.welfare.funds.codes import WELFARE
from services.welfare.funds.models import ADMINISTRATION, CORRECTED, FUNDS, PERSONAL, Receipt
from services.welfare.funds.queries import receipts_of, used_elsewhere
from services.welfare.occasions import RETIREMENT
from services.welfare.visits.actions.ceilings import Ceiling, Gift, ceiling_of, check_ceiling
from services.welfare.visits.actions.planning import remember_repeat
from services.welfare.visits.models import COMPLETED, VisitReport, VisitTask
from shared.contracts.welfare import VisitCompleted
from shared.kit import audit, clock
from shared.kit.database import new_id
from shared.kit.messages import emit
from shared.kit.people import RulePack, person, rule_pack
from shared.kit.problems import Conflict, Invalid, Problem

OLDEST_VISIT = timedelta(days=366)
MOST_VISITORS = 3
SOURCE = "visit"  # how the ledger and the receipts call a visit

RETIREE_FUND, RECEIPT_USED, NO_PACK = "retiree-fund", "receipt-used", "no-rule-pack"
WARNINGS: dict[str, Any] = {
    RETIREE_FUND: _l(
        "Care for retired colleagues is paid by the school administration (行政), not by union funds."
    ),
    RECEIPT_USED: _l("This receipt already proves another gift."),
    NO_PACK: _l("No rules of your province are in force for that day, so the amount could not be checked."),
}


@dataclass(frozen=True)
class Report:
    """What those who went have to tell. Money in fen; a note only if something must follow from it."""

    visited_on: date
    went: Sequence[str]
    gift_fen: int = 0
    fund: str | None = None
    operation: bool = False
    note: str | None = None
    receipt_ids: Sequence[str] = ()
    follow_up: bool = True
    entry_id: str = field(default_factory=new_id)
    confirmed: Sequence[str] = ()  # codes of WARNINGS that were read

    @property
    def gift(self) -> Gift:
        return Gift(self.gift_fen, self.fund, self.visited_on, self.operation)


class NeedsConfirmation(Problem):
    """Something unusual that a person has to have read before it is recorded."""

    slug = "confirmation-needed"
    status = 409
    title = _l("Please confirm")

    @classmethod
    def of(cls, *codes: str) -> "NeedsConfirmation":
        """The question for these codes of WARNINGS."""
        texts = [str(WARNINGS[code]) for code in codes]
        asked = [{"code": code, "text": text} for code, text in zip(codes, texts, strict=True)]
        return cls(" ".join(texts), warnings=asked)


def complete_visit(session: Session, task: VisitTask, report: Report, *, by: str) -> VisitTask:
    """Record a visit. The same entry sent again (from a phone without network) changes nothing.

    Raises Invalid, Conflict, OverCeiling, NeedsConfirmation; nothing is kept then.
    """
    if _is_known(session, task, report):
        return task
    task.require_open()
    record = _checked(session, task, report, by)
    task.complete(report.visited_on)
    session.add(record)
    task.reports.append(record)
    _book_gift(session, task, record)
    emit(
        session,
        VisitCompleted,
        of=task,
        subject=task.person_id,
        school=task.school_id,
        task_id=task.id,
        life_event_id=task.life_event_id,
        person_id=task.person_id,
        occasion_group=task.group,
        visited_on=report.visited_on,
        days_taken=max((report.visited_on - task.reported_on).days, 0),
        on_time=task.was_on_time,
    )
    audit.record(
        session, "visit.completed", object_id=task.id, person_id=task.person_id, reason=_rules_of(record)
    )
    remember_repeat(session, task)
    return task


def correct_report(session: Session, task: VisitTask, report: Report, *, reason: str, by: str) -> VisitTask:
    """Put a corrected report over the last one, which stays. The money and the rule are checked anew.

    Raises Invalid, Conflict, OverCeiling, NeedsConfirmation.
    """
    if _is_known(session, task, report):
        return task
    if task.state != COMPLETED:
        raise Conflict(_("Only a completed visit can be corrected."), state=task.state)
    record = _checked(session, task, report, by, reason=reason)
    task.visited_on = report.visited_on
    session.add(record)
    task.reports.append(record)
    _book_gift(session, task, record)
    audit.record(
        session, "visit.corrected", object_id=task.id, person_id=task.person_id, reason=_rules_of(record)
    )
    return task


def _book_gift(session: Session, task: VisitTask, record: VisitReport) -> None:
    """Put the gift into the ledger; after a correction what stood there is countered first.

    Every gift goes under one heading, collective welfare (集体福利), where the rules for basic unions have them:
    another one for hardship would tell those who read the ledger what the visit was for.
    """
    booked = standing(session, task.school_id, SOURCE, task.id)
    gift = (record.gift_fen, record.fund, record.visited_on)
    if booked is not None and (booked.amount_fen, booked.fund, booked.happened_on) != gift:
        take_back(session, booked, reason=CORRECTED, by=record.reported_by)
    if record.gift_fen and record.fund is not None and record.fund != PERSONAL:
        book_spending(
            session,
            school_id=task.school_id,
            code=WELFARE,
            fund=record.fund,
            amount_fen=record.gift_fen,
            spent_on=record.visited_on,
            source=SOURCE,
            source_id=task.id,
            pack=rule_pack(session, task.school_id, record.visited_on),
            by=record.reported_by,
        )


def _rules_of(record: VisitReport) -> str | None:
    """The version that the gift was checked against, as the audit keeps it."""
    return f"{record.pack_code} v{record.pack_version}" if record.pack_code else None


def _is_known(session: Session, task: VisitTask, report: Report) -> bool:
    known = session.scalar(
        select(VisitReport).where(
            VisitReport.school_id == task.school_id, VisitReport.entry_id == report.entry_id
        )
    )
    if known is not None and known.task_id != task.id:
        raise Conflict(_("This entry belongs to another visit."))
    return known is not None


def _checked(
    session: Session, task: VisitTask, report: Report, by: str, reason: str | None = None
) -> VisitReport:
    """The record of a report that keeps every rule."""
    _check_form(session, task, report)
    ceiling = ceiling_of(session, task, report.visited_on, operation=report.operation)
    check_ceiling(session, task, ceiling, report.gift)
    receipts = receipts_for(
        session, report.receipt_ids, school_id=task.school_id, source=SOURCE, source_id=task.id
    )
    warnings = _warnings(session, task, report, ceiling, receipts)
    if unread := [code for code in warnings if code not in report.confirmed]:
        raise NeedsConfirmation.of(*unread)
    use_receipts(session, report.receipt_ids, school_id=task.school_id, source=SOURCE, source_id=task.id)
    return VisitReport(
        school_id=task.school_id,
        task_id=task.id,
        number=len(task.reports) + 1,
        entry_id=report.entry_id,
        visited_on=report.visited_on,
        went=list(dict.fromkeys(report.went)),
        gift_fen=report.gift_fen,
        fund=report.fund if report.gift_fen else None,
        pack_code=ceiling.pack.code if ceiling.pack else None,
        pack_version=ceiling.pack.version if ceiling.pack else None,
        details={
            "operation": report.operation,
            "rule": ceiling.rule,
            "limit_fen": ceiling.limit_fen,
            "note": report.note,
            "follow_up": report.follow_up,
            "reason": reason,
        },
        confirmed=warnings,
        reported_by=by,
    )


def _check_form(session: Session, task: VisitTask, report: Report) -> None:
    faults: dict[str, list[str]] = {}
    today = clock.today()
    if report.visited_on > today:
        faults["visited_on"] = [_("A visit that is still to come cannot be completed.")]
    elif report.visited_on < today - OLDEST_VISIT:
        faults["visited_on"] = [_("That is more than a year ago.")]
    if not 1 <= len(set(report.went)) <= MOST_VISITORS:
        faults["went"] = [_("Choose one to three people who went.")]
    elif not all(_is_of_the_school(session, task, visitor) for visitor in report.went):
        faults["went"] = [_("Somebody chosen is not of this school, or is the person visited.")]
    if report.gift_fen < 0:
        faults["gift_fen"] = [_("An amount cannot be negative.")]
    if report.gift_fen and report.fund not in FUNDS:
        faults["fund"] = [_("Say which fund pays.")]
    if faults:
        raise Invalid(fields=faults)


def _is_of_the_school(session: Session, task: VisitTask, visitor_id: str) -> bool:
    card = person(session, visitor_id)
    return card is not None and card.school_id == task.school_id and visitor_id != task.person_id


def _warnings(
    session: Session, task: VisitTask, report: Report, ceiling: Ceiling, receipts: list[Receipt]
) -> list[str]:
    """Codes of WARNINGS that apply, in a fixed order."""
    found = []
    if report.gift.is_union_money and ceiling.pack is None:
        found.append(NO_PACK)
    if (
        report.gift_fen
        and ceiling.pack
        and report.fund in ("union", "dues")
        and _is_retiree_care(session, task, ceiling.pack)
    ):
        found.append(RETIREE_FUND)
    if used_elsewhere(session, receipts or receipts_of(session, SOURCE, task.id), SOURCE, task.id):
        found.append(RECEIPT_USED)
    return found


def _is_retiree_care(session: Session, task: VisitTask, pack: RulePack) -> bool:
    """Whether a province wants this gift paid by the administration; the parting gift at retirement is union money."""
    card = person(session, task.person_id)
    is_retired = card is not None and card.standing == "retired"
    return (
        pack.parameters.get("retiree_fund_source") == ADMINISTRATION
        and is_retired
        and task.matter["kind"] != RETIREMENT
    )
