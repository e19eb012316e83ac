"""Cases for every route of what is told to the women's officer."""

from typing import Any

from services.welfare.confidences import actions
from shared.kit.people import Person
from tests.strangers.cases import Case, Ours, Route
from tests.strangers.welfare_hardship import somebody

API = "/api/welfare/v1/confidences"
PAGES = "/welfare/confidences"
ONE = "/<uuid:confidence_id>"
CARE: dict[str, Any] = {"kind": "care", "words": "想有人常来聊聊"}


def _told(ours: Ours) -> tuple[Person, str]:
    person = somebody(ours)
    with ours.house.welfare.transaction() as session:
        found = actions.confide(session, school_id=ours.school.id, person_id=person.id, **CARE)
        return person, ours.mark(found.id)


def cases(ours: Ours) -> dict[Route, Case]:
    women, (person, key) = ours.officers["women"], _told(ours)
    found: dict[Route, Case] = {
        ("GET", API): Case(women, API, shared=True, shows=key),
        ("GET", f"{PAGES}/"): Case(women, f"{PAGES}/", shared=True, shows=key),
        ("GET", f"{PAGES}/tell"): Case(person, f"{PAGES}/tell", shared=True),
        ("PUT", API): Case(somebody(ours), API, json=CARE, shared=True),
        ("POST", f"{PAGES}/tell"): Case(somebody(ours), f"{PAGES}/tell", form=CARE, shared=True),
    }
    for base in (API, PAGES):
        found["GET", f"{base}/mine"] = Case(person, f"{base}/mine", shared=True, shows=key)
        found["GET", f"{base}{ONE}"] = Case(women, f"{base}/{key}", shows=CARE["words"])
    person, key = _told(ours)
    found["DELETE", f"{API}{ONE}"] = Case(person, f"{API}/{key}")
    person, key = _told(ours)
    found["POST", f"{PAGES}{ONE}/take-back"] = Case(person, f"{PAGES}/{key}/take-back", form={})
    return found
