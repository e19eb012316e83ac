"""J-37 规则包, over HTTP: a new version begins on 1 July (hospital 500 → 800). Each visit, expense and sum of aid is judged
by the version of its own day, whenever it is written down, and record, ledger and audit say which one that was."""

from html import unescape
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from shared.kit.audit import AuditEntry
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

MEMBERS, WELFARE = "/api/members/v1", "/api/welfare/v1"
HIGHER = {"hospitalized": 80000, "birthday": 40000, "aid-other": 150000}


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    """The district works by version 2; 钱程 keeps the money, 储真 the cash."""
    frozen_clock.at("2026-06-22T10:00")
    made = Scene(house)
    for name, office in (("范动", "sports"), ("钱程", "treasurer"), ("严查", "auditor")):
        made.person(name, office)
    made.person("储真")
    house.settle()
    ask(made, "赵立新", "PUT", f"{WELFARE}/money-posts/cashier", 200, json={"person_id": made.ids["储真"]})
    publish(made, "2026-01-01")
    return made


def ask(scene: Scene, who: str, method: str, url: str, status: int, **given: Any) -> Any:
    answer = scene.as_(who).open(method, url, **given)
    assert answer.status_code == status, answer.text
    scene.house.settle()
    return answer.get_json()


def publish(scene: Scene, effective_from: str, **ceilings: int) -> None:
    [now] = [
        one for one in ask(scene, "区长明", "GET", f"{MEMBERS}/rule-packs", 200) if one["code"] == "guizhou"
    ]
    parameters = now["parameters"] | {"ceilings_fen": now["parameters"]["ceilings_fen"] | ceilings}
    body = {
        "effective_from": effective_from, "parameters": parameters, "source": "省总工会通知", "explanation": "标准调整",
    }  # fmt: skip
    ask(scene, "区长明", "POST", f"{MEMBERS}/rule-packs/guizhou/versions", 201, json=body)


def visited(scene: Scene, on: str, gift_fen: int, status: int) -> Any:
    """林晓雨 lies in hospital and is visited on a day; the answer."""
    if not scene.visits():
        scene.report("hospitalized", on)
    answer = scene.complete(scene.visits()[0]["id"], visited_on=on, gift_fen=gift_fen, fund="union")
    assert answer.status_code == status, answer.text
    return answer.get_json()


def spent(scene: Scene, on: str, amount_fen: int, status: int, picture: bytes = b"cake") -> Any:
    kept = ask(
        scene, "范动", "POST", f"{WELFARE}/expenses/receipts", 201,
        data={"file": (BytesIO(b"%PDF-1.4 " + picture), "p")},
    )  # fmt: skip
    body = {
        "kind": "birthday", "fund": "union", "amount_fen": amount_fen, "spent_on": on, "words": "生日蛋糕", "heads": 1,
        "receipt_ids": [kept["id"]],
    }  # fmt: skip
    return ask(scene, "范动", "POST", f"{WELFARE}/expenses", status, json=body)


def granted(scene: Scene, request_id: str, granted_fen: int, status: int) -> Any:
    body = {"approves": True, "granted_fen": granted_fen, "fund": "administration", "answer": "同意"}
    return ask(scene, "赵立新", "POST", f"{WELFARE}/aid/requests/{request_id}/decide", status, json=body)


def test_a_version_that_begins_on_the_first_of_july_judges_each_record_by_its_day(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    publish(scene, "2026-07-01", **HIGHER)
    ask(scene, "林晓雨", "POST", f"{MEMBERS}/consents", 201, json={"purpose_code": "family-finance"})
    asked = {"kind": "living", "asked_fen": 120000, "reason": "家里有事"}
    aid = ask(scene, "林晓雨", "POST", f"{WELFARE}/aid/requests", 201, json=asked)["id"]
    frozen_clock.at("2026-06-30T18:00")
    assert "1,000.00" in str(granted(scene, aid, 120000, 422)), "in June the old limit of aid holds"

    frozen_clock.at("2026-07-02T09:00")
    granted(scene, aid, 120000, 200)
    assert any(
        "v3" in step for step in ask(scene, "林晓雨", "GET", f"{WELFARE}/aid/requests/{aid}", 200)["trace"]
    )

    refused = visited(scene, "2026-06-30", 60000, 409)
    assert (refused["pack_version"], refused["limit_fen"]) == (2, 50000)
    june = visited(scene, "2026-06-30", 50000, 200)
    assert june["report"]["pack_version"] == 2
    scene.report("hospitalized", "2026-07-01", of="高远", by="林晓雨")
    july = visited(scene, "2026-07-01", 80000, 200)
    assert july["report"]["pack_version"] == 3

    assert spent(scene, "2026-06-30", 35000, 409)["pack_version"] == 2
    expense = spent(scene, "2026-07-01", 35000, 201, b"another")
    assert expense["pack_version"] == 3

    page = unescape(scene.as_("范动").get(f"/welfare/expenses/{expense['id']}").text)
    assert "v3" in page and "2026年7月1日" in page and "省总工会通知" in page
    booked = {
        one["amount_fen"]: one
        for one in ask(scene, "严查", "GET", f"{WELFARE}/ledger", 200)
        if one["source"] == "visit"
    }
    assert {fen: one["pack_version"] for fen, one in booked.items()} == {50000: 2, 80000: 3}
    shown = unescape(scene.as_("严查").get(f"/welfare/money/ledger/{booked[50000]['id']}").text)
    assert "v2" in shown and "2026年6月30日" in shown, "until when it was in force"
    with scene.house.welfare.reading() as session:
        entries = session.execute(
            select(AuditEntry.action, AuditEntry.reason).where(AuditEntry.reason.like("guizhou v%"))
        ).all()
    assert sorted(map(tuple, entries)) == [
        ("expense.submitted", "guizhou v3"),
        ("visit.completed", "guizhou v2"),
        ("visit.completed", "guizhou v3"),
    ]


def test_what_was_decided_keeps_its_version_when_another_is_published_for_its_day(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    frozen_clock.at("2026-07-05T09:00")
    visit = visited(scene, "2026-07-05", 50000, 200)
    publish(scene, "2026-07-01", **HIGHER)
    page = unescape(scene.as_("何莉").get(f"/welfare/visits/{visit['id']}").text)
    assert "v2" in page and "v3" not in page
    assert "¥500.00" in page and "¥800.00" not in page
