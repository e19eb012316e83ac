"""The throwaway servers keep what was committed through a crash and leave nothing behind."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pika
import psycopg
import pytest

from shared.kit.testing import nodes, servers


@pytest.fixture(scope="module")
def database() -> Iterator[servers.PostgresServer]:
    server = servers.start_postgres(durable=True)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def broker() -> Iterator[servers.RabbitServer]:
    server = servers.start_rabbit()
    yield server
    server.stop()


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_a_database_is_a_copy_of_its_template(database: servers.PostgresServer) -> None:
    with connect(database.create_database("original")) as session:
        session.execute("CREATE TABLE visit AS SELECT 7 AS id")
    with connect(database.create_database("copy", template="original")) as session:
        assert session.execute("SELECT id FROM visit").fetchone() == (7,)


def test_what_was_committed_outlives_a_crash_of_the_database(database: servers.PostgresServer) -> None:
    url = database.create_database("crashed")
    with connect(url) as session:
        session.execute("CREATE TABLE visit AS SELECT 7 AS id")
    database.kill()
    with pytest.raises(psycopg.OperationalError):
        connect(url)
    database.start()
    with connect(url) as session:
        assert session.execute("SELECT id FROM visit").fetchone() == (7,)


def test_a_durable_message_outlives_a_kill_of_the_broker(broker: servers.RabbitServer) -> None:
    parameters = pika.URLParameters(broker.add_vhost("killed"))
    with pika.BlockingConnection(parameters) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("inbox", durable=True)
        channel.basic_publish("", "inbox", b"visit", pika.BasicProperties(delivery_mode=2))
    broker.kill()
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        pika.BlockingConnection(parameters)
    broker.start()
    with pika.BlockingConnection(parameters) as connection:
        assert connection.channel().basic_get("inbox")[2] == b"visit"


def test_a_broker_user_may_do_only_what_was_granted(broker: servers.RabbitServer) -> None:
    broker.add_vhost("guarded")
    broker.add_user("welfare", "secret")
    broker.set_permissions("welfare", "guarded", configure="^$", write="^amq.topic$", read="^$")
    broker.set_topic_permissions("welfare", "guarded", "amq.topic", write="^welfare\\.", read="^$")
    with pika.BlockingConnection(
        pika.URLParameters(broker.url("guarded", "welfare", "secret"))
    ) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("amq.topic", "welfare.visit.completed.v1", b"")
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            channel.basic_publish("amq.topic", "members.person.changed.v1", b"")


def test_rabbitmqctl_reaches_the_node(broker: servers.RabbitServer) -> None:
    assert "guest" in broker.ctl("list_users")


def test_a_node_ends_with_its_owner_even_by_kill_9() -> None:
    code = (
        "from shared.kit.testing.nodes import LocalPostgres as P; print(P(False).port, flush=True); input()"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    port = int(owner.stdout.readline())
    assert nodes.answers(port)
    owner.send_signal(signal.SIGKILL)
    nodes.until(lambda: not nodes.answers(port), "the node's end", patience=20)
    owner.communicate()


def test_a_server_that_ends_at_once_says_why(tmp_path) -> None:
    node = nodes.Guarded(["sh", "-c", "echo no room left; exit 1"], tmp_path / "log")
    with pytest.raises(nodes.NodeError, match="no room left"):
        node.wait_for(lambda: False, "The database")


def test_a_process_that_is_asked_to_end_may_tidy_up_first(tmp_path) -> None:
    node = nodes.Guarded(
        ["sh", "-c", "trap 'echo tidied; exit' TERM; echo up; while :; do sleep 0.1; done"], tmp_path / "log"
    )
    node.wait_for(lambda: "up" in node.tail(), "The process")
    node.terminate(patience=10)
    assert "tidied" in node.tail()


def test_a_given_server_is_used_and_left_as_it_was(database: servers.PostgresServer, monkeypatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", database.url("postgres"))
    given = servers.start_postgres()
    given.create_database("mine")
    before = connect(database.url("postgres")).execute("SELECT count(*) FROM pg_database").fetchone()
    given.stop()
    after = connect(database.url("postgres")).execute("SELECT count(*) FROM pg_database").fetchone()
    assert (before[0] - after[0]) == 1
