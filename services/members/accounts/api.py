"""JSON API of accounts: sessions, one's own password and second factor, slips."""

from typing import Any

from flask import request

from services.members.accounts import door, queries, schemas
from services.members.accounts.actions import accounts, second_factor, slips
from services.members.accounts.door import CodeNeeded, WrongCredentials
from services.members.asking import me, my_union
from shared.kit import paging
from shared.kit.access import ANYONE_SIGNED_IN, PUBLIC, actor
from shared.kit.api import Api
from shared.kit.database import transaction
from shared.kit.errors import answer
from shared.kit.people import Person
from shared.kit.problems import Invalid

api = Api("accounts", description="Signing in, first use, second factor, slips")


@api.post("/session", allow=PUBLIC)
@api.arguments(schemas.Credentials)
@api.response(201, schemas.SessionOut)
def sign_in_(body: dict[str, Any]) -> Any:
    """Sign in. 401 `wrong-credentials`, or `code-needed` when a second factor is on; 429 after too many tries."""
    try:
        entered = door.enter(body["login"], body["password"], request.remote_addr, body["code"])
    except WrongCredentials as refusal:
        # Answered, not raised: an Idempotency-Key wraps this view in one transaction, and a count of failures
        # that is rolled back would let everybody guess for ever.
        return answer(refusal)
    return answer(CodeNeeded()) if entered.token is None else entered


@api.delete("/session", allow=ANYONE_SIGNED_IN)
@api.response(204)
def sign_out() -> None:
    """End every session of this person, everywhere."""
    with transaction() as session:
        accounts.sign_out_everywhere(session, me())


@api.post("/first-use", allow=PUBLIC)
@api.arguments(schemas.FirstUseByProgram)
@api.response(201, schemas.SessionOut)
def first_use(body: dict[str, Any]) -> Any:
    """Set the first password, or a new one, with the code of a slip."""
    return door.first_use(body["code"], body["login"], body["password"])


@api.post("/account/password", allow=ANYONE_SIGNED_IN)
@api.arguments(schemas.PasswordChange)
@api.response(200, schemas.SessionOut)
def change_password(body: dict[str, Any]) -> Any:
    """Another password. Every session ends; the answer holds a new one."""
    try:
        return door.change_password(me(), body["present"], body["password"], request.remote_addr)
    except Invalid as refusal:
        return answer(refusal)


@api.post("/account/second-factor", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.SecondFactorOffer)
def offer_second_factor() -> dict[str, str]:
    """A secret for an authenticator app, as an otpauth: address."""
    with transaction() as session:
        return {"address": second_factor.offer(accounts.own_account(session, me()))}


@api.post("/account/second-factor/confirm", allow=ANYONE_SIGNED_IN)
@api.arguments(schemas.Code)
@api.response(200, schemas.RecoveryCodes)
def confirm_second_factor(body: dict[str, Any]) -> dict[str, list[str]]:
    """Switch the second factor on with a first code. The recovery codes are shown this once."""
    with transaction() as session:
        account = accounts.own_account(session, me())
        return {"recovery_codes": second_factor.confirm(session, account, body["code"])}


@api.post("/account/second-factor/remove", allow=ANYONE_SIGNED_IN)
@api.arguments(schemas.Code)
@api.response(204)
def remove_second_factor(body: dict[str, Any]) -> Any:
    """Switch the second factor off; it takes a code."""
    try:
        door.give_up_second_factor(me(), body["code"], request.remote_addr)
    except Invalid as refusal:
        return answer(refusal)
    return None


@api.get("/accounts", allow="accounts.manage")
@api.paged(schemas.AccountOut, schemas.AccountFilter)
def accounts_of_the_union(asked: dict[str, Any]) -> paging.Keyset:
    """Who has an account, a slip, or neither."""
    query = queries.accounts(my_union(), asked.get("q", ""), asked.get("state"))
    return paging.Keyset(query, order=[Person.pinyin, Person.id])


@api.post("/accounts/slips", allow="accounts.manage")
@api.arguments(schemas.SlipsWanted)
@api.response(201, schemas.SlipOut(many=True))
def issue_slips(body: dict[str, Any]) -> Any:
    """Slips for first use or a forgotten password. Their codes are in this answer and nowhere else."""
    who = actor()
    with transaction() as session:
        members = queries.people_for_slips(
            session, my_union(), body["person_ids"], with_officers=who.may("accounts.manage-officers")
        )
        return slips.issue_slips(session, members, issued_by=who.person_id)


@api.post("/accounts/<uuid:person_id>/disable", allow="accounts.manage")
@api.response(204)
def disable(person_id: str) -> None:
    """Shut a person out at once, everywhere."""
    with transaction() as session:
        accounts.disable(
            session,
            queries.manageable(
                session, person_id, my_union(), with_officers=actor().may("accounts.manage-officers")
            ),
            by=me(),
        )


@api.post("/accounts/<uuid:person_id>/enable", allow="accounts.manage")
@api.response(204)
def enable(person_id: str) -> None:
    """Let a person in again."""
    with transaction() as session:
        accounts.enable(
            session,
            queries.manageable(
                session, person_id, my_union(), with_officers=actor().may("accounts.manage-officers")
            ),
        )
