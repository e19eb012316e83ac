"""Reading claims: one's own, those that an officer keeps, and who may see one."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.claims.models import InsuranceClaim
from services.welfare.insurance.models import CONSENTED, Enrolment, InsurancePlan
from shared.kit import audit, clock
from shared.kit.access import actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.problems import Refused

KEEP = "claims.keep"


def own_claims() -> Keyset:
    """One's own, the newest first."""
    query = select(InsuranceClaim).where(InsuranceClaim.person_id == actor().person_id)
    return Keyset(query, [InsuranceClaim.submitted_on, InsuranceClaim.id], descending=True)


def claims(filters: dict[str, Any]) -> Keyset:
    """Those of the school, the oldest first; `late`: whose stage has lasted too long."""
    query = select(InsuranceClaim).where(within(InsuranceClaim))
    if filters.get("state"):
        query = query.where(InsuranceClaim.state == filters["state"])
    if filters.get("late"):
        query = query.where(InsuranceClaim.due_on < clock.today())
    return Keyset(query, [InsuranceClaim.submitted_on, InsuranceClaim.id])


def is_own(claim: InsuranceClaim) -> bool:
    return claim.person_id is not None and claim.person_id == actor().person_id


def visible(session: Session, claim_id: str, *, lock: bool = False) -> InsuranceClaim:
    """A claim that the asker may see: one's own, or as an officer who keeps them, and then the look is recorded."""
    claim = get_within(session, InsuranceClaim, claim_id, lock=lock)
    if is_own(claim):
        return claim
    if not actor().may(KEEP):
        raise Refused("claim", claim.id, claim.person_id)
    audit.record_look(session, "claim.read", object_id=claim.id, person_id=claim.person_id)
    return claim


def own_plans(session: Session, person_id: str) -> list[InsurancePlan]:
    """The plans that somebody is enrolled in, the newest first."""
    query = (
        select(InsurancePlan)
        .join(Enrolment, Enrolment.plan_id == InsurancePlan.id)
        .where(Enrolment.person_id == person_id, Enrolment.answer.in_(CONSENTED))
    )
    return list(session.scalars(query.order_by(InsurancePlan.opens_on.desc(), InsurancePlan.id.desc())))
