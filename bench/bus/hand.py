"""The pipeline as somebody would tune it by hand: raw SQL, many rows a statement, windows of confirms, no promises kept
about order, retries or dead letters. The limit beside which ours is measured."""

import threading
from collections.abc import Sequence
from typing import Any

import orjson
import pika
from pika.adapters.blocking_connection import BlockingConnection
from pika.adapters.select_connection import SelectConnection

from bench.bus.stage import HAND_QUEUE, TYPE, Place
from shared.contracts import envelope
from shared.kit.database import new_id

BATCH = 500


class Publisher:
    """pika's SelectConnection with a window of confirms."""

    def __init__(self, url: str, exchange: str, key: str, window: int = 1000) -> None:
        self.exchange, self.key, self.window = exchange, key, window
        self.waiting: list[tuple[str, str]] = []
        self.next = self.confirmed = 0
        self.channel: Any = None
        self.connection = SelectConnection(
            pika.URLParameters(url),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._opened),
        )
        self.connection.ioloop.start()

    def _opened(self, channel: Any) -> None:
        self.channel = channel
        channel.confirm_delivery(self._confirm, callback=lambda _frame: self.connection.ioloop.stop())

    def send(self, rows: Sequence[tuple[str, str]]) -> None:
        """All of them, confirmed when this returns."""
        self.waiting, self.next = list(rows), 0
        self.goal = self.confirmed + len(rows)
        self._fill()
        self.connection.ioloop.start()

    def _fill(self) -> None:
        sent = self.goal - len(self.waiting) + self.next
        while self.next < len(self.waiting) and sent - self.confirmed < self.window:
            event_id, body = self.waiting[self.next]
            self.channel.basic_publish(
                self.exchange, self.key, body.encode(),
                pika.BasicProperties(
                    content_type=envelope.CONTENT_TYPE, message_id=event_id, type=TYPE, delivery_mode=2
                ),
            )  # fmt: skip
            self.next += 1
            sent += 1

    def _confirm(self, frame: Any) -> None:
        tag = frame.method.delivery_tag
        self.confirmed = max(self.confirmed, tag)
        if self.confirmed >= self.goal:
            self.connection.ioloop.stop()
        elif self.next < len(self.waiting):
            self._fill()


def relay(place: Place) -> None:
    """Unpublished rows → queue → marked."""
    publisher = Publisher(place.broker, "", HAND_QUEUE)
    oldest = f"SELECT position, id, event FROM hand_outbox WHERE published_at IS NULL ORDER BY position LIMIT {BATCH}"
    with place.connect("members") as connection:
        while True:
            rows = connection.execute(oldest).fetchall()
            if not rows:
                threading.Event().wait(0.01)
                continue
            publisher.send([(str(event_id), event) for _, event_id, event in rows])
            connection.execute(
                "UPDATE hand_outbox SET published_at = now() WHERE position = ANY(%s)",
                [[position for position, _, _ in rows]],
            )


def consumer(place: Place) -> None:
    """Queue → inbox and effects, a batch a transaction → one ack."""
    connection = BlockingConnection(pika.URLParameters(place.broker))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=BATCH)
    arrived: list[tuple[int, bytes]] = []
    channel.basic_consume(
        HAND_QUEUE, lambda _c, method, _p, body: arrived.append((method.delivery_tag, body))
    )
    with place.connect("welfare", autocommit=False) as database:
        while True:
            connection.process_data_events(time_limit=1)
            if not arrived:
                continue
            taken, arrived[:] = arrived[:], []
            store(database, [body for _, body in taken])
            channel.basic_ack(taken[-1][0], multiple=True)


def store(database: Any, events: Sequence[bytes]) -> None:
    """One statement for the inbox, one for the effects."""
    read = [(orjson.loads(body), body.decode()) for body in events]
    inbox = [value for event, text in read for value in (event["id"], event["type"], event["subject"], text)]
    places = ",".join(["(%s,%s,%s,%s,now())"] * len(read))
    database.execute(f"INSERT INTO hand_inbox VALUES {places} ON CONFLICT DO NOTHING", inbox)
    effects = [
        value
        for event, _ in read
        for value in (new_id(), event["id"], event["subject"], event["data"]["member_count"])
    ]
    places = ",".join(["(%s,%s,%s,%s)"] * len(read))
    database.execute(f"INSERT INTO bench_effect (id, event_id, subject, number) VALUES {places}", effects)
    database.commit()
