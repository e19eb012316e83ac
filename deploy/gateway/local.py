"""The gateway of one machine without nginx: hands each request to the process that serves its path."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from deploy.routes import is_internal, service_of

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "proxy-connection"}
CALM = "这一部分暂时不可用，其余功能照常。\nThis part of the hall is away for a moment; the rest works.\n"
MAX_BODY = 12 * 1024 * 1024


class Gateway(BaseHTTPRequestHandler):
    """One request, passed on and its answer passed back."""

    protocol_version = "HTTP/1.1"
    ports: dict[str, int]

    def pass_on(self) -> None:
        if is_internal(self.path):
            self.send_error(404)
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self.send_error(413 if length > MAX_BODY else 411)
            return
        body = self.rfile.read(length)
        own = HOP_BY_HOP | {"x-forwarded-for", "x-forwarded-proto"}
        headers = {name: value for name, value in self.headers.items() if name.lower() not in own}
        before = self.headers.get_all("X-Forwarded-For", [])  # only what is added to it is the gateway's word
        headers["X-Forwarded-For"] = ", ".join([*before, self.client_address[0]])
        headers["X-Forwarded-Proto"] = self.headers.get("X-Forwarded-Proto", "http")
        upstream = http.client.HTTPConnection("127.0.0.1", self.ports[service_of(self.path)], timeout=60)
        try:
            upstream.request(self.command, self.path, body, headers)
            answer = upstream.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self._away()
            return
        finally:
            upstream.close()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", answer.getheader("Content-Length") or str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = pass_on

    def _away(self) -> None:
        program = self.path.startswith("/api/")
        problem = {"type": "about:blank", "title": "This service is away for a moment", "status": 503}
        content = (json.dumps(problem) if program else CALM).encode()
        self.send_response(503)
        self.send_header(
            "Content-Type", "application/problem+json" if program else "text/plain; charset=utf-8"
        )
        self.send_header("Retry-After", "5")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """The services log their requests themselves."""


def serve(port: int, ports: dict[str, int]) -> ThreadingHTTPServer:
    """Listen in a thread of its own; `ports` are those of each service's web process."""
    handler = type("BoundGateway", (Gateway,), {"ports": ports})
    server = ThreadingHTTPServer(("", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
