"""One suite over both transports: whatever carries an event keeps the same promises."""

import threading
from collections.abc import Iterator, Sequence
from socket import SHUT_RDWR
from types import SimpleNamespace
from typing import Any

import pika
import pika.frame
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from sqlalchemy import select

from shared.contracts import envelope
from shared.kit import worker
from shared.kit.database import new_id
from shared.kit.messages import Inbox, Outbox, Received, handled_types
from shared.kit.relay import Relay, _only_one, relay_once
from shared.kit.testing import scratch
from shared.kit.testing.services import House, until
from shared.kit.transport import (
    DEAD,
    EXCHANGE,
    Rabbit,
    TransportDown,
    inbox_arguments,
    receive_from_rabbit,
)


@pytest.fixture(autouse=True)
def _welfare_listens() -> Iterator[None]:
    """Before the house declares who is bound to what."""
    with scratch.handling("welfare", lambda session, event: None):
        yield


def heard(house: House, name: str) -> list[str]:
    with house.services[name].reading() as session:
        return list(session.scalars(select(Inbox.id).order_by(Inbox.position)))


def test_every_service_that_handles_a_type_gets_it_and_no_other(house: House) -> None:
    said = scratch.say(house.members, new_id())
    house.settle()
    assert said in heard(house, "welfare")
    assert said not in heard(house, "members")


def test_the_order_of_a_subject_is_kept_over_many_batches(house: House) -> None:
    order: list[int] = []

    def note(session: object, event: Received) -> None:
        order.append(event.data["member_count"])

    subject = new_id()
    with scratch.handling("welfare", note):
        with house.members.transaction() as session:
            for number in range(700):
                scratch.say_in(session, subject, number)
        house.settle()
    assert sorted(set(order)) == list(range(700))
    first_seen = list(dict.fromkeys(order))
    assert first_seen == sorted(first_seen)


def test_a_receiver_that_cannot_store_leaves_the_event_with_the_sender_or_the_broker(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = threading.Event()
    receive = worker.receive

    def fail_first(service: object, events: object) -> None:
        if not calls.is_set():
            calls.set()
            raise OSError("the disk is full")
        receive(service, events)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "receive", fail_first)
    said = scratch.say(house.members, new_id())
    if house.mode == "embedded":
        with pytest.raises(TransportDown):
            relay_once(house.members.service, house.transports["members"])
    house.settle()
    assert heard(house, "welfare").count(said) == 1


@pytest.mark.only_mode("distributed")  # there are no bindings to lose in the process
def test_an_event_that_no_queue_takes_stays_in_the_outbox(house: House) -> None:
    transport = house.transports["members"]
    assert isinstance(transport, Rabbit)
    connection = pika.BlockingConnection(pika.URLParameters(transport._url))
    with scratch.handling("welfare", lambda s, e: None):
        bound = [name for name in house.services if scratch.SAID.type in handled_types(name)]
        for name in bound:
            connection.channel().queue_unbind(f"{name}.inbox", EXCHANGE, scratch.SAID.type)
        scratch.say(house.members, new_id())
        with pytest.raises(TransportDown):
            relay_once(house.members.service, transport)
        with house.members.reading() as session:
            assert session.scalars(select(Outbox.published_at)).all() == [None]
        for name in bound:
            connection.channel().queue_bind(f"{name}.inbox", EXCHANGE, scratch.SAID.type)
        house.settle()
    assert len(heard(house, "welfare")) == 1
    connection.close()


@pytest.mark.only_mode("distributed")  # nothing but our own outbox can hand over an event in the process
def test_what_is_no_event_goes_to_the_dead_queue_and_the_receiver_lives_on(house: House) -> None:
    transport = house.transports["members"]
    assert isinstance(transport, Rabbit)
    connection = pika.BlockingConnection(pika.URLParameters(transport._url))
    channel = connection.channel()
    good = scratch.hear(house.welfare, new_id())
    hopeless = [(b"\xff\x00", envelope.CONTENT_TYPE), (b"{}", envelope.CONTENT_TYPE), (good, "text/plain")]
    with scratch.handling("welfare", lambda s, e: None):
        for body, content_type in [*hopeless, (good, envelope.CONTENT_TYPE), hopeless[0]]:
            properties = pika.BasicProperties(content_type=content_type)
            channel.basic_publish(EXCHANGE, scratch.SAID.type, body, properties)
        until(lambda: heard(house, "welfare"))
        bound_to = sum(scratch.SAID.type in handled_types(name) for name in house.services)
        until(lambda: channel.queue_declare(DEAD, passive=True).method.message_count == 4 * bound_to)
    connection.close()


@pytest.mark.only_mode("distributed")  # nothing refuses an event in the process
def test_what_a_queue_refuses_at_first_is_not_overtaken(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = house.transports["members"]
    assert isinstance(transport, Rabbit)
    order: list[int] = []
    hear = transport._on_confirm

    refused: list[int] = []

    def refuse(frame: Any) -> None:
        """The first confirm of all is turned into its opposite."""
        if not refused:
            refused.append(frame.method.delivery_tag)
            frame.method = pika.spec.Basic.Nack(frame.method.delivery_tag, frame.method.multiple)
        hear(frame)

    sent: list[Any] = []
    publish = transport._publish
    monkeypatch.setattr(transport, "_on_confirm", refuse)
    monkeypatch.setattr(transport, "_publish", lambda rows: (sent.extend(rows), publish(rows)))
    subject = new_id()
    with scratch.handling("welfare", lambda session, event: order.append(event.data["member_count"])):
        with house.members.transaction() as session:
            for number in range(5):
                scratch.say_in(session, subject, number)
        with pytest.raises(TransportDown) as down:
            relay_once(house.members.service, transport)
        assert down.value.confirmed == 0
        assert len(sent) == 1, "nothing was sent behind the one that was refused"
        house.settle()
    assert order == list(range(5))


@pytest.mark.only_mode("distributed")  # nobody waits to take over in the process
def test_what_a_receiver_gives_back_comes_to_the_next_one_before_all_later_ones(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is away two receivers take turns; so they do when processes are replaced."""
    house._listen("welfare", house.welfare)
    receive, outages = worker.receive, iter(range(6))

    def fail_at_first(service: Any, events: Any) -> None:
        if service.name == "welfare" and next(outages, None) is not None:
            raise OSError("the database is away")
        receive(service, events)

    monkeypatch.setattr(worker, "receive", fail_at_first)
    ids = []
    with house.members.transaction() as session:
        for number in range(900):
            ids.append(scratch.say_in(session, "019f0000-0000-7000-8000-000000000001", number))
    house.settle()
    assert heard(house, "welfare") == ids


@pytest.mark.only_mode("distributed")  # nothing is on its way in the process
def test_the_next_window_leaves_before_the_last_one_is_confirmed_and_what_is_lost_in_it_comes_again_in_order(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = house.transports["members"]
    assert isinstance(transport, Rabbit)
    order: list[int] = []
    subject = new_id()
    service = house.members.service
    with scratch.handling("welfare", lambda session, event: order.append(event.data["member_count"])):
        with house.members.transaction() as session:
            for number in range(1200):
                scratch.say_in(session, subject, number)
        with _only_one(service.database) as oldest:
            assert oldest is not None
            relay = Relay(service, transport, oldest)
            assert relay.send() == 500
            with monkeypatch.context() as patch:
                patch.setattr(transport, "_wait", lambda most: True)
                assert relay.send() == 500
                assert len(transport._awaited) > transport.WINDOW
            transport._channel.connection._transport._sock.shutdown(
                SHUT_RDWR
            )  # both windows are on their way
            with pytest.raises(TransportDown):
                relay.settle()
            relay.mark()
        house.settle()
    assert order == list(range(1200))


@pytest.mark.only_mode("distributed")
def test_whoever_takes_over_from_a_receiver_that_ends_gets_first_what_it_left(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each took fifty in advance: those that the first one has not stored come before all later ones."""
    transport = house.transports["members"]
    assert isinstance(transport, Rabbit)
    connection = pika.BlockingConnection(pika.URLParameters(transport._url))
    channel = connection.channel()
    channel.queue_declare("relief.inbox", durable=True, arguments=inbox_arguments())
    service = SimpleNamespace(name="relief", config=SimpleNamespace(broker_url=transport._url))
    taken: list[str] = []
    consumers: list[str] = []
    at_work, go_on = threading.Event(), threading.Event()
    consume = BlockingChannel.basic_consume

    def noting(channel: BlockingChannel, queue: str, take: Any) -> str:
        consumers.append(consume(channel, queue, take))
        return consumers[-1]

    def take_slowly(events: Sequence[envelope.Envelope]) -> None:
        at_work.set()
        go_on.wait(20)
        taken.extend(event.id for event in events)

    def take(events: Sequence[envelope.Envelope]) -> None:
        taken.extend(event.id for event in events)

    ends = threading.Event(), threading.Event()
    receivers = [
        threading.Thread(target=receive_from_rabbit, args=(service, receive, end, 50))
        for receive, end in zip((take_slowly, take), ends, strict=True)
    ]
    monkeypatch.setattr(BlockingChannel, "basic_consume", noting)
    receivers[0].start()
    said = [scratch.hear(house.welfare, new_id()) for _ in range(300)]
    for body in said:
        channel.basic_publish(
            "", "relief.inbox", body, pika.BasicProperties(content_type=envelope.CONTENT_TYPE)
        )
    assert at_work.wait(20)
    receivers[1].start()
    until(lambda: len(consumers) == 2)
    ends[0].set()
    go_on.set()
    receivers[0].join(20)
    until(lambda: len(set(taken)) == len(said))
    ends[1].set()
    receivers[1].join(20)
    connection.close()
    assert taken == [envelope.read(body).id for body in said]


def test_a_frame_of_ours_is_what_pika_would_write() -> None:
    transport = Rabbit("amqp://nowhere", "members")
    transport._channel = SimpleNamespace(
        channel_number=3, connection=SimpleNamespace(params=SimpleNamespace(frame_max=1008))
    )
    row = SimpleNamespace(id=new_id(), type=scratch.SAID.type, event="人" * 1000)
    properties = pika.BasicProperties(
        content_type=envelope.CONTENT_TYPE,
        message_id=row.id,
        type=row.type,
        app_id="members",
        delivery_mode=2,
    )
    body = row.event.encode()
    publish = pika.spec.Basic.Publish(
        exchange=EXCHANGE, routing_key=row.type, mandatory=row.type in transport._handled
    )
    theirs = [pika.frame.Method(3, publish), pika.frame.Header(3, len(body), properties)]
    parts = [pika.frame.Body(3, body[start : start + 1000]) for start in range(0, len(body), 1000)]
    assert b"".join(transport._frames(row)) == b"".join(frame.marshal() for frame in (*theirs, *parts))
