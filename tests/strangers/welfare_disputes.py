"""Cases for every route of disputes: a mediator, the person, and the chair who gives the seats."""

from services.welfare.disputes import actions
from shared.kit import clock
from shared.kit.people import Person
from tests.strangers.cases import Case, Ours, Route
from tests.strangers.welfare_hardship import somebody

API = "/api/welfare/v1/disputes"
PAGES = "/welfare/disputes"
ONE = "/<uuid:dispute_id>"
ASK = {"regime": "labour", "matter": "pay", "statement": "课时费未发", "known_on": "2026-01-05"}


def cases(ours: Ours) -> dict[Route, Case]:
    mediator = somebody(ours)
    seat_id = _seat(ours, mediator)
    return {**_committee(ours, seat_id), **_lists(ours, mediator), **_one(ours, mediator)}


def _seat(ours: Ours, person: Person) -> str:
    with ours.house.welfare.transaction() as session:
        seat = actions.seat(session, school_id=ours.school.id, person_id=person.id, side="employees", leads=False,
                            term_from=clock.today(), term_to=None)  # fmt: skip
        return ours.mark(seat.id)


def _dispute(ours: Ours, *, accepted: bool = False) -> tuple[Person, str]:
    person = somebody(ours)
    told = ASK | {"known_on": clock.today()}
    with ours.house.welfare.transaction() as session:
        dispute = actions.apply(session, school_id=ours.school.id, person_id=person.id, **told)
        if accepted:
            actions.step(session, dispute, to="accepted", words="", by=person.id)
        return person, ours.mark(dispute.id)


def _committee(ours: Ours, seat_id: str) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    chair = ours.officers["chair"]
    found["GET", f"{API}/committee"] = Case(ours.member, f"{API}/committee", shared=True, shows=seat_id)
    found["GET", f"{PAGES}/committee"] = Case(chair, f"{PAGES}/committee", shared=True, shows=seat_id)

    def body() -> dict[str, str]:
        return {"person_id": somebody(ours).id, "side": "employer", "term_from": clock.today().isoformat()}

    found["POST", f"{API}/committee"] = Case(chair, f"{API}/committee", json=body(), shared=True)
    found["POST", f"{PAGES}/committee"] = Case(chair, f"{PAGES}/committee", form=body(), shared=True)
    for base, form in ((API, None), (PAGES, {})):
        rule = f"{base}/committee/<uuid:mediator_id>/end"
        found["POST", rule] = Case(chair, f"{base}/committee/{_seat(ours, somebody(ours))}/end", form=form)
    return found


def _lists(ours: Ours, mediator: Person) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    person, dispute_id = _dispute(ours)
    for url in (f"{API}/mine", f"{PAGES}/mine"):
        found["GET", url] = Case(person, url, shared=True, shows=dispute_id)
    found["GET", API] = Case(mediator, API, shows=dispute_id)
    found["GET", f"{PAGES}/"] = Case(mediator, f"{PAGES}/", shows=dispute_id)
    found["GET", f"{PAGES}/apply"] = Case(person, f"{PAGES}/apply", shared=True)
    found["POST", API] = Case(person, API, json=ASK, shared=True)
    found["POST", f"{PAGES}/apply"] = Case(person, f"{PAGES}/apply", form=ASK, shared=True)
    return found


def _one(ours: Ours, mediator: Person) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    _, dispute_id = _dispute(ours)
    for base in (API, PAGES):
        found["GET", f"{base}{ONE}"] = Case(mediator, f"{base}/{dispute_id}", shows=dispute_id)
    for deed in ("steps", "hearing"):
        found["GET", f"{PAGES}{ONE}/{deed}"] = Case(
            mediator, f"{PAGES}/{dispute_id}/{deed}", shows=dispute_id
        )
    bodies = {
        "steps": {"to": "accepted"},
        "hearing": {"hearing_on": clock.today().isoformat()},
        "notes": {"words": "谈过一次"},
        "withdraw": {},
        "step-aside": {},
    }
    for deed, body in bodies.items():
        for base in (API, PAGES):
            person, dispute_id = _dispute(ours, accepted=deed == "hearing")
            who = person if deed == "withdraw" else mediator
            form, json = (body, None) if base == PAGES else (None, body)
            found["POST", f"{base}{ONE}/{deed}"] = Case(
                who, f"{base}/{dispute_id}/{deed}", form=form, json=json
            )
    return found
