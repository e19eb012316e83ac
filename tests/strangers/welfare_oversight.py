"""Cases for every route of the six systems, of inspections and of improvements."""

from io import BytesIO

from PIL import Image

from services.welfare.improvements import actions as improving
from services.welfare.improvements.models import Improvement
from services.welfare.inspections import actions as inspecting
from services.welfare.inspections.kinds import CANTEEN, EMPLOYMENT, KINDS
from services.welfare.inspections.models import Inspection
from services.welfare.systems import actions as systems
from shared.kit import clock
from shared.kit.database import locked
from tests.strangers.cases import Case, Ours, Route

API, PAGES = "/api/welfare/v1", "/welfare"
Cases = dict[Route, Case]
MARK = "七号库房后门"


def cases(ours: Ours) -> Cases:
    ours.mark(MARK)
    return {**_systems(ours), **_inspections(ours), **_improvements(ours)}


def _systems(ours: Ours) -> Cases:
    chair, treasurer = ours.officers["chair"], ours.officers["treasurer"]
    with ours.house.welfare.transaction() as session:
        systems.describe(session, school_id=ours.school.id, code="aid", name=MARK, words="", links=[])
    told, look = {"words": "按季走访"}, {"finding": "查过"}
    found = {
        ("PUT", f"{API}/systems/<code>"): Case(chair, f"{API}/systems/files", json=told, shared=True),
        ("POST", f"{API}/systems/<code>/looks"): Case(
            chair, f"{API}/systems/files/looks", json=look, shared=True
        ),
    }
    for url in (f"{API}/systems", f"{PAGES}/systems/"):
        found["GET", url] = Case(treasurer, url, shared=True, shows=MARK)
    for deed, body in (("edit", told), ("look", look)):
        rule, url = f"{PAGES}/systems/<code>/{deed}", f"{PAGES}/systems/aid/{deed}"
        found["GET", rule] = Case(chair, url, shared=True, shows=MARK)
        found["POST", rule] = Case(chair, f"{PAGES}/systems/files/{deed}", form=body, shared=True)
    return found


def _planned(ours: Ours, kind: str = EMPLOYMENT) -> str:
    with ours.house.welfare.transaction() as session:
        found = inspecting.plan(
            session,
            school_id=ours.school.id,
            kind=kind,
            due_on=clock.today(),
            roster=[ours.member.id],
            by=ours.officers["carer"].id,
        )
        return ours.mark(found.id)


def _held(ours: Ours) -> tuple[str, str]:
    """An inspection with one finding: both ids."""
    key = _planned(ours)
    answers = {
        item: {"answer": "no" if item == "wages" else "yes", "remark": MARK}
        for item in KINDS[EMPLOYMENT].items
    }
    with ours.house.welfare.transaction() as session:
        found = locked(session, Inspection, key)
        assert found is not None
        inspecting.hold(
            session, found, answers=answers, opinion="请整改", mend_by=clock.today(), by=ours.member.id
        )
        return key, found.findings[0].id


def _inspections(ours: Ours) -> Cases:
    carer, member, principal = ours.officers["carer"], ours.member, ours.officers["principal"]
    found: Cases = {}
    key, finding = _held(ours)
    empty = _planned(ours)
    one, part = "<uuid:inspection_id>", "findings/<uuid:finding_id>"
    day = clock.today().isoformat()
    plan = {"kind": CANTEEN, "due_on": day}
    found["POST", f"{API}/inspections"] = Case(
        carer, f"{API}/inspections", json=plan | {"roster": [member.id]}, shared=True
    )
    found["POST", f"{PAGES}/inspections/plan"] = Case(
        carer, f"{PAGES}/inspections/plan", form=plan | {"first": member.id}, shared=True
    )
    found["GET", f"{PAGES}/inspections/plan"] = Case(carer, f"{PAGES}/inspections/plan", shared=True)
    found["GET", f"{API}/inspections"] = Case(carer, f"{API}/inspections", shared=True, shows=key)
    found["GET", f"{PAGES}/inspections/"] = Case(carer, f"{PAGES}/inspections/", shared=True, shows=key)
    found["GET", f"{API}/inspections/{one}"] = Case(member, f"{API}/inspections/{key}", shows=MARK)
    found["GET", f"{PAGES}/inspections/{one}"] = Case(member, f"{PAGES}/inspections/{key}", shows=MARK)
    found["GET", f"{PAGES}/inspections/{one}/print"] = Case(
        principal, f"{PAGES}/inspections/{key}/print", shows=MARK
    )
    found["GET", f"{PAGES}/inspections/{one}/hold"] = Case(member, f"{PAGES}/inspections/{empty}/hold")
    found["GET", f"{PAGES}/inspections/{one}/{part}"] = Case(
        member, f"{PAGES}/inspections/{key}/findings/{finding}", shows=MARK
    )
    lines = {item: {"answer": "yes"} for item in KINDS[EMPLOYMENT].items}
    for base in (API, PAGES):
        is_page = base == PAGES
        holds = dict.fromkeys(KINDS[EMPLOYMENT].items, "yes") if is_page else {"answers": lines}
        for deed, who, body in (("call-off", carer, {}), ("hold", member, holds)):
            url = f"{base}/inspections/{_planned(ours)}/{deed}"
            found["POST", f"{base}/inspections/{one}/{deed}"] = _post(who, url, body, is_page)
        key, finding = _held(ours)
        found["POST", f"{base}/inspections/{one}/reply"] = _post(
            principal, f"{base}/inspections/{key}/reply", {"reply": "即改"}, is_page
        )
        for deed, who, body in (
            ("mend", principal, {"done": "已改"}),
            ("look", member, {"is_mended": "true" if is_page else True}),
        ):
            url = f"{base}/inspections/{key}/findings/{finding}/{deed}"
            found["POST", f"{base}/inspections/{one}/{part}/{deed}"] = _post(who, url, body, is_page)
    return found


def _suggested(ours: Ours, *steps: str) -> str:
    """An improvement that went through some steps."""
    with ours.house.welfare.transaction() as session:
        made = improving.suggest(
            session, school_id=ours.school.id, person_id=ours.member.id, title=MARK, words="加灯"
        )
        session.flush()
        found = locked(session, Improvement, made.id)
        assert found is not None
        plain = {"title": "", "department": "", "due_on": None}
        if "decide" in steps:
            improving.decide(session, found, accepts=True, answer="", **plain)
        if "begin" in steps:
            improving.begin(session, found, **plain)
        return ours.mark(found.id)


def _improvements(ours: Ours) -> Cases:
    chair, member = ours.officers["chair"], ours.member
    key, one = _suggested(ours), "<uuid:improvement_id>"
    found: Cases = {}
    for base, listed, made in (
        (API, "improvements", "improvements"),
        (PAGES, "improvements/", "improvements/suggest"),
    ):
        is_page = base == PAGES
        found["GET", f"{base}/{listed}"] = Case(chair, f"{base}/{listed}", shared=True, shows=MARK)
        found["GET", f"{base}/improvements/{one}"] = Case(chair, f"{base}/improvements/{key}", shows=MARK)
        body = {"title": "长椅"}
        found["POST", f"{base}/{made}"] = Case(
            member,
            f"{base}/{made}",
            form=body if is_page else None,
            json=None if is_page else body,
            shared=True,
        )
    found["GET", f"{PAGES}/improvements/suggest"] = Case(member, f"{PAGES}/improvements/suggest", shared=True)
    day = clock.today().isoformat()
    steps = (
        ("decide", (), {"accepts": True}),
        ("begin", ("decide",), {}),
        ("finish", ("decide", "begin"), {"done_on": day, "cost_fen": 100}),
    )
    for deed, before, body in steps:
        url = f"{API}/improvements/{_suggested(ours, *before)}/{deed}"
        found["POST", f"{API}/improvements/{one}/{deed}"] = Case(chair, url, json=body)
    rule = f"{PAGES}/improvements/{one}/<any(decide, begin, finish):step>"
    found["POST", rule] = Case(
        chair, f"{PAGES}/improvements/{_suggested(ours)}/decide", form={"accepts": "true"}
    )
    url = f"{API}/improvements/{_suggested(ours, 'decide', 'begin')}/photo"
    found["POST", f"{API}/improvements/{one}/photo"] = Case(chair, url, file=_picture())
    return found


def _post(who: object, url: str, body: dict[str, object], is_page: bool) -> Case:
    return Case(who, url, form=body) if is_page else Case(who, url, json=body)  # type: ignore[arg-type]


def _picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "PNG")
    return out.getvalue()
