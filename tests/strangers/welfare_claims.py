"""Cases for every route of claims on mutual insurance."""

from io import BytesIO

from services.welfare.claims.actions import add_paper, submit
from services.welfare.claims.models import InsuranceClaim
from shared.kit.database import locked
from tests.strangers.cases import Case, Ours, Route
from tests.strangers.welfare_insurance import a_plan

API = "/api/welfare/v1/claims"
PAGES = "/welfare/claims"
PDF = b"%PDF-1.4 paper"


def cases(ours: Ours) -> dict[Route, Case]:
    carer, member = ours.officers["carer"], ours.member
    plan_id = a_plan(ours, signed=True)
    claim_id, another = _claim(ours, plan_id), _claim(ours, plan_id)
    one, page = f"{API}/<uuid:claim_id>", f"{PAGES}/<uuid:claim_id>"
    step = {"to": "complete"}
    return {
        ("POST", API): Case(member, API, json={"plan_id": plan_id}, shared=True),
        ("GET", f"{API}/mine"): Case(member, f"{API}/mine", shared=True, shows=claim_id),
        ("GET", API): Case(carer, API, shared=True, shows=claim_id),
        ("GET", one): Case(member, f"{API}/{claim_id}", shows=claim_id),
        ("POST", f"{one}/papers"): Case(member, f"{API}/{claim_id}/papers", file=PDF),
        ("POST", f"{one}/steps"): Case(carer, f"{API}/{claim_id}/steps", json=step),
        ("POST", f"{one}/withdraw"): Case(member, f"{API}/{_claim(ours, plan_id)}/withdraw"),
        ("GET", f"{PAGES}/mine"): Case(member, f"{PAGES}/mine", shared=True, shows=claim_id),
        ("GET", f"{PAGES}/new"): Case(member, f"{PAGES}/new", shared=True, shows=plan_id),
        ("POST", f"{PAGES}/new"): Case(
            member, f"{PAGES}/new", form={"plan_id": plan_id}, file=PDF, part="papers", shared=True
        ),
        ("GET", f"{PAGES}/"): Case(carer, f"{PAGES}/", shared=True, shows=claim_id),
        ("GET", page): Case(carer, f"{PAGES}/{claim_id}", shows=member.name),
        ("POST", f"{page}/papers"): Case(
            member, f"{PAGES}/{claim_id}/papers", form={}, file=PDF, part="papers"
        ),
        ("POST", f"{page}/steps"): Case(carer, f"{PAGES}/{another}/steps", form=step),
        ("POST", f"{page}/withdraw"): Case(member, f"{PAGES}/{_claim(ours, plan_id)}/withdraw", form={}),
    }


def _claim(ours: Ours, plan_id: str) -> str:
    """Our member's claim with a paper."""
    with ours.house.welfare.transaction() as session:
        made = submit(session, school_id=ours.school.id, person_id=ours.member.id, plan_id=plan_id)
        claim = locked(session, InsuranceClaim, made.id)
        assert claim is not None
        add_paper(session, claim, BytesIO(PDF), "paper.pdf", by=ours.member.id)
        return ours.mark(claim.id)
