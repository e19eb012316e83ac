"""Offering a plan, saying yes or no to it, handing the list to the insurer, closing it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.welfare.consents import queries as consents
from services.welfare.consents.actions import NoConsent
from services.welfare.insurance import queries
from services.welfare.insurance.models import (
    CLOSED,
    CONSENTED,
    DECLINED,
    LISTED,
    PAPER,
    PHONE,
    PURPOSE,
    WITHDRAWN,
    Enrolment,
    InsurancePlan,
)
from services.welfare.telling import tell, tell_office
from shared.contracts.welfare import CampaignClosed
from shared.kit import audit, clock
from shared.kit.database import locked_where
from shared.kit.messages import emit
from shared.kit.people import person
from shared.kit.problems import Conflict, Invalid, NotFound
from shared.kit.web.formats import day

PAGE = "/welfare/insurance/"
FAULTS: dict[str, Any] = {
    queries.NO_CONSENT: _l("%(name)s has not agreed yet."),
    queries.WITHDREW: _l("%(name)s has withdrawn the consent."),
    queries.HAS_LEFT: _l("%(name)s is no longer at this school."),
}


class ConsentsMissing(Conflict):
    """A line of the list has no consent that holds: nothing leaves the house. `rows` names each."""

    slug = "consents-missing"
    title = _l("The list cannot go out")


def open_plan(session: Session, *, school_id: str, by: str, **told: Any) -> InsurancePlan:
    """Offer a plan. Raises Invalid where the days are the wrong way round or over."""
    if told["closes_on"] < max(told["opens_on"], clock.today()):
        raise Invalid(fields={"closes_on": [_("The last day lies before the first, or is over.")]})
    plan = InsurancePlan(school_id=school_id, opened_by=by, **told)
    session.add(plan)
    session.flush()
    audit.record(session, "insurance.opened", object_id=plan.id)
    return plan


def answer(session: Session, plan: InsurancePlan, person_id: str, *, joins: bool) -> Enrolment:
    """One's own yes or no; another answer takes its place while the window is open. `plan` is locked.

    Raises NotFound for whom it is not, Conflict outside the window, NoConsent for a yes without the consent.
    """
    row = queries.enrolment(session, plan.id, person_id)
    if row is None and not queries.eligible(session, plan, [person_id]):
        raise NotFound()
    if not plan.takes_answers and (joins or row is None):  # who once said yes may say no on any day
        raise Conflict(
            _("One can join from %(first)s to %(last)s.", first=day(plan.opens_on), last=day(plan.closes_on))
        )
    if not joins:
        return _decline(session, plan, person_id)
    consent = consents.in_force(session, person_id, PURPOSE)
    if consent is None:
        raise NoConsent(_("First agree that your name and identity number go to the insurer."))
    row = _row(session, plan, person_id)
    if row.answer not in CONSENTED:
        if not queries.eligible(session, plan, [person_id]):
            raise NotFound()
        row.answer, row.consented_on, row.text_version = PHONE, clock.today(), consent.text_version
        row.handed_over = False
        audit.record(session, "insurance.joined", object_id=plan.id, person_id=person_id)
    return row


def record_people(
    session: Session, plan: InsurancePlan, person_ids: Iterable[str], *, signed_on: date | None
) -> int:
    """An officer enters who signed on paper, or (no day) who is to be asked. Who said no stays out. `plan` is locked.

    Raises Conflict, Invalid; returns how many were entered.
    """
    plan.require_open()
    if signed_on is not None and signed_on > clock.today():
        raise Invalid(fields={"signed_on": [_("This day is still to come.")]})
    chosen = sorted(set(person_ids))
    if not chosen:
        raise Invalid(fields={"person_ids": [_("Choose at least one person.")]})
    if len(queries.eligible(session, plan, chosen)) < len(chosen):
        raise Invalid(fields={"person_ids": [_("Choose people of this school whom the plan is for.")]})
    entered = 0
    for person_id in chosen:
        row = _row(session, plan, person_id)
        if row.answer in CONSENTED or (signed_on is None and row.answer != LISTED):
            continue  # a yes stays; a no, or a consent taken back, is changed by a signature alone
        if signed_on is not None:
            row.answer, row.consented_on, row.handed_over = PAPER, signed_on, False
        entered += 1
    audit.record(session, "insurance.recorded", object_id=plan.id, amount=entered)
    return entered


def take_off(session: Session, plan: InsurancePlan, person_id: str) -> None:
    """An officer takes a line off the list, and nothing of it is kept. Raises NotFound. `plan` is locked."""
    row = queries.enrolment(session, plan.id, person_id)
    if row is None or (plan.state == CLOSED and row.answer != WITHDRAWN):
        raise NotFound()
    session.delete(row)
    audit.record(session, "insurance.taken-off", object_id=plan.id, person_id=person_id)


def remind_undecided(session: Session, plan: InsurancePlan) -> int:
    """Tell those who have said nothing that they may: once, and never again. Raises Conflict; returns how many."""
    plan.require_open()
    if plan.reminded_at is not None:
        raise Conflict(_("They were reminded once; that is enough."))
    plan.reminded_at = clock.now()
    waiting = queries.undecided(session, plan)
    for card in waiting:
        tell(
            session, card.id, "insurance-open", school_id=plan.school_id, link=PAGE + plan.id,
            closes_on=plan.closes_on.isoformat(),
        )  # fmt: skip
    audit.record(session, "insurance.reminded", object_id=plan.id, amount=len(waiting))
    return len(waiting)


def hand_over(session: Session, plan: InsurancePlan) -> list[queries.Line]:
    """The list for the insurer, every line with a consent that holds; each handing over is recorded. `plan` is locked.

    Raises ConsentsMissing, naming each line at fault, and Conflict where nobody is on it.
    """
    rows = {row.id: row for row in locked_where(session, Enrolment, Enrolment.plan_id == plan.id)}
    found = queries.lines(session, plan)
    if not found:
        raise Conflict(_("Nobody is on the list."))
    faulty = [
        {"person_id": line.person.id, "name": line.person.name, "fault": line.fault, "words": in_words(line)}
        for line in found
        if line.fault
    ]
    if faulty:
        said = " ".join(str(one["words"]) for one in faulty)
        raise ConsentsMissing(said, rows=faulty)
    for line in found:
        rows[line.enrolment.id].handed_over = True
    plan.handed_over_at, plan.handed_over_rows = clock.now(), len(found)
    audit.record(session, "insurance.handed-over", object_id=plan.id, amount=len(found))
    return found


def in_words(line: queries.Line) -> str:
    """Why a line may not go out; empty where it may."""
    return str(FAULTS[line.fault]) % {"name": line.person.name} if line.fault else ""


def close(session: Session, plan: InsurancePlan) -> None:
    """Close it, keep the figures of the day, and say the result; answers that were no yes are forgotten. Locked."""
    plan.require_open()
    figures = queries.tally(session, plan)
    plan.eligible, plan.enrolled, plan.state = figures.eligible, figures.enrolled, CLOSED
    session.execute(
        delete(Enrolment).where(Enrolment.plan_id == plan.id, Enrolment.answer.in_((LISTED, DECLINED)))
    )
    audit.record(session, "insurance.closed", object_id=plan.id)
    emit(
        session,
        CampaignClosed,
        of=plan,
        subject=plan.id,
        school=plan.school_id,
        campaign_id=plan.id,
        kind="insurance",
        participants=figures.enrolled if figures.may_be_told else None,
        total_fen=premiums(figures.enrolled, plan.premium_fen) if figures.may_be_told else None,
    )


def premiums(heads: int, premium_fen: int) -> int:
    """What so many pay together, in fen."""
    return heads * premium_fen


def withdraw(session: Session, person_id: str) -> int:
    """The consent was withdrawn, or the person erased. Returns the number of rows emptied.

    A line stays in sight without its consent, so that nothing goes out until an officer takes it off; who already
    handed it over is told to see to it. Of an erased person no line stays.
    """
    card = person(session, person_id)
    rows = locked_where(session, Enrolment, Enrolment.person_id == person_id)
    if card is None or card.erased:
        for row in rows:
            session.delete(row)
        return len(rows)
    emptied = [row for row in rows if row.answer not in (DECLINED, WITHDRAWN)]
    for row in emptied:
        _empty(session, row)
    return len(emptied)


def _decline(session: Session, plan: InsurancePlan, person_id: str) -> Enrolment:
    row = _row(session, plan, person_id)
    if row.answer == WITHDRAWN and row.handed_over:
        return row
    if row.handed_over:
        _empty(session, row)
    else:
        row.answer, row.consented_on, row.text_version = DECLINED, None, None
    audit.record(session, "insurance.declined", object_id=plan.id, person_id=person_id)
    return row


def _empty(session: Session, row: Enrolment) -> None:
    row.answer, row.consented_on, row.text_version = WITHDRAWN, None, None
    template = "insurance-recall" if row.handed_over else "insurance-withdrawn"
    tell_office(
        session, "carer", template, school_id=row.school_id, link=PAGE + row.plan_id, without=(row.person_id,)
    )


def _row(session: Session, plan: InsurancePlan, person_id: str) -> Enrolment:
    """The person's line, locked by the plan's; a new one stands there as not answered."""
    row = queries.enrolment(session, plan.id, person_id)
    if row is None:
        row = Enrolment(school_id=plan.school_id, plan_id=plan.id, person_id=person_id, answer=LISTED)
        session.add(row)
        session.flush()
    return row
