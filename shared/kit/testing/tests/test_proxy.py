"""The misbehaving network does what the fault tests believe it does."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from shared.kit.testing.proxy import Proxy


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with socket.create_server(("127.0.0.1", 0)) as echo, Proxy("127.0.0.1", echo.getsockname()[1]) as network:
        threading.Thread(target=answer, args=(echo,), daemon=True).start()
        yield network


def answer(echo: socket.socket) -> None:
    while True:
        try:
            connection, _ = echo.accept()
        except OSError:
            return
        threading.Thread(
            target=lambda one: [one.sendall(d) for d in iter(lambda: one.recv(99), b"")], args=(connection,)
        ).start()


def say(proxy: Proxy, words: bytes = b"hello", patience: float = 5) -> bytes:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=patience) as connection:
        connection.sendall(words)
        return connection.recv(99)


def test_bytes_pass_in_both_directions(proxy: Proxy) -> None:
    assert say(proxy) == b"hello"


def test_a_cut_ends_open_connections_and_refuses_new_ones_until_healed(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
        connection.sendall(b"x")
        assert connection.recv(9) == b"x"
        proxy.cut()
        assert connection.recv(9) == b""
    with pytest.raises((OSError, AssertionError)):
        assert say(proxy)
    proxy.heal()
    assert say(proxy) == b"hello"


def test_a_stall_keeps_the_connection_and_delivers_after_healing(proxy: Proxy) -> None:
    proxy.stall()
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
        connection.sendall(b"late")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(9)
        connection.settimeout(5)
        proxy.heal()
        assert connection.recv(9) == b"late"


def test_a_slow_network_takes_its_time(proxy: Proxy) -> None:
    proxy.slow(bytes_per_second=20)
    began = time.monotonic()
    assert say(proxy, b"ten bytes!") == b"ten bytes!"
    assert time.monotonic() - began >= 0.9
