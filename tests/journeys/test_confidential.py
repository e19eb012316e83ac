"""What is confided to the union and stays so: a counselling hour under a ticket, a word to the women's officer, pupils by
codes; and afterwards nobody who holds the database, the messages and the logs can say who took which hour."""

import json
import logging
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import inspect, text

from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

API = "/api/welfare/v1"
WORDS = "预产期在二月，暂不想让人知道"


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    made = Scene(house)
    made.person("梅红", "women")
    made.person("钱敏", "treasurer")
    for name in ("苏心怡", "周婷"):
        made.person(name)
    house.settle()
    return made


def test_what_is_confided_stays_confided(
    scene: Scene, frozen_clock: FrozenClock, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    _counselling(scene, caplog, capfd)
    _to_the_womens_officer(scene, frozen_clock)
    _pupils(scene)


def _counselling(scene: Scene, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    offered = {"counsellor_id": scene.ids["苏心怡"], "place": "行政楼旁小屋"}
    offer_id = _ok(scene.as_("赵立新").post(f"{API}/counselling/offers", json=offered))["id"]
    own = f"{API}/counselling/offers/{offer_id}/times"
    given = {"starts_at": "2026-09-09T15:00", "minutes": 50, "count": 3}
    _ok(scene.as_("苏心怡").post(own, json=given))
    scene.house.settle()

    [first, second, _third] = _ok(scene.as_("林晓雨").get(f"{API}/counselling/times"))
    before = _dump(scene.house)
    capfd.readouterr()
    caplog.clear()
    booked = _ok(scene.as_("林晓雨").put(f"{API}/counselling/booking", json={"slot_id": first["id"]}))
    ticket = booked["ticket"]
    moved = {"ticket": ticket, "slot_id": second["id"]}
    _ok(scene.as_("林晓雨").put(f"{API}/counselling/booking/move", json=moved))
    other = _ok(scene.as_("周婷").put(f"{API}/counselling/booking", json={"slot_id": first["id"]}))
    scene.house.settle()

    shown = {slot["sign"] for slot in _ok(scene.as_("苏心怡").get(own))}
    assert shown == {ticket[:4], other["ticket"][:4], None}, "the counsellor sees the tickets' first letters"
    for officer in ("赵立新", "何莉", "梅红"):
        assert scene.as_(officer).get(own).status_code == 403
    assert _ok(scene.as_("赵立新").get(f"{API}/counselling/use")) == []

    written = _written(before, _dump(scene.house))
    assert {place.split(".")[1] for place in written} == {"counselling_slot", "counselling_count"}
    captured = capfd.readouterr()
    kept = json.dumps(written, default=str, ensure_ascii=False) + caplog.text + captured.out + captured.err
    for name in ("林晓雨", "周婷"):
        for mark in (name, scene.ids[name], scene.ids[name].replace("-", "")):
            assert mark not in kept, "nothing written for a booking says by whom"
    for secret in (ticket, other["ticket"]):
        assert secret not in kept, "the ticket is kept nowhere"
    assert not any(slot["id"] in caplog.text + captured.out + captured.err for slot in (first, second))

    answer = scene.as_("周婷").put(f"{API}/counselling/booking/cancel", json={"ticket": other["ticket"]})
    assert answer.status_code == 204


def _to_the_womens_officer(scene: Scene, clock: FrozenClock) -> None:
    told = {"kind": "pregnancy", "starts_on": "2026-05-20", "ends_on": "2027-02-24", "words": WORDS}
    key = _ok(scene.as_("林晓雨").put(f"{API}/confidences", json=told))["id"]
    care = _ok(scene.as_("周婷").put(f"{API}/confidences", json={"kind": "care"}))["id"]
    scene.house.settle()
    assert {row["id"] for row in _ok(scene.as_("梅红").get(f"{API}/confidences"))} == {key, care}
    for officer in ("赵立新", "何莉", "区长明"):
        assert scene.as_(officer).get(f"{API}/confidences").status_code == 403
    assert [read["action"] for read in _ok(scene.as_("林晓雨").get(f"{API}/reads"))] == ["confidence.read"]
    before = _notices(scene, "梅红")
    clock.at("2026-12-02T09:00")  # twelve weeks before: no overtime, no night work
    scene.house.settle()
    assert _notices(scene, "梅红") == before + 1
    assert scene.as_("周婷").delete(f"{API}/confidences/{care}").status_code == 204
    assert [row["id"] for row in _ok(scene.as_("梅红").get(f"{API}/confidences"))] == [key]
    clock.at("2027-03-27T09:00")  # thirty days after
    scene.house.settle()
    assert _ok(scene.as_("梅红").get(f"{API}/confidences")) == []


def _pupils(scene: Scene) -> None:
    asked = {"title": "春蕾助学", "donor": "青禾书店", "fund": "union", "pupils": 5, "amount_fen": 250_000}
    one = (
        f"{API}/pupils/programmes/{_ok(scene.as_('何莉').post(f'{API}/pupils/programmes', json=asked))['id']}"
    )
    assert scene.as_("何莉").post(f"{one}/agree").status_code == 403
    _ok(scene.as_("赵立新").post(f"{one}/agree"))
    page = one.replace(f"{API}/pupils/programmes", "/welfare/pupils")
    form = {"each": "500", "paid_on": "2027-03-27"}
    named = scene.as_("钱敏").form(f"{page}/pay", data=form | {"codes": "李小花", "receipts": _receipt()})
    assert named.status_code == 422, "a name is refused"
    codes = "\n".join(f"2026-07-A{n}" for n in range(5))
    paid = scene.as_("钱敏").form(f"{page}/pay", data=form | {"codes": codes, "receipts": _receipt()})
    assert paid.status_code == 303
    scene.house.settle()
    totals = _ok(scene.as_("林晓雨").get(f"{API}/aid/totals?year=2027"))
    assert {"kind": "pupil", "number": 5, "amount_fen": 250_000} in totals


def _receipt() -> tuple[Any, str]:
    return BytesIO(b"%PDF-1.4 bank"), "回单.pdf"


def _ok(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.get_json()


def _notices(scene: Scene, name: str) -> int:
    return len(_ok(scene.as_(name).get("/api/members/v1/notices")))


def _dump(house: House) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of every service."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, service in house.services.items():
        with service.reading() as session:
            for table in inspect(session.connection()).get_table_names():
                rows = session.execute(text(f'SELECT * FROM "{table}"')).mappings()  # noqa: S608
                found[f"{name}.{table}"] = [dict(row) for row in rows]
    return found


def _written(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    changed = {place: [row for row in rows if row not in before[place]] for place, rows in after.items()}
    return {place: rows for place, rows in changed.items() if rows}
