"""Cases for every route of hardship and of who read one's data."""

from typing import Any

from services.welfare.consents.models import FAMILY_FINANCE, ConsentCopy
from services.welfare.hardship.actions import applying, deciding, surveying
from services.welfare.hardship.assessment import Household
from services.welfare.hardship.models import HardshipCase
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.people import Person
from shared.kit.testing.builders import a_person
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1/hardship"
PAGES = "/welfare/hardship"
HOUSEHOLD = Household(3, 210000)
TOLD = {"size": 3, "income_fen": 210000, "story": "家中有病人"}
FORM = {"size": "3", "income": "2100", "story": "家中有病人"}


def cases(ours: Ours) -> dict[Route, Case]:
    return {**_own(ours), **_kept(ours), **_reviews(ours), **_reads(ours)}


def somebody(ours: Ours) -> Person:
    """A colleague of ours who consents."""
    person = a_person(ours.house.welfare, ours.school, "甲困")
    ours.mark(person.id, person.name)
    with ours.house.welfare.transaction() as session:
        session.add(
            ConsentCopy(
                school_id=ours.school.id,
                person_id=person.id,
                purpose_code=FAMILY_FINANCE,
                granted=True,
                text_version=1,
                said_at=clock.now(),
            )  # fmt: skip
        )
    return person


def _case(ours: Ours, *, state: str = "applied") -> tuple[Person, str]:
    """A case of somebody of ours, brought as far as that."""
    person, carer = somebody(ours), ours.officers["carer"]
    with ours.house.welfare.transaction() as session:
        if state == "nominated":
            case = applying.nominate(
                session, school_id=ours.school.id, person_id=person.id, by=ours.member.id
            )
            assert case is not None
        else:
            told = applying.Told(HOUSEHOLD, "家中有病人")
            case = applying.apply(session, school_id=ours.school.id, person_id=person.id, told=told)
        if state in ("surveyed", "in-review"):
            found = surveying.Found(clock.today(), [carer.id], HOUSEHOLD, "属实")
            surveying.record_survey(session, case, found, by=carer.id)
        if state == "in-review":
            deciding.propose(session, case, level="severe", reason="低保边缘", by=carer.id)
        session.flush()
    return person, ours.mark(case.id)


def _own(ours: Ours) -> dict[Route, Case]:
    """What members ask for themselves, and answer for themselves."""
    found: dict[Route, Case] = {}
    person, case_id = _case(ours)
    for url in (f"{API}/mine", f"{PAGES}/mine"):
        found["GET", url] = Case(person, url, shared=True, shows=case_id)
    for url in (f"{PAGES}/apply", f"{PAGES}/nominate"):
        found["GET", url] = Case(ours.member, url, shared=True)
    found["POST", f"{API}/applications"] = Case(somebody(ours), f"{API}/applications", json=TOLD, shared=True)
    found["POST", f"{PAGES}/apply"] = Case(somebody(ours), f"{PAGES}/apply", form=FORM, shared=True)
    whom = {"person_id": somebody(ours).id}
    found["POST", f"{API}/nominations"] = Case(ours.member, f"{API}/nominations", json=whom)
    found["POST", f"{PAGES}/nominate"] = Case(ours.member, f"{PAGES}/nominate", form=whom, shared=True)
    one, page = f"{API}/<uuid:case_id>", f"{PAGES}/<uuid:case_id>"
    for deed, body, form in (("apply", TOLD, FORM), ("refuse", None, {})):
        for rule, prefix in ((one, API), (page, PAGES)):
            person, case_id = _case(ours, state="nominated")
            case = Case(person, f"{prefix}/{case_id}/{deed}")
            values: dict[str, Any] = {"json": body} if prefix == API else {"form": form}
            found["POST", f"{rule}/{deed}"] = Case(case.person, case.url, **values)
    person, case_id = _case(ours, state="nominated")
    found["GET", f"{page}/apply"] = Case(person, f"{PAGES}/{case_id}/apply")
    for rule, prefix, form in ((one, API, None), (page, PAGES, {})):
        person, case_id = _case(ours)
        found["POST", f"{rule}/withdraw"] = Case(person, f"{prefix}/{case_id}/withdraw", form=form)
    person, case_id = _case(ours)
    found["GET", f"{page}/withdraw"] = Case(person, f"{PAGES}/{case_id}/withdraw")
    found["GET", f"{page}/papers"] = Case(person, f"{PAGES}/{case_id}/papers")
    found["POST", f"{one}/papers/<kind>"] = Case(person, f"{API}/{case_id}/papers/income", file=b"%PDF-1.4")
    found["POST", f"{page}/papers"] = Case(
        person, f"{PAGES}/{case_id}/papers", form={"what": "income", "papers": (pdf(), "证明.pdf")}
    )
    return found


def pdf() -> Any:
    from io import BytesIO

    class Again(BytesIO):
        """An upload that may be sent by many."""

        def close(self) -> None:
            self.seek(0)

    return Again(b"%PDF-1.4")


def _kept(ours: Ours) -> dict[Route, Case]:
    """What those who keep the files do."""
    carer, today = ours.officers["carer"], clock.today().isoformat()
    found: dict[Route, Case] = {}
    one, page = f"{API}/<uuid:case_id>", f"{PAGES}/<uuid:case_id>"
    person, case_id = _case(ours, state="surveyed")
    found["GET", API] = Case(carer, API, shared=True, shows=case_id)
    found["GET", f"{PAGES}/"] = Case(carer, f"{PAGES}/", shared=True, shows=case_id)
    found["GET", one] = Case(carer, f"{API}/{case_id}", shows=case_id)
    for part in ("", "/sheet", "/propose"):
        found["GET", f"{page}{part}"] = Case(carer, f"{PAGES}/{case_id}{part}", shows=person.name)
    _, case_id = _case(ours)
    found["GET", f"{page}/survey"] = Case(carer, f"{PAGES}/{case_id}/survey")
    survey = {"surveyed_on": today, "went": [carer.id], "size": 3, "income_fen": 210000, "findings": "属实"}
    found["POST", f"{one}/surveys"] = Case(carer, f"{API}/{case_id}/surveys", json=survey)
    _, case_id = _case(ours)
    form = {"surveyed_on": today, "went": carer.id, "size": "3", "income": "2100", "findings": "属实"}
    found["POST", f"{page}/survey"] = Case(carer, f"{PAGES}/{case_id}/survey", form=form)
    proposal = {"level": "severe", "reason": "人均低于标准"}
    _, case_id = _case(ours, state="surveyed")
    found["POST", f"{one}/proposals"] = Case(carer, f"{API}/{case_id}/proposals", json=proposal)
    _, case_id = _case(ours, state="surveyed")
    found["POST", f"{page}/propose"] = Case(carer, f"{PAGES}/{case_id}/propose", form=proposal)
    return found


def _reviews(ours: Ours) -> dict[Route, Case]:
    """What the committee's three see and say."""
    third = ours.officers["vice_chair"]
    found: dict[Route, Case] = {}
    person, proposal_id = _proposal(ours)
    for url, shown in ((f"{API}/reviews", proposal_id), (f"{PAGES}/reviews/", person.name)):
        found["GET", url] = Case(third, url, shared=True, shows=shown)
    one, page = f"{API}/reviews/<uuid:proposal_id>", f"{PAGES}/reviews/<uuid:proposal_id>"
    found["GET", one] = Case(third, f"{API}/reviews/{proposal_id}", shows=proposal_id)
    found["GET", page] = Case(third, f"{PAGES}/reviews/{proposal_id}", shows=person.name)
    _, proposal_id = _proposal(ours)
    found["POST", f"{one}/vote"] = Case(third, f"{API}/reviews/{proposal_id}/vote", json={"approves": True})
    _, proposal_id = _proposal(ours)
    found["POST", page] = Case(third, f"{PAGES}/reviews/{proposal_id}", form={"approves": "true"})
    return found


def _proposal(ours: Ours) -> tuple[Person, str]:
    person, case_id = _case(ours, state="in-review")
    with ours.house.welfare.transaction() as session:
        case = locked(session, HardshipCase, case_id)
        assert case is not None and case.proposal is not None
        return person, ours.mark(case.proposal.id)


def _reads(ours: Ours) -> dict[Route, Case]:
    """Somebody looked at ours: that is on our own page, and on nobody else's."""
    person, case_id = _case(ours)
    ours.house.client(ours.officers["carer"]).get(f"{API}/{case_id}")
    shown = ours.officers["carer"].id
    return {
        ("GET", "/api/welfare/v1/reads"): Case(person, "/api/welfare/v1/reads", shared=True, shows=shown),
        ("GET", "/welfare/reads"): Case(person, "/welfare/reads", shared=True, shows="生活委员"),
    }
