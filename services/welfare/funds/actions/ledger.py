"""The one door to the ledger: visits, gifts, aid, campaigns and expenses all book their sums here.

Booking is idempotent: a source that stands in the ledger already is not booked a second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.funds.actions.breaches import watch_booking
from services.welfare.funds.actions.receipts import use_receipts
from services.welfare.funds.codes import HARDSHIP, INCOME, SPENDING, WELFARE
from services.welfare.funds.models import (
    BOOKED,
    COUNTER,
    FUNDS,
    PERSONAL,
    UNION,
    AidAllotment,
    Entry,
    FinancePeriod,
    PackUsed,
)
from services.welfare.funds.queries import sums
from services.welfare.periods import half_year_of
from shared.kit import audit, clock
from shared.kit.database import locked_where
from shared.kit.people import RulePack
from shared.kit.problems import Conflict, Invalid


class AlreadyBooked(Conflict):
    """The source stands in the ledger with another sum, heading or fund: that is a correction."""

    slug = "already-booked"
    title = _l("This is in the ledger already")


def book_spending(
    session: Session,
    *,
    school_id: str,
    code: str,
    fund: str,
    amount_fen: int,
    spent_on: date,
    source: str,
    source_id: str,
    receipt_ids: Sequence[str] = (),
    pack: RulePack | PackUsed | None = None,
    breaches: Sequence[str] = (),
    activity_id: str | None = None,
    words: str | None = None,
    by: str | None = None,
) -> Entry:
    """Put a sum that was spent into the ledger; the same source again gives the entry there is.

    `pack` is the version of the province's rules it was checked against, `breaches` the rules that were broken
    with a reason. `words` name nobody. What somebody paid out of the own pocket is no money of the union.
    The caller holds its own row, so that a source is booked by one at a time. Rules of the whole year (the
    reserve for the sick and retired, the limit of outings) are looked at here, and told where they are broken.
    Raises Invalid; AlreadyBooked where the source stands there with something else; AidFundExhausted.
    """
    _check(amount_fen, code in SPENDING, fund in FUNDS and fund != PERSONAL)
    entry = _book(
        session,
        school_id=school_id,
        code=code,
        fund=fund,
        amount_fen=amount_fen,
        happened_on=spent_on,
        source=source,
        source_id=source_id,
        pack_code=pack.code if pack else None,
        pack_version=pack.version if pack else None,
        breaches=list(breaches),
        activity_id=activity_id,
        words=words,
        booked_by=by,
    )
    use_receipts(session, receipt_ids, school_id=school_id, source=source, source_id=source_id)
    return entry


@dataclass(frozen=True)
class GiftBooked:
    """A gift to one person: where it comes from, how much (fen), when, by which rules."""

    source_id: str
    fund: str
    amount_fen: int
    spent_on: date
    pack: RulePack | None


def book_gifts(
    session: Session, gifts: Sequence[GiftBooked], *, school_id: str, source: str, by: str | None
) -> None:
    """Put many first gifts to one person each into the ledger at once. The caller holds the sources' rows and
    knows that none of them stands there; rules of the whole year do not look at such gifts. Raises Invalid."""
    days: dict[date, date] = {}
    for gift in gifts:
        _check(gift.amount_fen, True, gift.fund in FUNDS and gift.fund != PERSONAL)
        if gift.spent_on not in days:
            days[gift.spent_on] = counted_on(session, school_id, gift.spent_on)
        session.add(
            Entry(
                school_id=school_id,
                code=WELFARE,
                fund=gift.fund,
                amount_fen=gift.amount_fen,
                happened_on=gift.spent_on,
                counted_on=days[gift.spent_on],
                source=source,
                source_id=gift.source_id,
                number=1,
                breaches=[],
                pack_code=gift.pack.code if gift.pack else None,
                pack_version=gift.pack.version if gift.pack else None,
                booked_by=by,
            )
        )


def book_income(
    session: Session,
    *,
    school_id: str,
    code: str,
    amount_fen: int,
    received_on: date,
    source: str,
    source_id: str,
    fund: str = UNION,
    receipt_ids: Sequence[str] = (),
    words: str | None = None,
    by: str | None = None,
) -> Entry:
    """Put a sum that came in into the ledger, into one fund; the same source again gives the entry there is.

    Raises Invalid, AlreadyBooked.
    """
    _check(amount_fen, code in INCOME, fund in FUNDS and fund != PERSONAL)
    entry = _book(
        session,
        school_id=school_id,
        code=code,
        fund=fund,
        amount_fen=amount_fen,
        happened_on=received_on,
        source=source,
        source_id=source_id,
        breaches=[],
        words=words,
        booked_by=by,
    )
    use_receipts(session, receipt_ids, school_id=school_id, source=source, source_id=source_id)
    return entry


class AidFundExhausted(Conflict):
    """What was set apart for hardship (帮扶专项) does not reach for this payment."""

    slug = "aid-fund-exhausted"
    title = _l("The aid fund does not reach")


def take_back(session: Session, entry: Entry, *, reason: str, by: str | None = None) -> Entry:
    """Counter an entry: the same sum with the other sign. It stays, and so does this. Raises Conflict.

    Taking back what was taken back gives the counter-entry there is.
    """
    if entry.kind == COUNTER:
        raise Conflict(_("A counter-entry is not taken back: book it anew."))
    known = session.scalar(select(Entry).where(Entry.counters_id == entry.id))
    if known is not None:
        return known
    counter = Entry(
        school_id=entry.school_id,
        code=entry.code,
        fund=entry.fund,
        amount_fen=-entry.amount_fen,
        happened_on=entry.happened_on,
        counted_on=counted_on(session, entry.school_id, entry.happened_on),
        source=entry.source,
        source_id=entry.source_id,
        number=len(_entries(session, entry.school_id, entry.source, entry.source_id)) + 1,
        kind=COUNTER,
        counters_id=entry.id,
        activity_id=entry.activity_id,
        pack_code=entry.pack_code,
        pack_version=entry.pack_version,
        breaches=[],
        words=entry.words,
        reason=reason,
        booked_by=by,
    )
    session.add(counter)
    session.flush()
    audit.record(session, "ledger.taken-back", object_id=entry.id, actor_id=by, school_id=entry.school_id)
    return counter


def standing(session: Session, school_id: str, source: str, source_id: str) -> Entry | None:
    """The entry of a source that counts: not countered. None where there is none (any more)."""
    entries = _entries(session, school_id, source, source_id)
    countered = {entry.counters_id for entry in entries}
    left = [entry for entry in entries if entry.kind == BOOKED and entry.id not in countered]
    return left[-1] if left else None


def counted_on(session: Session, school_id: str, happened_on: date) -> date:
    """On which day a sum counts: its own, or today where the auditors have closed that half-year."""
    closed = session.scalar(
        select(FinancePeriod).where(
            FinancePeriod.school_id == school_id, FinancePeriod.period == half_year_of(happened_on)
        )
    )
    return clock.today() if closed is not None and closed.is_closed else happened_on


def _book(session: Session, **values: Any) -> Entry:
    school_id, source, source_id = values["school_id"], values["source"], values["source_id"]
    if (there := standing(session, school_id, source, source_id)) is not None:
        if any(getattr(there, name) != values[name] for name in ("code", "fund", "amount_fen")):
            raise AlreadyBooked(booked_fen=there.amount_fen)
        return there
    if values["code"] == HARDSHIP:
        _require_aid(session, school_id, values["fund"], values["amount_fen"])
    entry = Entry(
        **values,
        counted_on=counted_on(session, school_id, values["happened_on"]),
        number=len(_entries(session, school_id, source, source_id)) + 1,
    )
    session.add(entry)
    session.flush()
    watch_booking(session, entry)
    return entry


def _require_aid(session: Session, school_id: str, fund: str, amount_fen: int) -> None:
    """Help in hardship comes out of what was set apart for it, where a union sets something apart from that fund.

    What was set apart is held, so that two payments at once share what is left.
    """
    locked_where(session, AidAllotment, AidAllotment.school_id == school_id, AidAllotment.fund == fund)
    allotted, paid = sums.aid_fund(session, school_id).get(fund, (None, 0))
    if allotted is not None and paid + amount_fen > allotted:
        raise AidFundExhausted(left_fen=max(allotted - paid, 0))


def _entries(session: Session, school_id: str, source: str, source_id: str) -> list[Entry]:
    return list(
        session.scalars(
            select(Entry)
            .where(Entry.school_id == school_id, Entry.source == source, Entry.source_id == source_id)
            .order_by(Entry.number)
        )
    )


def _check(amount_fen: int, is_code: bool, is_fund: bool) -> None:
    faults: dict[str, list[str]] = {}
    if isinstance(amount_fen, bool) or not isinstance(amount_fen, int) or amount_fen <= 0:
        faults["amount_fen"] = [_("The amount must be more than zero.")]
    if not is_code:
        faults["code"] = [_("There is no such heading.")]
    if not is_fund:
        faults["fund"] = [_("Say which fund pays.")]
    if faults:
        raise Invalid(fields=faults)
