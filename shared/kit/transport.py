"""The one port of the house: how an event gets from an outbox into the inboxes that want it.

`Local` is a function call (embedded); `Rabbit` is RabbitMQ. Both pass the same conformance suite.
This is the only file that knows pika.
"""

import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Any, Protocol

import pika
import pika.exceptions
import pika.frame
from pika.adapters.blocking_connection import BlockingConnection
from pika.adapters.select_connection import SelectConnection

from shared.contracts import envelope
from shared.contracts.registry import SERVICES, all_events
from shared.kit import telemetry
from shared.kit.messages import handled_types
from shared.kit.telemetry import log

EXCHANGE, FEED, DEAD = "union.events", "union.feed", "union.dead"
LOCAL_BATCH = 50
Receive = Callable[[Sequence[envelope.Envelope]], None]


class TransportDown(Exception):
    """Nothing more can be sent now; `confirmed` rows have arrived, counted as `send` counts. The others are forgotten."""

    def __init__(self, confirmed: int, reason: str) -> None:
        super().__init__(reason)
        self.confirmed = confirmed


class Transport(Protocol):
    """Sends outbox rows (`id`, `type`, `event`) in order."""

    def send(self, rows: Sequence[Any], more: bool = False) -> int:
        """Returns how many rows have arrived and were not counted before, from the oldest on: all that were sent,
        unless there are `more` to come, when some may still be on their way. Raises TransportDown."""

    def idle(self) -> None:
        """Called about once a second when there is nothing to send."""

    def reset(self) -> None:
        """Forget the connection after trouble."""

    def close(self) -> None: ...


# --- embedded


class Local:
    """Hands events over within the process, to every service that handles their type."""

    def __init__(self, receivers: dict[str, Receive]) -> None:
        self._receivers = receivers

    def send(self, rows: Sequence[Any], more: bool = False) -> int:
        handled = {service: handled_types(service) for service in self._receivers}
        for start in range(0, len(rows), LOCAL_BATCH):
            wanted: dict[str, list[envelope.Envelope]] = {}  # whose event comes first hears first
            for row in rows[start : start + LOCAL_BATCH]:
                event = envelope.read(row.event.encode())
                for service, types in handled.items():
                    if event.type in types:
                        wanted.setdefault(service, []).append(event)
            for service, events in wanted.items():
                try:
                    self._receivers[service](events)
                except Exception as error:
                    raise TransportDown(start, f"{service}: {type(error).__name__}") from error
        return len(rows)

    def idle(self) -> None: ...

    def reset(self) -> None: ...

    def close(self) -> None: ...


# --- RabbitMQ


def _parameters(url: str) -> pika.URLParameters:
    parameters = pika.URLParameters(url)
    parameters.heartbeat = 30
    parameters.blocked_connection_timeout = 30
    parameters.socket_timeout = parameters.stack_timeout = 10
    return parameters


class Rabbit:
    """Publishes persistent messages in windows and hears every confirm; the next window leaves while the last one's are
    awaited.

    Mandatory where a service handles the type: an event that reaches no queue then stays in the outbox.
    """

    CONFIRM_SECONDS = 30
    WINDOW = 500  # how many may be on their way when `send` returns and there are more
    PORTION = 50  # events that are written to the socket at once

    def __init__(self, url: str, app_id: str) -> None:
        self._url = url
        self._app_id = app_id
        self._connection: SelectConnection | None = None
        self._channel: Any = None
        self._tag = 0  # delivery tags run from 1 on, per channel
        self._counted = 0  # the tag up to which all have arrived and were counted
        self._awaited: dict[int, str] = {}  # tag → event id, oldest first
        self._refused: set[int] = set()
        self._enough = 0  # stop serving when no more than this are awaited
        self._proved: set[str] = set()  # types of which an event has arrived over this channel
        self._handled = set().union(*(handled_types(service) for service in SERVICES))

    def send(self, rows: Sequence[Any], more: bool = False) -> int:
        self._connect()
        fresh = next((n for n, row in enumerate(rows) if row.type not in self._proved), len(rows))
        self._publish(rows[:fresh])
        is_well = True
        for row in rows[fresh:]:
            if row.type in self._proved:
                self._publish([row])
            elif not self._prove(row):
                is_well = False
                break
        return self._count(is_well and self._wait(self.WINDOW if more else 0))

    def _prove(self, row: Any) -> bool:
        """Send the first event of a type on this channel alone. A queue that is just starting, or is bound no more,
        refuses it: were the next one on its way already, and taken, it would overtake."""
        if not self._wait(0):
            return False
        self._publish([row])
        if arrived := self._wait(0):
            self._proved.add(row.type)
        return arrived

    def _wait(self, most: int) -> bool:
        """Until no more than this are on their way. Whether all is well so far."""
        self._enough = most
        if len(self._awaited) > most and self._is_open and not self._refused:
            self._run(self.CONFIRM_SECONDS)
        return self._is_open and len(self._awaited) <= most and not self._refused

    def _count(self, is_well: bool) -> int:
        """Those that have arrived by now; if all is not well the rest is given up."""
        missing = min((*self._refused, next(iter(self._awaited), self._tag + 1)))
        arrived, self._counted = missing - 1 - self._counted, missing - 1
        if not is_well:
            lost = self._tag - self._counted
            self.reset()
            raise TransportDown(arrived, f"{lost} events or more were not confirmed")
        return arrived

    @property
    def _is_open(self) -> bool:
        return self._channel is not None and self._channel.is_open

    def _publish(self, rows: Sequence[Any]) -> None:
        for start in range(0, len(rows), self.PORTION):
            written: list[bytes] = []
            for row in rows[start : start + self.PORTION]:
                self._tag += 1
                self._awaited[self._tag] = row.id
                written += self._frames(row)
            if self._is_open:
                self._channel.connection._output_marshaled_frames([b"".join(written)])

    def _frames(self, row: Any) -> Iterator[bytes]:
        """What pika's `basic_publish` would write, in a fifth of its time: only length, id and body differ."""
        number, most = self._channel.channel_number, self._channel.connection.params.frame_max - 8
        method, before, after = _constant_frames(number, row.type, row.type in self._handled, self._app_id)
        body, event_id = row.event.encode(), row.id.encode()
        size = _SIZE.pack(len(body))
        header = b"".join((before[0], size, before[1], bytes((len(event_id),)), event_id, after))
        yield from (method, _FRAME.pack(pika.spec.FRAME_HEADER, number, len(header)), header, _END)
        for start in range(0, len(body), most):
            part = body[start : start + most]
            yield from (_FRAME.pack(pika.spec.FRAME_BODY, number, len(part)), part, _END)

    def idle(self) -> None:
        if self._connection is not None:
            self._run(0)

    def reset(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        self._awaited.clear()
        self._refused.clear()
        self._proved.clear()
        self._tag = self._counted = 0
        if connection is not None and not (connection.is_closed or connection.is_closing):
            connection.close()
            self._serve(connection, 1)

    close = reset

    def _connect(self) -> None:
        """Open a channel unless the one there still serves. Raises TransportDown."""
        if self._is_open:
            return
        if self._tag > self._counted:
            self._count(is_well=False)
        self.reset()
        self._connection = SelectConnection(
            _parameters(self._url),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._opened),
            on_open_error_callback=lambda connection, _error: connection.ioloop.stop(),
            on_close_callback=lambda connection, _reason: connection.ioloop.stop(),
        )
        self._run(10)
        if self._channel is None:
            self.reset()
            raise TransportDown(0, "the broker cannot be reached")

    def _opened(self, channel: Any) -> None:
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=lambda _frame: self._ready(channel))

    def _ready(self, channel: Any) -> None:
        self._channel = channel
        channel.connection.ioloop.stop()

    def _on_return(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        """An event that no queue wanted: its ack, which follows, does not count."""
        self._refused.update(
            tag for tag, event_id in self._awaited.items() if event_id == properties.message_id
        )

    def _on_confirm(self, frame: Any) -> None:
        answer = frame.method
        tags = [answer.delivery_tag]
        if answer.multiple:
            tags = list(takewhile(lambda tag: tag <= answer.delivery_tag, self._awaited))
        if isinstance(answer, pika.spec.Basic.Nack):
            self._refused.update(tags)
        for tag in tags:
            self._awaited.pop(tag, None)
        if (len(self._awaited) <= self._enough or self._refused) and self._connection is not None:
            self._connection.ioloop.stop()

    def _run(self, seconds: float) -> None:
        self._serve(self._connection, seconds)

    @staticmethod
    def _serve(connection: Any, seconds: float) -> None:
        """Serve the connection until a callback stops it or the time is over."""
        timer = connection.ioloop.call_later(seconds, connection.ioloop.stop)
        connection.ioloop.start()
        connection.ioloop.remove_timeout(timer)


_FRAME, _SIZE, _END = struct.Struct(">BHI"), struct.Struct(">Q"), bytes((pika.spec.FRAME_END,))


@lru_cache(maxsize=1000)
def _constant_frames(
    number: int, type_: str, mandatory: bool, app_id: str
) -> tuple[bytes, tuple[bytes, bytes], bytes]:
    """The method's frame; of the header's content what stands before its length and its message id, and after it."""
    method = pika.spec.Basic.Publish(exchange=EXCHANGE, routing_key=type_, mandatory=mandatory)
    given = {"content_type": envelope.CONTENT_TYPE, "delivery_mode": 2, "type": type_, "app_id": app_id}
    mark = "the message id"
    frame = pika.frame.Header(number, 0, pika.BasicProperties(message_id=mark, **given)).marshal()
    before, after = frame[_FRAME.size : -len(_END)].split(bytes((len(mark),)) + mark.encode())
    return pika.frame.Method(number, method).marshal(), (before[:4], before[4 + _SIZE.size :]), after


def receive_from_rabbit(service: Any, receive: Receive, stop: threading.Event, batch: int) -> None:
    """Take events from the service's queue, hand them over in batches, ack them once they are stored.

    While they cannot be stored it waits and takes no more: an outage fills no dead queue.
    """
    pause = 0.5
    while not stop.is_set():
        try:
            connection = BlockingConnection(_parameters(service.config.broker_url))
            try:
                _consume(connection, service.name, receive, stop, batch)
                pause = 0.5
            finally:
                _leave(connection)
        except Exception as error:
            log.warning("receiver.trouble", service=service.name, error=type(error).__name__)
            stop.wait(pause)
            pause = min(pause * 2, 5)


def _consume(connection: Any, service: str, receive: Receive, stop: threading.Event, batch: int) -> None:
    channel = connection.channel()
    channel.basic_qos(prefetch_count=batch)
    arrived: list[tuple[int, str | None, bytes]] = []
    channel.basic_consume(
        f"{service}.inbox",
        lambda _ch, method, properties, body: arrived.append(
            (method.delivery_tag, properties.content_type, body)
        ),
    )
    while not stop.is_set():
        connection.process_data_events(time_limit=1)
        if not arrived:
            if not channel.is_open:
                raise pika.exceptions.ChannelClosed(0, "the queue went away")
            continue
        taken, arrived[:] = arrived[:], []
        events, stored = [], None
        for tag, content_type, body in taken:
            try:
                if content_type != envelope.CONTENT_TYPE:
                    raise envelope.MalformedEvent(f"content type {content_type}")
                events.append(envelope.read(body))
                stored = tag
            except envelope.MalformedEvent as error:
                telemetry.malformed.labels(service).inc()
                log.warning("receiver.malformed", service=service, error=str(error)[:200])
                channel.basic_nack(tag, requeue=False)
        if stored is not None and _store(connection, service, receive, events, stop):
            channel.basic_ack(stored, multiple=True)


def _store(connection: Any, service: str, receive: Receive, events: Any, stop: threading.Event) -> bool:
    """Hand events over, again until it works: giving them back to the broker could change their order.

    No more come than were asked for in advance. Whether they are stored.
    """
    pause = 0.25
    while not stop.is_set():
        try:
            receive(events)
            return True
        except Exception as error:
            log.warning("receiver.cannot-store", service=service, error=type(error).__name__)
            connection.sleep(pause)  # and serves the connection meanwhile
            pause = min(pause * 2, 2)
    return False


def _leave(connection: Any) -> None:
    """Close the connection and cancel nothing before that.

    At a cancel RabbitMQ lets the next consumer begin; what we hold unacknowledged would come to it after later events.
    When the channel ends, it comes first. pika's `close` cancels all consumers that it does not hold for cancelled.
    """
    if connection.is_open:
        for channel in connection._impl._channels.values():
            channel._cancelled.update(channel._consumers)
        connection._impl.close()
        connection._flush_output(connection._closed_result.is_ready)


def declare_topology(url: str) -> None:
    """Exchanges, queues and bindings of the house; idempotent; needs administrator rights on the virtual host."""
    connection = BlockingConnection(_parameters(url))
    channel = connection.channel()
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    channel.exchange_declare(FEED, "topic", durable=True)
    channel.exchange_declare(DEAD, "fanout", durable=True)
    channel.queue_declare(DEAD, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(DEAD, DEAD)
    for event in all_events():
        if event.audience == "public":
            channel.exchange_bind(FEED, EXCHANGE, event.type)
    for service in SERVICES:
        channel.queue_declare(f"{service}.inbox", durable=True, arguments=inbox_arguments())
        for type_ in sorted(handled_types(service)):
            channel.queue_bind(f"{service}.inbox", EXCHANGE, type_)
    connection.close()


def inbox_arguments() -> dict[str, Any]:
    """A quorum queue with one active consumer, whose refused messages go safely to union.dead."""
    return {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def wait_for_broker(url: str, seconds: float = 60) -> None:
    """Return once the broker answers. Raises TransportDown after that long."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            BlockingConnection(_parameters(url)).close()
            return
        except pika.exceptions.AMQPError as error:
            if time.monotonic() > deadline:
                raise TransportDown(0, "the broker does not answer") from error
            threading.Event().wait(0.5)
