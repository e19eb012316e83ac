"""Mutual insurance over HTTP: plans, one's own answer, the list and its consents, the district's rates."""

from typing import Any

from services.welfare.insurance import actions, queries, schemas
from services.welfare.insurance.listing import InsurerList
from services.welfare.insurance.models import InsurancePlan
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api("insurance", description="Mutual insurance: offered, joined by consent, handed to the insurer.")
SEE = "insurance.see"


@api.post("/insurance", allow=queries.KEEP)
@api.arguments(schemas.PlanIn)
@api.response(201, schemas.PlanDetail)
def open_plan(body: dict[str, Any]) -> Any:
    """Offer a plan."""
    who = actor()
    with transaction() as session:
        plan = actions.open_plan(session, school_id=str(who.school_id), by=str(who.person_id), **body)
        return _detail(session, plan)


@api.get("/insurance", allow=SEE)
@api.paged(schemas.PlanRow, schemas.PlanFilter)
def plans(filters: dict[str, Any]) -> Keyset:
    """The plans of the school."""
    return queries.plans(filters)


@api.get("/insurance/<uuid:plan_id>", allow=SEE)
@api.response(200, schemas.PlanDetail)
def one_plan(plan_id: str) -> Any:
    """A plan with one's own answer."""
    with reading() as session:
        return _detail(session, get_within(session, InsurancePlan, plan_id))


@api.put("/insurance/<uuid:plan_id>/answer", allow=SEE)
@api.arguments(schemas.Answer)
@api.response(200, schemas.PlanDetail)
def answer(body: dict[str, Any], plan_id: str) -> Any:
    """Join or not. 409 `consent-missing` without the consent "insurance"; 404 for whom the plan is not."""
    with transaction() as session:
        plan = get_within(session, InsurancePlan, plan_id, lock=True)
        actions.answer(session, plan, str(actor().person_id), joins=body["joins"])
        return _detail(session, plan)


@api.get("/insurance/<uuid:plan_id>/people", allow=queries.KEEP)
@api.paged(schemas.InsuredRow, schemas.PeopleFilter)
def people(filters: dict[str, Any], plan_id: str) -> Keyset:
    """Those whom it is for, and what they said."""
    with reading() as session:
        return queries.people(get_within(session, InsurancePlan, plan_id), filters)


@api.post("/insurance/<uuid:plan_id>/people", allow=queries.KEEP)
@api.arguments(schemas.Recorded)
@api.response(200, schemas.Count)
def record_people(body: dict[str, Any], plan_id: str) -> Any:
    """Enter who signed on paper; without a day they stand on the list and are still to be asked. Idempotent."""
    with transaction() as session:
        plan = get_within(session, InsurancePlan, plan_id, lock=True)
        return {
            "count": actions.record_people(session, plan, body["person_ids"], signed_on=body["signed_on"])
        }


@api.delete("/insurance/<uuid:plan_id>/people/<uuid:person_id>", allow=queries.KEEP)
@api.response(204)
def take_off(plan_id: str, person_id: str) -> None:
    """Take a line off the list; nothing of it is kept."""
    with transaction() as session:
        actions.take_off(session, get_within(session, InsurancePlan, plan_id, lock=True), person_id)


@api.post("/insurance/<uuid:plan_id>/remind", allow=queries.KEEP)
@api.response(200, schemas.Count)
def remind(plan_id: str) -> Any:
    """Remind those who have said nothing: once. 409 the second time."""
    with transaction() as session:
        plan = get_within(session, InsurancePlan, plan_id, lock=True)
        return {"count": actions.remind_undecided(session, plan)}


@api.post("/insurance/<uuid:plan_id>/hand-over", allow=queries.KEEP)
@api.response(200, schemas.ListOut)
def hand_over(plan_id: str) -> Any:
    """The list for the insurer; recorded. 409 `consents-missing` while a line has none, naming each in `rows`."""
    with transaction() as session:
        plan = get_within(session, InsurancePlan, plan_id, lock=True)
        return InsurerList(plan, actions.hand_over(session, plan))


@api.post("/insurance/<uuid:plan_id>/close", allow=queries.KEEP)
@api.response(200, schemas.PlanDetail)
def close(plan_id: str) -> Any:
    """Close it and say the result. 409 when it is closed."""
    with transaction() as session:
        plan = get_within(session, InsurancePlan, plan_id, lock=True)
        actions.close(session, plan)
        return _detail(session, plan)


@api.get("/district/insurance", allow="district.see")
@api.arguments(schemas.RateQuery, location="query")
@api.response(200, schemas.RateOut(many=True))
def rates(query: dict[str, Any]) -> Any:
    """How far each school is, this year if none is named: rates alone."""
    year = query.get("year") or clock.today().year
    with reading() as session:
        return queries.rates(session, str(actor().school_id), year, query["q"], query.get("audience"))


def _detail(session: Any, plan: InsurancePlan) -> dict[str, Any]:
    session.flush()
    api.etag(plan.version)
    found: dict[str, Any] = {name: getattr(plan, name) for name in schemas.PlanRow().fields}
    own = queries.enrolment(session, plan.id, str(actor().person_id))
    found["own_answer"] = own.answer if own else None
    if actor().may(queries.KEEP):
        figures = queries.tally(session, plan)
        found |= {"eligible": figures.eligible, "enrolled": figures.enrolled}
        found |= {"handed_over_at": plan.handed_over_at, "handed_over_rows": plan.handed_over_rows}
    return found
