"""Cases for every route of the help for pupils."""

from typing import Any

from services.welfare.pupils import actions
from shared.kit import clock
from tests.strangers.cases import Case, Ours, Route
from tests.strangers.welfare_aid import _receipt
from tests.strangers.welfare_hardship import pdf

API = "/api/welfare/v1/pupils/programmes"
PAGES = "/welfare/pupils"
ONE = "/<uuid:programme_id>"
TOLD: dict[str, Any] = {
    "title": "甲校助学",
    "donor": "甲书店",
    "fund": "union",
    "pupils": 3,
    "amount_fen": 90_000,
}


def _programme(ours: Ours, *, agreed: bool = False) -> str:
    with ours.house.welfare.transaction() as session:
        found = actions.propose(session, school_id=ours.school.id, by=ours.officers["carer"].id, **TOLD)
        if agreed:
            actions.agree(session, found, by=ours.officers["chair"].id)
        return ours.mark(found.id)


def cases(ours: Ours) -> dict[Route, Case]:
    carer, chair, treasurer = (ours.officers[office] for office in ("carer", "chair", "treasurer"))
    shown, agreed = _programme(ours), _programme(ours, agreed=True)
    with ours.house.welfare.transaction() as session:
        receipt = _receipt(session, ours)
    paid_on = clock.today().isoformat()
    payment = {"codes": ["A-1", "A-2"], "each_fen": 100, "paid_on": paid_on, "receipt_ids": [receipt]}
    form = {"codes": "A-1", "each": "1", "paid_on": paid_on, "receipts": (pdf(), "回单.pdf")}
    new = {"title": "甲校助学", "donor": "甲书店", "fund": "union", "pupils": "3", "amount": "900"}
    found: dict[Route, Case] = {
        ("GET", API): Case(carer, API, shared=True, shows=shown),
        ("POST", API): Case(carer, API, json=TOLD, shared=True),
        ("GET", f"{API}{ONE}"): Case(treasurer, f"{API}/{shown}", shows=shown),
        ("POST", f"{API}{ONE}/payments"): Case(treasurer, f"{API}/{agreed}/payments", json=payment),
        ("GET", f"{PAGES}/"): Case(carer, f"{PAGES}/", shared=True, shows=shown),
        ("GET", f"{PAGES}/new"): Case(carer, f"{PAGES}/new", shared=True),
        ("POST", f"{PAGES}/new"): Case(carer, f"{PAGES}/new", form=new, shared=True),
        ("GET", f"{PAGES}{ONE}"): Case(carer, f"{PAGES}/{shown}", shows=TOLD["donor"]),
        ("GET", f"{PAGES}{ONE}/pay"): Case(treasurer, f"{PAGES}/{agreed}/pay"),
        ("POST", f"{PAGES}{ONE}/pay"): Case(treasurer, f"{PAGES}/{agreed}/pay", form=form),
    }
    for base, body in ((API, None), (PAGES, {})):
        found["POST", f"{base}{ONE}/agree"] = Case(chair, f"{base}/{_programme(ours)}/agree", form=body)
        found["POST", f"{base}{ONE}/close"] = Case(carer, f"{base}/{_programme(ours)}/close", form=body)
    return found
