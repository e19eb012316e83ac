"""Calling the receivers: lease, commit, call, commit. No transaction is open while a stranger thinks.

Each webhook is called by one thread at a time and has one event under way, so that a slow receiver holds up its own
events alone. A lease that a crash left behind ends by itself; what was under way is then sent again, with the same id.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import delete, select

from services.members.webhooks import actions, queries, sending
from services.members.webhooks.models import PENDING, UNPROVED, Webhook, WebhookDelivery
from shared.contracts.envelope import CONTENT_TYPE
from shared.kit import clock, telemetry
from shared.kit.bells import bell
from shared.kit.database import locked, new_id, reading, serving, transaction
from shared.kit.telemetry import log

THREADS = 16
LEASE = timedelta(seconds=60)  # longer than a call can take
DAYS = 30  # that finished deliveries are kept
OLD = 500  # deliveries removed at once
HOUR = 3600
VALIDATION = "webhook.validation"


@dataclass(frozen=True)
class Call:
    """What one thread is to do: an event's delivery, or the question whether somebody wants to hear."""

    webhook_id: str
    url: str
    secrets: list[str]
    message_id: str
    body: bytes
    kind: str = CONTENT_TYPE
    delivery_id: str | None = None
    challenge: str = ""


def run(service: Any, stop: threading.Event) -> None:
    """Call receivers until told to stop; bears a database that is not there."""
    waiting, cleaned = bell(service.database, "outside"), 0.0
    under_way: set[Future[None]] = set()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as pool:
        while not stop.is_set():
            try:
                calls = claim(service, THREADS - len(under_way))
                under_way |= {pool.submit(_call, service, call, waiting.ring) for call in calls}
                under_way = {one for one in under_way if not one.done()}
                if time.monotonic() - cleaned > HOUR:
                    forget(service)
                    cleaned = time.monotonic()
                if not calls:
                    waiting.wait(1)
            except Exception as error:
                log.warning("webhooks.trouble", service=service.name, error=type(error).__name__)
                stop.wait(1)
    waiting.close()


def deliver_due(service: Any) -> int:
    """Call everybody for whom something is due, once, and wait for it. Returns how many calls that were."""
    with ThreadPoolExecutor(THREADS) as pool:
        calls = claim(service, THREADS)
        wait([pool.submit(_call, service, call) for call in calls])
    return len(calls)


def claim(service: Any, limit: int) -> list[Call]:
    """Lease webhooks that are due, and say what is to be sent to each."""
    if limit <= 0:
        return []
    with serving(service):
        with reading() as session:
            if session.scalars(queries.due(1)).first() is None:
                return []
        with transaction() as session:
            found = session.scalars(queries.due(limit).with_for_update(skip_locked=True, of=Webhook)).all()
            calls = [call for webhook in found if (call := _to_do(session, webhook))]
            for webhook in found:
                webhook.leased_until = clock.now() + LEASE
            return calls


def _to_do(session: Any, webhook: Webhook) -> Call | None:
    if webhook.state == UNPROVED:
        challenge = new_id()
        asked = {"type": VALIDATION, "timestamp": clock.now().isoformat(), "data": {"challenge": challenge}}
        return Call(
            webhook.id,
            webhook.url,
            webhook.secrets(),
            challenge,
            orjson.dumps(asked),
            "application/json",
            challenge=challenge,
        )
    delivery = session.scalars(queries.next_delivery(webhook.id)).first()
    if delivery is None:
        return None
    return Call(
        webhook.id,
        webhook.url,
        webhook.secrets(),
        delivery.event_id,
        delivery.event.encode(),
        delivery_id=delivery.id,
    )


def _call(service: Any, call: Call, done: Callable[[], None] = lambda: None) -> None:
    try:
        began = time.monotonic()
        given = sending.headers(call.secrets, call.message_id, clock.now(), call.body, call.kind)
        outcome = sending.send(call.url, given, call.body, private=service.config.webhooks_inside)
        telemetry.webhook_seconds.labels(service.name).observe(time.monotonic() - began)
        with serving(service), transaction() as session:
            _record(session, call, outcome, service.name)
    except Exception as error:
        log.warning("webhooks.call-failed", service=service.name, error=type(error).__name__)
    finally:
        done()


def _record(session: Any, call: Call, outcome: sending.Outcome, service: str) -> None:
    webhook = locked(session, Webhook, call.webhook_id)
    if webhook is None:
        return
    webhook.leased_until = None
    if call.delivery_id is None:
        actions.proved(webhook, outcome, outcome.is_good and _challenge(outcome.answer) == call.challenge)
        return
    delivery = locked(session, WebhookDelivery, call.delivery_id)
    if delivery is None or delivery.state != PENDING:
        return
    actions.tried(session, webhook, delivery, outcome)
    telemetry.webhooks.labels(service, "retried" if delivery.state == PENDING else delivery.state).inc()


def _challenge(answer: bytes) -> Any:
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return None
    return said.get("challenge") if isinstance(said, dict) else None


def forget(service: Any) -> int:
    """Remove finished deliveries past their time. Returns how many."""
    old = select(WebhookDelivery.id).where(
        WebhookDelivery.state != PENDING, WebhookDelivery.created_at < clock.now() - timedelta(days=DAYS)
    )
    total = 0
    while True:
        with serving(service), transaction() as session:
            ids = session.scalars(old.limit(OLD)).all()
            session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(ids)))
        total += len(ids)
        if len(ids) < OLD:
            return total
