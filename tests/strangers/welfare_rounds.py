"""Cases for every route of rounds."""

from typing import Any

from services.welfare.rounds.actions import deciding, drafting, opening
from services.welfare.rounds.kinds import KINDS
from services.welfare.rounds.models import RoundRow
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.jobs import Job
from shared.kit.people import Person
from shared.kit.testing.builders import a_person
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1/rounds"
PAGES = "/welfare/rounds"
UNUSED = iter([(kind, year) for year in range(2030, 2090) for kind in KINDS])


def cases(ours: Ours) -> dict[Route, Case]:
    return {**_lists(ours), **_drafted(ours), **_under_way(ours)}


def _round(ours: Ours, state: str = "draft") -> tuple[str, RoundRow, str, Person]:
    """A round of ours with one person on it, brought as far as that: ids of round, line and route; the person."""
    kind, year = next(UNUSED)
    listed = a_person(ours.house.welfare, ours.school, "甲访", group_id=ours.group_id)
    carer, chair = ours.officers["carer"], ours.officers["chair"]
    with ours.house.welfare.transaction() as session:
        made = drafting.open_round(session, school_id=ours.school.id, kind=kind, year=year, criteria={})
        row = drafting.add_person(session, made, listed.id, reason="外出支教归来")
        [route] = made.routes
        if state != "draft":
            deciding.propose(session, made, by=carer.id)
        if state in ("approved", "open"):
            for voter in (carer, chair):
                deciding.vote(session, made, by=voter.id, approves=True, reason=None)
        if state == "open":
            drafting.set_team(session, made, route, [carer.id])
            job = opening.begin(session, made, by=carer.id)
        session.flush()
        found = made.id, row, route.id, listed
        job_id = job.id if state == "open" else None
    if job_id:
        for _step in range(2):
            with ours.house.welfare.transaction() as session:
                step = locked(session, Job, job_id)
                assert step is not None
                opening.open_step(session, step)
    ours.mark(found[0], found[1].id, route.id, listed.id, listed.name)
    return found


def _lists(ours: Ours) -> dict[Route, Case]:
    carer = ours.officers["carer"]
    round_id, *_rest = _round(ours)
    kind, year = next(UNUSED)
    body = {"kind": kind, "year": year}
    form = {
        "kind": kind,
        "year": "2095",
        "fund": "union",
        "retiree_fund": "administration",
        "gift": "0",
    }
    return {
        ("GET", API): Case(carer, API, shared=True, shows=round_id),
        ("GET", f"{PAGES}/"): Case(carer, f"{PAGES}/", shared=True, shows=round_id),
        ("POST", API): Case(carer, API, json=body, shared=True),
        ("GET", f"{PAGES}/new"): Case(carer, f"{PAGES}/new", shared=True),
        ("POST", f"{PAGES}/new"): Case(carer, f"{PAGES}/new", form=form, shared=True),
    }


def _drafted(ours: Ours) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    carer, chair = ours.officers["carer"], ours.officers["chair"]
    round_id, row, route_id, listed = _round(ours)
    found["GET", f"{API}/<uuid:round_id>"] = Case(carer, f"{API}/{round_id}", shows=route_id)
    found["GET", f"{API}/<uuid:round_id>/lines"] = Case(carer, f"{API}/{round_id}/lines", shows=row.id)
    found["GET", f"{PAGES}/<uuid:round_id>"] = Case(carer, f"{PAGES}/{round_id}", shows=listed.name)
    found["GET", f"{PAGES}/<uuid:round_id>/add"] = Case(carer, f"{PAGES}/{round_id}/add")
    found["GET", f"{PAGES}/lines/<uuid:row_id>"] = Case(carer, f"{PAGES}/lines/{row.id}", shows=listed.name)
    found["GET", f"{PAGES}/routes/<uuid:route_id>"] = Case(carer, f"{PAGES}/routes/{route_id}")
    found["PATCH", f"{API}/lines/<uuid:row_id>"] = Case(carer, f"{API}/lines/{row.id}", json={"area": "老城"})
    form = {"area": "新城", "gift": "0"}
    found["POST", f"{PAGES}/lines/<uuid:row_id>"] = Case(carer, f"{PAGES}/lines/{row.id}", form=form)
    for base, where in ((API, "lines"), (PAGES, "add")):
        round_id, *_rest = _round(ours)
        body = {"person_id": ours.member.id, "reason": "援疆归来"}
        sent: dict[str, Any] = {"json": body} if base == API else {"form": body}
        found["POST", f"{base}/<uuid:round_id>/{where}"] = Case(carer, f"{base}/{round_id}/{where}", **sent)
    _id, _row, route_id, _listed = _round(ours)
    url = f"{API}/routes/{route_id}"
    found["PUT", f"{API}/routes/<uuid:route_id>"] = Case(carer, url, json={"team": [carer.id]})
    url, form = f"{PAGES}/routes/{route_id}", {"first": chair.id}
    found["POST", f"{PAGES}/routes/<uuid:route_id>"] = Case(carer, url, form=form)
    for base in (API, PAGES):
        for deed, state in (
            ("fill", "draft"),
            ("propose", "draft"),
            ("open", "approved"),
            ("call-off", "draft"),
        ):
            round_id, *_rest = _round(ours, state)
            sent = {} if base == API else {"form": {}}
            found["POST", f"{base}/<uuid:round_id>/{deed}"] = Case(carer, f"{base}/{round_id}/{deed}", **sent)
        round_id, *_rest = _round(ours, "in-review")
        sent = {"json": {"approves": True}} if base == API else {"form": {"approves": "true"}}
        found["POST", f"{base}/<uuid:round_id>/vote"] = Case(chair, f"{base}/{round_id}/vote", **sent)
    return found


def _under_way(ours: Ours) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    carer, today = ours.officers["carer"], clock.today().isoformat()
    round_id, row, _route, listed = _round(ours, "open")
    for name in ("sheets", "results"):
        found["GET", f"{PAGES}/<uuid:round_id>/{name}"] = Case(
            carer, f"{PAGES}/{round_id}/{name}", shows=listed.name
        )
    found["GET", f"{PAGES}/rows/<uuid:row_id>"] = Case(carer, f"{PAGES}/rows/{row.id}", shows=listed.name)
    form = {"result": "done", "visited_on": today}
    found["POST", f"{PAGES}/rows/<uuid:row_id>"] = Case(carer, f"{PAGES}/rows/{row.id}", form=form)
    for base in (API, PAGES):
        is_api = base == API
        round_id, *_rest = _round(ours, "open")
        sent: dict[str, Any] = {} if is_api else {"form": {}}
        found["POST", f"{base}/<uuid:round_id>/codes"] = Case(carer, f"{base}/{round_id}/codes", **sent)
        lines = {"results": [{"number": 1, "result": "done", "visited_on": today}]}
        sent = {"json": lines} if is_api else {"form": {"lines": "1", "visited_on": today}}
        found["POST", f"{base}/<uuid:round_id>/results"] = Case(carer, f"{base}/{round_id}/results", **sent)
        round_id, *_rest = _round(ours, "open")
        sent = {"json": {"reason": "放假"}} if is_api else {"form": {"reason": "放假"}}
        found["POST", f"{base}/<uuid:round_id>/close"] = Case(carer, f"{base}/{round_id}/close", **sent)
    return found
