"""The broker is away, is killed, raises its alarms; the network to it is cut, stalls or is slow; a subscriber is gone."""

from collections.abc import Iterator
from typing import Any

import pika
import pytest
from sqlalchemy.engine import make_url

from shared.kit.database import new_id
from shared.kit.messages import DEAD as SET_ASIDE
from shared.kit.testing import fixtures, servers
from shared.kit.testing.proxy import Proxy
from shared.kit.testing.servers import RabbitServer
from shared.kit.testing.services import until
from shared.kit.transport import DEAD as DEAD_QUEUE
from shared.kit.transport import EXCHANGE, FEED
from tests.faults.pair import Pair, pair_of, prompt

SUBJECTS = [new_id() for _ in range(5)]


@pytest.fixture(scope="module")
def broker() -> Iterator[RabbitServer]:
    """One of our own: others must not feel it."""
    server = servers.start_rabbit()
    yield server
    server.stop()


def in_vhost(server: RabbitServer, **settings: Any) -> Any:
    return pair_of("sqlite", server.add_vhost(f"faults-{new_id()}"), **settings)


def keep_queues(server: RabbitServer) -> None:
    """Have the broker write down now which queues it has, as it would do by itself half a second after the last one.

    Killed before that, it forgets a queue's contents, and RabbitMQ 3.10 starts the queue anew without a leader: what is
    bound to it is confirmed no more. So it is with a queue, not with an event: none could be lost with it.
    """
    server.ctl("eval", "[dets:sync(Table) || Table <- dets:all()].")


def web_answers(pair: Pair) -> None:
    """A page, and what a view would commit, whatever the broker does: the web never speaks to it."""
    assert pair.members.client().get("/members/sign-in").status_code == 200
    pair.say(*SUBJECTS)


def test_a_broker_that_is_away_at_the_start_or_killed_under_load_loses_nothing(
    broker: RabbitServer,
) -> None:
    with in_vhost(broker) as pair:
        keep_queues(broker)
        broker.kill()
        pair.begin(relays=2, workers=2)
        for _ in range(20):
            web_answers(pair)
        assert pair.count() == 0
        assert pair.unsent() == 20 * len(SUBJECTS)
        broker.start()
        assert pair.await_all() < prompt()

        for _ in range(20):
            pair.say(*SUBJECTS)
        broker.kill()
        for _ in range(20):
            web_answers(pair)
        broker.start()
        assert pair.await_all() < prompt()


def test_alarms_of_memory_and_disk_delay_events_and_nothing_else(broker: RabbitServer) -> None:
    alarms = {
        ("set_vm_memory_high_watermark", "0.000001"): ("set_vm_memory_high_watermark", "0.4"),
        ("set_disk_free_limit", "1000000GB"): ("set_disk_free_limit", "50MB"),
    }
    with in_vhost(broker) as pair:
        pair.begin()
        pair.say(*SUBJECTS)
        pair.await_all()
        for alarm, calm in alarms.items():
            broker.ctl(*alarm)
            try:
                before = pair.count()
                for _ in range(5):
                    web_answers(pair)
                until(lambda: any(one.get("state") == "blocked" for one in connections(broker)))
                assert pair.count() == before
            finally:
                broker.ctl(*calm)
            assert pair.await_all() < prompt()
        assert pair.count(SET_ASIDE) == 0


def connections(server: RabbitServer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.api("GET", "/connections").json()
    return found


@pytest.mark.parametrize("kind", ["cut", "stall", "slow"])
def test_a_network_to_the_broker_that_fails_is_used_again_within_seconds(kind: str) -> None:
    server = fixtures._rabbit()
    address = make_url(server.add_vhost(f"faults-{new_id()}"))
    with Proxy(address.host or "", address.port or 0) as wire:
        near = address.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
        with pair_of("sqlite", near) as pair:
            pair.begin(relays=2, workers=2)
            for _ in range(10):
                pair.say(*SUBJECTS)
            {"cut": wire.cut, "stall": wire.stall, "slow": lambda: wire.slow(3000)}[kind]()
            for _ in range(30):
                web_answers(pair)
            wire.heal()
            assert pair.await_all() < prompt()
            pair.say(*SUBJECTS)
            assert pair.await_all() < prompt()
    server.delete_vhost(address.database or "")


def test_a_subscriber_that_is_slow_or_gone_keeps_a_bounded_queue_and_disturbs_nobody() -> None:
    server = fixtures._rabbit()
    address = server.add_vhost(f"faults-{new_id()}")
    with pair_of("sqlite", address) as pair:
        connection = pika.BlockingConnection(pika.URLParameters(address))
        channel = connection.channel()
        bounds = {"x-max-length-bytes": 20_000, "x-overflow": "drop-head", "x-expires": 2_592_000_000}
        channel.queue_declare("sub.gone.all", durable=True, arguments=bounds)
        channel.queue_bind("sub.gone.all", FEED, "#")
        channel.exchange_bind(FEED, EXCHANGE, "members.group.adjusted.v1")  # as if that were public
        pair.begin()
        for _ in range(60):
            pair.say(*SUBJECTS)
        pair.await_all()
        kept = channel.queue_declare("sub.gone.all", passive=True).method.message_count
        assert 0 < kept < 80, "some forty fit into it"
        assert channel.queue_declare(DEAD_QUEUE, passive=True).method.message_count == 0
        connection.close()
