"""JSON API of offices: who holds them, appointing, ending, handing over."""

from typing import Any

from sqlalchemy import select

from services.members.asking import my_union
from services.members.offices import actions, schemas
from services.members.offices.models import OfficeTerm
from services.members.people.models import Member
from services.members.schools.models import Organisation
from shared.kit import clock
from shared.kit.access import get_within, within
from shared.kit.api import Api
from shared.kit.database import locked, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound

api = Api(
    "offices", description="Offices of a union with their terms; what a person may do follows from them"
)


@api.get("/offices", allow="offices.see")
@api.paged(schemas.TermOut)
def terms(_asked: dict[str, Any]) -> Keyset:
    """Every term in one's union, the latest first."""
    return Keyset(
        select(OfficeTerm).where(within(OfficeTerm)),
        order=[OfficeTerm.term_from, OfficeTerm.id],
        descending=True,
    )


@api.post("/offices", allow="offices.appoint")
@api.arguments(schemas.AppointIn)
@api.response(201, schemas.TermOut)
def appoint(body: dict[str, Any]) -> OfficeTerm:
    """Give somebody an office. An office that one person holds passes over."""
    with transaction() as session:
        scope = get_within(session, Organisation, body.pop("scope_id") or my_union(), lock=True)
        member = get_within(session, Member, body.pop("person_id"), lock=True)
        return actions.appoint(session, member, body.pop("code"), scope=scope, **body)


@api.post("/offices/<uuid:term_id>/end", allow="offices.appoint")
@api.arguments(schemas.EndIn)
@api.response(200, schemas.TermOut)
def end(body: dict[str, Any], term_id: str) -> OfficeTerm:
    """End a term, today or on another day; the rights end the same minute."""
    with transaction() as session:
        term = get_within(session, OfficeTerm, term_id, lock=True)
        holder = get_within(session, Member, term.member_id, lock=True)
        actions.end_office(session, holder, term, body["on"] or clock.today())
        return term


@api.post("/offices/<uuid:term_id>/hand-over", allow="offices.appoint")
@api.arguments(schemas.HandOverIn)
@api.response(201, schemas.TermOut)
def hand_over(body: dict[str, Any], term_id: str) -> OfficeTerm:
    """Pass an office to a successor: old rights end in the moment the new ones begin."""
    with transaction() as session:
        term = get_within(session, OfficeTerm, term_id, lock=True)
        successor = get_within(session, Member, body["person_id"], lock=True)
        return actions.hand_over(session, term, successor, on=body["on"] or clock.today())


@api.post("/unions/<uuid:union_id>/elections/<uuid:election_id>/approve", allow="elections.approve")
@api.response(200, schemas.TermOut(many=True))
def approve(union_id: str, election_id: str) -> list[OfficeTerm]:
    """The district agrees to an election of one of its unions: the terms begin."""
    with transaction() as session:
        union = locked(session, Organisation, union_id)
        if union is None or union.parent_id != my_union():
            raise NotFound
        return actions.approve_election(session, union, election_id)
