"""JSON API of programs: their tokens, and their register."""

from typing import Any

from flask import request

from services.members.accounts import attempts
from services.members.accounts.door import WrongCredentials
from services.members.programs import actions, queries, schemas
from services.members.programs.models import Program
from services.members.programs.scopes import grantable
from shared.kit import paging, tokens
from shared.kit.access import PUBLIC, actor, get_within
from shared.kit.api import Api
from shared.kit.database import transaction
from shared.kit.errors import answer
from shared.kit.problems import Forbidden

api = Api("programs", description="Programs with client credentials")


@api.post("/token", allow=PUBLIC)
@api.arguments(schemas.ClientCredentials)
@api.response(200, schemas.ProgramToken)
def program_token(body: dict[str, Any]) -> Any:
    """A program's token for ten minutes. 401 `wrong-credentials`; 429 after too many tries."""
    keys = attempts.by_account(f"program:{body['client_id']}"), attempts.by_address(request.remote_addr)
    with transaction() as session:
        attempts.begin(session, *keys)
    with transaction() as session:
        token = actions.token(session, body["client_id"], body["client_secret"])
        if token is None:
            return answer(WrongCredentials())  # not raised: the count of failures must stay
        attempts.take_back(session, *keys)
    return {"access_token": token, "token_type": "Bearer", "expires_in": tokens.PROGRAM_MINUTES * 60}


@api.get("/programs", allow="programs.manage")
@api.paged(schemas.ProgramOut)
def programs_of_the_union(_asked: dict[str, Any]) -> paging.Keyset:
    """Programs with client credentials."""
    return paging.Keyset(queries.programs(actor().school_id or ""), order=[Program.created_at, Program.id])


@api.post("/programs", allow="programs.manage")
@api.arguments(schemas.ProgramIn)
@api.response(201, schemas.ProgramWithSecret)
def register_program(body: dict[str, Any]) -> Any:
    """Register a program. Its secret is in this answer and nowhere else."""
    who = actor()
    if who.is_program:  # a program does not make programs
        raise Forbidden
    with transaction() as session:
        program, secret = actions.register(
            session,
            body["name"],
            body["scopes"],
            school_id=who.school_id or "",
            by=who.person_id or "",
            known=set(grantable(who.offices)),
        )
        return _with_secret(program, secret)


@api.post("/programs/<uuid:program_id>/secret", allow="programs.manage")
@api.response(200, schemas.ProgramWithSecret)
def renew_secret(program_id: str) -> Any:
    """Another secret; the old one stops working at once."""
    with transaction() as session:
        program = get_within(session, Program, program_id, lock=True)
        return _with_secret(program, actions.renew_secret(session, program))


@api.delete("/programs/<uuid:program_id>", allow="programs.manage")
@api.response(204)
def revoke_program(program_id: str) -> None:
    """No more tokens for this program."""
    with transaction() as session:
        actions.revoke(session, get_within(session, Program, program_id, lock=True))


def _with_secret(program: Program, secret: str) -> dict[str, Any]:
    shown = {name: getattr(program, name) for name in schemas.ProgramOut().fields}
    return shown | {"client_secret": secret}
