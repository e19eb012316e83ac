"""The small gateway passes everything on as it came, and stays calm when a service is away."""

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from deploy.gateway import local
from shared.kit.testing.nodes import free_port


class Echo(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(body)))
        came_from = ", ".join(self.headers.get_all("X-Forwarded-For", []))
        self.send_header("X-Seen", f"{self.path} for {came_from}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None: ...


@pytest.fixture
def gateway() -> Iterator[httpx.Client]:
    service = HTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    port = free_port()
    ports = {
        "members": service.server_port,
        "events": free_port(),
        "welfare": free_port(),
        "voting": free_port(),
    }
    server = local.serve(port, ports)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client
    server.shutdown()
    server.server_close()
    service.shutdown()
    service.server_close()


def test_a_request_and_its_answer_pass_unchanged(gateway: httpx.Client) -> None:
    answer = gateway.post("/members/x?q=%E5%BC%A0", content="张三".encode())
    assert (answer.status_code, answer.text) == (201, "张三")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.headers["x-seen"] == "/members/x?q=%E5%BC%A0 for 127.0.0.1"


def test_an_address_that_a_caller_made_up_stands_before_the_true_one(gateway: httpx.Client) -> None:
    made_up = [("X-Forwarded-For", "10.0.0.1"), ("x-forwarded-for", "10.0.0.2")]
    answer = gateway.post("/members/x", headers=made_up)
    assert answer.headers["x-seen"] == "/members/x for 10.0.0.1, 10.0.0.2, 127.0.0.1"


def test_a_service_that_is_away_gets_one_calm_line(gateway: httpx.Client) -> None:
    answer = gateway.get("/welfare/panels/this-week")
    assert answer.status_code == 503
    assert "这一部分暂时不可用" in answer.text


def test_a_program_is_told_so_as_a_problem(gateway: httpx.Client) -> None:
    answer = gateway.get("/api/welfare/v1/visits")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["status"], answer.headers["retry-after"]) == (503, "5")


def test_figures_stay_inside(gateway: httpx.Client) -> None:
    assert gateway.get("/members/metrics").status_code == 404


def test_a_body_beyond_all_measure_is_refused_before_it_is_read(gateway: httpx.Client) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.base_url.port, timeout=5)
    connection.putrequest("POST", "/members/x")
    connection.putheader("Content-Length", str(local.MAX_BODY + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
