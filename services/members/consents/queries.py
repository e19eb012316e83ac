"""A person's consents by purpose, with the words of the services that have erased."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.consents.models import Consent, ErasureReceipt
from services.members.consents.purposes import PURPOSES, Purpose
from shared.kit.database import locked
from shared.kit.problems import NotFound


@dataclass(frozen=True)
class Standing:
    """How it stands with one purpose: the latest consent, if any, and who has erased since it was withdrawn."""

    code: str
    purpose: Purpose
    consent: Consent | None
    erased_by: list[ErasureReceipt]

    @property
    def given(self) -> bool:
        return self.consent is not None and self.consent.is_in_force


def standings(session: Session, person_id: str) -> list[Standing]:
    """Every purpose, in the order of the page."""
    latest: dict[str, Consent] = {}
    query = select(Consent).where(Consent.person_id == person_id).order_by(Consent.given_at, Consent.id)
    for consent in session.scalars(query):
        latest[consent.purpose_code] = consent
    receipts = list(session.scalars(select(ErasureReceipt).where(ErasureReceipt.person_id == person_id)))
    return [
        Standing(code, purpose, latest.get(code), _since(latest.get(code), receipts))
        for code, purpose in PURPOSES.items()
    ]


def own_consents(person_id: str) -> Select[Consent]:
    return select(Consent).where(Consent.person_id == person_id)


def own_consent(session: Session, consent_id: str, person_id: str) -> Consent:
    """One's own consent, locked. Raises NotFound for another's."""
    consent = locked(session, Consent, consent_id)
    if consent is None or consent.person_id != person_id:
        raise NotFound
    return consent


def _since(consent: Consent | None, receipts: list[ErasureReceipt]) -> list[ErasureReceipt]:
    withdrawn = consent.withdrawn_at if consent else None
    if consent is None or withdrawn is None:
        return []
    return [
        receipt
        for receipt in receipts
        if receipt.purpose_code in ("", consent.purpose_code) and receipt.completed_at >= withdrawn
    ]
