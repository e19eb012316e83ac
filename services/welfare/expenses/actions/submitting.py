"""Entering an expense: what it is for is checked against the rules of the province on the day it was spent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare import standards
from services.welfare.expenses.kinds import (
    CLOSED_SITES,
    FESTIVAL_GIFTS,
    KINDS,
    NIGHT_AWAY,
    OUTING,
    PROHIBITED,
    RETIREE_CARE,
    Kind,
    betrayed_by,
    names_one_of,
)
from services.welfare.expenses.models import SOURCE, Expense
from services.welfare.funds.actions import check_reserve, receipts_for, say_breach, use_receipts
from services.welfare.funds.actions.breaches import check_outings
from services.welfare.funds.codes import OUTINGS, WELFARE
from services.welfare.funds.models import FUNDS, PERSONAL, Receipt
from services.welfare.funds.queries import used_elsewhere
from services.welfare.gifts.queries import years
from services.welfare.standards import Breach
from services.welfare.wording import rule_words
from shared.kit import audit, clock
from shared.kit.database import new_id
from shared.kit.people import RulePack, person, rule_pack
from shared.kit.problems import Forbidden, Invalid, Problem

OLDEST = timedelta(days=366)
RECEIPT_USED, NO_PACK, SOUNDS_PROHIBITED = "receipt-used", "no-rule-pack", "sounds-prohibited"
NIGHT, CLOSED_SITE = "outing-overnight", "outing-closed-site"
WARNINGS: dict[str, Any] = {
    RECEIPT_USED: _l("A picture of these receipts was handed in before."),
    NO_PACK: _l("No rules of your province are in force for that day, so the amount could not be checked."),
    SOUNDS_PROHIBITED: _l(
        "This sounds like something that the union's money may not pay. Please read it again."
    ),
    NIGHT: _l(
        "An outing comes back on the same day; this sounds like a night away, which no union money pays."
    ),
    CLOSED_SITE: _l("Outings do not go to the scenic areas that are closed to them; this names one."),
}


@dataclass(frozen=True)
class Spending:
    """What somebody enters. Money in fen; `words` say what for and name nobody."""

    kind: str
    fund: str
    amount_fen: int
    spent_on: date
    words: str
    heads: int | None = None
    winners: int | None = None
    each_fen: int | None = None
    festival: str | None = None
    activity_id: str | None = None
    receipt_ids: Sequence[str] = ()
    reason: str | None = None  # why a rule is broken all the same
    confirmed: Sequence[str] = ()
    entry_id: str = field(default_factory=new_id)


class Prohibited(Problem):
    """One of the eight prohibitions (八不准): no reason makes it lawful."""

    slug = "prohibited-spending"
    status = 409
    title = _l("The union's money may not pay this")


class BreaksRule(Problem):
    """A rule would be broken; only with a reason, which the chair answers for."""

    slug = "rule-broken"
    status = 409
    title = _l("Over the standard")


class NeedsConfirmation(Problem):
    """Something unusual that a person has to have read before it is recorded."""

    slug = "confirmation-needed"
    status = 409
    title = _l("Please confirm")


def submit(session: Session, spending: Spending, *, school_id: str, by: str) -> Expense:
    """Enter an expense. Raises Prohibited, Invalid, BreaksRule (until a reason is given), NeedsConfirmation."""
    known = session.scalar(
        select(Expense).where(Expense.school_id == school_id, Expense.entry_id == spending.entry_id)
    )
    if known is not None:
        return known
    keep_apart(session, by)
    if spending.kind in PROHIBITED:
        raise Prohibited(str(PROHIBITED[spending.kind].why), rule=spending.kind)
    _check_form(spending)
    kind, pack = KINDS[spending.kind], rule_pack(session, school_id, spending.spent_on)
    breaches = breaches_of(session, school_id, spending, pack)
    if breaches and not spending.reason:
        raise _refusal(breaches, pack)
    expense = _expense(spending, kind, pack, school_id, by)
    expense.breaches = [breach.as_dict() for breach in breaches]
    session.add(expense)
    session.flush()
    receipts = receipts_for(
        session, spending.receipt_ids, school_id=school_id, source=SOURCE, source_id=expense.id
    )
    expense.confirmed = _warnings(session, spending, pack, receipts, expense.id)
    if unread := [code for code in expense.confirmed if code not in spending.confirmed]:
        raise NeedsConfirmation(
            " ".join(str(WARNINGS[code]) for code in unread),
            warnings=[{"code": code, "text": str(WARNINGS[code])} for code in unread],
        )
    use_receipts(session, spending.receipt_ids, school_id=school_id, source=SOURCE, source_id=expense.id)
    for breach in breaches:
        say_breach(session, breach, of=expense, school_id=school_id, source_type=SOURCE, source_id=expense.id)
    rules = standards.named(pack)
    audit.record(
        session, "expense.submitted", object_id=expense.id, actor_id=by, school_id=school_id, reason=rules
    )
    return expense


def keep_apart(session: Session, person_id: str) -> None:
    """An auditor spends nothing that an auditor examines. Raises Forbidden."""
    card = person(session, person_id)
    if card is not None and card.holds("auditor"):
        raise Forbidden(
            _("An auditor has no part in spending: whoever examines the books does not make them.")
        )


def breaches_of(session: Session, school_id: str, spending: Spending, pack: RulePack | None) -> list[Breach]:
    """Every rule that this spending would break, by the pack of its day."""
    kind, total = KINDS[spending.kind], spending.amount_fen
    if not FUNDS[spending.fund].is_union_money:
        return []
    heads = spending.heads or 1
    found: list[Breach | None] = []
    if kind.ceiling:
        found.append(standards.over_ceiling(pack, kind.ceiling, total, heads))
    if kind.each and spending.each_fen:
        found.append(standards.over_ceiling(pack, kind.each, spending.each_fen))
    if kind.share:
        found.append(standards.over_share(pack, kind.share, spending.winners or 0, heads))
    if spending.kind == FESTIVAL_GIFTS and spending.festival:
        found.append(standards.no_gift_festival(pack, spending.festival, total))
        found.append(
            standards.over_ceiling(pack, standards.festival_ceiling(spending.festival), total, heads)
        )
        found.append(_over_festivals_of_year(session, school_id, spending, pack))
    if spending.kind == RETIREE_CARE:
        found.append(standards.wrong_retiree_fund(pack, spending.fund, total))
    elif kind.code == WELFARE:
        found.append(check_reserve(session, school_id, spending.spent_on, total))
    if kind.code == OUTINGS:
        found.append(check_outings(session, school_id, spending.spent_on, spending.fund, total))
    return [breach for breach in found if breach is not None]


def _over_festivals_of_year(
    session: Session, school_id: str, spending: Spending, pack: RulePack | None
) -> Breach | None:
    """What each member gets at all festivals of a year, by expenses and by rounds, where a province caps that."""
    limit = standards.ceiling(pack, "festivals-year")
    if limit is None:
        return None
    year = spending.spent_on.year
    each = years.expenses_each(session, school_id, year) + years.most_in_year(session, school_id, year)
    each += Fraction(spending.amount_fen, spending.heads or 1)
    return (
        Breach("ceiling.festivals-year", limit, -(-each.numerator // each.denominator))
        if each > limit
        else None
    )


def _refusal(breaches: list[Breach], pack: RulePack | None) -> BreaksRule:
    words = [rule_words(breach.as_dict()) for breach in breaches]
    return BreaksRule(
        " ".join(words),
        fields={_field_of(breach): [said] for breach, said in zip(breaches, words, strict=True)},
        breaches=[breach.as_dict() for breach in breaches],
        pack_code=pack.code if pack else None,
        pack_version=pack.version if pack else None,
        pack_name=pack.name if pack else None,
    )


def _field_of(breach: Breach) -> str:
    """Where on the form a broken rule is shown."""
    if breach.counts:
        return "winners"
    return {standards.FESTIVAL: "festival", standards.RETIREE_FUND: "fund"}.get(breach.rule, "amount_fen")


def _check_form(spending: Spending) -> None:
    faults: dict[str, list[str]] = {}
    if spending.kind not in KINDS:
        raise Invalid(fields={"kind": [_("Choose what it is for.")]})
    today = clock.today()
    if spending.spent_on > today:
        faults["spent_on"] = [_("That day is still to come.")]
    elif spending.spent_on < today - OLDEST:
        faults["spent_on"] = [_("That is more than a year ago.")]
    if spending.amount_fen <= 0:
        faults["amount_fen"] = [_("The amount must be more than zero.")]
    if spending.fund not in FUNDS or spending.fund == PERSONAL:
        faults["fund"] = [_("Say which fund pays.")]
    for name in KINDS[spending.kind].asks:
        if getattr(spending, name) in (None, ""):
            faults[name] = [_("This figure is needed for it.")]
    if faults:
        raise Invalid(fields=faults)


def _warnings(
    session: Session,
    spending: Spending,
    pack: RulePack | None,
    receipts: list[Receipt],
    expense_id: str,
) -> list[str]:
    """Codes of WARNINGS that apply, in a fixed order."""
    found = []
    if used_elsewhere(session, receipts, SOURCE, expense_id) or len({r.sha256 for r in receipts}) < len(
        receipts
    ):
        found.append(RECEIPT_USED)
    if pack is None:
        found.append(NO_PACK)
    if betrayed_by(spending.words):
        found.append(SOUNDS_PROHIBITED)
    if spending.kind == OUTING:
        found += [
            code
            for code, known in ((NIGHT, NIGHT_AWAY), (CLOSED_SITE, CLOSED_SITES))
            if names_one_of(spending.words, known)
        ]
    return found


def _expense(spending: Spending, kind: Kind, pack: RulePack | None, school_id: str, by: str) -> Expense:
    asked = {name: getattr(spending, name) for name in kind.asks}
    return Expense(
        school_id=school_id,
        entry_id=spending.entry_id,
        kind=spending.kind,
        code=kind.code,
        fund=spending.fund,
        amount_fen=spending.amount_fen,
        spent_on=spending.spent_on,
        words=spending.words,
        activity_id=spending.activity_id,
        pack_code=pack.code if pack else None,
        pack_version=pack.version if pack else None,
        reason=spending.reason,
        submitted_by=by,
        **asked,
    )
