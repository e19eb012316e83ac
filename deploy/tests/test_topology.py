"""The broker refuses what a service must not do, whatever the service believes."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pika
import pytest

from deploy import topology
from shared.kit.config import SERVICES
from shared.kit.testing.servers import RabbitServer, start_rabbit
from shared.kit.transport import declare_topology


@pytest.fixture(scope="module")
def broker() -> Iterator[RabbitServer]:
    server = start_rabbit()
    at = urlsplit(server.node.url)
    wanted = topology.definitions({name: f"secret of {name}" for name in SERVICES})
    for _ in range(2):  # to apply it again changes nothing
        topology.apply(server.node.management, at.username, at.password, wanted)
    yield server
    server.stop()


@pytest.fixture
def channel(broker: RabbitServer) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    """What welfare, with its own password, can do."""
    url = broker.url("/", "welfare", "secret of welfare")
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel


refused = pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED")


def test_a_service_sends_its_own_events_to_whoever_handles_them(channel) -> None:
    wanted = topology.definitions()["bindings"]
    type_ = next(
        b["routing_key"]
        for b in wanted
        if b["destination_type"] == "queue" and b["routing_key"].startswith("welfare.")
    )
    channel.basic_publish(topology.EXCHANGE, type_, b"{}", mandatory=True)


def test_a_service_cannot_speak_in_the_name_of_another(channel) -> None:
    with refused:
        channel.basic_publish(topology.EXCHANGE, "members.person.changed.v1", b"{}")


def test_a_service_cannot_read_the_inbox_of_another(channel) -> None:
    with refused:
        channel.basic_get("members.inbox")


def test_a_service_reads_its_own_inbox(channel) -> None:
    next(channel.consume("welfare.inbox", inactivity_timeout=0))
    channel.cancel()


def test_a_service_cannot_declare_a_queue_to_listen_in_secret(channel) -> None:
    with refused:
        channel.queue_declare("my.own")


def test_a_service_cannot_bind_its_inbox_to_more_than_it_was_given(channel) -> None:
    with refused:
        channel.queue_bind("welfare.inbox", topology.EXCHANGE, "#")


def test_a_service_cannot_publish_straight_into_a_queue(channel) -> None:
    with refused:
        channel.basic_publish("", "members.inbox", b"{}")


def test_services_that_declare_and_definitions_that_are_applied_agree(broker: RabbitServer) -> None:
    def described(vhost: str) -> dict[str, list[str]]:
        told = broker.api("GET", f"/definitions/{vhost}").json()
        return {kind: sorted(map(str, told[kind])) for kind in ("exchanges", "queues", "bindings")}

    broker.add_vhost("declared")
    declare_topology(broker.url("declared"))
    assert described("declared") == described("%2F")
