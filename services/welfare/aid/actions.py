"""Asking for aid, deciding on it, paying it out, and saying that it came. Three people: who asks, decides, pays."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.aid.limits import Limit, limit_of
from services.welfare.aid.models import (
    APPROVED,
    OWN_KINDS,
    PAID,
    PUPIL,
    RECEIVED,
    REFUSED,
    REQUESTED,
    WITHDRAWN,
    AidRequest,
)
from services.welfare.consents import queries as consents
from services.welfare.consents.actions import NoConsent
from services.welfare.consents.models import FAMILY_FINANCE
from services.welfare.funds.actions import book_spending
from services.welfare.funds.codes import HARDSHIP
from services.welfare.funds.models import FUNDS, PERSONAL, PackUsed
from services.welfare.telling import tell, tell_office
from shared.contracts.welfare import AidDisbursed
from shared.kit import audit, clock
from shared.kit.database import locked, locked_where
from shared.kit.messages import emit
from shared.kit.people import Person
from shared.kit.problems import Conflict, Forbidden, Invalid
from shared.kit.web.formats import money

PAGE = "/welfare/aid/"
SOURCE = "aid"
WITHIN = timedelta(days=7)


def request_aid(
    session: Session, *, school_id: str, person_id: str, kind: str, asked_fen: int, reason: str
) -> AidRequest:
    """Ask for oneself; one request at a time. Raises NoConsent, Invalid, Conflict."""
    if consents.in_force(session, person_id, FAMILY_FINANCE) is None:
        raise NoConsent(_("First say that the union may use what you tell about family and income."))
    if kind not in OWN_KINDS:
        raise Invalid(fields={"kind": [_("There is no such aid.")]})
    locked(session, Person, person_id)  # two at once are one
    waiting = select(AidRequest.id).where(AidRequest.person_id == person_id, AidRequest.state == REQUESTED)
    if session.scalar(waiting.limit(1)) is not None:
        raise Conflict(_("You have asked already; that one is decided first."), state=REQUESTED)
    return _add(session, AidRequest(
        school_id=school_id, person_id=person_id, kind=kind, state=REQUESTED, asked_fen=_sum(asked_fen, "asked_fen"),
        reason=reason, requested_by=person_id, requested_on=clock.today(),
    ))  # fmt: skip


def request_for_pupil(
    session: Session, *, school_id: str, pupil_ref: str, asked_fen: int, reason: str, by: str
) -> AidRequest:
    """Ask for a pupil (助学), whom a code stands for. Raises Invalid."""
    return _add(session, AidRequest(
        school_id=school_id, pupil_ref=pupil_ref, kind=PUPIL, state=REQUESTED,
        asked_fen=_sum(asked_fen, "asked_fen"), reason=reason, requested_by=by, requested_on=clock.today(),
    ))  # fmt: skip


def withdraw(session: Session, request: AidRequest) -> None:
    """It is not wanted any more: why it was asked for is erased. Raises Conflict."""
    request.require(REQUESTED)
    request.state = WITHDRAWN
    erase(request)
    audit.record(session, "aid.withdrawn", object_id=request.id, person_id=request.person_id)


def decide(
    session: Session,
    request: AidRequest,
    *,
    approves: bool,
    granted_fen: int | None,
    fund: str | None,
    answer: str,
    by: str,
) -> Limit:
    """Grant a sum out of a fund, or refuse; a sum over the year's limit is not granted.

    Never by whom it is for, nor by who asked for a pupil. Raises Forbidden, Conflict, Invalid.
    """
    if by in (request.person_id, request.requested_by):
        raise Forbidden(_("Somebody else decides on this one."))
    request.require(REQUESTED)
    if request.person_id is not None:
        locked(session, Person, request.person_id)  # two requests decided at once share one limit
    limit = limit_of(session, request, clock.today())
    request.level = limit.level
    if approves:
        faults: dict[str, list[str]] = {}
        if not granted_fen or granted_fen <= 0:
            faults["granted_fen"] = [_("The amount must be more than zero.")]
        elif not limit.allows(granted_fen):
            left = money(limit.left_fen or 0)
            faults["granted_fen"] = [_("By the rules at most %(left)s is left for this year.", left=left)]
        if fund not in FUNDS or fund == PERSONAL:
            faults["fund"] = [_("Say which fund pays.")]
        if faults:
            raise Invalid(fields=faults)
        request.state, request.granted_fen, request.fund = APPROVED, granted_fen, fund
        if limit.pack is not None:
            request.pack_code, request.pack_version = limit.pack.code, limit.pack.version
    else:
        request.state = REFUSED
    request.answer, request.decided_by, request.decided_on = answer, by, clock.today()
    audit.record(
        session, "aid.decided", object_id=request.id, person_id=request.person_id, reason=request.state
    )
    tell(session, request.person_id or request.requested_by, "answer-ready",
         school_id=request.school_id, link=PAGE + request.id)  # fmt: skip
    if approves:
        _tell_of_work(session, request, "treasurer", f"{PAGE}payments")
    return limit


def pay(
    session: Session, request: AidRequest, *, paid_on: date, receipt_ids: Sequence[str], by: str
) -> AidRequest:
    """Pay it out: it goes into the ledger, and is said without a name. Raises Forbidden, Invalid, AidFundExhausted."""
    if by in (request.decided_by, request.person_id):
        raise Forbidden(_("Whoever decided on it, or gets it, does not pay it."))
    request.require(APPROVED)
    if not receipt_ids:
        raise Invalid(fields={"receipt_ids": [_("Add the receipt: the signed list or the bank's.")]})
    if paid_on > clock.today() or (request.decided_on and paid_on < request.decided_on):
        raise Invalid(fields={"paid_on": [_("Between the decision and today.")]})
    request.state, request.paid_by, request.paid_on = PAID, by, paid_on
    book_spending(
        session,
        school_id=request.school_id,
        code=HARDSHIP,
        fund=str(request.fund),
        amount_fen=int(request.granted_fen or 0),
        spent_on=paid_on,
        source=SOURCE,
        source_id=request.id,
        receipt_ids=receipt_ids,
        pack=PackUsed(request.pack_code, request.pack_version or 0) if request.pack_code else None,
        by=by,
    )
    audit.record(session, "aid.paid", object_id=request.id, person_id=request.person_id)
    emit(
        session,
        AidDisbursed,
        of=request,
        subject=request.id,
        school=request.school_id,
        aid_id=request.id,
        kind=PUPIL if request.kind == PUPIL else "member",  # illness or accident are nobody's business
        fund_code=str(request.fund),
        amount_fen=int(request.granted_fen or 0),
    )
    tell(session, request.person_id, "answer-ready", school_id=request.school_id, link=PAGE + request.id)
    if request.erased_at is not None:  # the name stayed only until it was paid
        _unname(request)
    return request


def confirm_receipt(session: Session, request: AidRequest) -> None:
    """The person says that it came. Raises Conflict."""
    request.require(PAID)
    request.state, request.received_on = RECEIVED, clock.today()
    audit.record(session, "aid.received", object_id=request.id, person_id=request.person_id)


def erase(request: AidRequest) -> int:
    """Empty what was told; the sum stays, for the accounts need it. Returns the number of rows emptied."""
    if request.erased_at is not None:
        return 0
    request.reason = request.answer = None
    request.erased_at = clock.now()
    return 1


def erase_all(session: Session, person_id: str) -> int:
    """The consent was withdrawn: requests that wait end, and what is left names nobody."""
    rows = 0
    for request in locked_where(session, AidRequest, AidRequest.person_id == person_id):
        if request.state == REQUESTED:
            request.state = WITHDRAWN
        rows += erase(request)
        if request.state != APPROVED:  # what was granted is still to be paid to somebody
            _unname(request)
    return rows


def _unname(request: AidRequest) -> None:
    request.person_id = None
    request.requested_by = request.decided_by or request.requested_by


def _add(session: Session, request: AidRequest) -> AidRequest:
    session.add(request)
    session.flush()
    audit.record(session, "aid.requested", object_id=request.id, person_id=request.person_id)
    _tell_of_work(session, request, "chair", PAGE + request.id)
    return request


def _tell_of_work(session: Session, request: AidRequest, office: str, link: str) -> None:
    tell_office(
        session,
        office,
        "file-waiting",
        school_id=request.school_id,
        link=link,
        without=(request.person_id,),
        due_on=(clock.today() + WITHIN).isoformat(),
    )


def _sum(fen: int, name: str) -> int:
    if fen <= 0:
        raise Invalid(fields={name: [_("The amount must be more than zero.")]})
    return fen
