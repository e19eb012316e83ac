"""Cases for every route of care in figures: a school's own, and the district's months and medians."""

from services.welfare.figures import actions
from shared.kit.testing.builders import a_person
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1"
PAGES = "/welfare"
YEAR = "<int(min=2000,max=2099):year>"
TARGETS = {"visits": 40, "people": 30, "aid": 6}


def cases(ours: Ours) -> dict[Route, Case]:
    chair, carer, officer = (
        ours.officers["chair"],
        ours.officers["carer"],
        a_person(ours.house.welfare, ours.district, "本区统计", offices=["district_officer"]),
    )
    shows = ours.mark("4711908")
    with ours.house.welfare.transaction() as session:
        actions.aim(
            session, school_id=ours.school.id, year=2025, visits=4711908, people=30, aid=6, by=chair.id
        )
    found = {
        ("PUT", f"{API}/figures/{YEAR}/targets"): Case(
            chair, f"{API}/figures/2026/targets", json=TARGETS, shared=True
        ),
        ("POST", f"{PAGES}/figures/{YEAR}/targets"): Case(
            chair, f"{PAGES}/figures/2026/targets", form=TARGETS, shared=True
        ),
        ("GET", f"{PAGES}/figures/{YEAR}/targets"): Case(
            chair, f"{PAGES}/figures/2025/targets", shared=True, shows=shows
        ),
        ("GET", f"{API}/figures/{YEAR}"): Case(carer, f"{API}/figures/2025", shared=True, shows=shows),
        ("GET", f"{API}/figures/coverage"): Case(carer, f"{API}/figures/coverage", shared=True),
        ("GET", f"{PAGES}/figures/"): Case(carer, f"{PAGES}/figures/?year=2025", shared=True, shows=shows),
    }
    for base in (API, PAGES):
        for name in ("months", "times"):
            found["GET", f"{base}/district/{name}"] = Case(
                officer, f"{base}/district/{name}", district=True, shows=ours.school.name
            )
    return found
