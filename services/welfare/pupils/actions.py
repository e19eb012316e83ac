"""Proposing help for pupils, agreeing to it, paying it out, closing it. Three people: who proposes, agrees, pays."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.funds.actions import book_spending
from services.welfare.funds.codes import HARDSHIP
from services.welfare.pupils import queries
from services.welfare.pupils.models import AGREED, CLOSED, PROPOSED, PupilPayment, PupilProgramme
from services.welfare.telling import tell_office
from shared.contracts.welfare import AidDisbursed
from shared.kit import audit, clock
from shared.kit.messages import emit
from shared.kit.problems import Forbidden, Invalid
from shared.kit.web.formats import money

PAGE = "/welfare/pupils/"
SOURCE = "pupil-aid"


def propose(
    session: Session,
    *,
    school_id: str,
    title: str,
    donor: str,
    fund: str,
    pupils: int,
    amount_fen: int,
    by: str,
) -> PupilProgramme:
    """Propose a programme; the chair hears of it. Raises Invalid."""
    if amount_fen <= 0:
        raise Invalid(fields={"amount_fen": [_("The amount must be more than zero.")]})
    found = PupilProgramme(
        school_id=school_id, title=title, donor=donor, fund=fund, pupils=pupils, amount_fen=amount_fen,
        proposed_by=by, proposed_on=clock.today(),
    )  # fmt: skip
    session.add(found)
    session.flush()
    audit.record(session, "pupils.proposed", object_id=found.id)
    tell_office(
        session, "chair", "file-waiting", school_id=school_id, link=PAGE + found.id, without=(by,),
        due_on=clock.today().isoformat(),
    )  # fmt: skip
    return found


def agree(session: Session, found: PupilProgramme, by: str) -> None:
    """Yes, by somebody other than who proposed it. Raises Forbidden, Conflict."""
    if by == found.proposed_by:
        raise Forbidden(_("Somebody else decides on this one."))
    found.require(PROPOSED)
    found.state, found.agreed_by, found.agreed_on = AGREED, by, clock.today()
    audit.record(session, "pupils.agreed", object_id=found.id)


def close(session: Session, found: PupilProgramme) -> None:
    """It is over, or does not come about. Raises Conflict."""
    found.require(PROPOSED, AGREED)
    found.state = CLOSED
    audit.record(session, "pupils.closed", object_id=found.id)


def pay(
    session: Session,
    found: PupilProgramme,
    *,
    codes: Sequence[str],
    each_fen: int,
    paid_on: date,
    receipt_ids: Sequence[str],
    by: str,
) -> PupilPayment:
    """Pay the same sum to each code; it goes into the ledger as one sum. The programme is locked.

    Raises Forbidden, Conflict, Invalid, AidFundExhausted.
    """
    if by in (found.proposed_by, found.agreed_by):
        raise Forbidden(_("Whoever proposed it, or agreed to it, does not pay it."))
    found.require(AGREED)
    _check(session, found, codes, each_fen, paid_on)
    if not receipt_ids:
        raise Invalid(fields={"receipt_ids": [_("Add the receipt: the signed list or the bank's.")]})
    payment = PupilPayment(
        school_id=found.school_id, programme_id=found.id, codes=sorted(codes), each_fen=each_fen,
        paid_on=paid_on, paid_by=by,
    )  # fmt: skip
    session.add(payment)
    session.flush()
    book_spending(
        session, school_id=found.school_id, code=HARDSHIP, fund=found.fund, amount_fen=payment.amount_fen,
        spent_on=paid_on, source=SOURCE, source_id=payment.id, receipt_ids=receipt_ids, by=by,
    )  # fmt: skip
    audit.record(session, "pupils.paid", object_id=payment.id, amount=len(codes))
    emit(
        session, AidDisbursed, of=payment, subject=payment.id, school=found.school_id, aid_id=payment.id,
        kind="pupil", fund_code=found.fund, amount_fen=payment.amount_fen,
    )  # fmt: skip
    return payment


def _check(
    session: Session,
    found: PupilProgramme,
    codes: Sequence[str],
    each_fen: int,
    paid_on: date,
) -> None:
    before = queries.Paid.of(queries.payments(session, found.id))
    left = found.amount_fen - before.amount_fen
    faults: dict[str, list[str]] = {}
    if len(set(codes)) < len(codes):
        faults["codes"] = [_("A code stands there twice.")]
    elif len(before.codes | set(codes)) > found.pupils:
        faults["codes"] = [
            _("The programme is for %(pupils)s pupils; these would be more.", pupils=found.pupils)
        ]
    if each_fen <= 0:
        faults["each_fen"] = [_("The amount must be more than zero.")]
    elif each_fen * len(codes) > left:
        faults["each_fen"] = [_("Of the programme %(left)s is left.", left=money(left))]
    if found.agreed_on is not None and not found.agreed_on <= paid_on <= clock.today():
        faults["paid_on"] = [_("Between the decision and today.")]
    if faults:
        raise Invalid(fields=faults)
