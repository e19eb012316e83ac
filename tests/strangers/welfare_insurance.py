"""Cases for every route of mutual insurance."""

from services.welfare.consents.actions import take_over
from services.welfare.insurance.actions import open_plan, record_people
from services.welfare.insurance.models import PURPOSE
from shared.kit import clock
from shared.kit.testing.builders import a_person
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1/insurance"
PAGES = "/welfare/insurance"
TOLD = {"title": "甲校互助", "audience": "everyone", "insurer": "省互助会", "payer": "union"}
PREMIUM = 4800


def cases(ours: Ours) -> dict[Route, Case]:
    carer, member = ours.officers["carer"], ours.member
    today = clock.today().isoformat()
    days = {"opens_on": today, "closes_on": today}
    _consent(ours)
    plan_id, signed = a_plan(ours), a_plan(ours, signed=True)
    listed, one_more = a_plan(ours, signed=True), a_plan(ours, signed=True)
    one, page = f"{API}/<uuid:plan_id>", f"{PAGES}/<uuid:plan_id>"
    person, record = "people/<uuid:person_id>", {"person_ids": [member.id], "signed_on": today}
    officer = a_person(ours.house.welfare, ours.district, "互助区干", offices=["district_officer"])
    rates = (f"{API.replace('/insurance', '/district/insurance')}", "/welfare/district/insurance")
    return {
        ("POST", API): Case(carer, API, json={**TOLD, **days, "premium_fen": PREMIUM}, shared=True),
        ("GET", API): Case(member, API, shared=True, shows=plan_id),
        ("GET", one): Case(member, f"{API}/{plan_id}", shows=plan_id),
        ("PUT", f"{one}/answer"): Case(member, f"{API}/{plan_id}/answer", json={"joins": True}),
        ("GET", f"{one}/people"): Case(carer, f"{API}/{signed}/people?q=甲员", shows=member.name),
        ("POST", f"{one}/people"): Case(carer, f"{API}/{plan_id}/people", json=record),
        ("DELETE", f"{one}/{person}"): Case(carer, f"{API}/{listed}/people/{member.id}"),
        ("POST", f"{one}/remind"): Case(carer, f"{API}/{plan_id}/remind"),
        ("POST", f"{one}/hand-over"): Case(carer, f"{API}/{signed}/hand-over", shows=member.name),
        ("POST", f"{one}/close"): Case(carer, f"{API}/{a_plan(ours)}/close"),
        ("GET", f"{PAGES}/"): Case(member, f"{PAGES}/", shared=True, shows=plan_id),
        ("GET", f"{PAGES}/new"): Case(carer, f"{PAGES}/new", shared=True),
        ("POST", f"{PAGES}/new"): Case(
            carer, f"{PAGES}/new", form={**TOLD, **days, "premium": "48"}, shared=True
        ),
        ("GET", page): Case(carer, f"{PAGES}/{signed}?q=甲员", shows=member.name),
        ("POST", f"{page}/answer"): Case(member, f"{PAGES}/{plan_id}/answer", form={"joins": "false"}),
        ("GET", f"{page}/record"): Case(carer, f"{PAGES}/{a_plan(ours)}/record", shows=member.name),
        ("POST", f"{page}/record"): Case(carer, f"{PAGES}/{plan_id}/record", form={**record, "how": "paper"}),
        ("GET", f"{page}/sheet"): Case(carer, f"{PAGES}/{a_plan(ours)}/sheet", shows=member.name),
        ("POST", f"{page}/{person}/take-off"): Case(
            carer, f"{PAGES}/{one_more}/people/{member.id}/take-off", form={}
        ),
        ("POST", f"{page}/remind"): Case(carer, f"{PAGES}/{a_plan(ours)}/remind", form={}),
        ("POST", f"{page}/hand-over"): Case(
            carer, f"{PAGES}/{signed}/hand-over", form={"format": "csv"}, shows=member.name
        ),
        ("POST", f"{page}/close"): Case(carer, f"{PAGES}/{a_plan(ours)}/close", form={}),
        **{("GET", url): Case(officer, url, district=True, shows=ours.school.name) for url in rates},
    }


def _consent(ours: Ours) -> None:
    """Our member agreed, as the register says."""
    with ours.house.welfare.transaction() as session:
        take_over(
            session, person_id=ours.member.id, purpose_code=PURPOSE, school_id=ours.school.id, granted=True,
            text_version=1, erase_by=None, said_at=clock.now(),
        )  # fmt: skip


def a_plan(ours: Ours, *, signed: bool = False) -> str:
    """A plan of ours, which our member may have signed."""
    today = clock.today()
    with ours.house.welfare.transaction() as session:
        plan = open_plan(
            session, school_id=ours.school.id, by=ours.officers["carer"].id, premium_fen=PREMIUM,
            opens_on=today, closes_on=today, **TOLD,
        )  # fmt: skip
        if signed:
            record_people(session, plan, [ours.member.id], signed_on=today)
        return ours.mark(plan.id)
