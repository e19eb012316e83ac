"""The same hops as somebody would write them who wants the task and no framework: the drivers alone, statements by hand.

Row for row and question for question what ours writes and asks: a life event with its outbox row; the oldest outbox
rows, sent, confirmed, marked; an inbox row, the scheme and the officers looked up, a task with those who go, what is
said of it, its reminder. In databases of the same form, with the same people in them.
"""

import re
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pika
import psycopg

from bench.bus.stage import dsn
from shared.kit.database import new_id

QUEUE = "bench.hand"
TYPE = "members.life-event.hospitalized.v1"
Ask = Callable[..., Any]  # (statement, **values) → rows


class Members:
    """What happens at the beginning."""

    def __init__(self, ask: Ask, school_id: str) -> None:
        self._ask, self._school_id = ask, school_id

    def report(self, person_id: str) -> str:
        """A life event and its outbox row; committed."""
        life_event_id, now = new_id(), datetime.now(UTC)
        self._ask("BEGIN IMMEDIATE")
        self._ask(
            "INSERT INTO life_event (id, school_id, person_id, kind_sealed, occurred_on, known_at, reported_at, privacy,"
            " state, announced) VALUES (:id, :school, :person, 'x', :today, :now, :now, 'normal', 'reported', :yes)",
            id=life_event_id, school=self._school_id, person=person_id, today=str(now.date()), now=at(now), yes=True,
        )  # fmt: skip
        data = {
            "life_event_id": life_event_id, "person_id": person_id, "kind": "hospitalized", "privacy": "normal",
            "occurred_on": str(now.date()), "reported_at": now.isoformat(),
        }  # fmt: skip
        say(self._ask, TYPE, person_id, self._school_id, data)
        self._ask("COMMIT")
        return life_event_id

    def unpublished(self) -> list[Any]:
        oldest = "SELECT position, id, type, event FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT 500"
        return self._ask(oldest)  # type: ignore[no-any-return]

    def mark(self, position: int) -> None:
        marked = "UPDATE outbox SET published_at = :now, feed_position = :position WHERE position = :position"
        self._ask(marked, now=at(datetime.now(UTC)), position=position)


class Welfare:
    """What happens at the end."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def plan(self, body: bytes) -> str:
        """From the event to the committed task. Returns the id of the life event."""
        event = orjson.loads(body)
        data, school, person = event["data"], event["school"], event["data"]["person_id"]
        life_event_id = data["life_event_id"]
        cause = f"life-event:{life_event_id}"
        ask, now, today = self._ask, datetime.now(UTC), datetime.now(UTC).date()
        ask("BEGIN IMMEDIATE")
        ask("SELECT due_at FROM inbox WHERE subject = :subject AND state = 'waiting' LIMIT 1", subject=person)
        known = ask(
            "INSERT INTO inbox (id, type, subject, event, due_at, attempts, state, handled_at)"
            " VALUES (:id, :type, :subject, '', :now, 0, 'handled', :now) ON CONFLICT (id) DO NOTHING RETURNING id",
            id=event["id"], type="members.life-event", subject=person, now=at(now),
        )  # fmt: skip
        assert known
        ask("SELECT outcome FROM closed_life_event WHERE id = :id", id=life_event_id)
        ask("SELECT school_id, sex FROM person_card WHERE id = :id", id=person)
        ask(
            "SELECT id FROM visit_task WHERE school_id = :school AND cause = :cause AND stage = 'visit' AND round = 1",
            school=school, cause=cause,
        )  # fmt: skip
        ask(
            "SELECT version, stored_occasions FROM school_scheme WHERE school_id = :school AND effective_from <= :today"
            " ORDER BY version DESC LIMIT 1",
            school=school, today=str(today),
        )  # fmt: skip
        ask(
            "SELECT kind, max_days FROM visiting_limit WHERE school_id = (SELECT CASE WHEN kind = 'district' THEN id"
            " ELSE parent_id END FROM organisation_card WHERE id = :school)",
            school=school,
        )  # fmt: skip
        officers = ask(
            "SELECT id, offices FROM person_card WHERE school_id = :school AND CAST(offices AS TEXT) != '[]'"
            " AND standing NOT IN ('left', 'deceased') AND NOT disabled AND NOT erased ORDER BY pinyin, id",
            school=school,
        )  # fmt: skip
        lead = _holder(officers, "chair")
        task_id, due_on = new_id(), today + timedelta(days=3)
        ask(
            "INSERT INTO visit_task (id, school_id, cause, stage, round, life_event_id, person_id, occasion_group,"
            " restricted, scheme_version, matter_sealed, reported_on, due_on, state, office, assignee_id, by_hand,"
            " created_at, version) VALUES (:id, :school, :cause, 'visit', 1, :life_event, :person, 'care', :no, 0,"
            " :matter, :today, :due, 'assigned', 'chair', :lead, :no, :now, 1)",
            id=task_id, school=school, cause=cause, life_event=life_event_id, person=person, no=False,
            matter=_matter(data), today=str(today), due=str(due_on), lead=lead, now=at(now),
        )  # fmt: skip
        ask(
            "INSERT INTO visit_companion (id, school_id, task_id, person_id, office)"
            " VALUES (:id, :school, :task, :person, 'carer')",
            id=new_id(), school=school, task=task_id, person=_holder(officers, "carer"),
        )  # fmt: skip
        self._remind(task_id, due_on, now)
        made = {"task_id": task_id, "due_on": str(due_on), "assignee_role": "chair", "assignee_id": str(lead)}
        say(ask, "welfare.visit.task-created.v1", person, school, made)
        notice = {"to": str(lead), "template": "visit-assigned", "parameters": {"days": 3}}
        say(ask, "welfare.notice.requested.v1", f"notice:{new_id()}", school, notice)
        ask("COMMIT")
        return str(life_event_id)

    def _remind(self, task_id: str, due_on: date, now: datetime) -> None:
        message_id = new_id()
        body = {
            "id": message_id,
            "type": "self.visit-due",
            "time": now.isoformat(),
            "data": {"task_id": task_id},
        }
        self._ask(
            "INSERT INTO inbox (id, type, subject, event, due_at, attempts, state)"
            " VALUES (:id, 'self.visit-due', :subject, :event, :due, 0, 'waiting')",
            id=message_id, subject=f"visit-due:{task_id}", event=orjson.dumps(body).decode(), due=f"{due_on} 00:00:00",
        )  # fmt: skip


def say(ask: Ask, type_: str, subject: str, school: str, data: dict[str, Any]) -> None:
    event_id = new_id()
    body = {
        "specversion": "1.0", "id": event_id, "source": f"/{type_.split('.', maxsplit=1)[0]}", "type": type_, "subject": subject,
        "time": datetime.now(UTC).isoformat(), "dataschema": f"/contracts/{type_}.json", "school": school, "data": data,
    }  # fmt: skip
    ask(
        "INSERT INTO outbox (id, type, subject, school, event) VALUES (:id, :type, :subject, :tenant, :event)",
        id=event_id, type=type_, subject=subject, tenant=school, event=orjson.dumps(body).decode(),
    )  # fmt: skip


def _holder(officers: list[Any], office: str) -> Any:
    for person_id, offices in officers:
        held = orjson.loads(offices) if isinstance(offices, str) else offices
        if any(one["code"] == office for one in held):
            return person_id
    return None


def _matter(data: dict[str, Any]) -> str:
    return orjson.dumps(
        {"kind": data["kind"], "occasion": "illness", "occurred_on": data["occurred_on"]}
    ).decode()


def at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


# --- the two drivers


def sqlite(path: Path) -> Ask:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
    is_id = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

    def ask(statement: str, **values: Any) -> Any:
        for name in (
            "id",
            "school",
            "person",
            "life_event",
            "lead",
            "task",
        ):  # ids have no hyphens in these tables
            if is_id.fullmatch(str(values.get(name, ""))):
                values[name] = values[name].replace("-", "")
        return connection.execute(statement, values).fetchall()

    return ask


def postgres(url: str) -> Ask:
    connection = psycopg.connect(dsn(url), autocommit=True)
    written: dict[str, str] = {}

    def ask(statement: str, **values: Any) -> Any:
        if statement not in written:
            named = re.sub(r":(\w+)", r"%(\1)s", statement).replace("BEGIN IMMEDIATE", "BEGIN")
            written[statement] = named
        cursor = connection.execute(written[statement], values or None)
        return cursor.fetchall() if cursor.description else []

    return ask


# --- embedded: a thread that is woken; distributed: a relay that is notified, a consumer


def thread(
    members: Members, welfare: Welfare, woken: threading.Event, arrived: Callable[[str, float], None]
) -> Any:
    """What relays and plans, for a thread of its own."""

    def run(stop: threading.Event) -> None:
        while not stop.is_set():
            rows = members.unpublished()
            if not rows:
                woken.wait(1)
                woken.clear()
            for position, _id, _type, event in rows:
                key = welfare.plan(event)
                arrived(key, time.monotonic())
                members.mark(position)

    return run


def relay(url: str, broker: str) -> None:
    """Outbox → queue, confirmed → marked."""
    members = Members(postgres(url), "")
    channel = pika.BlockingConnection(pika.URLParameters(broker)).channel()
    channel.confirm_delivery()
    listening = psycopg.connect(dsn(url), autocommit=True)
    listening.execute("LISTEN bench_hand")
    while True:
        rows = members.unpublished()
        if not rows:
            for _notify in listening.notifies(timeout=1, stop_after=1):
                pass
        for position, event_id, type_, event in rows:
            properties = pika.BasicProperties(delivery_mode=2, message_id=str(event_id), type=type_)
            channel.basic_publish(
                "", QUEUE, event.encode(), properties, mandatory=True
            )  # returns when confirmed
            members.mark(position)


def consumer(url: str, broker: str, arrived: Callable[[str, float], None]) -> None:
    """Queue → task → acknowledged."""
    welfare = Welfare(postgres(url))
    channel = pika.BlockingConnection(pika.URLParameters(broker)).channel()
    channel.basic_qos(prefetch_count=200)
    for method, _properties, body in channel.consume(QUEUE):
        key = welfare.plan(body)
        arrived(key, time.monotonic())
        channel.basic_ack(method.delivery_tag)
