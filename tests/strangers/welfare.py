"""Cases for every route of welfare: visits and who may know of them, receipts, schemes, and the district's table."""

from io import BytesIO
from typing import Any

from services.welfare.funds.actions import keep_receipt
from services.welfare.visits.actions.handing_over import offer_visit
from services.welfare.visits.actions.planning import plan_visit
from services.welfare.visits.actions.reporting import Report, complete_visit
from services.welfare.visits.models import VisitTask
from shared.kit import clock
from shared.kit.database import locked, new_id
from shared.kit.people import Organisation, Person
from shared.kit.testing.builders import a_person, a_rule_pack, a_school
from tests.strangers import (
    kit,
    welfare_aid,
    welfare_audits,
    welfare_campaigns,
    welfare_checkups,
    welfare_claims,
    welfare_confidences,
    welfare_counselling,
    welfare_disputes,
    welfare_figures,
    welfare_gifts,
    welfare_hardship,
    welfare_insurance,
    welfare_money,
    welfare_oversight,
    welfare_pupils,
    welfare_requests,
    welfare_rounds,
)
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1"
PAGES = "/welfare"
Cases = dict[Route, Case]


def prepare(ours: Ours) -> Cases:
    a_rule_pack(ours.house.welfare)
    return {
        **kit.cases(ours, "welfare"),
        **_lists(ours),
        **_one_visit(ours),
        **_changes(ours),
        **_offers(ours),
        **_receipts(ours),
        **_schemes(ours),
        **_district(ours),
        **welfare_money.cases(ours),
        **welfare_hardship.cases(ours),
        **welfare_audits.cases(ours),
        **welfare_checkups.cases(ours),
        **welfare_campaigns.cases(ours),
        **welfare_claims.cases(ours),
        **welfare_insurance.cases(ours),
        **welfare_aid.cases(ours),
        **welfare_disputes.cases(ours),
        **welfare_figures.cases(ours),
        **welfare_gifts.cases(ours),
        **welfare_oversight.cases(ours),
        **welfare_rounds.cases(ours),
        **welfare_requests.cases(ours),
        **welfare_counselling.cases(ours),
        **welfare_confidences.cases(ours),
        **welfare_pupils.cases(ours),
    }


def _visit(ours: Ours, *, completed: bool = False) -> str:
    """A visit to our member that our carer owes, or has made."""
    carer, today = ours.officers["carer"], clock.today()
    with ours.house.welfare.transaction() as session:
        task = _plan(session, ours.school, ours.member)
        if completed:
            complete_visit(session, task, Report(today, went=[carer.id]), by=carer.id)
    return ours.mark(task.id)


def _plan(session: Any, school: Organisation, person: Person) -> VisitTask:
    task = plan_visit(
        session,
        school_id=school.id,
        person_id=person.id,
        kind="hospitalized",
        cause=f"life-event:{new_id()}",
        occurred_on=clock.today(),
        reported_on=clock.today(),
    )
    assert task is not None
    session.flush()
    return task


def _lists(ours: Ours) -> Cases:
    carer, planned = ours.officers["carer"], _visit(ours)
    lists = (
        f"{API}/visits",
        f"{API}/visits/mine",
        f"{PAGES}/visits/",
        f"{PAGES}/visits/board",
        f"{PAGES}/visits/print",
        f"{PAGES}/panels/this-week",
    )
    return {
        ("GET", f"{PAGES}/"): Case(carer, f"{PAGES}/", shared=True),
        **{("GET", url): Case(carer, url, shared=True, shows=_shown(url, planned, ours)) for url in lists},
    }


def _shown(url: str, visit_id: str, ours: Ours) -> str:
    """What a list shows of a visit: its id; on paper, where that stands in a picture, the name."""
    return ours.member.name if url.endswith("print") else visit_id


def _one_visit(ours: Ours) -> Cases:
    carer, planned, made = ours.officers["carer"], _visit(ours), _visit(ours, completed=True)
    visit, page = f"{PAGES}/visits/<uuid:visit_id>", f"{PAGES}/visits/{planned}"
    return {
        ("GET", f"{API}/visits/<uuid:visit_id>"): Case(carer, f"{API}/visits/{planned}", shows=planned),
        ("GET", visit): Case(carer, page, shows=ours.member.name),
        **{
            ("GET", f"{visit}/{form}"): Case(carer, f"{page}/{form}")
            for form in ("agree", "assign", "cancel", "complete")
        },
        **{
            ("GET", f"{visit}/{form}"): Case(carer, f"{PAGES}/visits/{made}/{form}")
            for form in ("correct", "done")
        },
    }


def _changes(ours: Ours) -> Cases:
    """Whatever is done to a visit, over HTTP and on its page."""
    carer, today = ours.officers["carer"], clock.today().isoformat()
    report = {"visited_on": today, "went": [carer.id]}
    deeds: dict[str, dict[str, Any]] = {
        "agree": {"agreed_on": today},
        "assign": {"person_id": ours.officers["chair"].id},
        "cancel": {"reason": "家属希望不打扰"},
        "complete": report,
        "correct": report | {"reason": "日期写错"},
    }
    found: Cases = {}
    for deed, body in deeds.items():
        visits = [_visit(ours, completed=deed == "correct") for _ in range(2)]
        form = body | {"entry_id": new_id()} if "went" in body else body
        found["POST", f"{API}/visits/<uuid:visit_id>/{deed}"] = Case(
            carer, f"{API}/visits/{visits[0]}/{deed}", json=body
        )
        found["POST", f"{PAGES}/visits/<uuid:visit_id>/{deed}"] = Case(
            carer, f"{PAGES}/visits/{visits[1]}/{deed}", form=form
        )
    return found


def _offers(ours: Ours) -> Cases:
    """Visits to a colleague who moved to us, which the old school offers."""
    welfare, carer = ours.house.welfare, ours.officers["carer"]
    old = a_school(welfare, "从前的学校", district=ours.district)
    moved = a_person(welfare, ours.school, "甲新")

    def offer() -> str:
        with welfare.transaction() as session:
            offered = offer_visit(session, _plan(session, old, moved), ours.school.id)
            assert offered is not None
            session.flush()
        return ours.mark(offered.id, moved.name)

    waiting = offer()
    found: Cases = {
        ("GET", url): Case(carer, url, shared=True, shows=waiting)
        for url in (f"{API}/visits/offers", f"{PAGES}/visits/offers")
    }
    for answer in ("accept", "decline"):
        for prefix, form in ((API, None), (PAGES, {})):
            found["POST", f"{prefix}/visits/offers/<uuid:offer_id>/{answer}"] = Case(
                carer, f"{prefix}/visits/offers/{offer()}/{answer}", form=form
            )
    return found


def _receipts(ours: Ours) -> Cases:
    carer, treasurer, visit_id = ours.officers["carer"], ours.officers["treasurer"], _visit(ours)
    with ours.house.welfare.transaction() as session:
        receipt = keep_receipt(
            session, BytesIO(b"%PDF-1.4"), "票据.pdf", school_id=ours.school.id, kept_by=carer.id
        )
        session.flush()
        given = Report(clock.today(), went=[carer.id], gift_fen=30000, fund="union", receipt_ids=[receipt.id])
        complete_visit(session, _planned(session, visit_id), given, by=carer.id)
    ours.mark(receipt.id, receipt.file_id)
    return {
        ("POST", f"{API}/visits/<uuid:visit_id>/receipts"): Case(
            carer, f"{API}/visits/{_visit(ours)}/receipts", file=b"%PDF-1.5"
        ),
        ("GET", f"{API}/receipts"): Case(treasurer, f"{API}/receipts", shared=True, shows=receipt.id),
        ("GET", f"{PAGES}/receipts/"): Case(
            treasurer, f"{PAGES}/receipts/", shared=True, shows=receipt.file_id
        ),
        ("GET", f"{PAGES}/files/<uuid:file_id>"): Case(treasurer, f"{PAGES}/files/{receipt.file_id}"),
    }


def _planned(session: Any, visit_id: str) -> VisitTask:
    task = locked(session, VisitTask, visit_id)
    assert task is not None
    return task


def _schemes(ours: Ours) -> Cases:
    """Every school has a scheme of its own: a stranger sees and chooses that, and ours stays as it is."""
    chair = ours.officers["chair"]
    found: Cases = {
        ("GET", url): Case(chair, url, shared=True)
        for url in (
            f"{API}/schemes/variants",
            f"{API}/schemes/limits",
            f"{API}/schemes/current",
            f"{PAGES}/schemes/",
        )
    }
    page = f"{PAGES}/schemes/<any(standard, A, B, C, D, E, F):variant>"
    found["GET", page] = Case(chair, f"{PAGES}/schemes/B", shared=True)
    # Each version says which one it replaces: the page comes after the API, whoever tried in between.
    found["POST", f"{API}/schemes"] = Case(
        chair, f"{API}/schemes", json={"variant": "A", "replaces": 0}, shared=True
    )
    found["POST", page] = Case(
        chair,
        f"{PAGES}/schemes/B",
        form={
            "replaces": "1",
            "effective_from": clock.today().isoformat(),
            "retirement.active": "true",
        },
        shared=True,
    )
    found["GET", f"{API}/schemes"] = Case(chair, f"{API}/schemes", shared=True, shows=ours.mark(chair.id))
    return found


def _district(ours: Ours) -> Cases:
    """The district's own: its officer may, nobody of a school."""
    officer = a_person(ours.house.welfare, ours.district, "本区干部", offices=["district_officer"])
    return {
        **{
            ("GET", url): Case(
                officer, url.replace("<topic>", "visits"), district=True, shows=ours.school.name
            )
            for url in (f"{API}/district/<topic>", f"{PAGES}/district/<topic>")
        },
        ("GET", f"{PAGES}/schemes/limits"): Case(officer, f"{PAGES}/schemes/limits", district=True),
        ("PUT", f"{API}/schemes/limits/<kind>"): Case(
            officer, f"{API}/schemes/limits/marriage", json={"max_days": 10}, district=True
        ),
        ("POST", f"{PAGES}/schemes/limits/<kind>"): Case(
            officer, f"{PAGES}/schemes/limits/housing", form={"max_days": "10"}, district=True
        ),
    }
