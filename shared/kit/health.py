"""Is it alive, is it ready, how is it doing: /healthz, /readyz and /metrics of every process."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.kit.database import current
from shared.kit.figures import figures


def init_app(app: Flask, name: str) -> None:
    """The three addresses under /<service>/, open to those who can reach the port."""
    for what, view in (
        ("healthz", _alive),
        ("readyz", lambda: _answer(ready(current()))),
        ("metrics", _metrics),
    ):
        app.add_url_rule(f"/{name}/{what}", f"health.{what}", view)


def ready(service: Any) -> dict[str, str]:
    """What this process needs and does not have, by name; empty when it is ready."""
    try:
        with service.database.reading() as session:
            session.execute(text("SELECT 1 FROM inbox LIMIT 1"))
    except SQLAlchemyError as error:
        return {"database": type(error).__name__}
    return {}


def _alive() -> Response:
    return _answer({})


def _answer(missing: dict[str, str]) -> Response:
    return Response(
        json.dumps({"ready": not missing, **missing}), 503 if missing else 200, mimetype="application/json"
    )


def _metrics() -> Response:
    return Response(figures(current()), content_type=CONTENT_TYPE_LATEST)


def serve(service: Any, port: int) -> None:
    """The same for a relay or worker, on a port of its own, in a thread."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            missing = ready(service) if self.path == "/readyz" else {}
            body = json.dumps({"ready": not missing, **missing}).encode()
            kind = "application/json"
            if self.path == "/metrics":
                body, kind = figures(service), CONTENT_TYPE_LATEST
            self.send_response(503 if missing else 200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None: ...

    server = ThreadingHTTPServer(("0.0.0.0", port), Handler)  # noqa: S104  (a container's port)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
