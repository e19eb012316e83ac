"""JSON API of one's own consents."""

from typing import Any

from services.members.asking import me
from services.members.consents import actions, queries, schemas
from services.members.consents.models import Consent
from shared.kit.access import ANYONE_SIGNED_IN
from shared.kit.api import Api
from shared.kit.database import transaction
from shared.kit.paging import Keyset

api = Api("consents", description="What one agreed to, and withdrew")


@api.get("/consents", allow=ANYONE_SIGNED_IN)
@api.paged(schemas.ConsentOut)
def consents(_asked: dict[str, Any]) -> Keyset:
    """One's own consents, in force and withdrawn."""
    return Keyset(queries.own_consents(me()), order=[Consent.given_at, Consent.id])


@api.post("/consents", allow=ANYONE_SIGNED_IN)
@api.arguments(schemas.ConsentIn)
@api.response(201, schemas.ConsentOut)
def give(body: dict[str, Any]) -> Consent:
    """Consent to a purpose as its text stands now."""
    with transaction() as session:
        return actions.give(session, me(), body["purpose_code"], body["scope"])


@api.post("/consents/<uuid:consent_id>/withdraw", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.ConsentOut)
def withdraw(consent_id: str) -> Consent:
    """Withdraw; every service erases what it covered by `erase_by`."""
    with transaction() as session:
        consent = queries.own_consent(session, consent_id, me())
        actions.withdraw(session, consent)
        return consent
