"""J-18 半年审核, over HTTP: twenty receipts, one handed in twice, one sum over the standard; put right, signed by two,
then open to the members, and public in voting."""

from io import BytesIO
from typing import Any

import pytest

from shared.contracts.voting import DisclosurePublished
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

WELFARE = "/api/welfare/v1"


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-06-15T10:00")
    made = Scene(house)
    made.person("范动", "sports")
    made.person("钱程", "treasurer")
    made.person("储真")
    made.person("严查", "auditor")
    made.person("甄明", "auditor")
    house.settle()
    named = made.as_("赵立新").put(f"{WELFARE}/money-posts/cashier", json={"person_id": made.ids["储真"]})
    assert named.status_code == 200, named.text
    return made


def ask(scene: Scene, who: str, method: str, url: str, status: int, **given: Any) -> Any:
    answer = scene.as_(who).open(method, f"{WELFARE}/{url}", **given)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def spend(scene: Scene, picture: bytes, **changes: Any) -> str:
    """An expense on its whole way: 文体委员, 会计, 主席, 出纳."""
    kept = ask(
        scene, "范动", "POST", "expenses/receipts", 201, data={"file": (BytesIO(b"%PDF-1.4 " + picture), "p")}
    )
    body = {
        "kind": "contest-souvenirs", "fund": "union", "amount_fen": 4000, "spent_on": "2026-06-12",
        "words": "羽毛球赛纪念品", "heads": 4, "receipt_ids": [kept["id"]],
    } | changes  # fmt: skip
    expense = ask(scene, "范动", "POST", "expenses", 201, json=body)["id"]
    for who, step in (("钱程", "check"), ("赵立新", "approve"), ("储真", "pay")):
        ask(scene, who, "POST", f"expenses/{expense}/{step}", 200)
    return str(expense)


def test_nothing_is_public_before_two_auditors_have_signed(scene: Scene, frozen_clock: FrozenClock) -> None:
    house = scene.house
    for n in range(19):
        spend(scene, f"{n}".encode())
    spend(scene, b"0", confirmed=["receipt-used"])  # the picture of the first, again
    over = {"kind": "birthday", "words": "生日蛋糕", "heads": 1, "amount_fen": 40000}
    spend(scene, b"cake", **over, reason="整十岁")
    frozen_clock.at("2026-07-02T09:00")
    house.settle()

    early = ask(scene, "钱程", "POST", "periods/2026-H1/publish", 409)
    assert early["type"] == "/problems/opinion-missing"
    refused = ask(scene, "钱程", "POST", "audits", 403, json={"period": "2026-H1"})
    assert refused["type"] == "/problems/forbidden"
    audit = ask(scene, "严查", "POST", "audits", 201, json={"period": "2026-H1"})
    assert len(audit["samples"]) == 20
    assert sorted(one["kind"] for one in audit["findings"]) == [
        "receipt-used-twice", "receipt-used-twice", "rule-broken",
    ]  # fmt: skip
    house.settle()
    assert "整改" in scene.as_("钱程").get("/members/notices/").text, "the treasurer is told"

    opinion = {"verdict": "remarks", "opinion": "重复票据一张，已冲销。"}
    ask(scene, "严查", "PUT", f"audits/{audit['id']}/opinion", 409, json=opinion)
    sampled = [one["entry_id"] for one in audit["samples"]]
    ask(scene, "甄明", "POST", f"audits/{audit['id']}/looked", 200, json={"entry_ids": sampled})
    doubled = [one for one in audit["findings"] if one["kind"] == "receipt-used-twice"]
    ask(
        scene, "钱程", "POST", f"ledger/{doubled[-1]['entry_id']}/take-back", 200, json={"reason": "重复报销"}
    )
    for finding in audit["findings"]:
        where = f"audits/{audit['id']}/findings/{finding['id']}"
        ask(scene, "钱程", "POST", f"{where}/answer", 200, json={"answer": "已冲销，主席已说明"})
        ask(scene, "严查", "POST", f"{where}/settle", 200)
    ask(scene, "严查", "PUT", f"audits/{audit['id']}/opinion", 200, json=opinion)
    ask(scene, "钱程", "POST", "periods/2026-H1/publish", 409)
    signed = ask(scene, "甄明", "POST", f"audits/{audit['id']}/sign", 200, json={"number": 1})
    assert signed["state"] == "signed"

    published = ask(scene, "钱程", "POST", "periods/2026-H1/publish", 200)
    assert published["rule_breaches"] == 1
    house.settle()
    [item] = scene.as_("林晓雨").get("/api/voting/v1/disclosures").get_json()
    assert item["content"]["spend_by_code"] == {"activity-sports": 19 * 4000, "collective-welfare": 40000}
    assert item["content"]["sha256"] == published["sha256"]
    assert len(house.voting.outbox(DisclosurePublished)) == 1
    assert "羽毛球" not in str(item), "totals, no lines"
    shown = scene.as_("林晓雨").get(f"/voting/disclosure/{item['id']}").text
    assert "760.00" in shown


def test_a_half_year_that_stays_secret_is_told_to_the_chair(scene: Scene, frozen_clock: FrozenClock) -> None:
    scene.house.settle()
    for day in ("2026-07-01", "2026-07-22", "2026-08-01"):
        frozen_clock.at(f"{day}T09:00")
        scene.house.settle()
    assert "收支本应" in scene.as_("赵立新").get("/members/notices/").text
    assert "半年账期已结束" in scene.as_("严查").get("/members/notices/").text
