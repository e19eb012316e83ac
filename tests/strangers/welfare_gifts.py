"""Cases for every route of gifts and benefits."""

from datetime import timedelta
from typing import Any

from services.welfare.gifts.actions import deciding, drafting, handing_out
from services.welfare.gifts.models import GiftRound
from services.welfare.gifts.queries.lists import sheet
from shared.kit import clock
from shared.kit.database import locked
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1/gifts"
PAGES = "/welfare/gifts"


def cases(ours: Ours) -> dict[Route, Case]:
    return {**_lists(ours), **_steps(ours), **_open(ours)}


def _told() -> dict[str, Any]:
    begins = clock.now() + timedelta(days=2)
    return {
        "occasion": "labour",
        "happens_on": clock.today(),
        "audience": "in-post",
        "per_head_fen": 10000,
        "fund": "administration",
        "place": "gate",
        "pickup_from": begins,
        "pickup_to": begins + timedelta(hours=5),
    }


def _body() -> dict[str, Any]:
    told = _told() | {"items": ["茶叶", "食用油"]}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in told.items()}


def _form() -> dict[str, Any]:
    body = _body()
    return body | {"items": "茶叶\n食用油", "per_head": str(body.pop("per_head_fen") // 100)}


def _round(ours: Ours, state: str = "draft", **more: str) -> tuple[str, dict[str, str], str]:
    """A round of ours, brought as far as that: its id, person → share, one of its things."""
    carer, chair = ours.officers["carer"], ours.officers["chair"]
    with ours.house.welfare.transaction() as session:
        told = _told() | more
        made = drafting.begin(session, school_id=ours.school.id, items=["茶叶", "食用油"], **told)
        round_id, item_id = made.id, made.items[0].id
        if state != "draft":
            deciding.propose(session, made, by=carer.id, reason=None)
        if state in ("approved", "open"):
            for voter in (carer, chair):
                deciding.vote(session, made, by=voter.id, approves=True, reason=None)
    shares: dict[str, str] = {}
    if state == "open":
        with ours.house.welfare.transaction() as session:
            found = locked(session, GiftRound, round_id)
            assert found is not None
            handing_out.open_round(session, found, by=carer.id)
            session.flush()
            shares = {share.person_id: share.id for share in sheet(session, found)}
    ours.mark(round_id, item_id, *shares.values())
    return round_id, shares, item_id


def _lists(ours: Ours) -> dict[Route, Case]:
    carer, member = ours.officers["carer"], ours.member
    round_id, shares, item_id = _round(ours, "open")
    mine = shares[member.id]
    alone, *_rest = _round(ours, occasion="qingming")  # of several in one cell only one shows
    one, share = "<uuid:round_id>", "shares/<uuid:share_id>"
    return {
        ("GET", API): Case(carer, API, shared=True, shows=round_id),
        ("POST", API): Case(carer, API, json=_body(), shared=True),
        ("GET", f"{API}/mine"): Case(member, f"{API}/mine", shared=True, shows=mine),
        ("GET", f"{API}/{one}"): Case(carer, f"{API}/{round_id}", shows=item_id),
        ("GET", f"{API}/{one}/shares"): Case(carer, f"{API}/{round_id}/shares?q=甲员", shows=mine),
        ("PUT", f"{API}/{share}/choice"): Case(
            member, f"{API}/shares/{mine}/choice", json={"item_id": item_id}
        ),
        ("GET", f"{PAGES}/"): Case(carer, f"{PAGES}/", shared=True, shows=round_id),
        ("GET", f"{PAGES}/greetings"): Case(carer, f"{PAGES}/greetings", shared=True, shows=alone),
        ("GET", f"{PAGES}/new"): Case(carer, f"{PAGES}/new", shared=True),
        ("POST", f"{PAGES}/new"): Case(carer, f"{PAGES}/new", form=_form(), shared=True),
        ("GET", f"{PAGES}/mine"): Case(member, f"{PAGES}/mine", shared=True, shows=mine),
        ("GET", f"{PAGES}/{one}"): Case(carer, f"{PAGES}/{round_id}?q=甲员", shows=member.name),
        ("GET", f"{PAGES}/{one}/hand-out"): Case(carer, f"{PAGES}/{round_id}/hand-out", shows=member.name),
        ("GET", f"{PAGES}/{one}/sheet"): Case(carer, f"{PAGES}/{round_id}/sheet", shows=member.name),
        ("GET", f"{PAGES}/{share}"): Case(carer, f"{PAGES}/shares/{mine}", shows=member.name),
        ("POST", f"{PAGES}/{share}/choice"): Case(
            member, f"{PAGES}/shares/{mine}/choice", form={"item_id": item_id}
        ),
    }


def _steps(ours: Ours) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    carer, chair, deputy = (ours.officers[office] for office in ("carer", "chair", "vice_chair"))
    round_id, *_rest = _round(ours)
    found["PUT", f"{API}/<uuid:round_id>"] = Case(carer, f"{API}/{round_id}", json=_body())
    found["GET", f"{PAGES}/<uuid:round_id>/edit"] = Case(carer, f"{PAGES}/{round_id}/edit", shows=round_id)
    found["POST", f"{PAGES}/<uuid:round_id>/edit"] = Case(carer, f"{PAGES}/{round_id}/edit", form=_form())
    for base in (API, PAGES):
        steps = (("propose", "draft"), ("revise", "approved"), ("call-off", "draft"), ("open", "approved"))
        for deed, state in steps:
            round_id, *_rest = _round(ours, state)
            body = {} if deed == "propose" else None
            sent: dict[str, Any] = {"json": body} if base == API else {"form": {}}
            found["POST", f"{base}/<uuid:round_id>/{deed}"] = Case(carer, f"{base}/{round_id}/{deed}", **sent)
        round_id, *_rest = _round(ours, "in-review")
        sent = {"json": {"approves": True}} if base == API else {"form": {"approves": "true"}}
        voter = chair if base == API else deputy
        found["POST", f"{base}/<uuid:round_id>/vote"] = Case(voter, f"{base}/{round_id}/vote", **sent)
    return found


def _open(ours: Ours) -> dict[Route, Case]:
    found: dict[Route, Case] = {}
    carer, member, today = ours.officers["carer"], ours.member, clock.today().isoformat()
    round_id, shares, _item = _round(ours, "open")
    url = f"{API}/{round_id}/handed-out"
    found["POST", f"{API}/<uuid:round_id>/handed-out"] = Case(carer, url, json={"lines": [{"key": "1"}]})
    url = f"{PAGES}/{round_id}/hand-out"
    found["POST", f"{PAGES}/<uuid:round_id>/hand-out"] = Case(carer, url, form={"lines": "2"})
    url = f"{API}/shares/{shares[member.id]}"
    found["PUT", f"{API}/shares/<uuid:share_id>"] = Case(carer, url, json={"state": "taken"})
    url = f"{PAGES}/shares/{shares[member.id]}"
    found["POST", f"{PAGES}/shares/<uuid:share_id>"] = Case(carer, url, form={"state": "taken"})
    for base in (API, PAGES):
        round_id, *_rest = _round(ours, "open")
        sent: dict[str, Any] = {"spent_on": today, "reason": "存放工会"}
        case = {"json": sent | {"cost_fen": 1000}} if base == API else {"form": sent | {"cost": "10"}}
        found["POST", f"{base}/<uuid:round_id>/close"] = Case(carer, f"{base}/{round_id}/close", **case)  # type: ignore[arg-type]
    return found
