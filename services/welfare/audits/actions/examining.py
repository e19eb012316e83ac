"""Examining a half-year: draw a sample, search the ledger, have things put right, and sign an opinion.

The whole ledger is searched for receipts handed in twice, sums without a receipt and broken rules; twenty sums,
drawn by a seed, are looked at one by one. Whoever had a hand in the money of the half-year examines none of it.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.audits import queries
from services.welfare.audits.models import (
    BROKEN,
    DOUBLED,
    SEEN,
    SETTLED,
    SIGNED,
    TO_ANSWER,
    TO_SETTLE,
    UNPROVED,
    VERDICTS,
    AuditFinding,
    AuditSample,
    AuditSession,
    AuditSignature,
)
from services.welfare.funds.actions.half_years import period_of
from services.welfare.funds.models import EXAMINED, Entry
from services.welfare.funds.queries import ledger
from services.welfare.periods import HALF_YEAR, bounds
from shared.kit import audit, clock
from shared.kit.notices import notify
from shared.kit.people import officers
from shared.kit.problems import Conflict, Forbidden, Invalid

SAMPLE = 20
SIGNATURES = 2
PAGE = "/welfare/money/audits/"


class HandledMoney(Forbidden):
    """Whoever had a hand in the money of a half-year does not examine it (会计≠出纳≠经审)."""

    slug = "handled-money"
    title = _l("You had a hand in this money")


class NotReady(Conflict):
    """Something is still open before the opinion can stand."""

    slug = "examination-not-done"
    title = _l("The examination is not done yet")


def open_audit(
    session: Session, *, school_id: str, period: str, by: str, seed: str | None = None
) -> AuditSession:
    """Begin to examine a half-year that is over; the one there is, where it was begun. Raises Invalid, Conflict,
    HandledMoney."""
    if not re.match(HALF_YEAR, period):
        raise Invalid(fields={"period": [_("Write a half-year such as 2026-H1.")]})
    if bounds(period)[1] > clock.today():
        raise Conflict(_("This half-year is not over: sums may still come."))
    _keep_apart(session, school_id, period, by)
    half_year = period_of(session, school_id, period)  # holds it: two who open at once open one
    known = session.scalar(
        select(AuditSession).where(AuditSession.school_id == school_id, AuditSession.period == period)
    )
    if known is not None:
        return known
    examined = AuditSession(
        school_id=school_id, period=period, seed=seed or secrets.token_hex(16), opened_by=by
    )
    session.add(examined)
    session.flush()
    half_year.audit_id = examined.id
    for number, entry in enumerate(drawn(session, examined), 1):
        session.add(AuditSample(school_id=school_id, audit_id=examined.id, entry_id=entry.id, number=number))
    found = search(session, examined)
    audit.record(session, "audit.opened", object_id=examined.id)
    if found:
        _tell_treasurer(session, examined, "audit-findings")
    return examined


def drawn(session: Session, examined: AuditSession) -> list[Entry]:
    """The sums that the seed draws out of what was spent in the half-year: the same ones whenever it is asked."""
    entries = queries.spent(session, examined.school_id, examined.period)
    entries.sort(key=lambda entry: hashlib.sha256(f"{examined.seed}:{entry.id}".encode()).digest())
    return entries[:SAMPLE]


def search(session: Session, examined: AuditSession) -> list[AuditFinding]:
    """What is wrong in the whole ledger of the half-year and was not found before."""
    entries = queries.spent(session, examined.school_id, examined.period)
    known = {(one.kind, one.entry_id) for one in queries.findings(session, examined.id)}
    doubled = queries.doubled(session, examined.school_id, entries)
    proved = ledger.proved_of(session, examined.school_id, entries)
    found = []
    for entry in entries:
        for kind, is_wrong in (
            (DOUBLED, entry.id in doubled),
            (UNPROVED, entry.id not in proved),
            (BROKEN, bool(entry.breaches)),
        ):
            if is_wrong and (kind, entry.id) not in known:
                words = ", ".join(entry.breaches)[:200] if kind == BROKEN else None
                found.append(
                    AuditFinding(
                        school_id=examined.school_id,
                        audit_id=examined.id,
                        entry_id=entry.id,
                        kind=kind,
                        words=words,
                    )
                )
    session.add_all(found)
    session.flush()
    return found


def look(session: Session, examined: AuditSession, entry_ids: Sequence[str], *, by: str) -> None:
    """An auditor compared these sums of the sample with their receipts. Raises HandledMoney, Invalid, Conflict."""
    examined.must_be_open()
    _keep_apart(session, examined.school_id, examined.period, by)
    samples = {sample.entry_id: sample for sample in queries.samples(session, examined.id)}
    if not set(entry_ids) <= set(samples):
        raise Invalid(fields={"entry_ids": [_("This is not in the sample.")]})
    for entry_id in entry_ids:
        sample = samples[entry_id]
        if sample.looked_at is None:
            sample.looked_by, sample.looked_at = by, clock.now()


def find(
    session: Session, examined: AuditSession, *, words: str, entry_id: str | None = None, by: str
) -> AuditFinding:
    """An auditor names something that has to be put right. Raises HandledMoney, Invalid, Conflict."""
    examined.must_be_open()
    _keep_apart(session, examined.school_id, examined.period, by)
    if entry_id is not None:
        entry = session.get(Entry, entry_id)
        if entry is None or entry.school_id != examined.school_id:
            raise Invalid(fields={"entry_id": [_("There is no such sum.")]})
    finding = AuditFinding(
        school_id=examined.school_id,
        audit_id=examined.id,
        entry_id=entry_id,
        kind=SEEN,
        words=words,
        found_by=by,
    )
    session.add(finding)
    session.flush()
    _tell_treasurer(session, examined, "audit-findings")
    return finding


def answer(session: Session, examined: AuditSession, finding: AuditFinding, *, answer: str, by: str) -> None:
    """The treasurer says how it was put right. Raises Conflict."""
    examined.must_be_open()
    if finding.state == SETTLED:
        raise Conflict(_("This is settled already."))
    finding.answer, finding.answered_by, finding.answered_at = answer, by, clock.now()
    for auditor in officers(session, examined.school_id, "auditor"):
        notify(
            session,
            to=auditor.id,
            school=examined.school_id,
            template="finding-answered",
            link=f"{PAGE}{examined.id}",
        )


def settle(session: Session, examined: AuditSession, finding: AuditFinding, *, by: str) -> None:
    """An auditor is content. A sum that still has no receipt is not settled by words. Raises Conflict, HandledMoney."""
    examined.must_be_open()
    _keep_apart(session, examined.school_id, examined.period, by)
    if finding.state == SETTLED:
        return
    if finding.state == TO_ANSWER:
        raise NotReady(_("It has not been put right yet."))
    if finding.kind == UNPROVED and finding.entry_id in queries.still_unproved(session, examined):
        raise NotReady(_("The sum has no receipt yet: add one, or take the sum back."))
    finding.settled_by, finding.settled_at = by, clock.now()


def write_opinion(session: Session, examined: AuditSession, *, verdict: str, opinion: str, by: str) -> None:
    """Word the opinion, anew if need be: names under another wording do not count. Whoever words it signs it.

    Raises Invalid, Conflict, NotReady, HandledMoney.
    """
    examined.must_be_open()
    if verdict not in VERDICTS:
        raise Invalid(fields={"verdict": [_("Choose one.")]})
    examined.verdict, examined.opinion = verdict, opinion
    examined.opinion_number += 1
    sign(session, examined, number=examined.opinion_number, by=by)


def sign(session: Session, examined: AuditSession, *, number: int, by: str) -> None:
    """Put one's name under a wording; with the second name the half-year is closed.

    Raises Conflict where another wording stands there by now, NotReady, HandledMoney.
    """
    examined.must_be_open()
    _keep_apart(session, examined.school_id, examined.period, by)
    if number != examined.opinion_number or not examined.opinion:
        raise Conflict(_("The opinion was worded anew: please read it again."))
    _require_done(session, examined)
    names = {one.person_id for one in queries.signatures(session, examined)}
    if by not in names:
        session.add(
            AuditSignature(school_id=examined.school_id, audit_id=examined.id, number=number, person_id=by)
        )
        names.add(by)
    audit.record(session, "audit.signed", object_id=examined.id)
    if len(names) >= SIGNATURES:
        examined.state, examined.signed_at = SIGNED, clock.now()
        half_year = period_of(session, examined.school_id, examined.period)
        half_year.state, half_year.audit_id = EXAMINED, examined.id
        _tell_treasurer(session, examined, "accounts-examined")


def _require_done(session: Session, examined: AuditSession) -> None:
    search(session, examined)
    if any(sample.looked_at is None for sample in queries.samples(session, examined.id)):
        raise NotReady(_("Some sums of the sample were not looked at yet."))
    if any(one.state in (TO_ANSWER, TO_SETTLE) for one in queries.findings(session, examined.id)):
        raise NotReady(_("Some findings are not settled yet."))


def _keep_apart(session: Session, school_id: str, period: str, person_id: str) -> None:
    if queries.handled_money(session, school_id, period, person_id):
        raise HandledMoney(
            _("Whoever booked, paid or handed in receipts of a half-year does not examine it.")
        )


def _tell_treasurer(session: Session, examined: AuditSession, template: str) -> None:
    for treasurer in officers(session, examined.school_id, "treasurer"):
        notify(
            session,
            to=treasurer.id,
            school=examined.school_id,
            template=template,
            link=f"{PAGE}{examined.id}",
        )
