"""Reading the examinations and what they are about; and the accounts that members see."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.audits.models import AuditFinding, AuditSample, AuditSession, AuditSignature
from services.welfare.expenses.models import REFUSED, WITHDRAWN, Expense
from services.welfare.funds.codes import HARDSHIP, INCOME, SPENDING, WARMTH
from services.welfare.funds.models import PUBLISHED, Entry, FinancePeriod, MoneyPost, Receipt
from services.welfare.funds.queries import ledger, sums
from services.welfare.periods import bounds
from shared.kit.access import within
from shared.kit.paging import Keyset

FEW = 5  # payments to persons under one heading, below which the heading does not stand by itself


def listing() -> Keyset:
    """Every examination of the asker's union, the newest first."""
    return Keyset(
        select(AuditSession).where(within(AuditSession)),
        [AuditSession.period, AuditSession.id],
        descending=True,
    )


def published() -> Keyset:
    """The half-years that the asker's union opened to its members, the newest first."""
    return Keyset(
        select(FinancePeriod).where(within(FinancePeriod), FinancePeriod.state == PUBLISHED),
        [FinancePeriod.period, FinancePeriod.id],
        descending=True,
    )


def samples(session: Session, audit_id: str) -> list[AuditSample]:
    return list(
        session.scalars(
            select(AuditSample).where(AuditSample.audit_id == audit_id).order_by(AuditSample.number)
        )
    )


def findings(session: Session, audit_id: str) -> list[AuditFinding]:
    return list(
        session.scalars(
            select(AuditFinding).where(AuditFinding.audit_id == audit_id).order_by(AuditFinding.id)
        )
    )


def signatures(session: Session, examined: AuditSession) -> list[AuditSignature]:
    """The names under the wording that stands."""
    return list(
        session.scalars(
            select(AuditSignature)
            .where(AuditSignature.audit_id == examined.id, AuditSignature.number == examined.opinion_number)
            .order_by(AuditSignature.signed_at, AuditSignature.id)
        )
    )


def entries(session: Session, entry_ids: Collection[str | None]) -> dict[str, Entry]:
    """Sums of the ledger by their ids."""
    wanted = [one for one in entry_ids if one]
    return {one.id: one for one in session.scalars(select(Entry).where(Entry.id.in_(wanted)))}


def spent(session: Session, school_id: str, period: str) -> list[Entry]:
    """What was spent in a half-year and stands, in the order of the books."""
    begins, ends = bounds(period)
    return list(
        session.scalars(
            select(Entry)
            .where(
                Entry.school_id == school_id,
                Entry.counted_on >= begins,
                Entry.counted_on < ends,
                Entry.code.in_(SPENDING),
                ledger.stands(),
            )
            .order_by(Entry.counted_on, Entry.id)
        )
    )


def doubled(session: Session, school_id: str, among: Collection[Entry]) -> set[str]:
    """Which of these sums are proved by a picture that proves something else too; ids."""
    rows = session.execute(
        select(Receipt.sha256, Receipt.source, Receipt.source_id).where(
            Receipt.school_id == school_id, Receipt.source_id.is_not(None)
        )
    ).all()
    proves: dict[str, set[tuple[str, str]]] = {}
    for sha256, source, source_id in rows:
        assert source and source_id
        proves.setdefault(sha256, set()).add((source, source_id))
    twice = {use for uses in proves.values() if len(uses) > 1 for use in uses}
    return {entry.id for entry in among if (entry.source, entry.source_id) in twice}


def still_unproved(session: Session, examined: AuditSession) -> set[str]:
    """Sums of the half-year that stand without a receipt; ids."""
    among = spent(session, examined.school_id, examined.period)
    return {entry.id for entry in among} - ledger.proved_of(session, examined.school_id, among)


def handled_money(session: Session, school_id: str, period: str, person_id: str) -> bool:
    """Whether somebody booked, entered, checked, approved, paid or proved anything of a half-year, or kept books or
    cash in it."""
    begins, ends = bounds(period)
    in_period = (Entry.school_id == school_id, Entry.counted_on >= begins, Entry.counted_on < ends)
    took_part = [
        Expense.submitted_by == person_id,
        Expense.checked_by == person_id,
        Expense.approved_by == person_id,
        Expense.paid_by == person_id,
    ]
    from_hands = select(Expense.id).where(
        Expense.school_id == school_id,
        Expense.spent_on >= begins,
        Expense.spent_on < ends,
        Expense.state.not_in((REFUSED, WITHDRAWN)),
        took_part[0] | took_part[1] | took_part[2] | took_part[3],
    )
    proved = (
        select(Receipt.id)
        .join(Entry, (Entry.source == Receipt.source) & (Entry.source_id == Receipt.source_id))
        .where(Receipt.kept_by == person_id, *in_period)
    )
    kept = select(MoneyPost.id).where(
        MoneyPost.school_id == school_id,
        MoneyPost.person_id == person_id,
        MoneyPost.begun_on < ends,
        (MoneyPost.ended_on.is_(None)) | (MoneyPost.ended_on > begins),
    )
    booked = select(Entry.id).where(Entry.booked_by == person_id, *in_period)
    return any(session.scalar(one.limit(1)) is not None for one in (booked, from_hands, proved, kept))


def accounts(session: Session, school_id: str, period: str) -> dict[str, Any]:
    """What members see of a half-year: totals by heading in fen, and how often a rule was broken.

    Help in hardship that went to fewer than five stands with the warmth sent to many: a heading by itself would
    tell how much one colleague was given.
    """
    begins, ends = bounds(period)
    by_code = sums.by_code(session, school_id, begins, ends)
    standing = spent(session, school_id, period)
    helped = sum(1 for entry in standing if entry.code == HARDSHIP)
    if 0 < helped < FEW:
        by_code[WARMTH] = by_code.get(WARMTH, 0) + by_code.pop(HARDSHIP, 0)
    return {
        "period": period,
        "income_by_code": {code: by_code[code] for code in INCOME if by_code.get(code)},
        "spend_by_code": {code: by_code[code] for code in SPENDING if by_code.get(code)},
        "rule_breaches": sum(1 for entry in standing if entry.breaches),
    }
