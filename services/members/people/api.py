"""JSON API of the register: people of one's own union, and one's own data."""

from typing import Any

from services.members.asking import me, my_union
from services.members.people import actions, queries, schemas
from services.members.people.models import Member, Transfer
from shared.kit import audit
from shared.kit.access import ANYONE_SIGNED_IN, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api("people", description="The register of a union: people, their standing, moves to other unions")


@api.get("/people", allow="people.see")
@api.paged(schemas.PersonOut, schemas.PeopleAsked)
def people(asked: dict[str, Any]) -> Keyset:
    """People of one's union, found by Han, pinyin or initials. Those who left only with ?standing=left."""
    return queries.register(my_union(), **asked)


@api.post("/people", allow="people.change")
@api.arguments(schemas.PersonIn)
@api.response(201, schemas.PersonOut)
def enter(body: dict[str, Any]) -> Member:
    """Enter somebody who may join. Idempotent: yes, with an Idempotency-Key."""
    with transaction() as session:
        return actions.enter(session, school_id=my_union(), **body)


@api.get("/people/me", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.PersonOut)
def myself() -> Member:
    """What the register says of oneself."""
    with reading() as session:
        return get_within(session, Member, me())


@api.get("/people/me/reads", allow=ANYONE_SIGNED_IN)
@api.response(200, schemas.ReadOut(many=True))
def reads() -> list[audit.AuditEntry]:
    """Who looked at one's sensitive fields, latest first."""
    with reading() as session:
        return audit.reads_of(session, me())


@api.put("/people/me/phone", allow=ANYONE_SIGNED_IN)
@api.arguments(schemas.PhoneIn)
@api.response(204)
def own_phone(body: dict[str, Any]) -> None:
    """Correct one's own telephone number."""
    with transaction() as session:
        actions.change_phone(session, get_within(session, Member, me(), lock=True), body["phone"])


@api.get("/people/<uuid:person_id>", allow="people.see")
@api.response(200, schemas.PersonOut)
def person(person_id: str) -> Member:
    """One person."""
    with reading() as session:
        found = get_within(session, Member, person_id)
    api.etag(found.version)
    return found


@api.patch("/people/<uuid:person_id>", allow="people.change")
@api.arguments(schemas.PersonChange)
@api.response(200, schemas.PersonOut)
def correct(body: dict[str, Any], person_id: str) -> Member:
    """Correct what the register says; needs If-Match."""
    with transaction() as session:
        member = get_within(session, Member, person_id, lock=True)
        api.check_etag(member.version)
        actions.correct(session, member, **body)
    api.etag(member.version)
    return member


@api.post("/people/<uuid:person_id>/sensitive-reads", allow="people.see-sensitive")
@api.arguments(schemas.SensitiveAsked)
@api.response(200, schemas.SensitiveOut)
def read_sensitive(body: dict[str, Any], person_id: str) -> dict[str, str | None]:
    """Identity number and phone, for a reason that the person can read afterwards."""
    with transaction() as session:
        return actions.read_sensitive(session, get_within(session, Member, person_id), body["reason"])


@api.post("/people/<uuid:person_id>/retire", allow="people.change")
@api.arguments(schemas.RetireIn)
@api.response(200, schemas.PersonOut)
def retire(body: dict[str, Any], person_id: str) -> Member:
    """Retire a member from a day on, which may lie ahead."""
    with transaction() as session:
        member = get_within(session, Member, person_id, lock=True)
        actions.retire(session, member, body["on"])
        return member


@api.post("/people/<uuid:person_id>/leave", allow="people.change")
@api.arguments(schemas.LeaveIn)
@api.response(200, schemas.PersonOut)
def leave(body: dict[str, Any], person_id: str) -> Member:
    """End a membership."""
    with transaction() as session:
        member = get_within(session, Member, person_id, lock=True)
        actions.leave(session, member, **body)
        return member


@api.get("/transfers", allow="people.change")
@api.paged(schemas.TransferOut)
def transfers(_asked: dict[str, Any]) -> Keyset:
    """Transfers out of and into one's union."""
    return queries.transfers(my_union())


@api.post("/transfers", allow="people.change")
@api.arguments(schemas.TransferIn)
@api.response(201, schemas.TransferOut)
def request_transfer(body: dict[str, Any]) -> Transfer:
    """Ask that a member may go to another union of the district."""
    with transaction() as session:
        member = get_within(session, Member, body.pop("person_id"), lock=True)
        return actions.request_transfer(session, member, by=me(), **body)


@api.post("/transfers/<uuid:transfer_id>/release", allow="people.change")
@api.response(200, schemas.TransferOut)
def release(transfer_id: str) -> Transfer:
    """Let a member go."""
    with transaction() as session:
        found = queries.transfer(session, transfer_id, my_union(), as_new=False)
        actions.release_transfer(session, found, by=me())
        return found


@api.post("/transfers/<uuid:transfer_id>/accept", allow="people.change")
@api.arguments(schemas.TransferAccept)
@api.response(200, schemas.TransferOut)
def accept(body: dict[str, Any], transfer_id: str) -> Transfer:
    """Take a member over, today."""
    with transaction() as session:
        found = queries.transfer(session, transfer_id, my_union(), as_new=True)
        actions.accept_transfer(session, found, by=me(), **body)
        return found


@api.post("/transfers/<uuid:transfer_id>/decline", allow="people.change")
@api.response(200, schemas.TransferOut)
def decline(transfer_id: str) -> Transfer:
    """Say no, as the old union or the new one."""
    with transaction() as session:
        found = queries.transfer(session, transfer_id, my_union())
        actions.decline_transfer(session, found, by=me())
        return found
