"""Cases for every route of aid."""

from typing import Any

from services.welfare.aid import actions
from services.welfare.aid.models import AidRequest
from services.welfare.funds.actions import keep_receipt
from shared.kit import clock
from shared.kit.database import locked, new_id
from shared.kit.people import Person
from tests.strangers.cases import Case, Ours, Route
from tests.strangers.welfare_hardship import pdf, somebody

API = "/api/welfare/v1/aid"
PAGES = "/welfare/aid"
ASK = {"kind": "living", "asked_fen": 10000, "reason": "家中有病人"}
FORM = {"kind": "living", "asked": "100", "reason": "家中有病人"}
PUPIL = {"pupil_ref": "A-07", "asked_fen": 10000, "reason": "学习用品"}
DECISION = {"approves": True, "granted_fen": 10000, "fund": "union", "answer": "属实"}


def cases(ours: Ours) -> dict[Route, Case]:
    return {**_own(ours), **_kept(ours), **_paid(ours)}


def _request(ours: Ours, *, state: str = "requested") -> tuple[Person, str]:
    """A request of somebody of ours, brought as far as that."""
    person = somebody(ours)
    with ours.house.welfare.transaction() as session:
        found = actions.request_aid(session, school_id=ours.school.id, person_id=person.id, **ASK)
        if state != "requested":
            actions.decide(session, found, by=ours.officers["chair"].id, **DECISION)
        if state == "paid":
            receipt = _receipt(session, ours)
            actions.pay(session, found, paid_on=clock.today(), receipt_ids=[receipt],
                        by=ours.officers["treasurer"].id)  # fmt: skip
        session.flush()
    return person, ours.mark(found.id)


def _receipt(session: Any, ours: Ours) -> str:
    from io import BytesIO

    treasurer = ours.officers["treasurer"]
    receipt = keep_receipt(session, BytesIO(b"%PDF-1.4 " + new_id().encode()), "签收.pdf",
                           school_id=ours.school.id, kept_by=treasurer.id)  # fmt: skip
    session.flush()
    return receipt.id


def _own(ours: Ours) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    person, request_id = _request(ours)
    for url in (f"{API}/mine", f"{PAGES}/mine"):
        found["GET", url] = Case(person, url, shared=True, shows=request_id)
    for url in (f"{PAGES}/ask", f"{PAGES}/totals", f"{API}/totals"):
        found["GET", url] = Case(ours.member, url, shared=True)
    found["POST", f"{API}/requests"] = Case(somebody(ours), f"{API}/requests", json=ASK, shared=True)
    found["POST", f"{PAGES}/ask"] = Case(somebody(ours), f"{PAGES}/ask", form=FORM, shared=True)
    for deed, state in (("withdraw", "requested"), ("received", "paid")):
        person, request_id = _request(ours, state=state)
        url = f"{API}/requests/{request_id}/{deed}"
        found["POST", f"{API}/requests/<uuid:request_id>/{deed}"] = Case(person, url)
        person, request_id = _request(ours, state=state)
        url = f"{PAGES}/{request_id}/{deed}"
        found["POST", f"{PAGES}/<uuid:request_id>/{deed}"] = Case(person, url, form={})
    return found


def _kept(ours: Ours) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    carer, chair = ours.officers["carer"], ours.officers["chair"]
    person, request_id = _request(ours)
    found["GET", f"{API}/requests"] = Case(carer, f"{API}/requests", shared=True, shows=request_id)
    found["GET", f"{PAGES}/"] = Case(carer, f"{PAGES}/", shared=True, shows=request_id)
    one = f"{API}/requests/{request_id}"
    found["GET", f"{API}/requests/<uuid:request_id>"] = Case(carer, one, shows=request_id)
    found["GET", f"{PAGES}/<uuid:request_id>"] = Case(carer, f"{PAGES}/{request_id}", shows=person.name)
    url = f"{PAGES}/{request_id}/decide"
    found["GET", f"{PAGES}/<uuid:request_id>/decide"] = Case(chair, url, shows=person.name)
    _, request_id = _request(ours)
    url = f"{API}/requests/{request_id}/decide"
    found["POST", f"{API}/requests/<uuid:request_id>/decide"] = Case(chair, url, json=DECISION)
    _, request_id = _request(ours)
    form = {"approves": "true", "granted": "100", "fund": "union", "answer": "属实"}
    url = f"{PAGES}/{request_id}/decide"
    found["POST", f"{PAGES}/<uuid:request_id>/decide"] = Case(chair, url, form=form)
    found["POST", f"{API}/pupils"] = Case(carer, f"{API}/pupils", json=PUPIL, shared=True)
    found["GET", f"{PAGES}/pupil"] = Case(carer, f"{PAGES}/pupil", shared=True)
    form = {"pupil_ref": "A-08", "asked": "100", "reason": "学习用品"}
    found["POST", f"{PAGES}/pupil"] = Case(carer, f"{PAGES}/pupil", form=form, shared=True)
    return found


def _paid(ours: Ours) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    treasurer = ours.officers["treasurer"]
    person, request_id = _request(ours, state="approved")
    for url in (f"{API}/payments", f"{PAGES}/payments"):
        found["GET", url] = Case(treasurer, url, shared=True, shows=request_id)
    url = f"{PAGES}/{request_id}/pay"
    found["GET", f"{PAGES}/<uuid:request_id>/pay"] = Case(treasurer, url, shows=person.name)
    _, request_id = _request(ours, state="approved")
    with ours.house.welfare.transaction() as session:
        assert locked(session, AidRequest, request_id) is not None
        receipt = _receipt(session, ours)
    body = {"paid_on": clock.today().isoformat(), "receipt_ids": [receipt]}
    url = f"{API}/requests/{request_id}/pay"
    found["POST", f"{API}/requests/<uuid:request_id>/pay"] = Case(treasurer, url, json=body)
    _, request_id = _request(ours, state="approved")
    form = {"paid_on": clock.today().isoformat(), "receipts": (pdf(), "签收.pdf")}
    url = f"{PAGES}/{request_id}/pay"
    found["POST", f"{PAGES}/<uuid:request_id>/pay"] = Case(treasurer, url, form=form)
    return found
