"""Cases for every route of what members ask of the union."""

from services.welfare.requests import actions
from shared.kit.people import Person
from tests.strangers.cases import Case, Ours, Route
from tests.strangers.welfare_hardship import somebody

API = "/api/welfare/v1/requests"
PAGES = "/welfare/requests"
ONE = "/<uuid:request_id>"
ASK = {"kind": "help", "words": "想找人帮忙搬家"}
STEP = {"to": "answered", "words": "周六有四人来"}


def _request(ours: Ours, **more: bool) -> tuple[Person, str]:
    person = somebody(ours)
    with ours.house.welfare.transaction() as session:
        found = actions.ask(session, school_id=ours.school.id, person_id=person.id, **ASK, **more)
        return person, ours.mark(found.id)


def cases(ours: Ours) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    carer = ours.officers["carer"]
    person, request_id = _request(ours)
    for base in (API, PAGES):
        found["GET", f"{base}/mine"] = Case(person, f"{base}/mine", shared=True, shows=request_id)
        found["GET", f"{base}{ONE}"] = Case(carer, f"{base}/{request_id}", shows=request_id)
    found["GET", API] = Case(carer, API, shared=True, shows=request_id)
    found["GET", f"{PAGES}/"] = Case(carer, f"{PAGES}/", shared=True, shows=request_id)
    found["GET", f"{PAGES}{ONE}/steps"] = Case(carer, f"{PAGES}/{request_id}/steps", shows=request_id)
    found["GET", f"{PAGES}/ask"] = Case(person, f"{PAGES}/ask", shared=True)
    found["GET", f"{API}/outcomes"] = Case(carer, f"{API}/outcomes", shared=True)
    for base in (API, PAGES):
        _person, request_id = _request(ours, open_to_helpers=True)
        body = {"helper_id": somebody(ours).id}
        form, json = (body, None) if base == PAGES else (None, body)
        found["POST", f"{base}{ONE}/helper"] = Case(
            carer, f"{base}/{request_id}/helper", form=form, json=json
        )
    found["POST", API] = Case(person, API, json=ASK, shared=True)
    found["POST", f"{PAGES}/ask"] = Case(person, f"{PAGES}/ask", form=ASK, shared=True)
    for deed, body in (("steps", STEP), ("withdraw", {})):
        for base in (API, PAGES):
            person, request_id = _request(ours)
            form, json = (body, None) if base == PAGES else (None, body)
            who = carer if deed == "steps" else person
            url = f"{base}/{request_id}/{deed}"
            found["POST", f"{base}{ONE}/{deed}"] = Case(who, url, form=form, json=json)
    return found
