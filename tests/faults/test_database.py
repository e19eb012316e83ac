"""The database is away: the web says so, the receiver waits, and nothing is given up because of it."""

from collections.abc import Iterator

import pika
import pytest

from shared.kit import migrate
from shared.kit.config import Config
from shared.kit.database import new_id
from shared.kit.messages import DEAD, WAITING
from shared.kit.service import Service
from shared.kit.testing import fixtures, servers
from shared.kit.testing.services import Client, TestService, until
from shared.kit.transport import DEAD as DEAD_QUEUE
from tests.faults.pair import Pair, pair, prompt

SUBJECTS = [new_id() for _ in range(5)]


@pytest.fixture
def database() -> Iterator[servers.PostgresServer]:
    """One of our own, for the one who hears; the other stays."""
    server = servers.start_postgres(durable=True)
    yield server
    server.stop()


@pytest.fixture
def apart(database: servers.PostgresServer) -> Iterator[Pair]:
    broker = fixtures._rabbit()
    address = broker.add_vhost(f"faults-{new_id()}")
    members = fixtures.make_service("sqlite", "members", broker_url=address)
    url = database.create_database("welfare")
    welfare = Service(Config.read("welfare", {}, database_url=url, broker_url=address))
    migrate.upgrade(welfare)
    with pair(members, TestService(welfare), address) as one:
        yield one
    welfare.database.dispose()
    fixtures.drop_service(members)


def test_while_a_database_is_away_the_web_says_so_and_events_wait_where_they_are(
    apart: Pair, database: servers.PostgresServer
) -> None:
    apart.begin(workers=2)
    apart.say(*SUBJECTS)
    apart.await_all()
    client = Client({"welfare": apart.welfare.app}, new_id())
    assert client.get("/welfare/readyz").status_code == 200
    database.kill()
    for _ in range(20):
        apart.say(*SUBJECTS)
    until(lambda: apart.unsent() == 0, 60)  # the speaker needs the broker alone
    answer = client.get("/api/welfare/v1/jobs/" + new_id())
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/welfare/readyz").status_code == 503
    database.start()
    assert apart.await_all() < prompt()
    assert apart.count(DEAD, WAITING) == 0
    assert apart.broker is not None
    connection = pika.BlockingConnection(pika.URLParameters(apart.broker))
    assert connection.channel().queue_declare(DEAD_QUEUE, passive=True).method.message_count == 0
    connection.close()
    assert client.get("/welfare/readyz").status_code == 200
