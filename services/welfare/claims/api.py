"""Claims over HTTP: one's own, their papers, and the stages that officers record."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.welfare.claims import actions, queries, schemas
from services.welfare.claims.models import InsuranceClaim
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.api import Api
from shared.kit.database import transaction
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid, NotFound

api = Api(
    "claims", description="Claims on mutual insurance: stages with their days, papers sealed and deleted."
)


@api.post("/claims", allow="claims.ask")
@api.arguments(schemas.ClaimIn)
@api.response(201, schemas.ClaimOut)
def submit(body: dict[str, Any]) -> InsuranceClaim:
    """Claim on a plan one is enrolled in; papers follow. 409 `consent-missing` for anybody else."""
    who = actor()
    with transaction() as session:
        claim = actions.submit(session, school_id=str(who.school_id), person_id=str(who.person_id), **body)
        session.flush()
        return claim


@api.get("/claims/mine", allow="claims.ask")
@api.paged(schemas.ClaimOut)
def own_claims(_filters: dict[str, Any]) -> Keyset:
    """One's own claims."""
    return queries.own_claims()


@api.get("/claims", allow=queries.KEEP)
@api.paged(schemas.ClaimOut, schemas.ClaimFilter)
def claims(filters: dict[str, Any]) -> Keyset:
    """The claims of the school."""
    return queries.claims(filters)


@api.get("/claims/<uuid:claim_id>", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.ClaimOut)
def one_claim(claim_id: str) -> InsuranceClaim:
    """A claim; a look by an officer is recorded."""
    with transaction() as session:
        return queries.visible(session, claim_id)


@api.post("/claims/<uuid:claim_id>/papers", allow=ANYONE_SIGNED_IN)
@api.response(201, schemas.ClaimOut)
def add_paper(claim_id: str) -> InsuranceClaim:
    """Hand in a paper (multipart, `file`). Kept sealed, deleted some weeks after the end."""
    if (upload := request.files.get("file")) is None:
        raise Invalid(fields={"file": [_("Choose a file.")]})
    with transaction() as session:
        claim = queries.visible(session, claim_id, lock=True)
        actions.add_paper(session, claim, upload.stream, upload.filename or "", by=str(actor().person_id))
        session.flush()
        return claim


@api.post("/claims/<uuid:claim_id>/steps", allow=queries.KEEP)
@api.arguments(schemas.ClaimStep)
@api.response(200, schemas.ClaimOut)
def step(body: dict[str, Any], claim_id: str) -> InsuranceClaim:
    """Record the next stage. 409 where it is not the next one."""
    with transaction() as session:
        claim = queries.visible(session, claim_id, lock=True)
        actions.step(session, claim, by=str(actor().person_id), **body)
        session.flush()
        return claim


@api.post("/claims/<uuid:claim_id>/withdraw", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.ClaimOut)
def withdraw(claim_id: str) -> InsuranceClaim:
    """Take one's own back; its papers are deleted at once."""
    with transaction() as session:
        claim = queries.visible(session, claim_id, lock=True)
        if not queries.is_own(claim):
            raise NotFound()
        actions.withdraw(session, claim)
        session.flush()
        return claim
