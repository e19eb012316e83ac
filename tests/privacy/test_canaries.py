"""Every sensitive thing that is told in care bears a mark of its own; then everything that is kept, sent, logged or
counted is searched for the marks. What is sealed cannot be found, and a mark that leaked is."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pika
import pytest
from sqlalchemy import LargeBinary, inspect, select, text

from services.welfare.base import Base
from shared.kit.audit import AuditEntry
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from shared.kit.transport import EXCHANGE
from tests.scene import Scene

MARK = "金丝雀"  # how every canary begins
INCOME, MEDICAL, SCHOOLING = 317_717, 1_873_311, 219_737  # sums that nothing else in the test data has
PHONE = "13931771700"
SUMS = (PHONE, "317717", "3177.17", "3,177.17", "1873311", "18733.11", "18,733.11", "219737", "2,197.37")
API = "/api/welfare/v1"
HARDSHIP, AID, DISPUTES, ROUNDS = (f"{API}/{name}" for name in ("hardship", "aid", "disputes", "rounds"))


class Tap:
    """Everything that crosses the broker, or what stands for it, byte for byte."""

    def __init__(self, house: House) -> None:
        self.bodies: list[str] = []
        self.channel: Any = None
        if house.mode == "distributed":
            url = house.welfare.service.config.broker_url
            self.connection = pika.BlockingConnection(pika.URLParameters(url))
            self.channel = self.connection.channel()
            self.queue = self.channel.queue_declare("", exclusive=True).method.queue
            self.channel.queue_bind(self.queue, EXCHANGE, "#")
        else:
            send = house.local.send

            def listening(messages: Any, more: bool = False) -> Any:
                self.bodies.append(repr(messages))
                return send(messages, more)

            house.local.send = listening  # type: ignore[method-assign, assignment]

    def heard(self) -> list[str]:
        while self.channel is not None:
            method, properties, body = self.channel.basic_get(self.queue, auto_ack=True)
            if method is None:
                break
            self.bodies.append(f"{method.routing_key} {properties.headers} {body.decode()}")
        return self.bodies

    def close(self) -> None:
        if self.channel is not None:
            self.connection.close()


@pytest.fixture
def tap(house: House) -> Iterator[Tap]:
    tap = Tap(house)
    yield tap
    tap.close()


@pytest.fixture
def scene(house: House, tap: Tap, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    scene = Scene(house)
    for name, office in (("吴强", "vice_chair"), ("钱敏", "treasurer"), ("顾振海", "principal")):
        scene.person(name, office, sex="male")
    scene.person("周婷", phone=PHONE)
    house.settle()
    return scene


def mark(what: str) -> str:
    return f"{MARK}-{what}"


def told(**more: Any) -> dict[str, Any]:
    return {"size": 3, "income_fen": INCOME, "medical_fen": MEDICAL, "schooling_fen": SCHOOLING, **more}


def walk(scene: Scene, clock: FrozenClock) -> None:
    """Visits and a round, a dispute, a request, a claim, a hardship case from consent to November, aid: each with marks in all
    that is sensitive."""
    _visits(scene)
    _round(scene)
    _dispute(scene)
    _request(scene)
    _confidence(scene)
    _checkup(scene)
    _claim(scene)
    post(scene, "林晓雨", "/api/members/v1/consents", {"purpose_code": "family-finance"})
    scene.house.settle()
    case_id = post(scene, "林晓雨", f"{HARDSHIP}/applications", told(story=mark("家中情况")))["id"]
    paper = {"file": (io.BytesIO(b"%PDF-1.4 " + mark("诊断").encode()), f"{mark('文件名')}.pdf")}
    sent = scene.as_("林晓雨").post(f"{HARDSHIP}/{case_id}/papers/medical", data=paper)
    assert sent.status_code == 201, sent.text
    _survey(scene, case_id, "2026-09-07")
    body = {"level": "hardship", "reason": mark("拟定理由")}
    proposal = post(scene, "何莉", f"{HARDSHIP}/{case_id}/proposals", body)["proposals"][-1]["id"]
    no = {"approves": False, "reason": mark("不同意的理由")}
    post(scene, "吴强", f"{HARDSHIP}/reviews/{proposal}/vote", no)
    for voter in ("何莉", "赵立新"):
        post(scene, voter, f"{HARDSHIP}/reviews/{proposal}/vote", {"approves": True})
    scene.house.settle()
    _aid(scene)
    _look(scene, case_id)
    clock.at("2026-12-01T09:00")
    scene.house.settle()
    _survey(scene, case_id, "2026-12-01")
    scene.house.settle()


def _visits(scene: Scene) -> None:
    scene.report("hospitalized", "2026-09-07")
    [visit] = scene.visits()
    scene.complete(visit["id"], visited_on="2026-09-07", gift_fen=30000, fund="union", note=mark("探望记录"))
    body = {"visited_on": "2026-09-07", "went": [scene.ids["何莉"]], "reason": mark("更正原因")}
    post(scene, "何莉", f"{API}/visits/{visit['id']}/correct", body)
    scene.report("childbirth", "2026-09-06", of="周婷")
    [visit] = scene.visits()
    post(scene, "何莉", f"{API}/visits/{visit['id']}/cancel", {"reason": mark("取消原因")})


def _round(scene: Scene) -> None:
    round_id = post(scene, "何莉", ROUNDS, {"kind": "spring", "year": 2027})["id"]
    added = {"person_id": scene.ids["周婷"], "reason": mark("列入原因")}
    line = post(scene, "何莉", f"{ROUNDS}/{round_id}/lines", added)
    change = {"place": mark("住处")}
    answer = scene.as_("何莉").patch(f"{ROUNDS}/lines/{line['id']}", json=change)
    assert answer.status_code == 200, answer.text


def _dispute(scene: Scene) -> None:
    """An application, its log and its end; then one that is refused with words."""
    for name, side in (("钱敏", "employees"), ("高远", "employer")):
        seat = {
            "person_id": scene.ids[name],
            "side": side,
            "term_from": "2026-09-01",
            "leads": name == "钱敏",
        }
        post(scene, "赵立新", f"{DISPUTES}/committee", seat)
    asked = {
        "regime": "labour",
        "matter": "pay",
        "statement": mark("争议事实"),
        "known_on": "2026-09-01",
        "amount_fen": INCOME,
    }
    dispute = f"{DISPUTES}/{post(scene, '林晓雨', DISPUTES, asked)['id']}"
    post(scene, "钱敏", f"{dispute}/steps", {"to": "accepted"})
    post(scene, "林晓雨", f"{dispute}/notes", {"words": mark("调解记录")})
    post(scene, "钱敏", f"{dispute}/hearing", {"hearing_on": "2026-09-10"})
    post(scene, "钱敏", f"{dispute}/steps", {"to": "agreement", "words": mark("协议内容"), "won_fen": INCOME})
    scene.as_("赵立新").get(dispute)
    scene.house.settle()


def _request(scene: Scene) -> None:
    asked = post(scene, "林晓雨", f"{API}/requests", {"kind": "help", "words": mark("求助内容")})
    post(scene, "何莉", f"{API}/requests/{asked['id']}/steps", {"to": "answered", "words": mark("答复")})
    scene.house.settle()


def _confidence(scene: Scene) -> None:
    """Told to the women's officer, and by mistake in a form."""
    told = {
        "kind": "nursing",
        "starts_on": "2026-09-01",
        "ends_on": "2027-06-30",
        "words": mark("给女工委的话"),
    }
    assert scene.as_("林晓雨").put(f"{API}/confidences", json=told).status_code == 201
    wrong = told | {"kind": "pregnancy", "ends_on": "1999-01-01"}
    assert scene.as_("林晓雨").form("/welfare/confidences/tell", data=wrong).status_code == 422


def _checkup(scene: Scene) -> None:
    """What a person keeps of an own check-up: the tick, and a copy of the paper."""
    asked = {"title": "体检", "audience": "everyone", "provider": "市医院", "capacity": 20,
             "slots": [{"day": "2026-09-20", "half": "morning"}]}  # fmt: skip
    own = f"{API}/checkups/{post(scene, '何莉', f'{API}/checkups', asked)['id']}/mine"
    assert scene.as_("林晓雨").put(own, json={"follow_up": True}).status_code == 200
    copy = {"file": (io.BytesIO(b"%PDF-1.4 " + mark("体检结论").encode()), f"{mark('报告')}.pdf")}
    assert scene.as_("林晓雨").post(f"{own}/copy", data=copy).status_code == 201
    scene.house.settle()


def _claim(scene: Scene) -> None:
    """A paper handed in for the insurer."""
    plan = {"title": "职工互助保障", "audience": "everyone", "insurer": "省职工互助会", "premium_fen": 4800,
            "payer": "union", "opens_on": "2026-09-01", "closes_on": "2026-09-30"}  # fmt: skip
    plan_id = post(scene, "何莉", f"{API}/insurance", plan)["id"]
    signed = {"person_ids": [scene.ids["林晓雨"]], "signed_on": "2026-09-07"}
    post(scene, "何莉", f"{API}/insurance/{plan_id}/people", signed)
    claim = post(scene, "林晓雨", f"{API}/claims", {"plan_id": plan_id})["id"]
    paper = {"file": (io.BytesIO(b"%PDF-1.4 " + mark("出院小结").encode()), f"{mark('理赔文件名')}.pdf")}
    sent = scene.as_("林晓雨").post(f"{API}/claims/{claim}/papers", data=paper)
    assert sent.status_code == 201, sent.text


def _survey(scene: Scene, case_id: str, on: str) -> None:
    body = told(surveyed_on=on, went=[scene.ids["何莉"]], findings=mark("走访所见"))
    post(scene, "何莉", f"{HARDSHIP}/{case_id}/surveys", body)


def _aid(scene: Scene) -> None:
    body = {"kind": "medical", "asked_fen": 100000, "reason": mark("申请原因")}
    request_id = post(scene, "林晓雨", f"{AID}/requests", body)["id"]
    yes = {"approves": True, "granted_fen": 100000, "fund": "union", "answer": mark("审批理由")}
    post(scene, "赵立新", f"{AID}/requests/{request_id}/decide", yes)
    form = {"paid_on": "2026-09-07", "receipts": (io.BytesIO(b"%PDF-1.4 signed"), "签收.pdf")}
    assert scene.as_("钱敏").form(f"/welfare/aid/{request_id}/pay", data=form).status_code == 303
    scene.house.settle()


def _look(scene: Scene, case_id: str) -> None:
    """Reading and being refused leave a trace, and the trace says nothing either; nor does a mistake in a form."""
    for who in ("何莉", "赵立新", "顾振海"):
        scene.as_(who).get(f"/welfare/hardship/{case_id}")
    wrong = {"size": "x", "income": "?", "story": mark("填错的表单")}
    scene.as_("林晓雨").form("/welfare/hardship/apply", data=wrong)
    scene.as_("林晓雨").post(f"{HARDSHIP}/applications", json=told(size="x", story=mark("填错的请求")))


def post(scene: Scene, who: str, url: str, body: dict[str, Any]) -> Any:
    answer = scene.as_(who).post(url, json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.get_json()


def stored(house: House) -> Iterator[tuple[str, str]]:
    """Every value of every table of every service, pictures and papers as bytes that can be read."""
    for name, service in house.services.items():
        with service.reading() as session:
            for table in inspect(session.connection()).get_table_names():
                for row in session.execute(text(f'select * from "{table}"')).mappings():  # noqa: S608
                    for column, value in row.items():
                        yield f"{name}.{table}.{column}", _readable(value)


def _readable(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def leaks(house: House, tap: Tap, said: str) -> set[str]:
    """Where a mark stands in clear: in a table, on the bus, in what was logged, in the figures."""
    # Identifiers, hashes and sealed text are letters by chance: sums are looked for where words are.
    found = {place for place, value in stored(house) if _is_marked(value, place)}
    found |= {"bus" for body in tap.heard() if _has(body)}
    found |= {"log"} if _has(said) else set()
    for name, service in house.services.items():
        answer = service.app.test_client().get("/metrics")
        found |= {f"{name} /metrics"} if _has(answer.get_data(as_text=True)) else set()
    return found


def _has(words: str) -> bool:
    escaped = json.dumps(MARK)[1:-1]
    return any(sign in words for sign in (MARK, escaped, *SUMS))


def _is_marked(value: str, place: str) -> bool:
    if place.endswith(("_sealed", ".id", "_id", "sha256", ".content")):
        return MARK in value
    return _has(value)


def test_no_mark_is_found_and_a_planted_one_is(
    scene: Scene, tap: Tap, frozen_clock: FrozenClock, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    """One walk, four looks: nothing leaks; then a leak in a table, on the bus and in a log is found at its place."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("pika").setLevel(logging.INFO)

    def logged() -> str:
        out = capfd.readouterr()
        return str(caplog.text + out.out + out.err)

    walk(scene, frozen_clock)
    assert "hardship" in "".join(tap.heard()), "the tap hears what is said"
    assert leaks(scene.house, tap, logged()) == set()
    unmarked = sealed_columns() - _filled(scene.house)
    assert unmarked == set(), "a sealed column that this walk fills with nothing: give it a mark"

    with scene.house.welfare.transaction() as session:
        entry = session.scalars(select(AuditEntry).limit(1)).one()
        entry.reason = mark("漏进审计")
    tap.bodies.append(json.dumps({"story": mark("漏进消息")}))
    logging.getLogger("services.welfare").info("saved %s", told())
    assert leaks(scene.house, tap, logged()) == {"welfare.audit.reason", "bus", "log"}


def sealed_columns() -> set[str]:
    """Every column of welfare that is to be sealed, and files' contents."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed") and not isinstance(column.type, LargeBinary)
    }


def _filled(house: House) -> set[str]:
    with house.welfare.reading() as session:
        return {
            f"{table.name}.{column.name}"
            for table in Base.metadata.tables.values()
            for column in table.columns
            if column.name.endswith("_sealed")
            and session.execute(select(column).where(column.is_not(None)).limit(1)).first() is not None
        }
